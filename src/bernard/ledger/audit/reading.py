"""Read an entry of a log from its bytes, and see that it holds nothing but what entries may hold."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import Any

import msgspec

from bernard.errors import InputInvalid
from bernard.ledger.tlog.tiles import MOST_ENTRY_BYTES
from bernard.ledger.types import Entry
from bernard.ledger.vocabulary import allowed, check

_DECODER = msgspec.json.Decoder(Entry)
_ENCODER = msgspec.json.Encoder(order="sorted")
_SEALED = re.compile(rb'\{"commitment":"([0-9a-f]{64})","event":"sealed"\}')
_HASH = re.compile(r"(?:[0-9a-f]{64})?")
_DEFAULTS = {
    field.name: field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    for field in msgspec.structs.fields(Entry)
    if not field.required
}
# Different in every call, or in no call at all.
_NOT_ALIKE = frozenset({"content", "taken_out", "left_in", "scores"})
_BY_NUMBERS = (
    "retention_s", "sensitive", "offence", "outside_effects", "untrusted"
)  # fmt: skip
_CALLS = frozenset({"intent", "outcome", "refusal"})
_MOST_KEPT = 8192
# The end of the year 9999.
_LATEST_AT = 253_402_300_799


class Shape:
    """What is the same of entries that are alike but for times, numbers and hashes.

    Attributes:
        fault: a word that none of them may hold.
        allowed: what was worked out of them; None until somebody does.
    """

    __slots__ = ("allowed", "fault")

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.allowed: tuple[tuple[str, float], ...] | None = None


class Reader:
    """Reads entries; those that are alike are looked at once."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._shapes: dict[tuple[Any, ...], Shape] = {}
        names = [name for name in allowed() if name not in _NOT_ALIKE]
        self._alike = attrgetter(*names, *_BY_NUMBERS)

    def read(self, body: bytes) -> tuple[Entry | None, Shape, str]:
        """The entry, where it is one; what it is like; and what is wrong with its form."""
        if len(body) > MOST_ENTRY_BYTES:
            return None, Shape(), f"It has {len(body):,} bytes; the most is {MOST_ENTRY_BYTES:,}."
        try:
            entry = _DECODER.decode(body)
        except RecursionError:
            return None, Shape(), "It is not an entry: it is nested too deeply."
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if sealed := _SEALED.fullmatch(body):
                return Entry("sealed", 0, commitment=sealed[1].decode()), Shape(), ""
            return None, Shape(), f"It is not an entry: {error}."
        if not 0 <= entry.at <= _LATEST_AT:
            return None, Shape(), "It is not an entry: its time is none."
        return entry, self._shape(entry), "" if _ENCODER.encode(entry) == body else _form(body)

    def _shape(self, entry: Entry) -> Shape:
        is_other = entry.event not in _CALLS or entry.scores or entry.left_in or entry.text
        if is_other or not _HASH.fullmatch(entry.content):
            return Shape(_words(entry))
        of: tuple[Any, ...] = self._alike(entry)
        if entry.taken_out:
            of = (*of, *entry.taken_out)
        shape = self._shapes.get(of)
        if shape is None:
            if len(self._shapes) >= _MOST_KEPT:
                self._shapes.clear()
            shape = self._shapes[of] = Shape(_words(entry))
        return shape


def _words(entry: Entry) -> str:
    try:
        check(entry)
    except InputInvalid as error:
        return str(error)
    return ""


def _form(body: bytes) -> str:
    """What is wrong with the form of an entry; a whole number may stand for a decimal one."""
    fields = msgspec.json.decode(body, type=dict[str, Any])
    if unknown := fields.keys() - set(Entry.__struct_fields__):
        return f"It has the field {min(unknown)!r:.80}, which no entry has."
    if empty := [name for name, value in fields.items() if value == _DEFAULTS.get(name, ...)]:
        return f"It writes out the field {empty[0]!r}, which is left out where it is empty."
    if _ENCODER.encode(fields) != body:
        return "It is not in its canonical form: sorted keys, no spaces, each field once."
    return ""
