"""Columns proposed for the fields of a table, and what each response says in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from bernard.errors import InputInvalid
from bernard.tools.consult.reading.kinds import Proposed, options_of, propose, split
from bernard.tools.consult.reading.profile import Profile
from bernard.tools.consult.reading.spread import NOT_CHOSEN, Field
from bernard.tools.consult.reading.table import Table
from bernard.tools.consult.reading.wording import question_of, refers_back
from bernard.tools.consult.types import Column, Kind

Answer = Callable[[int], tuple[str, ...]]
_ANSWERED = ("closed", "multiple", "hybrid")
_WITH_OPTIONS = ("closed", "multiple", "hybrid", "demographic")


def propose_columns(table: Table, fields: Sequence[Field]) -> list[Column]:
    """What each field holds, in order; there is one identifier at most, and one question at least."""
    columns = [_proposed(table, each) for each in fields]
    _settle_identifier(table, columns, fields)
    _settle_questions(table, columns, fields)
    return _with_questions(columns, fields)


def _proposed(table: Table, field: Field) -> Column:
    filled, distinct = _counts(table, field)
    if field.is_spread:
        kind: Kind = "hybrid" if field.words is not None else "multiple"
        others = " and one for words beside them" if field.words is not None else ""
        if not filled:
            return Column(field.name, "left out", why="It is empty.")
        why = f"Its {len(field.labels)} options have a column each{others}."
        options = tuple(field.labels)
        return Column(field.name, kind, "", options, "", filled, distinct, why)
    told = table.grid.kinds.get(field.places[0])
    found = (
        Proposed(told, "The kind of file says so.")
        if told
        else propose(field.heading, table.columns[field.places[0]], field.separator)
    )
    if field.words is not None:
        found = _with_words(found, table, field)
    return Column(
        field.name, found.kind, "", found.options, found.separator, filled, distinct, found.why
    )


def _with_words(found: Proposed, table: Table, field: Field) -> Proposed:
    """A question with options whose `Other` has a column for words."""
    options = found.options or options_of(Profile.of(table.columns[field.places[0]]).counts)
    why = "It has options to choose, and the next column holds the words beside `Other`."
    return Proposed("hybrid", why, options, found.separator)


def _counts(table: Table, field: Field) -> tuple[int, int]:
    if len(field.places) == 1 and field.words is None:
        profile = Profile.of(table.columns[field.places[0]])
        return profile.filled, profile.distinct
    places = [*field.places, *([] if field.words is None else [field.words])]
    rows = Profile.of(list(map("\x1f".join, zip(*(table.columns[p] for p in places), strict=True))))
    blank = "\x1f" * (len(places) - 1)
    unfilled = rows.counts.pop(blank, 0)
    return rows.rows - unfilled, len(rows.counts)


def _settle_identifier(table: Table, columns: list[Column], fields: Sequence[Field]) -> None:
    """Of several identifiers keep the one with the most different values, the first of equals."""
    found = [p for p, column in enumerate(columns) if column.kind == "identifier"]
    rows = len(table.numbers)
    good = [p for p in found if columns[p].distinct >= 0.5 * rows]
    best = max(good or found, key=lambda p: (columns[p].distinct, -p), default=None)
    for place in found:
        if place != best:
            why = "Another column tells the responses apart."
            columns[place] = replace(columns[place], kind="left out", why=why)


def _settle_questions(table: Table, columns: list[Column], fields: Sequence[Field]) -> None:
    """Where nothing is open, the wordiest column that was left out may be."""
    if any(column.kind in ("open", "hybrid") for column in columns):
        return
    best, most = None, 1.5
    for place, (column, field) in enumerate(zip(columns, fields, strict=True)):
        may_be = column.kind == "left out" and column.why.startswith("It holds short texts")
        if may_be and (words := Profile.of(table.columns[field.places[0]]).words) >= most:
            best, most = place, words
    if best is not None:
        why = "No column holds longer answers in people's own words."
        columns[best] = replace(columns[best], kind="open", why=why)


def _with_questions(columns: Sequence[Column], fields: Sequence[Field]) -> list[Column]:
    """Give each its wording; one that only asks for reasons takes the question before it along."""
    made, before = [], ""
    for column, field in zip(columns, fields, strict=True):
        wording = question_of(field.heading)
        shown = wording
        if column.kind == "open" and before and refers_back(_last_part(wording)):
            shown = wording if wording.startswith(before) else f"{before} {wording}"
        if column.kind in ("identifier", "demographic"):
            before = ""
        if column.kind in _ANSWERED or (column.kind == "open" and shown == wording):
            before = wording
        made.append(replace(column, question=shown))
    return made


def _last_part(wording: str) -> str:
    return wording.rpartition(" - ")[2]


def with_choices(proposed: Sequence[Column], chosen: Iterable[Column] | None) -> list[Column]:
    """The proposals as a person changed them; a column that is not named stays as proposed.

    Raises:
        InputInvalid: there is no such column, or two are the identifier.
    """
    if chosen is None:
        return list(proposed)
    by_name = {column.name: column for column in proposed}
    for column in chosen:
        if column.name not in by_name:
            there = ", ".join(repr(name) for name in list(by_name)[:20])
            raise InputInvalid(f"The file has no column {column.name!r}. It has: {there}.")
        known = by_name[column.name]
        by_name[column.name] = replace(column, filled=known.filled, distinct=known.distinct)
    columns = list(by_name.values())
    if sum(column.kind == "identifier" for column in columns) > 1:
        raise InputInvalid("Two columns are the identifier. Choose one.")
    return columns


def complete(table: Table, field: Field, column: Column) -> Column:
    """A column whose kind a person chose, with the options that its values show."""
    if column.kind not in _WITH_OPTIONS or column.options:
        return column
    counts = Profile.of(table.columns[field.places[0]]).counts
    if column.separator or column.kind == "multiple":
        sign = column.separator or ";"
        parts = Profile.of([p for v in table.columns[field.places[0]] for p in split(v, sign)])
        return replace(column, separator=sign, options=options_of(parts.counts))
    if column.kind == "hybrid":
        least = max(2, 0.01 * sum(counts.values()))
        several = [value for value, n in counts.items() if n >= least]
        return replace(column, options=tuple(several))
    return replace(column, options=options_of(counts))


def answers_of(table: Table, field: Field, column: Column) -> Answer:
    """What the response in a row gave in a column; nothing where it is blank."""
    if field.is_spread:
        return _ticked(table, field, column)
    values = table.columns[field.places[0]]
    words = None if field.words is None else table.columns[field.words]
    sign = column.separator if column.kind in ("multiple", "hybrid", "demographic") else ""

    def answer(row: int) -> tuple[str, ...]:
        value = values[row]
        given = (split(value, sign) if sign else [value]) if value else []
        if words is not None and words[row]:
            given = [*given, words[row]]
        if column.kind == "open" and len(given) > 1:
            return ("\n".join(given),)
        return tuple(given)

    return answer


def _ticked(table: Table, field: Field, column: Column) -> Answer:
    boxes = [(table.columns[p], label) for p, label in zip(field.places, field.labels, strict=True)]
    words = None if field.words is None else table.columns[field.words]

    def answer(row: int) -> tuple[str, ...]:
        given = [
            label for box, label in boxes if box[row] and box[row].casefold() not in NOT_CHOSEN
        ]
        if words is not None and words[row]:
            given.append(words[row])
        if column.kind == "open" and given:
            return ("; ".join(given),)
        return tuple(given)

    return answer
