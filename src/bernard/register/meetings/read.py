"""One file, or an archive of files, as records: what the confined process does."""

from __future__ import annotations

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert.archive import Archive
from bernard.library.convert.limits import Limits
from bernard.library.convert.names import safe_name
from bernard.register.meetings.grids import grids, is_archive
from bernard.register.meetings.sheet import read_sheet
from bernard.register.meetings.types import FileFault, Reading, joined

MAX_NESTING = 2
_SKIPPED = ("__MACOSX/", ".DS_Store", "Thumbs.db")
_PASSED_ENDINGS = (".pdf", ".doc", ".docx", ".odt", ".html", ".htm", ".txt", ".md", ".png", ".jpg")


def read_file(name: str, data: bytes, limits: Limits, nesting: int = MAX_NESTING) -> Reading:
    """All rows of a file, and of each file in it where it is an archive; a fault stops no other."""
    try:
        if is_archive(data, limits):
            return _archive(name, data, limits, nesting)
        return joined([read_sheet(name, grid) for grid in grids(data, limits)])
    except (DocumentUnreadable, DocumentTooLarge) as error:
        return Reading(faults=(FileFault(name, str(error)),))


def _archive(name: str, data: bytes, limits: Limits, nesting: int) -> Reading:
    if not nesting:
        return Reading(faults=(FileFault(name, "is an archive too deep within others."),))
    archive = Archive(data, limits)
    found = []
    for member in archive.files():
        inside = f"{name}/{safe_name(member.filename)}"
        if any(part in member.filename for part in _SKIPPED):
            continue
        if member.filename.lower().endswith(_PASSED_ENDINGS):
            found.append(Reading(faults=(FileFault(inside, "is no table, so it was not read."),)))
            continue
        try:
            found.append(read_file(inside, archive.read(member), limits, nesting - 1))
        except (DocumentUnreadable, DocumentTooLarge) as error:
            found.append(Reading(faults=(FileFault(inside, str(error)),)))
    return joined(found) if found else Reading(faults=(FileFault(name, "holds no files."),))
