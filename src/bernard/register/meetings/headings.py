"""Heading rows: which column says what, in the words that departments use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from bernard.register.meetings.types import Kind

Field = Literal[
    "who", "role", "department", "date", "start", "end", "org", "purpose", "gift", "hospitality",
    "direction", "value", "cost", "part_cost", "outcome", "destination", "transport", "officials",
    "guest", "name", "forename",
]  # fmt: skip
MAX_HEADING = 300
# Without one of these, a row of headings is of another kind of table.
_SUBJECTS = frozenset({"org", "gift", "hospitality", "destination"})
_NOT_A_HEADING = re.compile(r"^\s*(?:£|\d)|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}")


class Columns(msgspec.Struct, frozen=True):
    """What the columns of a table say.

    Attributes:
        fields: by the number of the column; one field may have several columns.
        labels: the headings themselves.
        unnamed: the first column where it has no heading.
    """

    fields: dict[int, Field]
    labels: tuple[str, ...]
    unnamed: bool = False
    _found: dict[tuple[Field, ...], list[int]] = {}

    def of(self, *fields: Field) -> list[int]:
        """The columns of these fields, from left to right."""
        found = self._found.get(fields)
        if found is None:
            found = sorted(column for column, field in self.fields.items() if field in fields)
            self._found[fields] = found
        return found

    def has(self, *fields: Field) -> bool:
        """Whether there is a column for one of these."""
        return bool(self.of(*fields))


def columns_of(row: Sequence[object]) -> Columns | None:
    """What the columns say, if this is a row of headings; else None.

    Example:
        >>> columns_of(["Minister", "Date", "Name of External Organisation*", "Purpose"]).fields
        {0: 'who', 1: 'date', 2: 'org', 3: 'purpose'}
    """
    labels = [cell.strip() if isinstance(cell, str) else "" for cell in row]
    filled = [label for label in labels if label]
    if len(filled) < 2 or any(isinstance(cell, float | int) for cell in row):
        return None
    fields = _fields(labels, most_unknown=len(filled) * 2 // 5)
    return _settled(fields, labels) if len(fields) >= 2 else None


def _fields(labels: list[str], most_unknown: int) -> dict[int, Field]:
    """The fields by column; none once more headings are unknown than may be."""
    fields: dict[int, Field] = {}
    for number, label in enumerate(labels):
        if found := field_of(label):
            fields[number] = found
        elif label:
            most_unknown -= 1
            if most_unknown < 0:
                return {}
    return fields


def _settled(fields: dict[int, Field], labels: list[str]) -> Columns | None:
    """Headings that mean one thing beside some and another beside others."""
    names = [number for number, field in fields.items() if field == "name"]
    kinds = set(fields.values())
    if names and "who" not in kinds:
        fields[names[0]] = "who"
    elif names and "org" not in kinds:
        fields[names[0]] = "org"
    unnamed = bool(labels) and not labels[0] and "who" not in fields.values()
    if unnamed:
        fields[0] = "who"
    if not _SUBJECTS & set(fields.values()):
        return None
    about = set(fields.values()) - {"name", "forename", "role"}
    return Columns(fields, tuple(labels), unnamed) if len(about) >= 2 else None


def kind_of(columns: Columns, titles: str) -> Kind:
    """What a table is about, by its columns and, where they leave it open, by its titles."""
    said, labels = titles.lower(), " ".join(columns.labels).lower()
    if columns.has("destination", "transport", "officials"):
        return "travel"
    if columns.has("gift") or "gift" in labels:
        return "gift-given" if gift_was_given(labels, said) else "gift-received"
    if columns.has("hospitality") or "hospitality" in labels:
        return "hospitality"
    if columns.has("value", "guest", "outcome") and "meeting" not in labels:
        if "gift" in said and "hospitality" not in said:
            return "gift-given" if gift_was_given("", said) else "gift-received"
        return "hospitality"
    return _by_title(said)


def _by_title(said: str) -> Kind:
    """The last of the words in the nearest title; a meeting where there is none."""
    words = {"meeting": "meeting", "hospitality": "hospitality", "gift": "gift"}
    found = [kind for word, kind in words.items() if word in said]
    if found == ["hospitality"]:
        return "hospitality"
    if found == ["gift"]:
        return "gift-given" if gift_was_given("", said) else "gift-received"
    return "meeting"


def gift_was_given(labels: str, titles: str) -> bool:
    """Whether a table is of gifts given away, by its headings or else by its titles."""
    for text in (labels, titles):
        given = re.search(
            r"\bgifts? (?:was )?given\b|\bgiven (?:by|to)\b|\bdate given\b|\brecipient\b", text
        )
        received = re.search(r"\breceived\b|\bfrom\b|\bdonor\b|\boutcome\b", text)
        if given or received:
            return bool(given) and not received
    return False


@lru_cache(maxsize=20_000)
def field_of(label: str) -> Field | None:
    """What a column with this heading says; None where the words are not known."""
    if not label or len(label) > MAX_HEADING or _NOT_A_HEADING.search(label):
        return None
    plain = plain_heading(label)
    if not plain or len(plain.split()) > 40:
        return None
    return next((field for field, pattern in _patterns() if pattern.fullmatch(plain)), None)


def plain_heading(label: str) -> str:
    """A heading in small letters, without marks, footnote signs and what stands in brackets.

    Example:
        >>> plain_heading("Value (£)"), plain_heading("Purpose of meeting²")
        ('value', 'purpose of meeting')
    """
    label = re.sub(r"[⁰¹²³⁴-⁹*†‡]", " ", label).replace("£", " gbp ")
    label = unicodedata.normalize("NFKC", label).lower().replace("&", " and ")
    outside = re.sub(r"\([^)]*\)?|\[[^\]]*\]?", " ", label.replace("(s)", "s"))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", outside if outside.strip() else label).split())


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[Field, re.Pattern[str]]]:
    text = Path(__file__).with_name("headings.json").read_bytes()
    found = msgspec.json.decode(text, type=list[tuple[Field, str]])
    return [(field, re.compile(pattern)) for field, pattern in found]
