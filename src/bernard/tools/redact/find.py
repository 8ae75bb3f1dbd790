"""What to propose: findings, the same values wherever else they stand, and what nobody could read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bernard.privacy import Detector
from bernard.privacy.documents import Page
from bernard.privacy.documents.values import is_telling, places
from bernard.tools.redact.types import ASKED_FOR, PICTURE, UNREAD, Proposal

_BETWEEN = "\n\n"


def propose(pages: Sequence[Page], detector: Detector) -> list[Proposal]:
    """Everything that should go, in order of place.

    The pages are read as one text, so that what one page says of a name counts on the next.
    """
    found = list(_findings(pages, detector))
    found += _elsewhere(pages, found)
    found += [
        Proposal(number, 0, 0, UNREAD, "nobody could look for text in this picture", box=box)
        for number, page in enumerate(pages)
        for box in page.unread
    ]
    found += [
        Proposal(number, 0, 0, PICTURE, "it may show a face or a signature", box=box, taken=False)
        for number, page in enumerate(pages)
        for box in page.drawn
    ]
    return sorted(found, key=lambda p: (p.page, p.start, p.end))


def also(pages: Sequence[Page], words: str, known: Sequence[Proposal]) -> list[Proposal]:
    """Where these words stand, in any case, and are not proposed already."""
    covered = _Covered(known)
    return [
        Proposal(number, start, end, ASKED_FOR, "you asked for these words to be taken out")
        for number, page in enumerate(pages)
        for start, end in places(words, page.text, any_case=True)
        if not covered.has(number, start, end)
    ]


def _findings(pages: Sequence[Page], detector: Detector) -> Iterator[Proposal]:
    starts, at = [], 0
    for page in pages:
        starts.append(at)
        at += len(page.text) + len(_BETWEEN)
    number = 0
    for finding in detector.find(_BETWEEN.join(page.text for page in pages)):
        while number + 1 < len(pages) and starts[number + 1] <= finding.start:
            number += 1
        for part in range(number, len(pages)):
            start = max(finding.start - starts[part], 0)
            end = min(finding.end - starts[part], len(pages[part].text))
            if finding.end <= starts[part]:
                break
            if pages[part].text[start:end].strip():
                yield Proposal(part, start, end, finding.kind, finding.why, finding.score)


def _elsewhere(pages: Sequence[Page], found: Sequence[Proposal]) -> Iterator[Proposal]:
    """The same values where the detector did not see them for what they are."""
    covered = _Covered(found)
    seen: dict[str, Proposal] = {}
    for proposal in found:
        seen.setdefault(pages[proposal.page].text[proposal.start : proposal.end], proposal)
    for value, first in seen.items():
        if not is_telling(value):
            continue
        for number, page in enumerate(pages):
            for start, end in places(value, page.text):
                if not covered.has(number, start, end):
                    why = f"the same as on page {first.page + 1}"
                    more = Proposal(number, start, end, first.kind, why, first.score)
                    covered.add(more)
                    yield more


class _Covered:
    """Which ranges are proposed already."""

    def __init__(self, known: Iterable[Proposal]) -> None:
        self._ranges: dict[int, list[tuple[int, int]]] = {}
        for proposal in known:
            self.add(proposal)

    def add(self, proposal: Proposal) -> None:
        self._ranges.setdefault(proposal.page, []).append((proposal.start, proposal.end))

    def has(self, page: int, start: int, end: int) -> bool:
        return any(a <= start and end <= b for a, b in self._ranges.get(page, ()))
