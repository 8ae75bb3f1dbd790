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
from bernard.register.records.template import template, versions
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
        for number, part in enumerate(parts if isinstance(parts, list) else [parts]):
            for field in section.fields:
                answer = _answer(part, section.id, field.id)
                name = (
                    f"{section.id}[{number + 1}].{field.id}"
                    if isinstance(parts, list)
                    else f"{section.id}.{field.id}"
                )
                if section.repeats:
                    known = str(_answer(part, section.id, section.repeats).value)
                    expected = [
                        p[field.id] for p in again.parts.get(section.id, [])
                        if field.id in p and str(p[section.repeats].value) == known
                    ]  # fmt: skip
                else:
                    expected = again.fields.get((section.id, field.id), [])
                found += _compared(name, answer, expected)
    return found


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


def _text(said: Evidence) -> str:
    value = said.value if isinstance(said.value, str) else "; ".join(said.value)
    figures = said.figures
    return f"{value} {[list(row) for row in figures.rows]}" if figures else value
