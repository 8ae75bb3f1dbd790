"""What the process that opens documents and its owner say to each other."""

from __future__ import annotations

import msgspec

from bernard.privacy.documents.limits import Limits
from bernard.privacy.documents.types import Cut, Kind, Page


class Open(msgspec.Struct, frozen=True, tag=True):
    """Open this document in place of the one before."""

    data: bytes
    limits: Limits


class Read(msgspec.Struct, frozen=True, tag=True):
    """Read a page."""

    number: int


class Know(msgspec.Struct, frozen=True, tag=True):
    """Take a page as it was read before."""

    number: int
    page: Page


class TakeOut(msgspec.Struct, frozen=True, tag=True):
    """Cut a page."""

    number: int
    cuts: tuple[Cut, ...]


class Finish(msgspec.Struct, frozen=True, tag=True):
    """Make the new file, and look through it for what was taken out."""

    values: tuple[str, ...]


class Opened(msgspec.Struct, frozen=True, tag=True):
    """What the document is."""

    kind: Kind
    pages: int
    notes: tuple[str, ...]


class Done(msgspec.Struct, frozen=True, tag=True):
    """That is done."""


class Finished(msgspec.Struct, frozen=True, tag=True):
    """The new file, or what is wrong with it."""

    data: bytes = b""
    faults: tuple[str, ...] = ()


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The document cannot be read, or is over a limit."""

    message: str
    too_large: bool = False


class PageRead(msgspec.Struct, frozen=True, tag=True):
    """The page."""

    page: Page


Asked = Open | Read | Know | TakeOut | Finish
Said = Opened | PageRead | Done | Finished | Failed
