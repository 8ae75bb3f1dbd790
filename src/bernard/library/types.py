"""What the library takes in and gives out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PageStart:
    """Where a page, sheet or slide begins in the extracted text.

    Attributes:
        label: what a reader calls it: `3`, `Sheet "Costs"`, `Slide 2`.
    """

    start: int
    label: str


@dataclass(frozen=True)
class Heading:
    """A heading in the extracted text; level 1 is the highest."""

    start: int
    end: int
    level: int


@dataclass(frozen=True)
class Attachment:
    """A file found inside another."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Record:
    """A document that a file of records holds, already read; `name` is unique in the file."""

    name: str
    text: str
    title: str = ""
    headings: tuple[Heading, ...] = ()


@dataclass(frozen=True)
class Extracted:
    """The text of a document and its places.

    Attributes:
        text: NFC, lines end in a line feed, no control or Unicode-tag characters.
        media_type: what the file is by its content (`application/pdf`).
        notes: what was left out or uncertain, one plain sentence each (`Page 3 is a scan ...`).
        attachments: files inside this one, to be read as documents of their own.
        records: documents inside this one that are read already (the lines of a .jsonl).
    """

    text: str
    title: str = ""
    pages: tuple[PageStart, ...] = ()
    headings: tuple[Heading, ...] = ()
    notes: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    records: tuple[Record, ...] = ()
    media_type: str = ""


@dataclass(frozen=True)
class Hit:
    """A passage that a search found.

    Attributes:
        start, end: character range in the document's extracted text; `text` is exactly that slice.
        page: label of the page the passage starts on, empty where the format has none.
        heading: path of headings above it, joined by ` > `.
        score: higher is better; from 0 to 1, how sure the search is that it answers the query.
    """

    id: int
    document: str
    name: str
    page: str
    heading: str
    start: int
    end: int
    score: float
    text: str
