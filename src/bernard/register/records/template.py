"""The fields of a record as data: which there are, what each asks, and who fills it.

A new version of the standard is another file in `data/`, and no change here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec
import yaml

NEWEST = "v4.0"
Kind = Literal["text", "line", "url", "email", "date", "choice", "choices"]
Source = Literal["person", "agreement", "log"]


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field of the standard.

    Attributes:
        id: its name in the file of a record.
        number, label: as the standard has them; no number where it gives none.
        help: what it asks, in our words.
        kind: the form of its value; `text` may have paragraphs and lists.
        source: who fills it; a person writes what the agreement or the log does not say.
        adds: what is set beneath a person's words: figures from the log, terms of the agreement.
        choices: the values it takes, where the publisher does not list them.
        publisher: the name of the same at GOV.UK's publisher.
    """

    id: str
    label: str
    help: str
    number: str = ""
    kind: Kind = "text"
    required: bool = True
    source: Source = "person"
    adds: tuple[Source, ...] = ()
    choices: tuple[str, ...] = ()
    publisher: str = ""

    @property
    def name(self) -> str:
        """Number and label."""
        return f"{self.number} {self.label}".lstrip()


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that stand together.

    Attributes:
        id: its name in the file of a record.
        tier: 1 is for everybody, 2 for who wants to know more; 0 is not in the published text.
        heading: as published records have it; empty where it goes on under the one before.
        repeats: it holds a list of such parts, each known by this field; empty string for a list
            whose parts have no name; None for no list.
    """

    id: str
    number: str
    label: str
    tier: int
    fields: tuple[Field, ...]
    heading: str = ""
    repeats: str | None = None

    def field(self, name: str) -> Field | None:
        """The field of this id."""
        return next((field for field in self.fields if field.id == name), None)


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of the standard."""

    standard: str
    version: str
    name: str
    sections: tuple[Section, ...]

    def section(self, name: str) -> Section | None:
        """The section of this id."""
        return next((section for section in self.sections if section.id == name), None)

    def fields(self) -> Iterator[tuple[Section, Field]]:
        """Every field with its section, in order."""
        return ((section, field) for section in self.sections for field in section.fields)


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What GOV.UK's publisher takes for one name.

    Attributes:
        open: the list grows, so a value that it lacks may be right.
    """

    select: Literal["one", "multiple", "text", "date"]
    required: bool = False
    open: bool = False
    values: tuple[str, ...] = ()


class Publisher(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of GOV.UK's publisher."""

    publisher: str
    document_type: str
    base_path: str
    metadata: dict[str, Rule]


@cache
def template(version: str = NEWEST) -> Template:
    """The template of this version; `versions()` lists those there are."""
    return msgspec.convert(_data(f"atrs-{version}.yaml"), Template)


@cache
def publisher() -> Publisher:
    """The rules of GOV.UK's publisher."""
    return msgspec.convert(_data("govuk-publisher.yaml"), Publisher)


def versions() -> tuple[str, ...]:
    """Versions of the standard that there is a template for."""
    names = (file.name for file in (resources.files(__package__) / "data").iterdir())
    found = (name[5:-5] for name in names if name.startswith("atrs-") and name.endswith(".yaml"))
    return tuple(sorted(found))


def choices(field: Field) -> tuple[tuple[str, ...], bool]:
    """The values a field takes, and whether it may take others."""
    rule = publisher().metadata.get(field.publisher)
    return (rule.values, rule.open) if rule and rule.values else (field.choices, False)


def _data(name: str) -> Any:
    text = (resources.files(__package__) / "data" / name).read_text(encoding="utf-8")
    return yaml.safe_load(text)
