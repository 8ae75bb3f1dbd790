"""The file of a record that people edit: what it says of each field, with the line it stands on."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from bernard.agreements.document import Document
from bernard.register.records.template import Field, Section, Template, template, versions
from bernard.register.records.types import About, Fault, Level, Step, Value

MOST_BYTES = 1_000_000
MOST_PARTS = 50
MOST_CHARACTERS = 20_000
_HEAD = ("standard", "version", "about")


class Said(NamedTuple):
    """What a person wrote for one field; `beside` is what they add to a value of the program."""

    value: Value = ""
    beside: str = ""


class Part(NamedTuple):
    """One section, or one part of a section that repeats, and where it stands in the file."""

    said: dict[str, Said]
    steps: tuple[Step, ...]


class Written:
    """What a file says.

    Attributes:
        template: of the version that it names; None if it cannot be read.
        parts: by section; one for a section that does not repeat.
        faults: of form: what is no field, no text, or stands twice.
    """

    def __init__(self, data: bytes) -> None:
        """Read the bytes of a file; nothing is raised, whatever they are."""
        self.template: Template | None = None
        self.about = About()
        self.parts: dict[str, list[Part]] = {}
        self.faults: list[Fault] = []
        if len(data) > MOST_BYTES:
            self._wrong((), f"The file is over {MOST_BYTES:,} bytes.", "A record is far shorter.")
            return
        self._document = Document(data)
        if self._document.faults:
            found = ((f.line, f.message, f.remedy.replace("An agreement needs", "A record needs"))
                     for f in self._document.faults)  # fmt: skip
            self.faults = [Fault("wrong", *fault) for fault in found]
            return
        self._read(self._document.values)

    def line(self, steps: Sequence[Step]) -> int:
        """The line where this stands, or the nearest part of the file that it would be in."""
        return self._document.line(steps) if hasattr(self, "_document") else 1

    def fault(
        self, level: Level, steps: Sequence[Step], message: str, remedy: str = "",
        field: Field | None = None,
    ) -> Fault:  # fmt: skip
        """A fault at this place of the file."""
        number, label = (field.number, field.label) if field else ("", "")
        return Fault(level, self.line(steps), message, remedy, path(steps), number, label)

    def _wrong(self, steps: Sequence[Step], message: str, remedy: str = "", field: Field | None = None) -> None:  # fmt: skip
        self.faults.append(self.fault("wrong", steps, message, remedy, field))

    def _read(self, values: Any) -> None:
        if not isinstance(values, dict):
            self._wrong(
                (), "The file holds no record.", "`bernard register record new` begins one."
            )
            return
        known = self._version(values)
        if known is None:
            return
        self.template = known
        self._about(values.get("about"))
        self._unknown(values, [*_HEAD, *(s.id for s in known.sections)], ())
        for section in known.sections:
            self._section(section, values.get(section.id))

    def _version(self, values: dict[str, Any]) -> Template | None:
        standard, version = values.get("standard"), values.get("version")
        if standard != "ATRS":
            self._wrong(("standard",), f"The standard is {_shown(standard)}.", "Write ATRS.")
            return None
        if version not in versions():
            message = f"This is a record of version {_shown(version)} of the standard."
            remedy = f"Bernard has the template of {', '.join(versions())}. Begin a new record."
            self._wrong(("version",), message, remedy)
            return None
        return template(version)

    def _about(self, values: Any) -> None:
        names = ("agreement", "service")
        if not isinstance(values, dict) or not any(values.get(name) for name in names):
            message = "It is not said which agreement or service the record is about."
            self._wrong(("about",), message, "Write `about: {agreement: …}` or `{service: …}`.")
            return
        self._unknown(values, names, ("about",))
        said = {name: values.get(name) or "" for name in names}
        for name, value in said.items():
            if not isinstance(value, str):
                self._wrong(("about", name), f"This is {_shown(value)}.", "Write a name.")
                return
        self.about = About(**said)

    def _section(self, section: Section, values: Any) -> None:
        if section.repeats is None:
            self.parts[section.id] = [self._part(section, values, (section.id,))]
            return
        if values is None:
            values = []
        if not isinstance(values, list):
            self._wrong(
                (section.id,), f"`{section.id}` is no list.", "Begin each part with a hyphen."
            )
            values = []
        if len(values) > MOST_PARTS:
            self._wrong(
                (section.id,), f"There are over {MOST_PARTS} parts.", "Bring them together."
            )
        self.parts[section.id] = [
            self._part(section, part, (section.id, number))
            for number, part in enumerate(values[:MOST_PARTS])
        ]

    def _part(self, section: Section, values: Any, steps: tuple[Step, ...]) -> Part:
        said: dict[str, Said] = {}
        if values is not None and not isinstance(values, dict):
            self._wrong(steps, f"`{path(steps)}` has no fields.", "Write one field on each line.")
        elif values:
            self._unknown(values, [field.id for field in section.fields], steps)
            for field in section.fields:
                said[field.id] = self._said(field, values.get(field.id), (*steps, field.id))
        return Part(said, steps)

    def _said(self, field: Field, value: Any, steps: tuple[Step, ...]) -> Said:
        beside = ""
        if isinstance(value, dict):
            if field.source == "person":
                self._wrong(steps, "This has fields of its own.", "Write the text itself.", field)
                return Said()
            self._unknown(value, ("value", "beside"), steps, field)
            beside = self._text(value.get("beside"), (*steps, "beside"), field)
            value, steps = value.get("value"), (*steps, "value")
        if isinstance(value, list):
            items = (self._text(v, (*steps, n), field) for n, v in enumerate(value[:MOST_PARTS]))
            return Said(tuple(item for item in items if item), beside)
        return Said(self._text(value, steps, field), beside)

    def _text(self, value: Any, steps: Sequence[Step], field: Field) -> str:
        if value is None:
            return ""
        if isinstance(value, bool) and field.choices:
            value = "Yes" if value else "No"
        if not isinstance(value, str):
            self._wrong(
                steps, f"This is {_shown(value)}, which is no text.", "Put it in quotes.", field
            )
            return ""
        if len(value) > MOST_CHARACTERS:
            message = f"This has {len(value):,} characters; at most {MOST_CHARACTERS:,} are taken."
            self._wrong(steps, message, "Link to the longer text.", field)
            return ""
        return value.strip()

    def _unknown(
        self, values: dict[Any, Any], known: Iterable[str], steps: tuple[Step, ...],
        field: Field | None = None,
    ) -> None:  # fmt: skip
        names = list(known)
        for name in values:
            if name not in names:
                near = difflib.get_close_matches(str(name), names, 1)
                remedy = f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(names)}."
                self._wrong((*steps, name), f"The field {_shown(name)} is unknown.", remedy, field)


def path(steps: Sequence[Step]) -> str:
    """A place as people write it: `models[2].model_task`, counted from 1.

    >>> path(("models", 1, "model_task"))
    'models[2].model_task'
    """
    text = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")


def _shown(value: Any) -> str:
    shown = "empty" if value is None else repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"
