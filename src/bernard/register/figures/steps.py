"""The steps that the log falls into, and what is published of each.

A step ends with a month, and where an edition of the register was made. What was published of a
step never changes: a later edition adds steps, so nothing is found by comparing editions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bernard.register.figures.period import Period
from bernard.register.figures.reading import Events, Kind, Line, month_of
from bernard.register.holding_back import Rule, estimated

Ints = NDArray[np.int64]


class Cell(NamedTuple):
    """What is published of one kind of event in one step.

    Attributes:
        kind: None for the rest of a step, which belongs to no kind.
        published: how many, rounded by the rule.
        sums: of what goes with the events, by name, for as many as `published` says.
    """

    month: str
    kind: Kind | None
    published: int
    sums: Mapping[str, float] = {}


class Published(NamedTuple):
    """All that is published of one sort of event: every table is made of these by adding.

    Attributes:
        days: the same counts by day, without the rests.
    """

    cells: tuple[Cell, ...] = ()
    days: Mapping[int, int] = {}

    def within(self, period: Period) -> Published:
        """What falls into a period."""
        return Published(
            tuple(cell for cell in self.cells if period.holds(cell.month)),
            {day: n for day, n in self.days.items() if period.holds(month_of(day))},
        )


class _Step(NamedTuple):
    """Entries from one number up to another."""

    start: int
    end: int


def publish(events: Events, line: Line, rule: Rule, came_back: Line | None = None) -> Published:
    """What is published of the events of a line.

    Args:
        came_back: events of the same kinds whose sums go with these, too.
    """
    cells: list[Cell] = []
    days: dict[int, int] = {}
    order = _order(line.names, events.agreements)
    for step in _steps(events, line, rule):
        start, end = _places(line, step)
        counts = _counted(line, start, end)
        cells += _cells(line, step, order, counts[order].tolist(), rule, came_back)
        _add_days(days, line, start, end, rule)
    return Published(tuple(cells), days)


def _order(names: Mapping[Kind, int], agreements: Mapping[str, int]) -> Ints:
    """The kinds in the order of the line: nothing in it depends on how many there are of any.

    Agreements come in the order of time, so that one that follows another ends where the days do.
    """
    kinds = sorted(names, key=lambda kind: (agreements.get(kind.agreement, -1), kind))
    return np.array([names[kind] for kind in kinds], dtype=np.int64)


def _steps(events: Events, line: Line, rule: Rule) -> Iterator[_Step]:
    """The steps in which anything of the line happened.

    An edition in which too little had happened to publish any of it ends no step.
    """
    numbers = np.frombuffer(line.numbers, np.int64)
    sums = np.concatenate(([0], np.cumsum(np.frombuffer(line.counts, np.int64))))
    months, last = set(events.months), events.size
    start = 0
    for end in sorted({*events.editions, *months, last}):
        first, after = np.searchsorted(numbers, [start, end])
        count = int(sums[after] - sums[first])
        if end in months or end == last or rule.marks(count):
            if count:
                yield _Step(start, end)
            start = end


def _places(line: Line, step: _Step) -> tuple[int, int]:
    start, end = np.searchsorted(np.frombuffer(line.numbers, np.int64), step)
    return int(start), int(end)


def _counted(line: Line, start: int, end: int) -> Ints:
    kinds = np.frombuffer(line.kinds, np.int64)[start:end]
    counts = np.frombuffer(line.counts, np.int64)[start:end]
    return np.bincount(kinds, counts, len(line.names)).astype(np.int64)


def _cells(
    line: Line,
    step: _Step,
    order: Ints,
    counts: Sequence[int],
    rule: Rule,
    came_back: Line | None,
) -> list[Cell]:
    """What is published of one step: each kind that has marks, and the rest."""
    start, end = _places(line, step)
    month = month_of(line.days[start])
    means = [_Means(line, start, end)]
    if came_back:
        means.append(_Means(came_back, *_places(came_back, step)))
    names, published = list(line.names), rule.rounded(counts)
    cells = [
        Cell(month, names[index], count, {k: v for mean in means for k, v in mean.of(index, count)})
        for index, count in zip(order.tolist(), published, strict=True)
        if count
    ]
    rest = rule.total(sum(counts)) - sum(published)
    return [*cells, Cell(month, None, rest, _of_rest(cells, rest))] if rest else cells


def _of_rest(cells: Sequence[Cell], rest: int) -> dict[str, float]:
    """What goes with the rest: as with what is shown, since its own would say what it is made of."""
    shown = sum(cell.published for cell in cells)
    names = cells[0].sums if cells else ()
    return {name: estimated(rest, sum(cell.sums[name] for cell in cells), shown) for name in names}


class _Means:
    """What goes with the events of a step, by kind."""

    def __init__(self, line: Line, start: int, end: int) -> None:
        kinds = np.frombuffer(line.kinds, np.int64)[start:end]
        self._counts = np.bincount(kinds)
        self._sums = {
            name: np.bincount(kinds, np.frombuffer(column, np.float64)[start:end])
            for name, column in line.sums.items()
        }

    def of(self, index: int, published: int) -> Iterator[tuple[str, float]]:
        """The sums for a published count of one kind."""
        of = int(self._counts[index]) if index < len(self._counts) else 0
        for name, sums in self._sums.items():
            yield name, estimated(published, float(sums[index]) if of else 0.0, of)


def _add_days(days: dict[int, int], line: Line, start: int, end: int, rule: Rule) -> None:
    """Round the days of a step along a line of their own."""
    counts = np.frombuffer(line.counts, np.int64)[start:end]
    found = np.frombuffer(line.days, np.int64)[start:end]
    first = int(found[0])
    counted = np.bincount(found - first, counts).astype(np.int64).tolist()
    for day, count in enumerate(rule.rounded(counted), first):
        days[day] = days.get(day, 0) + count
