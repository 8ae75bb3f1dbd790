"""Make the site: every page, the tables beside them, the log, and the list of it all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bernard.errors import InputInvalid
from bernard.ledger import verify_page
from bernard.ledger.tlog import ENTRIES, places
from bernard.ledger.tlog.tiles import pack
from bernard.look import STATIC
from bernard.register.figures import figures, sectioned
from bernard.register.site import agreements, completeness, counted, pages
from bernard.register.site.drawing import draw
from bernard.register.site.folder import replacing
from bernard.register.site.giving import as_csv, as_json
from bernard.register.site.manifest import MANIFEST, beside, listed, manifest, sha256
from bernard.register.site.source import Source
from bernard.register.site.survey import Survey, survey
from bernard.register.site.wanted import Wanted, said
from bernard.register.types import Page

_SCRIPT = "verify_log.py"


@dataclass(frozen=True)
class Built:
    """What was written.

    Attributes:
        files: how many, without the list of them.
        sha256: of that list, `index.json`; it goes into the log.
    """

    pages: int
    files: int
    sha256: str


def build(out: Path, wanted: Wanted) -> Built:
    """Write the site into a folder, in the place of the one that is there.

    The same log and the same wants give the same bytes.

    Raises:
        FolderNotOurs: the folder holds what no build of ours put there; it is left as it is.
        InputInvalid: the folder cannot be written, or two pages want the same path.
    """
    with replacing(out) as put:
        found = survey(wanted.source)
        site = said(wanted, found)
        made = _pages(wanted, found, site)
        written = []
        for path, data in _files(wanted, found, site, made):
            put(path, data)
            written.append(listed(path, data))
        index = manifest(site, made, written)
        put(MANIFEST, index)
    return Built(len(made), len(written), sha256(index))


def _pages(wanted: Wanted, found: Survey, site: dict[str, Any]) -> list[Page]:
    witnesses = wanted.source.witnesses()
    checkpoint = site["checkpoint"]["note"]
    histories = found.agreements.histories(wanted.agreements)
    log = pages.log_name(site)
    tables = figures(
        enumerate(wanted.source.entries()),
        checkpoint,
        rule=wanted.rule,
        period=wanted.period,
        log=log,
    )
    sections = sectioned(tables)
    made = [
        *agreements.pages(histories, found.newest_day),
        *counted.pages(sections),
        *wanted.pages,
        pages.verify(site, sha256(verify_page.files()[_SCRIPT])),
        completeness.page(found, sections[counted.COMPLETENESS], checkpoint, log, site["key"]),
        pages.checkpoints(found, witnesses, checkpoint),
        *pages.about((wanted.rule.words,)),
    ]
    made.append(pages.downloads(made))
    made.insert(
        0, pages.home(wanted.imprint.title, found, witnesses, counted.headlines(tables), made)
    )
    _check_paths(made)
    return made


def _check_paths(made: Sequence[Page]) -> None:
    seen = set()
    for page in made:
        if page.path in seen:
            raise InputInvalid(f"Two pages of the register want the path {page.path!r}.")
        seen.add(page.path)


def _files(
    wanted: Wanted, found: Survey, site: Mapping[str, Any], made: Sequence[Page]
) -> Iterator[tuple[str, bytes]]:
    """Every file of the site but the list of them."""
    for page in made:
        yield page.path, draw(page, made, site).encode()
        yield from page.files.items()
        for table in page.tables:
            paths = beside(page, table.id)
            yield paths["csv"], as_csv(table)
            yield paths["json"], as_json(table)
    yield from agreements.texts(found.agreements.histories(wanted.agreements)).items()
    for file in sorted(STATIC.iterdir()):
        yield f"assets/{file.name}", file.read_bytes()
    ours = verify_page.files()
    yield "verify/browser.html", ours["index.html"]
    yield f"verify/{_SCRIPT}", ours[_SCRIPT]
    yield "checkpoints/checkpoint.txt", site["checkpoint"]["note"].encode()
    if not wanted.imprint.log_address:
        yield from _log(wanted.source)


def _log(source: Source) -> Iterator[tuple[str, bytes]]:
    """A copy of the log, up to the checkpoint, that can be verified on its own."""
    yield "log/checkpoint", str(source.note).encode()
    for at in places(source.checkpoint.size):
        if at.level == ENTRIES:
            yield f"log/{at.path}", pack(source.files.entries(at.number, at.width))
        else:
            yield f"log/{at.path}", source.files.tile(at)
