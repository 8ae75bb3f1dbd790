"""A new record for people to fill in: every field with what it asks, and what the program fills."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from bernard.register.records.gathered import Gathered
from bernard.register.records.template import Field, Section, Template, choices, template
from bernard.register.records.types import Evidence

_WIDTH = 98
_SOURCES = {"log": "the log", "agreement": "the agreement", "person": "you"}


def draft(gathered: Gathered, of: Template | None = None) -> str:
    """The file of a new record, which can be read back as it is."""
    return "\n".join(_lines(gathered, of or template())) + "\n"


def _lines(gathered: Gathered, of: Template) -> Iterator[str]:
    yield from _comment(
        f"A record of the {of.name}, {of.version}. Text may be Markdown: paragraphs, lists, bold and"
        " links. Put text after `|`, indented, or in quotes. Where the program fills a field, leave"
        " `value` out and write what you add under `beside`."
        " `bernard register record check` says what is missing."
    )
    yield f"standard: {of.standard}"
    yield f"version: {of.version}"
    name, about = (
        ("service", gathered.about.service)
        if gathered.about.service
        else ("agreement", gathered.about.agreement)
    )
    yield f"about: {{{name}: {_quoted(about)}}}"
    for section in of.sections:
        yield ""
        yield from _comment(f"{section.number} {section.label}")
        yield from _section(section, gathered)


def _section(section: Section, gathered: Gathered) -> Iterator[str]:
    if section.repeats is None:
        yield f"{section.id}:"
        for field in section.fields:
            said = gathered.fields.get((section.id, field.id), [])
            yield from _field(field, said, "  ", "  ")
        return
    parts: list[dict[str, Evidence]] = gathered.parts.get(section.id, [])
    names = list(gathered.agreed) if section.id == "models" and not parts else []
    if not parts and section.id == "third_parties":
        yield f"{section.id}: []"
        return
    yield f"{section.id}:"
    for number, part in enumerate(parts or [{} for _ in names] or [{}]):
        first = "  - "
        for field in section.fields:
            said = [part[field.id]] if field.id in part else []
            known = names[number] if names and field.id == section.repeats else ""
            yield from _field(field, said, first, "    ", known, named=field.id == section.repeats)
            first = "    "


def _field(
    field: Field,
    said: list[Evidence],
    first: str,
    then: str,
    known: str = "",
    *,
    named: bool = False,
) -> Iterator[str]:
    # The hyphen of a list stands before the first comment, which YAML does not take.
    lines = list(_comment(_asks(field, said), then))
    key = f"{first}{field.id}:"
    if named and said:
        # By this the part is known again, so it stands in the file though the program says it.
        yield from _with_hyphen(lines, f"{key} {_quoted(str(said[0].value))}")
    elif field.source != "person" and not known:
        yield from _with_hyphen(lines, key)
        yield f"{then}  beside:"
    else:
        yield from _with_hyphen(lines, f"{key} {_quoted(known)}" if known else key)


def _with_hyphen(comments: list[str], line: str) -> Iterator[str]:
    yield from comments
    yield line


def _asks(field: Field, said: list[Evidence]) -> str:
    needed = "" if field.required else " May be left out."
    text = f"{field.name}. {field.help}{needed}"
    if field.source != "person":
        text += f" {'Filled' if said else 'Filled, once it can be,'} from {_SOURCES[field.source]}."
    known, grows = choices(field)
    if known and len(known) <= 20:
        text += f" {'Such as' if grows else 'One of' if field.kind == 'choice' else 'Any of'}: {', '.join(known)}."
    return text


def _comment(text: str, indent: str = "") -> Iterator[str]:
    clean = " ".join(text.split())
    yield from textwrap.wrap(
        clean, _WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _quoted(text: str) -> str:
    """A text that YAML reads as text, whatever is in it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
