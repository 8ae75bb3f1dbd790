"""Files of Word and Excel are ZIP archives; here they are made without the time of day."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# The earliest that ZIP can say.
_WHEN = (1980, 1, 1, 0, 0, 0)


def entry(name: str) -> ZipInfo:
    """The heading of a file in an archive: the same on every day and every machine."""
    made = ZipInfo(name, _WHEN)
    made.compress_type = ZIP_DEFLATED
    made.create_system, made.external_attr = 0, 0
    return made


def repacked(archive: bytes) -> bytes:
    """The same archive with every time in it set to one that never changes."""
    written = io.BytesIO()
    with (
        ZipFile(io.BytesIO(archive)) as old,
        ZipFile(written, "w", ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for info in old.infolist():
            new.writestr(entry(info.filename), old.read(info.filename))
    return written.getvalue()
