"""A document's text as it is being read: blocks with places, within the limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from bernard.errors import DocumentTooLarge
from bernard.library.convert.limits import Limits
from bernard.library.convert.names import safe_name, unique
from bernard.library.types import Attachment, Extracted, Heading, PageStart, Record
from bernard.text.clean import clean

MAX_HEADING = 300
MAX_NOTES = 200
SEPARATOR = "\n\n"

_TRAILING = re.compile(r"[ \t]+(?=\n)")
_BLANK_LINES = re.compile(r"\n{3,}")
_SPACES = re.compile(r"\s+")


class Draft:
    """Collects text, page starts, headings, notes, attachments and records of one document."""

    def __init__(self, limits: Limits, still_reading: Callable[[], None] = lambda: None) -> None:
        """Start empty; the limits hold for everything added."""
        self.limits = limits
        self.still_reading = still_reading
        self.title = ""
        self._blocks: list[str] = []
        self._length = 0
        self._spent = 0
        self._pages: list[PageStart] = []
        self._headings: list[Heading] = []
        self._notes: list[str] = []
        self._notes_left_out = 0
        self._attachments: list[Attachment] = []
        self._attached = 0
        self._names: dict[str, int] = {}
        self._records: list[Record] = []

    def paragraph(self, text: str) -> None:
        """Add a block of text as it stands, line breaks included; an empty one adds nothing."""
        block = tidy(text)
        if block:
            self._place(block)

    def paragraphs(self, texts: Iterable[str]) -> None:
        """Add each as a block of its own."""
        for text in texts:
            self.paragraph(text)

    def heading(self, text: str, level: int) -> None:
        """Add a heading on one line; what is too long to be one becomes a paragraph."""
        block = _SPACES.sub(" ", tidy(text)).strip()
        if not block:
            return
        start = self._place(block)
        if len(block) <= MAX_HEADING:
            self._headings.append(Heading(start, start + len(block), min(max(level, 1), 6)))

    def verbatim(self, text: str, headings: Iterable[Heading]) -> None:
        """Add text that is clean already, with headings at offsets into it."""
        if text:
            start = self._place(text)
            self._headings += [Heading(start + h.start, start + h.end, h.level) for h in headings]

    def page(self, label: str) -> None:
        """Begin a page, sheet or slide; the next block is the first on it."""
        label = one_line(label)
        if len(self._pages) >= self.limits.max_pages:
            raise too_many_pages(len(self._pages) + 1, self.limits)
        self._pages.append(PageStart(self._next_start(), label))

    def note(self, sentence: str) -> None:
        """Say what was left out or is uncertain, once."""
        sentence = one_line(sentence)
        if sentence in self._notes:
            return
        if len(self._notes) < MAX_NOTES:
            self._notes.append(sentence)
        else:
            self._notes_left_out += 1

    def attach(self, name: str, data: bytes) -> None:
        """Add a file found inside this one, under a name that is safe and unique."""
        self._attached += len(data)
        if len(self._attachments) >= self.limits.max_members:
            raise DocumentTooLarge(
                f"holds more than {self.limits.max_members:,} files. Split it, "
                "or raise BERNARD_MAX_MEMBERS."
            )
        if self._attached > self.limits.max_bytes:
            raise unpacks_to_too_much(self.limits)
        self._attachments.append(Attachment(unique(safe_name(name), self._names), data))

    def record(self, name: str, text: str, title: str, headings: tuple[Heading, ...]) -> None:
        """Add a document that is read already and kept verbatim."""
        self._count(len(text))
        name = unique(safe_name(name), self._names)
        self._records.append(Record(name, text, one_line(title), headings))

    def finish(self, media_type: str) -> Extracted:
        """What was collected, with places as offsets into exactly the joined text."""
        text = SEPARATOR.join(self._blocks)
        notes = self._notes[:]
        if self._notes_left_out:
            notes.append(f"There are {self._notes_left_out:,} more notes like these.")
        return Extracted(
            text=text,
            title=one_line(self.title),
            pages=tuple(PageStart(min(p.start, len(text)), p.label) for p in self._pages),
            headings=tuple(self._headings),
            notes=tuple(notes),
            attachments=tuple(self._attachments),
            records=tuple(self._records),
            media_type=media_type,
        )

    def _next_start(self) -> int:
        return self._length + len(SEPARATOR) if self._blocks else 0

    def _place(self, block: str) -> int:
        start = self._next_start()
        self._count(len(block) + len(SEPARATOR))
        self._blocks.append(block)
        self._length = start + len(block)
        return start

    def _count(self, characters: int) -> None:
        self._spent += characters
        if self._spent > self.limits.max_text:
            raise too_much_text(self.limits)


def tidy(text: str) -> str:
    """The text clean, without blanks around it, at line ends, or more than one blank line."""
    text = clean(text)
    if "\n" in text:
        text = _BLANK_LINES.sub("\n\n", _TRAILING.sub("", text))
    return text.strip()


def one_line(text: str, most: int = MAX_HEADING) -> str:
    """The text clean, on one line and not too long to show."""
    line = _SPACES.sub(" ", clean(text[: most * 4])).strip()
    return line if len(line) <= most else line[: most - 1] + "…"


def too_much_text(limits: Limits) -> DocumentTooLarge:
    """The error for a document with more text than is taken."""
    return DocumentTooLarge(
        f"holds more than {limits.max_text:,} characters of text. Split it, "
        "or raise BERNARD_MAX_TEXT_MB."
    )


def too_many_pages(pages: int, limits: Limits) -> DocumentTooLarge:
    """The error for a document with more pages, sheets or slides than are read."""
    return DocumentTooLarge(
        f"has {pages:,} pages or more; at most {limits.max_pages:,} are read. Split it, "
        "or raise BERNARD_MAX_PAGES."
    )


def unpacks_to_too_much(limits: Limits) -> DocumentTooLarge:
    """The error for an archive or message whose files are too large together."""
    return DocumentTooLarge(
        f"unpacks to more than {limits.max_bytes / 1e6:,.0f} MB. Send its files one by one, "
        "or raise BERNARD_MAX_FILE_MB."
    )
