"""What goes into redact and what comes out."""

from __future__ import annotations

import msgspec

from bernard.privacy.documents import Box, Kind

# Kinds that no detector gives: a picture that nobody could read, one that was read but may show a
# face, an area that a person drew, and words that a person added.
UNREAD, PICTURE, AREA, ASKED_FOR = "UNREAD-PICTURE", "PICTURE", "AREA", "WORDS-YOU-ADDED"


class Proposal(msgspec.Struct, frozen=True):
    """Something that is proposed to be taken out of a page, or was decided upon.

    Attributes:
        page: counted from 0.
        start, end: in the page's text; equal where an area goes.
        box: the area, for what is not text.
        taken: whether it goes. All that is found does until a person says otherwise.
    """

    page: int
    start: int
    end: int
    kind: str
    why: str
    score: float = 1.0
    box: Box | None = None
    taken: bool = True


class Redacted(msgspec.Struct, frozen=True):
    """A finished file, and what was done to it.

    Attributes:
        taken, left: how many of each kind went, and were proposed and left.
        notes: what else is not in the new file, and what a person must know, a sentence each.
    """

    data: bytes
    kind: Kind
    pages: int
    taken: dict[str, int]
    left: dict[str, int]
    notes: tuple[str, ...]
