"""Files of Word and Excel are ZIP archives; here they are made without the time of day."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# The earliest that ZIP can say.
_WHEN = (1980, 1, 1, 0, 0, 0)


def repacked(archive: bytes) -> bytes:
    """The same archive with every time in it set to one that never changes."""
    written = io.BytesIO()
    with ZipFile(io.BytesIO(archive)) as old, ZipFile(written, "w", ZIP_DEFLATED) as new:
        for info in old.infolist():
            one = ZipInfo(info.filename, _WHEN)
            one.compress_type = ZIP_DEFLATED
            one.external_attr = 0o600 << 16
            new.writestr(one, old.read(info.filename), compresslevel=6)
    return written.getvalue()
