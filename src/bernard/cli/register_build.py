"""`bernard register build`: the static site."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import click

from bernard.agreements import default_path
from bernard.agreements.one_file import agreement_files
from bernard.agreements.read import read_bytes
from bernard.cli.output import json_option, note, print_json, say
from bernard.cli.whose_log import log_at
from bernard.config import Settings, load
from bernard.errors import Error, InputInvalid, TooFewWitnesses
from bernard.ledger import Entry, StoredLedger, open_ledger
from bernard.ledger.publicity import read_step
from bernard.ledger.publisher_opening import open_publisher
from bernard.ledger.publishing import Publisher
from bernard.ledger.tlog import files_in
from bernard.ledger.writing import Writer
from bernard.look.words import plural
from bernard.register.figures import parse_period
from bernard.register.holding_back import rule
from bernard.register.site import Built, Imprint, Source, Wanted, open_source
from bernard.register.site import build as build_site
from bernard.register.site.folder import check_ours
from bernard.register.site.others import Meetings
from bernard.register.site.wanted import LICENCE, LICENCE_URL, TITLE
from bernard.store.database import Store, open_store

# Another process may be publishing the log when a register is to be made from it.
_WAIT_S = 60.0


@click.command()
@click.argument("out", required=False, type=click.Path(path_type=Path))
@click.option("--log", help="Folder or address of a published log; left out, the log of this home.")
@click.option("--key", help="Public key of that log, which --log needs.")
@click.option(
    "--agreements",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="Agreement file, or folder of them, beside those in the log.",
)
@click.option(
    "--records",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of transparency records (YAML), as `bernard register record new` begins them.",
)
@click.option(
    "--meetings",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="Quarterly release of meetings, gifts, hospitality or travel; or a folder of them.",
)
@click.option(
    "--suppliers",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="YAML file of suppliers and their other names, for --meetings.",
)
@click.option(
    "--answers",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="YAML file that says which possible names are a supplier's, for --meetings.",
)
@click.option("--from", "first", default="", help="First month of the figures, such as 2026-04.")
@click.option("--to", "last", default="", help="Last month of the figures.")
@click.option(
    "--smallest", type=int, help="Smallest count to show; left out, the setting register_smallest."
)
@click.option("--title", default=TITLE, show_default=True, help="The register's title.")
@click.option("--publisher", default="", help="Who publishes it, such as `Department of Examples`.")
@click.option("--contact", default="", help="Where readers write to, such as an e-mail address.")
@click.option("--licence", default=LICENCE, help="Sentence on the licence; empty leaves it out.")
@click.option("--licence-url", default=LICENCE_URL, help="Address of the licence.")
@click.option(
    "--log-address", default="", help="Where the log is served; left out, the site has a copy."
)
@click.option(
    "--draft", is_flag=True, help="To look at, not to publish: nothing is written to the log."
)
@json_option
@click.pass_context
def build(
    context: click.Context,
    /,
    out: Path | None,
    log: str | None,
    key: str | None,
    agreements: tuple[Path, ...],
    records: Path | None,
    meetings: tuple[Path, ...],
    suppliers: Path | None,
    answers: Path | None,
    first: str,
    last: str,
    smallest: int | None,
    draft: bool,
    as_json: bool,
    **imprint: str,
) -> None:
    """Write the register as a static site, in the place of the one that is there.

    OUT is left out for the folder that `bernard serve` shows under /register/. Every page has its
    tables as CSV and JSON beside it; index.json lists every file with its SHA-256, and the SHA-256
    of that list goes into the log. It ends with 1 also where the register is made and logged and the
    log with that entry could not be published: it says so.

    \b
    Example: bernard register build public/
    JSON keys: folder, pages, files, sha256, entry (of the log; null with --log and --draft),
    fault (why the log with that entry is not published yet).
    """
    settings = load()
    if draft:
        if out is None:
            raise InputInvalid("Say where the draft is to go: OUT is left out for what is served.")
        imprint["title"] += " (draft)"
    out = out or settings.register
    check_ours(out)
    own = (settings.agreement or default_path(),) if log is None else ()
    files = [file for path in (*own, *agreements) for file in _files(path)]
    wanted = partial(
        Wanted,
        imprint=Imprint(**imprint),
        period=parse_period(first, last),
        rule=rule(settings.register_smallest if smallest is None else smallest),
        agreements=tuple(read_bytes(file) for file in files),
        records=records,
        meetings=Meetings(meetings, suppliers, answers, settings) if meetings else None,
    )
    fault = ""
    if log is None:
        built, entry, fault = (_drafted if draft else _own)(settings, out, wanted)
    else:
        with _source(settings, log, key) as source:
            built, entry = build_site(out, wanted(source)), None
    if as_json:
        print_json({"folder": str(out), **_plain(built), "entry": entry, "fault": fault})
    else:
        say(f"{str(out)!r} holds {plural(built.pages, 'page')} in {plural(built.files, 'file')}.")
        say(f"SHA-256 of its list of files, index.json: {built.sha256}")
    if entry is not None and not as_json:
        note(f"Entry {entry} of the log says so.")
    if fault:
        note(
            "bernard: The register is made and logged, but the log is not published with that entry "
            f"yet. {fault} A server publishes it as soon as it can; `bernard ledger publish` tries now."
        )
        context.exit(1)


def _own(
    settings: Settings, out: Path, wanted: Callable[[Source], Wanted]
) -> tuple[Built, int | None, str]:
    """The register of this home's log, as it is published and cosigned by its witnesses.

    Gives also the entry of the log, and why it is not published yet.
    """
    with closing(open_store(settings)) as store:
        ledger = open_ledger(settings, store)
        publisher = open_publisher(settings, ledger)
        # An empty log says so itself.
        ledger.checkpoint()
        ledger.check()
        _ask_first(publisher)
        source = open_source(files_in(settings.log_folder), ledger.vkey)
        built = build_site(out, wanted(source))
        entry = _publication(settings, store, ledger, built, source.checkpoint.size)
        try:
            publisher.publish(_WAIT_S)
        except Error as error:
            return built, entry, str(error)
    return built, entry, ""


def _drafted(
    settings: Settings, out: Path, wanted: Callable[[Source], Wanted]
) -> tuple[Built, int | None, str]:
    """The register as it would be, of which neither the log nor anybody outside learns."""
    with closing(open_store(settings)) as store:
        ledger = open_ledger(settings, store)
        return build_site(out, wanted(open_source(ledger.files(), ledger.vkey))), None, ""


def _ask_first(publisher: Publisher) -> None:
    """Publish the log as it is: who is not there now will not be there for the register's entry."""
    try:
        publisher.publish(_WAIT_S, anew=True)
    except TooFewWitnesses as error:
        raise TooFewWitnesses(f"No register was made. {error}") from error


def _publication(
    settings: Settings, store: Store, ledger: StoredLedger, built: Built, size: int
) -> int:
    # A step of the figures ends there, so that editions of them cannot be set against one another.
    entry = Entry(
        "publication",
        int(time.time()),
        of=size,
        what="register",
        file_sha256=built.sha256,
        files=built.files,
    )
    writer = Writer(ledger, read_step(settings.ledger_time))
    with store.write(durable=True) as c:
        return writer.write_one(c, entry).number


@contextmanager
def _source(settings: Settings, log: str, key: str | None) -> Iterator[Source]:
    """Another log, from a folder or over HTTP."""
    if not key:
        raise InputInvalid("--log needs --key, the public key of that log.")
    with log_at(settings, log) as files:
        yield open_source(files, key)


def _files(path: Path) -> list[Path]:
    return sorted(agreement_files(path)) if path.is_dir() else [path]


def _plain(built: Built) -> dict[str, object]:
    return {"pages": built.pages, "files": built.files, "sha256": built.sha256}
