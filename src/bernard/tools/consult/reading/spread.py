"""Which columns of a table belong together: options spread over a column each, and room for `Other`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from bernard.tools.consult.reading.table import Table
from bernard.tools.consult.reading.wording import (
    asks_for_words,
    is_identifier,
    is_other,
    is_technical,
    question_of,
    refers_back,
)

# What an export writes where an option was chosen, and where it was not.
CHOSEN = frozenset({"1", "true", "x", "yes", "checked", "selected", "ticked", "✓", "✔", "y", "on"})
NOT_CHOSEN = frozenset({"0", "false", "unchecked", "not selected", "unticked", "not ticked", "off"})
_JOINTS = (" - ", ": ", " – ", " — ", " | ", " / ", " [", " (", "/", ":")
_CODE = re.compile(r"^(.*?\d+[a-z]?)_(\d+)(_TEXT)?$")
_PART = re.compile(r"^selected choice\s*[-–—:]\s*", re.IGNORECASE)
_NO_OPTION = re.compile(r"^(?:(?:open[- ]ended )?response|answer|comments?)$", re.IGNORECASE)
_SAMPLE = 5_000
_LONGEST_OPTION = 200
_ALIKE = 20
_SHORTEST_STEM = 3


@dataclass
class Field:
    """One thing that people were asked, in one column of the file or several.

    Attributes:
        name: unique in the table.
        heading: as the file words it.
        places: its columns. `labels`: the option that each of them stands for; empty where the
            column says itself what was chosen.
        words: the column with the words beside `Other`, or None.
        separator: between several values of one cell, where the format told.
    """

    name: str
    heading: str
    places: list[int]
    labels: list[str] = field(default_factory=list)
    words: int | None = None
    separator: str = ""

    @property
    def is_spread(self) -> bool:
        """Whether its options have a column each."""
        return bool(self.labels)


def fields_of(table: Table) -> list[Field]:
    """The fields of a table, in order of place."""
    found: list[Field] = []
    for group in _groups(table):
        found += _of_group(table, group)
    _join_other(table, found)
    _name(found)
    return found


def _groups(table: Table) -> Iterator[list[int]]:
    """Neighbouring columns under one question."""
    stems = [_stem(table, place) for place in range(len(table.top))]
    stems = _with_shared_starts(table, stems)
    for _, group in groupby(range(len(stems)), key=lambda place: stems[place]):
        yield list(group)


def _stem(table: Table, place: int) -> str:
    """What the columns of one question have in common, unless each stands alone."""
    if found := _CODE.match(table.codes[place]):
        return f"code {found.group(1)}"
    top = table.top[place]
    if is_identifier(top) or is_technical(top):
        return f"column {place}"
    return f"heading {top}"


def _with_shared_starts(table: Table, stems: list[str]) -> list[str]:
    """Put columns together whose headings begin alike up to a joint: `Which? - Bus`, `Which? - Rail`."""
    starts = [
        _starts(table.top[p]) if s.startswith("heading ") else [] for p, s in enumerate(stems)
    ]
    count = Counter(start for options in starts for start in set(options))
    new = list(stems)
    for place, options in enumerate(starts):
        shared = [start for start in options if count[start] > 1]
        if shared:
            # The longest start keeps the options shortest, unless few share it.
            best = max(shared, key=lambda start: (count[start], len(start)))
            new[place] = f"start {best}"
    return new


def _starts(heading: str) -> list[str]:
    found = []
    for joint in _JOINTS:
        at = heading.rfind(joint)
        if at >= _SHORTEST_STEM and heading[at + len(joint) :].strip(" )]"):
            found.append(heading[:at])
    return found


def _of_group(table: Table, group: list[int]) -> list[Field]:
    if len(group) == 1:
        return [_single(table, group[0])]
    labels = [_label(table, group, place) for place in group]
    fields: list[Field] = []
    ticks: list[int] = []
    for place, label in zip(group, labels, strict=True):
        if label is not None and _is_tick(table.columns[place], label):
            ticks.append(place)
    # One column that says one thing may be any column; two are a question spread out.
    spread = ticks if len(ticks) > 1 else []
    for place in group:
        if place in spread:
            if place == spread[0]:
                names = [labels[group.index(tick)] or "" for tick in spread]
                heading = _heading_of_group(table, group)
                fields.append(Field(heading, heading, spread, _distinct(names)))
        else:
            fields.append(_part(table, group, place, labels[group.index(place)]))
    return fields


def _distinct(names: list[str]) -> list[str]:
    seen: Counter[str] = Counter()
    made = []
    for name in names:
        seen[name] += 1
        made.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return made


def _single(table: Table, place: int) -> Field:
    top, sub = table.top[place], table.sub[place]
    heading = f"{top} - {sub}" if sub and is_other(sub) else top
    separator = table.grid.separators.get(place, "")
    return Field(heading, table.grid.wordings.get(place, heading), [place], separator=separator)


def _part(table: Table, group: list[int], place: int, label: str | None) -> Field:
    """A column of a group that is no option of it, such as the room for words beside them."""
    top, sub = table.top[place], table.sub[place]
    heading = f"{top} - {sub}" if sub and sub.lower() not in ("response", "answer") else top
    separator = table.grid.separators.get(place, "")
    return Field(heading, table.grid.wordings.get(place, heading), [place], separator=separator)


def _label(table: Table, group: list[int], place: int) -> str | None:
    """The option that a column of a group stands for, or None where its heading names none."""
    if table.sub[place]:
        return table.sub[place]
    stem = _heading_of_group(table, group)
    top = table.top[place]
    if top != stem and top.startswith(stem):
        return _PART.sub("", _after_joint(top[len(stem) :]))
    # Headings alike: each column says its own option.
    values = {value for value in set(table.columns[place]) if value}
    if top == stem and len(values) == 1:
        return next(iter(values))
    return None


def _after_joint(text: str) -> str:
    text = text.strip(" \t:|/–—-")
    return text[1:].rstrip("])") if text[:1] in "[(" else text


def _heading_of_group(table: Table, group: Sequence[int]) -> str:
    tops = [table.top[place] for place in group]
    if len(set(tops)) == 1:
        return tops[0]
    start = tops[0]
    for top in tops[1:]:
        while not top.startswith(start):
            start = start[:-1]
    cut = max((start.rfind(j.rstrip()) for j in _JOINTS if j.rstrip() in start), default=-1)
    at = cut if cut >= _SHORTEST_STEM and cut >= len(start) - 3 else len(start)
    return start[:at].rstrip(" -–—:|/[(") or tops[0]


def _is_tick(column: Sequence[str], label: str) -> bool:
    """Whether a column says of one option only whether it was chosen.

    `Yes` and blank is a box; `Yes` and `No` is a question of its own.
    """
    values = {value.casefold() for value in set(column) if value} - NOT_CHOSEN
    option = label.casefold()
    if _NO_OPTION.match(label) or (is_other(label) and values != {option}):
        return False
    if len(label) > _LONGEST_OPTION or len(values) > 1:
        return False
    return all(
        value in CHOSEN or value.startswith(option[:_ALIKE]) or option.startswith(value[:_ALIKE])
        for value in values
    )


def _join_other(table: Table, fields: list[Field]) -> None:
    """Give the room for words beside `Other` to the question before it."""
    for place in range(len(fields) - 1, 0, -1):
        this, before = fields[place], fields[place - 1]
        if this.is_spread or this.words is not None or before.words is not None:
            continue
        label = table.sub[this.places[0]] or this.heading
        if not is_other(label) or not _may_have_other(table, before):
            continue
        before.words = this.places[0]
        del fields[place]


def _may_have_other(table: Table, before: Field) -> bool:
    if before.is_spread:
        return True
    if is_identifier(before.heading) or is_technical(before.heading):
        return False
    values = [value for value in table.columns[before.places[0]][:_SAMPLE] if value]
    if not values:
        return False
    few = len(set(values)) <= max(12, len(values) // 10) and len(set(values)) < max(
        3, 0.8 * len(values)
    )
    short = sum(len(value.split()) for value in set(values)) / len(set(values)) <= 12
    return (
        few
        and short
        and not (asks_for_words(before.heading) and refers_back(question_of(before.heading)))
    )


def _name(fields: list[Field]) -> None:
    """Make the names unique."""
    taken: set[str] = set()
    for each in fields:
        name, number = each.name, 1
        while name in taken:
            number += 1
            name = f"{each.name} ({number})"
        taken.add(name)
        each.name = name
