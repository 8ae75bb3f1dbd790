"""An untrusted body read into a struct, or a clear error that says where it does not fit."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from bernard.errors import FieldInvalid, ModelFailed
from bernard.wire.types import Body

T = TypeVar("T")


class Shape(msgspec.Struct, kw_only=True):
    """A part of a body that may hold fields that are not named; they are not read."""


class Strict(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A part of a body where a field that is not named would be lost, and so is an error."""


def read_call(body: object, shape: type[T]) -> T:
    """The body of a request as a `shape`.

    Raises:
        FieldInvalid: it does not fit; the field is the JSON pointer of the place.
    """
    try:
        return msgspec.convert(body, shape)
    except msgspec.ValidationError as error:
        # Clients send replies back with their empty fields written out, some newer than we are.
        try:
            return msgspec.convert(_without_nulls(body), shape)
        except (msgspec.ValidationError, RecursionError):
            message, field = _place(str(error))
            raise FieldInvalid(f"{field}: {message}.", field) from error
    except RecursionError as error:
        raise FieldInvalid("The body is nested too deeply.", "#") from error


def read_answer(body: object, shape: type[T]) -> T:
    """The body of a reply, or the data of an event, as a `shape`.

    Raises:
        ModelFailed: it does not fit.
    """
    try:
        return msgspec.convert(body, shape)
    except (msgspec.ValidationError, RecursionError) as error:
        message, field = _place(str(error))
        raise ModelFailed(f"The model's reply cannot be read: {field}: {message}.") from error


def others(body: Body, shape: type[msgspec.Struct]) -> Body:
    """The fields of a body that a shape does not name, without those that are null."""
    known = shape.__struct_encode_fields__
    return {k: v for k, v in body.items() if k not in known and v is not None}


def json_object(text: str, where: str) -> Body:
    """The JSON object that a text holds; nothing where the text is empty.

    Raises:
        FieldInvalid: it holds something else.
    """
    try:
        found: Body = msgspec.json.decode(text or "{}", type=dict[str, Any])
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise FieldInvalid(f"{where}: {text[:60]!r} is not a JSON object.", where) from error
    return found


def json_text(value: object) -> str:
    """A value as JSON text."""
    return msgspec.json.encode(value).decode()


# What callers and tools wrote, where a null means something.
_DATA = frozenset(
    {"input", "args", "response", "arguments", "parameters", "input_schema", "schema"}
)


def _without_nulls(value: Any, key: str = "") -> Any:
    """The protocol's own objects without fields that are null; data in them as it is."""
    if isinstance(value, list):
        return [_without_nulls(one, key) for one in value]
    if not isinstance(value, dict) or (key in _DATA and "type" not in value):
        return value
    return {k: _without_nulls(v, k) for k, v in value.items() if v is not None}


def _place(message: str) -> tuple[str, str]:
    """The message of msgspec without its path, and the path as a JSON pointer."""
    text, _, path = message.partition(" - at `$")
    path = path.rstrip("`").replace("[...]", "").replace("]", "").replace("[", "/")
    return text, "#" + path.replace(".", "/")
