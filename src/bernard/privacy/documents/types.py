"""What a document is to whoever redacts it: pages of words with places, and what cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Only the confined process opens pictures: whoever hands one to it need not load NumPy.
Pixels: TypeAlias = "NDArray[np.uint8]"
Kind = Literal["pdf", "docx", "picture", "text"]
# How a page was read: not at all, from its own text, from its picture, or from both.
How = Literal["nothing", "text", "picture", "both"]


class Box(msgspec.Struct, frozen=True, array_like=True):
    """A rectangle on a page, from its top left corner, in the page's own units."""

    left: float
    top: float
    right: float
    bottom: float


class Word(msgspec.Struct, frozen=True, array_like=True):
    """A run of letters on one line: where it is in the page's text, and on the page."""

    start: int
    end: int
    box: Box


class Page(msgspec.Struct, frozen=True):
    """A page.

    Attributes:
        width, height: in points, or pixels of a picture; 0 where the page has no look of its own.
        words: those of `text` in its order; empty where the page has no look of its own.
        unread: areas that show something in which no text could be looked for.
        drawn: pictures on it that were read; they may show a face or a signature all the same.
        picture: the page as a JPEG to look at, empty where it has no look of its own.
        notes: what a person must know of it, a sentence each.
    """

    width: float
    height: float
    text: str
    words: tuple[Word, ...] = ()
    unread: tuple[Box, ...] = ()
    drawn: tuple[Box, ...] = ()
    how: How = "text"
    picture: bytes = b""
    notes: tuple[str, ...] = ()


class Cut(msgspec.Struct, frozen=True, order=True):
    """What is to be taken out of a page: a range of its text, or an area where there is a box.

    Attributes:
        label: what stands in its place for those who cannot see the black: `[redacted: name]`.
    """

    start: int
    end: int
    label: str
    box: Box | None = None


class Paper(Protocol):
    """A document that is open: read page by page, then cut page by page."""

    @property
    def kind(self) -> Kind:
        """What it is by its content."""
        ...

    @property
    def pages(self) -> int:
        """How many pages it has."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """What of it is left out of whatever is made from it, a sentence each."""
        ...

    def page(self, number: int) -> Page:
        """The page, counted from 0."""
        ...

    def know(self, number: int, page: Page) -> None:
        """Take the page as it was read before, perhaps by another process."""
        ...

    def cut(self, number: int, cuts: Sequence[Cut]) -> None:
        """Take these out of the page; each page is cut once, in order."""
        ...

    def finish(self) -> bytes:
        """The new document, of the pages as they were cut."""
        ...


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """A word that a reader saw, and how sure it is of it, from 0 to 1."""

    text: str
    box: Box
    score: float = 1.0


class Reader(Protocol):
    """Reads the words in a picture."""

    def read(self, pixels: Pixels) -> list[list[Seen]]:
        """The words in reading order, a list for each line; places in pixels.

        Args:
            pixels: height, width and three colours.
        """
        ...
