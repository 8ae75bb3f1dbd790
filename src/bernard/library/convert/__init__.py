"""Files of many kinds to text with places, read in a sandbox, because anybody may have made them.

`Converter` reads many files with processes that it keeps; `convert` reads one.
"""

from __future__ import annotations

from pathlib import Path

from bernard.config import Settings
from bernard.library.convert.kinds import READ, Kind
from bernard.library.convert.limits import Limits
from bernard.library.convert.pool import Converter
from bernard.library.types import Extracted

__all__ = ["READ", "Converter", "Kind", "Limits", "convert"]


def convert(name: str, source: bytes | Path, settings: Settings | None = None) -> Extracted:
    """The text of one file, read by a process that is started for it; see `Converter.convert`."""
    with Converter(settings) as converter:
        return converter.convert(name, source)
