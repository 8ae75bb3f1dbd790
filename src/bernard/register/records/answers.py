"""Whether what stands in a field will do: there, of its kind, and not at odds with the program."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bernard.register.records.reading import Said, Written
from bernard.register.records.template import Field, choices
from bernard.register.records.types import Answer, Evidence, Fault, Level, Step, Value

_EMAIL = re.compile(r"[^\s@<>\"']+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
# A heading would look like one of the standard's own; Markdown has two ways to write it.
_HEADING = re.compile(r"^ {0,3}(#{1,6}(\s|$)|(=+|-+)\s*$)", re.MULTILINE)
_HTML = re.compile(r"<[A-Za-z/!?]")
_NO_ANSWER = frozenset(
    (
        "n/a",
        "na",
        "not applicable",
        "none",
        "tbc",
        "tbd",
        "todo",
        "unknown",
        "to follow",
        "...",
        "…",
        "-",
        "x",
    )
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_OF_CALLS = re.compile(
    rf"({_NUMBER.pattern})\s+(?:calls?|uses|times|requests?|queries|reviews?)\b", re.I
)
Steps = tuple[Step, ...]


def faults(
    field: Field, said: Said, answer: Answer, steps: Steps, written: Written
) -> Iterator[Fault]:
    """Everything wrong with one field."""
    of_program = answer.source != "person"
    if of_program and said.value and not _agree(said.value, answer.value):
        yield _drift(field, said, answer, steps, written)
    elif answer.empty and field.required:
        yield written.fault("missing", steps, f"{field.name} is empty.", field.help, field)
    if not of_program and not answer.empty:
        for level, message, remedy in _wrong(field, answer.value):
            yield written.fault(level, steps, message, remedy, field)
    for text in (said.value if isinstance(said.value, str) else "", said.beside):
        yield from _form(field, text, steps, written)
        yield from _counted(field, text, answer, steps, written)


def same(text: str) -> str:
    """A text as it is compared: small letters, single spaces, no full stop."""
    return " ".join(text.split()).casefold().rstrip(".")


def normal(field: Field, value: Value) -> Value:
    """What was written, in the publisher's words where it has its own: private-beta.

    >>> from bernard.register.records.template import template
    >>> normal(template().section("metadata").field("phase"), "Private beta")
    'private-beta'
    """
    if field.kind == "choices" and value:
        items = [value] if isinstance(value, str) else value
        return tuple(_slug(field, item) for item in items)
    if field.kind == "choice" and isinstance(value, str):
        return _slug(field, value)
    return value


def _slug(field: Field, value: str) -> str:
    known, _ = choices(field)
    made = re.sub(r"[^a-z0-9]+", "-", value.casefold()).strip("-")
    exact = next((word for word in known if word.casefold() == value.casefold()), "")
    return exact or (made if made in known else value)


def _agree(typed: Value, program: Value) -> bool:
    return _joined(typed) == _joined(program)


def _joined(value: Value) -> str:
    items = (value,) if isinstance(value, str) else value
    return " ".join(sorted(same(item.lstrip("-* ")) for item in items))


def _drift(field: Field, said: Said, answer: Answer, steps: Steps, written: Written) -> Fault:
    source = "The log says" if answer.source == "log" else "The agreement says"
    message = (
        f"{field.name} was typed, and is not what the program finds. {source}: {_cut(answer.value)}"
    )
    remedy = "Take it out; what you add goes under `beside`."
    return written.fault("drift", steps, message, remedy, field)


def _cut(value: Value) -> str:
    text = value if isinstance(value, str) else "; ".join(value)
    return text if len(text) <= 200 else f"{text[:199]}…"


def _form(field: Field, text: str, steps: Steps, written: Written) -> Iterator[Fault]:
    if _HEADING.search(text):
        remedy = "Headings are the standard's own. Use paragraphs, lists and bold."
        yield written.fault("wrong", steps, "There is a heading in this text.", remedy, field)
    if _HTML.search(text):
        message = "There is HTML in this text, which the publisher does not take."
        yield written.fault("wrong", steps, message, "Write it as Markdown.", field)


def _counted(
    field: Field, text: str, answer: Answer, steps: Steps, written: Written
) -> Iterator[Fault]:
    """Numbers in a person's words of what the log counts, and counts otherwise."""
    said: list[Answer | Evidence] = [answer, *answer.evidence]
    by_log = [one for one in said if one.source == "log"]
    known = {number for one in by_log for number in _numbers(one)}
    for found in _OF_CALLS.finditer(text) if by_log else ():
        if _plain(found[1]) not in known:
            message = f"{found[0]!r} is typed, and the log says otherwise: {_cut(by_log[0].value)}"
            remedy = "Leave the count to the log, or say what else is counted."
            yield written.fault("note", steps, message, remedy, field)


def _numbers(said: Answer | Evidence) -> Iterator[str]:
    yield from map(_plain, _NUMBER.findall(_joined(said.value)))
    for row in said.figures.rows if said.figures else ():
        yield from (str(cell) for cell in row)


def _plain(number: str) -> str:
    return number.replace(",", "").rstrip(".")


def _wrong(field: Field, value: Value) -> Iterator[tuple[Level, str, str]]:
    """What a person's value has wrong."""
    if field.kind == "choices":
        for item in (value,) if isinstance(value, str) else value:
            yield from _choice(field, item)
        return
    if not isinstance(value, str):
        if field.kind != "text":
            yield "wrong", "There is more than one value.", "Write one."
        return
    if field.kind == "choice":
        yield from _choice(field, value)
    elif field.kind == "date" and not _is_date(value):
        yield "wrong", f"{value!r} is no date.", "Write it as 2026-11-22."
    elif field.kind == "email" and not _EMAIL.fullmatch(value):
        yield "wrong", f"{value!r} is no email address.", "Write one that is read."
    elif field.kind == "url" and not _is_url(value):
        yield "wrong", f"{value!r} is no web address.", "Begin it with https://."
    elif field.kind == "line" and "\n" in value:
        yield "wrong", "This has more than one line.", "Write it in one."
    elif field.required and same(value) in _NO_ANSWER:
        yield "wrong", f"{value!r} tells a reader nothing.", "Say why the question does not apply."


def _choice(field: Field, value: str) -> Iterator[tuple[Level, str, str]]:
    known, grows = choices(field)
    if _slug(field, value) in known:
        return
    if grows and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        message = f"{value!r} is not in the list that Bernard has of GOV.UK's publisher."
        yield "note", message, "Ask the publisher's editors whether it is in theirs."
        return
    near = difflib.get_close_matches(value.casefold(), known, 1)
    remedy = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}."
    yield "wrong", f"{value!r} is not one of the values.", remedy


def _is_date(value: str) -> bool:
    try:
        return datetime.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname) and " " not in value
