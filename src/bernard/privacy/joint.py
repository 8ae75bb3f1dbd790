"""Many short texts looked at as one: a look costs much the same for one as for a hundred."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from bernard.privacy.overlaps import Shield, moved
from bernard.privacy.types import Finding

BETWEEN = "\n\n"


@runtime_checkable
class ManyDetector(Protocol):
    """A detector that can look at several texts at once."""

    def find_many(self, texts: Sequence[str]) -> list[Sequence[Finding]]:
        """What `find` gives for each, but for what hangs on the very ends of a text."""
        ...


class Joint:
    """Texts joined by blank lines, and what was found given back to the text that it stands in."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Join them."""
        self.text = BETWEEN.join(texts)
        self._texts = texts
        self._starts: list[int] = []
        at = 0
        for text in texts:
            self._starts.append(at)
            at += len(text) + len(BETWEEN)

    def findings(self, found: Iterable[Finding]) -> list[list[Finding]]:
        """Of each text, placed in it."""
        parted: list[list[Finding]] = [[] for _ in self._texts]
        for finding in found:
            for place, start, end in self._parts(finding.start, finding.end):
                parted[place].append(moved(finding, start, end))
        return parted

    def shields(self, found: Iterable[Shield]) -> list[list[Shield]]:
        """Of each text, placed in it."""
        parted: list[list[Shield]] = [[] for _ in self._texts]
        for shield in found:
            for place, start, end in self._parts(shield.start, shield.end):
                parted[place].append(Shield(start, end, shield.kinds))
        return parted

    def _parts(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """The texts that a range stands in, and where; it is cut at the blank lines."""
        place = bisect_right(self._starts, start) - 1
        while place < len(self._texts) and self._starts[place] < end:
            begins, text = self._starts[place], self._texts[place]
            first, last = max(start - begins, 0), min(end - begins, len(text))
            if text[first:last].strip():
                yield place, first, last
            place += 1
