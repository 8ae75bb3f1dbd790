"""What the process that opens workbooks and its owner say to each other, as MessagePack."""

from __future__ import annotations

import msgspec

from bernard.library.convert.limits import Limits
from bernard.tools.consult.reading.types import Sheet
from bernard.tools.consult.types import Fault


class Open(msgspec.Struct, frozen=True, tag=True):
    """Open this workbook and say what is in it."""

    data: bytes
    limits: Limits


class Opened(msgspec.Struct, frozen=True, tag=True):
    """Its kind, its sheets, and what its owner should know of it as a whole."""

    kind: str
    sheets: tuple[Sheet, ...]
    faults: tuple[Fault, ...] = ()


class Take(msgspec.Struct, frozen=True, tag=True):
    """Give rows of a sheet from this one on, counted from 0."""

    sheet: str
    start: int


class Rows(msgspec.Struct, frozen=True, tag=True):
    """Some rows, the number of the first as a spreadsheet program counts, and whether more follow."""

    rows: list[list[str]]
    first: int
    more: bool
    faults: tuple[Fault, ...] = ()


class Failed(msgspec.Struct, frozen=True, tag=True):
    """Why it cannot be read."""

    message: str
    too_large: bool = False


Asked = Open | Take
Said = Opened | Rows | Failed
