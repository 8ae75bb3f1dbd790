"""A published record computed again: whether the log, as far as it was signed then, says the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from bernard.agreements import Agreement
from bernard.errors import InputInvalid
from bernard.register.holding_back import rule
from bernard.register.records.gathered import gather
from bernard.register.records.log import Log
from bernard.register.records.outputs import SCHEMA
from bernard.register.records.template import Section, template, versions
from bernard.register.records.types import About, Answer, Evidence

MOST_BYTES = 20_000_000


class Built(msgspec.Struct, frozen=True):
    """What a published record says of itself."""

    schema: str
    version: str
    about: About
    smallest: int
    checkpoint: str


class Compared(NamedTuple):
    """A value of the program in a record: where it stands, and whether the log says it too."""

    field: str
    holds: bool
    says: str
    found: str


def open_built(data: bytes) -> Built:
    """What a published record is about, and under which checkpoint it was made.

    Raises:
        InputInvalid: it is no record that was built, or one of another template.
    """
    if len(data) > MOST_BYTES:
        raise InputInvalid(f"The record is over {MOST_BYTES:,} bytes.")
    try:
        built = msgspec.json.decode(data, type=Built)
    except msgspec.MsgspecError as error:
        raise InputInvalid(f"This is no record that `record build` wrote: {error}.") from error
    if built.version not in versions() or built.schema != SCHEMA.format(built.version):
        raise InputInvalid(
            f"This is a record of version {built.version!r} of the standard."
            f" Bernard has the template of {', '.join(versions())}."
        )
    return built


def recheck(data: bytes, log: Log, agreements: Iterable[Agreement] = ()) -> list[Compared]:
    """Each value that the record has from the log or an agreement, computed again.

    Args:
        log: up to the record's own checkpoint, whose root its entries must have.
        agreements: those whose text the log does not hold; their hashes tell whether they are the same.

    Raises:
        InputInvalid: it is no record that was built.
    """
    built = open_built(data)
    again = gather(built.about, log.entries(), built.checkpoint, agreements, rule(built.smallest))
    sections: dict[str, Any] = msgspec.json.decode(data)
    found: list[Compared] = []
    for section in template(built.version).sections:
        parts = sections.get(section.id)
        many = parts if isinstance(parts, list) else [parts]
        left = list(again.parts.get(section.id, []))
        for number, part in enumerate(many, 1):
            where = f"{section.id}[{number}]" if isinstance(parts, list) else section.id
            by_program = _part(section, part, left)
            for field in section.fields:
                if section.repeats:
                    expected = [by_program[field.id]] if field.id in by_program else []
                else:
                    expected = again.fields.get((section.id, field.id), [])
                answer = _answer(part, section.id, field.id)
                found += _compared(f"{where}.{field.id}", answer, expected)
        for gone in left:
            found += _compared(section.id, Answer(), [gone[section.repeats or ""]])
    return found


def _part(section: Section, part: Any, left: list[dict[str, Evidence]]) -> dict[str, Evidence]:
    """What the program says of this part; it is taken out of what is left, as it stands once."""
    if not section.repeats:
        return {}
    known = str(_answer(part, section.id, section.repeats).value)
    for one in left:
        if str(one[section.repeats].value) == known:
            left.remove(one)
            return one
    return {}


def _answer(part: Any, section: str, field: str) -> Answer:
    if not isinstance(part, dict):
        raise InputInvalid(f"The record has no section {section!r}.")
    try:
        return msgspec.convert(part.get(field, {}), Answer)
    except msgspec.ValidationError as error:
        raise InputInvalid(
            f"The field {field!r} of {section!r} cannot be read: {error}."
        ) from error


def _compared(name: str, answer: Answer, expected: list[Evidence]) -> Iterator[Compared]:
    said = list(answer.evidence)
    if answer.source != "person":
        said.insert(
            0,
            Evidence(answer.value, answer.source, answer.checkpoint, answer.sha256, answer.figures),
        )
    for one in said:
        holds = one in expected
        other = next((e for e in expected if e.source == one.source), None)
        yield Compared(name, holds, _text(one), _text(other) if other else "nothing")
    # A value that was taken out, or is said to be a person's, is told as one that was changed is.
    changed = sum(one not in expected for one in said)
    for missing in [one for one in expected if one not in said][changed:]:
        yield Compared(name, False, "nothing from the program", _text(missing))


def _text(said: Evidence) -> str:
    value = said.value if isinstance(said.value, str) else "; ".join(said.value)
    figures = said.figures
    return f"{value} {[list(row) for row in figures.rows]}" if figures else value
