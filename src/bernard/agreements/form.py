"""Whether a file has the form of an agreement: every field that is wrong, unknown or missing."""

from __future__ import annotations

import datetime
import difflib
import re
import typing
from collections.abc import Iterator, Sequence
from functools import cache
from types import UnionType
from typing import Any, Literal

import msgspec
from msgspec.structs import FieldInfo

from bernard.agreements.schema import Agreement
from bernard.agreements.types import Fault

Path = tuple[str | int, ...]
# Named by the hash of the text, so no part of the text.
_NOT_IN_THE_FILE = {(Agreement, "sha256")}
_PLAIN = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    datetime.date: "a date such as 2026-11-22",
}


def form_faults(values: Any) -> Iterator[tuple[Path, Fault]]:
    """Every fault of form, with the path of the value; the lines are the caller's to add."""
    yield from _part(values, Agreement, ())


def _part(value: Any, form: Any, path: Path) -> Iterator[tuple[Path, Fault]]:
    if not isinstance(value, dict):
        said = f"{_name(path)} has no fields." if path else "The file holds no agreement."
        yield path, Fault(0, said, f"Give it {', '.join(_fields(form))}.")
        return
    known = _fields(form)
    for name in value:
        if name not in known:
            yield (*path, name), _unknown(name, path, list(known))
    for name, field in known.items():
        if name in value:
            yield from _value(value[name], field.type, (*path, name))
        elif field.required:
            yield path, Fault(0, f"{_name((*path, name))} is missing.", f"Add `{name}`.")


@cache
def _fields(form: Any) -> dict[str, FieldInfo]:
    return {
        field.encode_name: field
        for field in msgspec.structs.fields(form)
        if (form, field.name) not in _NOT_IN_THE_FILE
    }


def _unknown(name: str, path: Path, known: Sequence[str]) -> Fault:
    near = difflib.get_close_matches(name, known, 1)
    remedy = f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(known)}."
    where = f" in {_name(path)}" if path else ""
    return Fault(0, f"The field {name!r} is unknown{where}.", remedy)


def _value(value: Any, kind: Any, path: Path) -> Iterator[tuple[Path, Fault]]:
    kind = _without_none(kind, value)
    if kind is None:
        return
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield from _part(value, kind, path)
        return
    item = _item(kind)
    if item is not None and issubclass(item, msgspec.Struct) and isinstance(value, list):
        for number, part in enumerate(value):
            yield from _part(part, item, (*path, number))
        return
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        yield path, Fault(0, f"{_name(path)} is {_shown(value)}.", f"It must be {_said(kind)}.")


def _without_none(kind: Any, value: Any) -> Any:
    """The type that is not None of an optional field; None where None is given and allowed."""
    if typing.get_origin(kind) not in (typing.Union, UnionType):
        return kind
    if value is None:
        return None
    return next(option for option in typing.get_args(kind) if option is not type(None))


def _item(kind: Any) -> type | None:
    """The type of the items of a list of records."""
    if typing.get_origin(kind) is not tuple:
        return None
    found = typing.get_args(kind)[0]
    return found if isinstance(found, type) else None


def _said(kind: Any) -> str:
    if typing.get_origin(kind) is Literal:
        return f"one of: {', '.join(map(str, typing.get_args(kind)))}"
    if typing.get_origin(kind) is tuple:
        words = typing.get_args(kind)[0]
        if typing.get_origin(words) is Literal:
            return f"a list of any of: {', '.join(map(str, typing.get_args(words)))}"
        item = _item(kind)
        records = item is not None and issubclass(item, msgspec.Struct)
        return "a list of records, each after a hyphen" if records else "a list, such as [a, b]"
    return _PLAIN.get(kind, "of another kind")


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _name(path: Path) -> str:
    """A path as people write it: `clauses[2].data.categories`, counted from 1."""
    text = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in path)
    return re.sub(r"^\.", "", text)
