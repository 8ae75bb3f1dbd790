"""Small numbers are held back: counts are rounded along one line, once, and then only added up.

All events of a step (what happened between two editions of the register) stand in one line, sorted
by what they are. Each `smallest`-th of them is a *mark*, and what is published of a kind of event is
`smallest` times the marks that stand among it. The marks keep their distance from both ends of the
line, so that even who knows how many events there are in all cannot tell where in the line, within
`smallest` places, one kind ends and the next begins. So each true count from 1 to `smallest` - 1
could as well be any other of these; and since every table is made of the same marks by adding, no
table, total, difference or later edition says more than the marks do.

What goes with events, such as tokens and cost, is taken from those that stand between two marks of
their own kind, or are one. How many these are is known from the marks. So whatever a reader knows of
what single events cost, it says nothing of where one kind ends and the next begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bernard.errors import InputInvalid

SMALLEST = 5


class Rule(NamedTuple):
    """Which numbers are held back.

    Attributes:
        smallest: the smallest count that is published; counts are published in steps of it.
    """

    smallest: int = SMALLEST

    @property
    def words(self) -> str:
        """The rule as people read it below a table."""
        n = self.smallest
        return (
            f"Small numbers are held back. Counts are rounded in steps of {n} before anything is added "
            f"up, so a count from 1 to {n - 1} is never shown and cannot be found by subtracting one "
            f"figure from another. A figure may be some way above or below the true count, the more so "
            f"the more often a register is made. A figure that is missing is small, or nothing."
        )

    def marks(self, events: int) -> int:
        """How many marks stand in a line of so many events.

        >>> [Rule(5).marks(n) for n in (0, 8, 9, 13, 14)]
        [0, 0, 1, 1, 2]
        """
        return max(0, (events + 1) // self.smallest - 1)

    def total(self, events: int) -> int:
        """What is published of the number of all events of a step.

        >>> [Rule(5).total(n) for n in (4, 5, 8, 9, 13, 14)]
        [0, 5, 5, 10, 10, 15]
        """
        return (self.marks(events) + 1) * self.smallest if events >= self.smallest else 0

    def rounded(self, counts: Sequence[int]) -> list[int]:
        """What is published of each count, in the order of the line.

        The sum is one `smallest` below `total`, or nothing: the rest belongs to no kind.

        >>> Rule(5).rounded([3, 4, 20, 1])
        [0, 5, 15, 0]
        """
        most, passed, marks, published = self.marks(sum(counts)), 0, 0, []
        for count in counts:
            passed += count
            now = min(most, passed // self.smallest)
            published.append((now - marks) * self.smallest)
            marks = now
        return published

    def floor(self, count: int) -> int:
        """A count that stands alone, as it is published."""
        return count - count % self.smallest

    def inside(self, counts: Sequence[int]) -> list[tuple[int, int]]:
        """For each count, the places of its events from its first mark to its last, from 0.

        A count without a mark has an empty range.

        >>> Rule(5).inside([3, 4, 20, 1])
        [(0, 0), (4, 5), (9, 20), (0, 0)]
        """
        places, marks = [], 0
        for published in self.rounded(counts):
            first = marks + 1
            marks += published // self.smallest
            inside = (first * self.smallest - 1, marks * self.smallest)
            places.append(inside if published else (0, 0))
        return places

    def shown(self, published: float) -> float | None:
        """A number made of published ones as it is shown: None where it is held back."""
        return published if published >= self.smallest else None


def rule(smallest: int = SMALLEST) -> Rule:
    """The rule with this smallest count.

    Raises:
        InputInvalid: it would hold nothing back.
    """
    if smallest < 3:
        raise InputInvalid(f"The smallest number to publish is {smallest}; it must be 3 or more.")
    return Rule(smallest)
