"""Plain text: what goes is replaced in the text itself."""

from __future__ import annotations

from collections.abc import Sequence

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.privacy.documents.limits import Limits
from bernard.privacy.documents.types import Cut, Kind, Page

A_PAGE = 4000
_MARK = b"\xef\xbb\xbf"


class TextPaper:
    """A text in UTF-8, cut into pages between lines so that each can be looked at."""

    kind: Kind = "text"
    notes: Sequence[str] = ()

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Decode it.

        Raises:
            DocumentUnreadable: it is not UTF-8 text.
            DocumentTooLarge: it is longer than is taken.
        """
        try:
            text = data.removeprefix(_MARK).decode("utf-8")
        except UnicodeDecodeError as error:
            raise DocumentUnreadable(
                "is not a PDF, a Word document (.docx), a picture or a text in UTF-8, "
                "which are what can be redacted."
            ) from error
        if len(text) > limits.max_text:
            raise DocumentTooLarge(f"holds more than {limits.max_text:,} characters. Split it.")
        self._pages = in_pages(text)
        self._cut: list[str] = []
        self.pages = len(self._pages)

    def page(self, number: int) -> Page:
        """The page."""
        return Page(0, 0, self._pages[number])

    def know(self, number: int, page: Page) -> None:
        """A text is read the same way each time."""

    def cut(self, number: int, cuts: Sequence[Cut]) -> None:
        """Put the label of each cut in its place."""
        self._cut.append(replaced(self._pages[number], cuts))

    def finish(self) -> bytes:
        """The pages as one text again."""
        return "".join(self._cut).encode()


def in_pages(text: str) -> list[str]:
    """The text in pieces that end with a line where they can; together they are the text."""
    pages, start = [], 0
    while len(text) - start > A_PAGE * 3 // 2:
        end = text.rfind("\n", start, start + A_PAGE) + 1
        if end <= start:
            end = text.rfind(" ", start, start + A_PAGE) + 1 or start + A_PAGE
        end = max(end, start + 1)
        pages.append(text[start:end])
        start = end
    return [*pages, text[start:]]


def replaced(text: str, cuts: Sequence[Cut]) -> str:
    """The text with a label for each cut; those that touch have one."""
    out, at = [], 0
    for cut in sorted(cuts):
        if cut.end <= at:
            continue
        out += [text[at : max(cut.start, at)], cut.label] if cut.start >= at else []
        at = cut.end
    return "".join([*out, text[at:]])
