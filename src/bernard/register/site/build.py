"""Make the site: every page drawn, the tables beside them, the log, and the list of it all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bernard.errors import InputInvalid
from bernard.ledger import verify_page
from bernard.ledger.tlog import ENTRIES, places
from bernard.ledger.tlog.tiles import pack
from bernard.look.render import STATIC
from bernard.register.site.contents import SCRIPT, Contents, contents
from bernard.register.site.drawing import draw
from bernard.register.site.folder import check_ours, replacing
from bernard.register.site.giving import as_csv, as_json
from bernard.register.site.manifest import MANIFEST, Listed, beside, listed, manifest, sha256
from bernard.register.site.source import Source
from bernard.register.site.wanted import Wanted


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
        InputInvalid: the folder cannot be written, a record cannot be used, or two pages want the
            same path.
    """
    check_ours(out)
    made = contents(wanted)
    with replacing(out) as put:
        written: dict[str, Listed] = {}
        for path, data in _files(wanted, made):
            if path in written:
                raise InputInvalid(f"Two parts of the register want the path {path!r}.")
            put(path, data)
            written[path] = listed(path, data)
        index = manifest(made.site, made.pages, written.values())
        put(MANIFEST, index)
    return Built(len(made.pages), len(written), sha256(index))


def _files(wanted: Wanted, made: Contents) -> Iterator[tuple[str, bytes]]:
    """Every file of the site but the list of them."""
    for page in made.pages:
        yield page.path, draw(page, made.pages, made.site).encode()
        yield from page.files.items()
        for table in page.tables:
            paths = beside(page, table.id)
            yield paths["csv"], as_csv(table)
            yield paths["json"], as_json(table)
    yield from made.texts.items()
    for file in sorted(STATIC.iterdir()):
        yield f"assets/{file.name}", file.read_bytes()
    ours = verify_page.files()
    yield "verify/browser.html", ours["index.html"]
    yield f"verify/{SCRIPT}", ours[SCRIPT]
    yield "checkpoints/checkpoint.txt", made.site["checkpoint"]["note"].encode()
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
