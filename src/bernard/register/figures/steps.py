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
from bernard.register.figures.reading import (
    CAME_BACK,
    LEFT,
    TAKEN,
    Events,
    Kind,
    Line,
    Pieces,
    month_of,
)
from bernard.register.holding_back import Rule

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


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


def publish(events: Events, line: Line, rule: Rule) -> Published:
    """What is published of the events of a line."""
    cells: list[Cell] = []
    days: dict[int, int] = {}
    order = _order(line.names, events.agreements)
    for step in _steps(events, line, rule):
        start, end = _places(line, step)
        cells += _cells(_Sorted(line, step, order), month_of(line.days[start]), rule)
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
    months, last = set(events.months), events.size
    start = 0
    for end in sorted({*events.editions, *months, last}):
        first, after = np.searchsorted(numbers, [start, end])
        count = int(after - first)
        if end in months or end == last or rule.marks(count):
            if count:
                yield _Step(start, end)
            start = end


def _places(line: Line, step: _Step) -> tuple[int, int]:
    start, end = np.searchsorted(np.frombuffer(line.numbers, np.int64), step)
    return int(start), int(end)


def _cells(events: _Sorted, month: str, rule: Rule) -> list[Cell]:
    """What is published of one step: each kind that has marks, and the rest."""
    counts = events.counts()
    published, inside = rule.rounded(counts), rule.inside(counts)
    means = _Means(events, inside)
    cells = [
        Cell(month, kind, count, means.of(index, count))
        for index, (kind, count) in enumerate(zip(events.names, published, strict=True))
        if count
    ]
    rest = rule.total(sum(counts)) - sum(published)
    return [*cells, Cell(month, None, rest, means.of_all(rest))] if rest else cells


class _Sorted:
    """The events of a step as they stand in the line, with what goes with them.

    Attributes:
        names: the kinds in the order of the line.
        sums: of what goes with the events up to each place, by name; `known` of how many it is known.
    """

    def __init__(self, line: Line, step: _Step, order: Ints) -> None:
        start, end = _places(line, step)
        names = list(line.names)
        self.names = [names[index] for index in order]
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        self._ranks = rank[np.frombuffer(line.kinds, np.int64)[start:end]]
        places = np.argsort(self._ranks, kind="stable")
        ended = np.frombuffer(line.ended, np.int64)[start:end][places]
        # What came of a call after the step is not of the step, or it would change what was published.
        back = (ended >= 0) & (ended < step.end)
        every = np.ones(end - start, bool)
        self.sums: dict[str, Floats] = {}
        self.known: dict[str, Floats] = {}
        for name, column in line.sums.items():
            known = back if name in CAME_BACK else every
            values = np.frombuffer(column, np.float64)[start:end][places]
            self._put(name, values * known, known)
        at = np.empty_like(places)
        at[places] = np.arange(len(places))
        for name, pieces in line.pieces.items():
            self._put(name, _spread(pieces, start, end, at), every)

    def counts(self) -> list[int]:
        """How many there are of each kind."""
        found: list[int] = np.bincount(self._ranks, minlength=len(self.names)).tolist()
        return found

    def _put(self, name: str, values: Floats, known: NDArray[np.bool_]) -> None:
        self.sums[name] = np.concatenate(([0.0], np.cumsum(values)))
        self.known[name] = np.concatenate(([0.0], np.cumsum(known, dtype=np.float64)))


def _spread(pieces: Pieces, start: int, end: int, at: Ints) -> Floats:
    """The pieces of a step by the place of their event in the line."""
    places = np.frombuffer(pieces.places, np.int64)
    first, after = np.searchsorted(places, [start, end])
    values = np.zeros(end - start)
    counts = np.frombuffer(pieces.counts, np.float64)[first:after]
    np.add.at(values, at[places[first:after] - start], counts)
    return values


class _Means:
    """What goes with the events between marks, for published counts.

    Where a kind has one mark alone, the mean of all kinds stands for it: what a single event took
    is nobody's to see.
    """

    def __init__(self, events: _Sorted, inside: Sequence[tuple[int, int]]) -> None:
        first, after = np.array(inside, np.int64).reshape(-1, 2).T
        self._alone = (after - first < 2).tolist()
        self._each: dict[str, list[float]] = {}
        self._all: dict[str, float] = {}
        for name, sums in events.sums.items():
            known = events.known[name]
            of, among = sums[after] - sums[first], known[after] - known[first]
            # Of the many kinds of pieces, those that there are none of are left out.
            if among.any() and (of.any() or not name.startswith((TAKEN, LEFT))):
                mean = float(of.sum() / among.sum())
                self._all[name] = mean
                unknown = np.full_like(of, mean)
                self._each[name] = np.divide(of, among, where=among > 0, out=unknown).tolist()

    def of(self, index: int, published: int) -> dict[str, float]:
        """For a published count of one kind."""
        if self._alone[index]:
            return self.of_all(published)
        return {name: published * means[index] for name, means in self._each.items()}

    def of_all(self, published: int) -> dict[str, float]:
        """For a published count of any kind."""
        return {name: published * mean for name, mean in self._all.items()}


def _add_days(days: dict[int, int], line: Line, start: int, end: int, rule: Rule) -> None:
    """Round the days of a step along a line of their own."""
    found = np.frombuffer(line.days, np.int64)[start:end]
    first = int(found[0])
    counted = np.bincount(found - first).tolist()
    for day, count in enumerate(rule.rounded(counted), first):
        days[day] = days.get(day, 0) + count
