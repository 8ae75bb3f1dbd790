"""Published counts added up by what events have in common, and made into a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bernard.register.figures.period import Period
from bernard.register.figures.reading import Kind
from bernard.register.figures.steps import Cell as PublishedCell
from bernard.register.figures.steps import Published
from bernard.register.holding_back import Rule
from bernard.register.types import Cell, Column, Table

# The words under which an event is counted in a table.
Key = Callable[[Kind], Iterable[str]]
Sums = dict[str, float]
REST = "Not told apart, to protect small numbers"
ALL = "All"


class Measure(NamedTuple):
    """A column of figures: `of` says how it is made of what was added up."""

    column: Column
    of: Callable[[Sums, Rule], Cell]


def count(name: str, label: str, unit: str = "") -> Measure:
    """A column of a count."""
    return Measure(
        Column(name, label, "count", unit), lambda sums, rule: _count(sums.get(name, 0), rule)
    )


def amount(name: str, label: str, unit: str, digits: int = 0) -> Measure:
    """A column of what goes with calls, such as tokens; held back where there are few calls.

    Args:
        unit: empty for pieces that are counted, of which few are held back too.
    """

    def of(sums: Sums, rule: Rule) -> Cell:
        value = sums.get(name)
        if value is None or rule.shown(sums.get("calls", 0)) is None:
            return None
        if not unit:
            return _count(value, rule)
        return round(value, digits) if digits else round(value)

    return Measure(Column(name, label, "number" if digits else "count", unit), of)


def share(name: str, label: str, part: str, whole: str) -> Measure:
    """A column of a percentage, made of two published counts and of nothing else."""

    def of(sums: Sums, rule: Rule) -> Cell:
        above, below = rule.shown(sums.get(part, 0)), rule.shown(sums.get(whole, 0))
        return None if above is None or below is None else round(100 * above / below)

    return Measure(Column(name, label, "percent"), of)


def _count(value: float, rule: Rule) -> Cell:
    shown = rule.shown(round(value))
    return None if shown is None else int(shown)


@dataclass(frozen=True)
class Edition:
    """What all tables of one edition share.

    Attributes:
        checkpoint: as it was signed.
        options: of the command that computes a table again.
    """

    rule: Rule
    period: Period
    checkpoint: str
    options: str

    def table(
        self,
        id: str,
        title: str,
        summary: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Cell]],
        note: str = "",
        *,
        counted: bool = True,
    ) -> Table:
        """A table of this edition.

        Args:
            counted: its figures are under the rule on small numbers, which its note then says.
        """
        words = self.rule.words if counted else ""
        return Table(
            id,
            title,
            summary,
            tuple(columns),
            tuple(tuple(row) for row in rows),
            " ".join(filter(None, (words, note))),
            self.checkpoint,
            f"bernard register figures {id} {self.options}",
        )

    def rows(
        self,
        measures: Sequence[Measure],
        groups: Mapping[str, Sums],
        label: Callable[[str], str] = str,
        *,
        by_size: bool = True,
    ) -> list[tuple[Cell, ...]]:
        """A row for each group of which anything is shown, the largest first."""
        rows = [
            (label(name), *(m.of(sums, self.rule) for m in measures))
            for name, sums in sorted(groups.items())
            if name not in (REST, ALL)
        ]
        shown = [row for row in rows if any(cell is not None for cell in row[1:])]
        if by_size:
            shown.sort(key=lambda row: -_size(row))
        ends = [(name, groups[name]) for name in (REST, ALL) if groups.get(name)]
        return shown + [(name, *(m.of(sums, self.rule) for m in measures)) for name, sums in ends]


def add(
    groups: dict[str, Sums],
    published: Published,
    count_as: Callable[[Kind], Iterable[str]],
    key: Key,
    *,
    rest_as: str = "",
) -> None:
    """Add published counts to their groups; to `REST` what is of no kind, and to `ALL` everything.

    Args:
        count_as: the columns in which the count of a kind is added.
        key: the groups that a kind is in. Where it may be in several there is no sum.
        rest_as: the column in which what is of no kind is counted; empty to leave it out.
    """
    for cell in published.cells:
        if cell.kind is None:
            names, columns = ([REST, ALL] if rest_as else []), [rest_as]
        else:
            names, columns = [*key(cell.kind)], [*count_as(cell.kind)]
            names += [ALL] if rest_as else []
        for name in names:
            _add(groups.setdefault(name, {}), cell, columns)


def add_months(
    groups: dict[str, Sums],
    published: Published,
    rest_as: str,
    count_as: Callable[[Kind], Iterable[str]],
) -> None:
    """Add published counts to their months, also what is of no kind."""
    for cell in published.cells:
        columns = [rest_as] if cell.kind is None else [*count_as(cell.kind)]
        for name in (cell.month, ALL):
            _add(groups.setdefault(name, {}), cell, columns)


def pieces(published: Published, prefix: str, rule: Rule) -> dict[str, int]:
    """How many pieces of each kind went with what is published; few are left out."""
    found: dict[str, float] = {}
    for cell in published.cells:
        for name, value in cell.sums.items():
            if name.startswith(prefix):
                kind = name.removeprefix(prefix)
                found[kind] = found.get(kind, 0.0) + value
    return {kind: round(n) for kind, n in found.items() if rule.shown(round(n)) is not None}


def _add(sums: Sums, cell: PublishedCell, columns: Iterable[str]) -> None:
    for column in columns:
        sums[column] = sums.get(column, 0) + cell.published
    for column, value in cell.sums.items():
        sums[column] = sums.get(column, 0) + value


def _size(row: Sequence[Cell]) -> float:
    return next((float(cell) for cell in row[1:] if isinstance(cell, int | float)), 0.0)
