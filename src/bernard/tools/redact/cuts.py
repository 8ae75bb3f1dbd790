"""Decisions to cuts: what goes from each page, what stands in its place, what must not be found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from bernard.privacy.documents import Box, Cut, Page
from bernard.privacy.documents.layout import Gone
from bernard.privacy.documents.values import places
from bernard.tools.redact.types import AREA, ASKED_FOR, PICTURE, UNREAD, Proposal

_NAMED = {
    "PERSON": "name",
    "PUBLIC-FIGURE": "name",
    "CODE": "number",
    UNREAD: "picture",
    PICTURE: "picture",
    AREA: "area",
    ASKED_FOR: "words",
    "NHS-NUMBER": "NHS number",
    "NATIONAL-INSURANCE-NUMBER": "National Insurance number",
    "EMAIL": "email address",
}


def in_words(kind: str) -> str:
    """A kind as people say it.

    >>> in_words("DATE-OF-BIRTH")
    'date of birth'
    """
    return _NAMED.get(kind) or kind.replace("-", " ").lower()


def cuts_of(proposals: Iterable[Proposal], page: int) -> list[Cut]:
    """What goes from this page; ranges that touch are one."""
    cuts: list[Cut] = []
    mine = (p for p in proposals if p.page == page and p.taken)
    for p in sorted(mine, key=lambda p: (p.start, p.end)):
        label = f"[redacted: {in_words(p.kind)}]"
        if p.box is None and cuts and cuts[-1].box is None and p.start < cuts[-1].end:
            last = cuts[-1]
            cuts[-1] = Cut(last.start, max(last.end, p.end), last.label)
        else:
            cuts.append(Cut(p.start, p.end, label, p.box))
    return cuts


def boxes_of(page: Page, proposal: Proposal) -> list[Box]:
    """Where a proposal stands on the page; nowhere where the page has no look of its own."""
    return Gone(page.words, [Cut(proposal.start, proposal.end, "", proposal.box)]).boxes


def values_gone(proposals: Sequence[Proposal], texts: Sequence[str]) -> list[str]:
    """The values that were taken out wherever they stand, so that the new file must hold none.

    One that somebody decided to leave in some place is not among them, nor is one that stands
    inside words that were left.
    """
    taken = {_value(p, texts) for p in proposals if p.taken and p.box is None}
    left = [_value(p, texts) for p in proposals if not p.taken and p.box is None]
    return sorted(value for value in taken if not _stands_in(value, left))


def _stands_in(value: str, left: Iterable[str]) -> bool:
    return any(True for words in left for _ in places(value, words, any_case=True))


def _value(proposal: Proposal, texts: Sequence[str]) -> str:
    return texts[proposal.page][proposal.start : proposal.end]


def counted(proposals: Iterable[Proposal], taken: bool) -> dict[str, int]:
    """How many of each kind."""
    return dict(sorted(Counter(p.kind for p in proposals if p.taken is taken).items()))


def notes_of(pages: Sequence[Page]) -> list[str]:
    """What a person must know of the pages."""
    unread = [str(n) for n, page in enumerate(pages, 1) if page.unread]
    read = [str(n) for n, page in enumerate(pages, 1) if page.how in ("picture", "both")]
    found = [note for page in pages for note in page.notes]
    if unread:
        found.append(
            f"Pictures on {_pages(unread)} were not looked at, as nothing here can read them; "
            "they are blacked out unless a person lets them stay."
        )
    if read:
        found.append(
            f"Text in pictures on {_pages(read)} was read by OCR, which misses words. Look at "
            "each of these pages."
        )
    return found


def _pages(numbers: Sequence[str]) -> str:
    if len(numbers) > 12:
        return f"{len(numbers)} pages"
    return f"page {numbers[0]}" if len(numbers) == 1 else f"pages {', '.join(numbers)}"
