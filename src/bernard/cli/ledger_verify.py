"""`bernard ledger verify`, `receipt`, `check-receipt` and `key`: what anybody can check of a log."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec

from bernard.cli.output import Progress, json_option, note, print_json, say
from bernard.config import Settings, load
from bernard.errors import InputInvalid
from bernard.ledger import StoredLedger, open_ledger
from bernard.ledger.audit import Audit
from bernard.ledger.published import receipt_of
from bernard.ledger.publisher_opening import read_policy
from bernard.ledger.tlog import (
    LogFiles,
    Policy,
    VerifierKey,
    check_receipt,
    files_in,
    parse_receipt,
)
from bernard.ledger.tlog.checkpoint import cosigned_by
from bernard.ledger.verifying import Outcome, verify_log
from bernard.store.database import open_store

FINDINGS_SHOWN = 10
FETCH_WITHIN_S = 60.0
key_option = click.option("--key", "vkey", help="Public key of the log, from `bernard ledger key`.")
policy_option = click.option(
    "--policy",
    "policy_file",
    type=click.Path(path_type=Path),
    help="Policy file (C2SP tlog-policy): the log's key, and which witnesses must have seen it.",
)


@click.command()
@click.argument("place", required=False)
@key_option
@policy_option
@click.option(
    "--seen",
    type=click.Path(path_type=Path),
    help="File with the checkpoint seen last; without it one for each log is kept in `home`.",
)
@json_option
@click.pass_context
def verify(
    context: click.Context,
    place: str | None,
    vkey: str | None,
    policy_file: Path | None,
    seen: Path | None,
    as_json: bool,
) -> None:
    """Check a whole log: this machine's own, or the one in a folder or at an address.

    Signatures, witnesses, every tile, every entry against the agreement it names, and that the log
    extends what was seen of it the last time.

    \b
    Example: bernard ledger verify https://bernard.example.gov.uk/ledger --key VKEY
    JSON keys: entries, root, checkpoint, fault (empty when the log holds), cosigned, extends, kept,
    audit.
    """
    settings = load()
    progress = Progress("Entries read")
    if place is None:
        if vkey or policy_file or seen:
            raise InputInvalid(
                "Name the folder or the address of the log too. Without one, this machine's own log is "
                "checked in its database, by its own key."
            )
        outcome = _verify_own(settings)
    else:
        policy = _policy(settings, vkey, policy_file)
        if seen is None:
            seen = settings.home / "seen"
            seen.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _files(settings, place) as files:
            outcome = verify_log(files, policy, seen, progress.show)
    progress.finish()
    if as_json:
        print_json(_plain(outcome))
    else:
        _tell(outcome)
    if not outcome.holds:
        context.exit(1)


@click.command()
@click.argument("number", type=click.IntRange(min=0))
@click.option("--out", type=click.Path(path_type=Path), help="File for the receipt.")
@click.option(
    "--entry", "body", type=click.Path(path_type=Path), help="File for the entry's own bytes."
)
def receipt(number: int, out: Path | None, body: Path | None) -> None:
    """Write the receipt of an entry: proof that it is in the log, for whoever keeps it.

    \b
    Example: bernard ledger receipt 0 --out 0.tlog-proof --entry 0.json
    """
    settings = load()
    with _own(settings) as log:
        text = str(receipt_of(log, settings.log_folder, number))
        if body:
            _write(body, log.get(number).body.encode())
    if out is None:
        click.echo(text, nl=False)
        return
    _write(out, text.encode())
    note(f"The receipt is in {out}.")


@click.command("check-receipt")
@click.argument("file", type=click.File("rb"))
@click.option("--entry", type=click.File("rb"), required=True, help="File with the entry's bytes.")
@key_option
@policy_option
@json_option
def check_receipt_file(
    file: Any, entry: Any, vkey: str | None, policy_file: Path | None, as_json: bool
) -> None:
    """Check a receipt on this machine alone: nothing is asked of the log or anybody.

    \b
    Example: bernard ledger check-receipt 0.tlog-proof --entry 0.json --key VKEY
    JSON keys: number, origin, entries, cosigned.
    """
    policy = _policy(load(), vkey, policy_file)
    found = parse_receipt(file.read())
    checkpoint = check_receipt(found, entry.read(), policy)
    cosigned = cosigned_by(found.checkpoint, policy.witnesses)
    if as_json:
        named = {"number": found.index, "origin": checkpoint.origin, "entries": checkpoint.size}
        print_json({**named, "cosigned": _dates(cosigned)})
        return
    say(
        f"The receipt holds: this is entry {found.index} of {checkpoint.origin}, under its checkpoint "
        f"of {checkpoint.size:,} entries."
    )
    _tell_witnesses(cosigned)


@click.command()
@json_option
def key(as_json: bool) -> None:
    """Print the public key of this log, which others check it with.

    \b
    Example: bernard ledger key
    JSON keys: origin, key.
    """
    with _own(load()) as log:
        vkey = log.vkey
    origin = VerifierKey.parse(vkey).name
    if as_json:
        print_json({"origin": origin, "key": vkey})
        return
    note(f"The log's origin is {origin}.")
    say(vkey)


@contextmanager
def _own(settings: Settings) -> Iterator[StoredLedger]:
    """This machine's log, without the rest of Bernard."""
    with closing(open_store(settings)) as store:
        yield open_ledger(settings, store)


@contextmanager
def _files(settings: Settings, place: str) -> Iterator[LogFiles]:
    if "://" not in place:
        folder = Path(place)
        if not folder.is_dir():
            raise InputInvalid(
                f"There is no folder {place!r}. Name a folder, or an address with https://."
            )
        yield files_in(folder)
        return
    # A tenth of a second to import, which a look at a folder need not spend.
    from bernard.ledger.remote import Remote
    from bernard.ledger.web_client import WebClient

    with (
        WebClient(settings.ca_file, FETCH_WITHIN_S) as web,
        closing(Remote(place, web)) as remote,
    ):
        yield remote.files()


def _verify_own(settings: Settings) -> Outcome:
    audit = Audit()
    with _own(settings) as log:
        # The store says by itself what is signed for and not there, which its files cannot.
        verified = log.verify(audit.note)
    return Outcome(verified, audit.report())


def _policy(settings: Settings, vkey: str | None, policy_file: Path | None) -> Policy:
    if vkey and policy_file:
        raise InputInvalid("Give --key or --policy, not both: a policy names the log's key.")
    if policy_file or not vkey:
        named = policy_file or settings.ledger_policy
        if named is None:
            raise InputInvalid(
                "Say whose log it is: --key with the public key that its owner tells (`bernard ledger "
                "key` prints it), or --policy with a file that names the key and the witnesses."
            )
        policy = read_policy(named)
        if not policy.logs:
            raise InputInvalid(f"The policy {str(named)!r} names no log. Add a line `log KEY`.")
        return policy
    return Policy(logs=[VerifierKey.parse(vkey)])


def _tell(outcome: Outcome) -> None:
    verified, report = outcome.verified, outcome.report
    if verified.fault:
        say(f"The log does not hold. {verified.fault}")
        if outcome.kept:
            say(f"What it showed now is kept in {outcome.kept}, beside what was seen before.")
        return
    say(f"The log holds: {verified.entries:,} entries, root {verified.root}.")
    if outcome.extends:
        say(f"It extends the {outcome.extends:,} entries seen before.")
    _tell_witnesses(outcome.cosigned)
    if report.faults:
        say(f"What it says does not hold: {report.faults:,} faults.")
    broken = [finding for finding in report.findings if not finding.weak]
    for finding in broken[:FINDINGS_SHOWN]:
        say(f"Entry {finding.number}: {finding.sentence}")
    if report.weak:
        say(f"{report.weak:,} findings may have a reason that the log does not show: see --json.")


def _tell_witnesses(cosigned: Mapping[str, int]) -> None:
    for name, at in _dates(cosigned).items():
        say(f"Seen by the witness {name} at {at}.")


def _dates(cosigned: Mapping[str, int]) -> dict[str, str]:
    return {
        name: datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        for name, at in cosigned.items()
    }


def _plain(outcome: Outcome) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(outcome.verified),
        "cosigned": _dates(outcome.cosigned),
        "extends": outcome.extends,
        "kept": str(outcome.kept) if outcome.kept else "",
        "audit": msgspec.to_builtins(outcome.report),
    }


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputInvalid(f"{str(path)!r} cannot be written: {error.strerror}.") from error
