"""The body of a record in Govspeak, laid out as published records are, and text made safe for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bernard.register.records.template import Field, Section, Template
from bernard.register.records.types import Answer, Cell, Evidence, Figures, Part, Record, Value

HELD_BACK = "[c]"
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|$^~#])")
_AT_START = re.compile(r"^(\s*)([-+=:]|\d+[.)])", re.MULTILINE)
_NOT_SAID = "Not yet written."


def body(record: Record, of: Template) -> str:
    """All of tiers 1 and 2."""
    lines: list[str] = []
    for section in of.sections:
        if section.tier:
            lines += _section(section, record)
    return "\n".join([*lines, *_sources(record)]).rstrip() + "\n"


def plain(text: str) -> str:
    r"""A text whose signs stand for themselves.

    >>> plain("a_b [1] <i>")
    'a\\_b \\[1\\] \\<i\\>'
    """
    return _AT_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", " ".join(text.split())))


def heading(section: Section, field: Field) -> str:
    """A field's heading: the number as published records have it, without that of the tier.

    >>> from bernard.register.records.template import template
    >>> owner = template().section("owner")
    >>> heading(owner, owner.field("team"))
    '1.2 - Team'
    """
    number = field.number.split(".", 1)[1]
    return f"{number} - {field.label}"


def is_shown(field: Field, answer: Answer) -> bool:
    """Whether there is something to show, or something that is missing."""
    return field.required or not answer.empty or bool(answer.beside or answer.evidence)


def cell(value: Cell) -> str:
    """A figure as it is shown."""
    if value is None:
        return HELD_BACK
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:g}" if isinstance(value, float) else value


def _section(section: Section, record: Record) -> Iterator[str]:
    parts: Part | list[Part] = record.sections.get(section.id, {})
    if section.heading:
        yield from (f"## {section.heading}", "")
    for part in [parts] if isinstance(parts, dict) else parts:
        for field in section.fields:
            answer = part.get(field.id, Answer())
            if not is_shown(field, answer):
                continue
            yield from (f"### {heading(section, field)}", "")
            yield from _answer(answer, record)


def _answer(answer: Answer, record: Record) -> Iterator[str]:
    by_person = answer.source == "person"
    yield from _value(answer.value, written=by_person)
    if answer.figures:
        yield from _table(answer.figures)
    if not by_person:
        yield from (plain(source(answer, record)), "")
    if answer.beside:
        yield from (answer.beside, "")
    for one in answer.evidence:
        yield from _value(one.value, written=False)
        if one.figures:
            yield from _table(one.figures)
        yield from (plain(source(one, record)), "")


def _value(value: Value, *, written: bool) -> Iterator[str]:
    """A person's words are Markdown; the program's, which names from elsewhere are in, are not."""
    if not value:
        yield from (_NOT_SAID, "")
    elif isinstance(value, str):
        yield from (value if written else plain(value), "")
    else:
        yield from (f"- {item if written else plain(item)}" for item in value)
        yield ""


def _table(figures: Figures) -> Iterator[str]:
    yield f"| {' | '.join(map(plain, figures.columns))} |"
    yield "|" + " --- |" * len(figures.columns)
    for row in figures.rows:
        yield f"| {' | '.join(plain(cell(value)) or ' ' for value in row)} |"
    yield ""
    if figures.note:
        yield from (plain(figures.note), "")


def source(said: Answer | Evidence, record: Record) -> str:
    """Where a value of the program is from, in one sentence; empty for a person's words."""
    if said.source == "log" and said.checkpoint:
        _, size, _ = said.checkpoint.rsplit(" ", 2)
        return f"Counted in the log at {int(size):,} entries."
    if said.source == "agreement":
        cited = {
            one.sha256: f"{one.title or one.id}, version {one.version}" for one in record.agreements
        }
        names = [cited.get(sha256, sha256) for sha256 in said.sha256.split()]
        return f"From the agreement{'s' if len(names) > 1 else ''}: {'; '.join(names)}."
    return ""


def _sources(record: Record) -> Iterator[str]:
    if not record.agreements and not record.checkpoint:
        return
    yield from ("## How this record can be checked", "")
    for agreement in record.agreements:
        where = f", entry {agreement.entry} of the log" if agreement.entry is not None else ""
        yield f"- {plain(agreement.title or agreement.id)}, version {agreement.version}, SHA-256 {agreement.sha256}{where}"
    if record.checkpoint:
        yield from ("", "The figures were counted in the log that this checkpoint signs:", "")
        yield from (f"    {line}" for line in record.checkpoint.rstrip("\n").splitlines())
    yield ""
