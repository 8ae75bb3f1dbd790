"""Themes by groups of people: who says what, and where a difference is more than chance."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.analysis.counting import Count, counted_of
from bernard.tools.consult.analysis.filters import NO_ANSWER, answered
from bernard.tools.consult.analysis.holding_back import HELD_BACK_NOTE, SMALLEST, held_back
from bernard.tools.consult.analysis.intervals import by_chance, difference, holm
from bernard.tools.consult.analysis.placing import Campaigns, Mask, Placed, counted, placed
from bernard.tools.consult.types import Analysed, Consultation

CHANCE = 0.05
Counted = NDArray[np.int64]


class Group(msgspec.Struct, frozen=True):
    """People who gave one answer.

    Attributes:
        of: how many of them say something; None where held back.
    """

    name: str
    of: int | None


class Cell(msgspec.Struct, frozen=True):
    """A theme in a group. Every figure is None where it is held back.

    Attributes:
        share: of the group; `low` and `high` are the ends of its 95% interval.
        difference: the group's share less that of everybody else, with its interval.
        probability: of a difference like it by chance, corrected for how many the table holds (Holm).
        chance: whether the difference could well be chance. None also where nothing was compared.
    """

    count: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    probability: float | None = None
    chance: bool | None = None


class Row(msgspec.Struct, frozen=True):
    """A theme: all who say it, and each group."""

    theme: str
    title: str
    level: int
    total: Count
    cells: tuple[Cell, ...]


class Table(msgspec.Struct, frozen=True):
    """Themes by the answers to a column.

    Attributes:
        question, by: names of the columns.
        overlapping: whether one response can be in several groups.
        smallest: counts under it are held back. `held_back`: how many cells are.
        notes: what a reader should know, one sentence each.
    """

    question: str
    by: str
    groups: tuple[Group, ...]
    rows: tuple[Row, ...]
    of: int
    campaigns: Campaigns
    overlapping: bool
    smallest: int
    held_back: int
    notes: tuple[str, ...] = ()


def cross_tabulate(
    analysed: Analysed,
    consultation: Consultation,
    by: str,
    *,
    where: Mask | None = None,
    campaigns: Campaigns = "every",
    smallest: int = SMALLEST,
    at: Placed | None = None,
) -> Table:
    """The themes of a question by what people answered in a column.

    Args:
        by: name of a closed, multiple, hybrid or demographic column.
        where: which responses to look at, as `chosen` makes it.
        smallest: the smallest count that is shown.
        at: what `placed` makes of the question, where the caller has it.

    Raises:
        InputInvalid: there is no such column to group by.
    """
    at = at or placed(analysed)
    said = at.said & counted(analysed, campaigns)
    if where is not None:
        said = said & where
    groups = {
        name: mask & said
        for name, mask in answered(consultation, by).items()
        if (mask & said).any()
    }
    sizes = np.array([int(mask.sum()) for mask in groups.values()], dtype=np.int64)
    inside = at.matrix & said[:, None]
    cells = (
        np.array([inside[mask].sum(axis=0) for mask in groups.values()], dtype=np.int64)
        .reshape(len(groups), len(at.themes))
        .T
    )
    named = np.array([name != NO_ANSWER for name in groups], dtype=np.bool_)
    held = held_back(cells, sizes, at.parents, smallest, named)
    overlapping = int(sizes.sum()) > int(said.sum())
    totals = inside.sum(axis=0)
    made = _compared(cells, held.cells, sizes, totals, named, int(said.sum()))
    return Table(
        question=analysed.column.name,
        by=by,
        groups=tuple(
            Group(name, None if hidden else int(size))
            for name, size, hidden in zip(groups, sizes, held.groups, strict=True)
        ),
        rows=tuple(
            Row(
                theme.id,
                theme.title,
                at.levels[i],
                counted_of(int(totals[i]), int(said.sum())),
                row,
            )
            for i, (theme, row) in enumerate(zip(at.themes, made, strict=True))
        ),
        of=int(said.sum()),
        campaigns=campaigns,
        overlapping=overlapping,
        smallest=smallest,
        held_back=int(held.cells.sum()),
        notes=_notes(int(held.cells.sum()), smallest, overlapping),
    )


def _compared(
    cells: Counted, hidden: Mask, sizes: Counted, totals: Counted, named: Mask, of: int
) -> list[tuple[Cell, ...]]:
    """Each cell beside everybody else, with one correction for the whole table.

    Those who gave no answer are among everybody else: a comparison without them would tell how many
    they are where that is held back.
    """
    places = [
        (i, j)
        for i in range(len(cells))
        for j in range(len(sizes))
        if named[j] and not hidden[i, j] and of > sizes[j]
    ]
    found = [
        by_chance(int(cells[i, j]), int(sizes[j]), int(totals[i] - cells[i, j]), int(of - sizes[j]))
        for i, j in places
    ]
    chances = dict(zip(places, holm(found), strict=True))
    return [
        tuple(
            Cell()
            if hidden[i, j]
            else _cell(int(cells[i, j]), int(sizes[j]), int(totals[i]), of, chances.get((i, j)))
            for j in range(len(sizes))
        )
        for i in range(len(cells))
    ]


def _cell(number: int, size: int, total: int, of: int, probability: float | None) -> Cell:
    alone = counted_of(number, size)
    if probability is None:
        return Cell(alone.count, alone.share, alone.low, alone.high)
    apart = difference(number, size, total - number, of - size)
    return Cell(
        alone.count,
        alone.share,
        alone.low,
        alone.high,
        apart.value,
        apart.low,
        apart.high,
        probability,
        probability >= CHANCE,
    )


def _notes(held: int, smallest: int, overlapping: bool) -> tuple[str, ...]:
    notes = []
    if held:
        notes.append(HELD_BACK_NOTE.format(most=smallest - 1))
    if overlapping:
        notes.append("People could choose several answers, so groups overlap.")
    return tuple(notes)
