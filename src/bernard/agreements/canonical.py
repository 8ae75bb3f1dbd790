"""The canonical bytes of an agreement: what both sides sign, and whose SHA-256 names it in the log."""

from __future__ import annotations

import datetime
import hashlib
import json
import math
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
from msgspec.structs import FieldInfo, fields

from bernard.agreements.schema import Agreement
from bernard.errors import AgreementInvalid

LEFT_OUT = frozenset({"signatures", "status", "sha256"})


def canonical(agreement: Agreement) -> bytes:
    """The agreement as one line of JSON that is the same wherever it is made.

    Keys are sorted, there is no space between tokens, and a field that holds its default is left
    out, whether the file writes it or not. So are the signatures, which are over these bytes, and
    the status: suspending an agreement only takes away, and must not wait for a signature.

    Raises:
        AgreementInvalid: a text that UTF-8 cannot hold, or a number that is none.

    Source: RFC 8785, JSON Canonicalization Scheme.
    """
    kept = _plain(agreement, LEFT_OUT)
    try:
        return _encoded(kept).encode()
    except UnicodeEncodeError as error:
        raise AgreementInvalid("The agreement holds half of a character pair.") from error


def sha256(agreement: Agreement) -> str:
    """Hexadecimal SHA-256 of the canonical bytes."""
    return hashlib.sha256(canonical(agreement)).hexdigest()


def _plain(part: msgspec.Struct, left_out: frozenset[str] = frozenset()) -> dict[str, Any]:
    kept = {}
    for field in _fields(type(part)):
        value = getattr(part, field.name)
        if field.name not in left_out and not _is_default(value, field):
            kept[field.encode_name] = _value(value)
    return kept


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[FieldInfo, ...]:
    """The fields of a kind of part; working out their types is slow."""
    return fields(kind)


def _is_default(value: Any, field: FieldInfo) -> bool:
    return field.default is not msgspec.NODEFAULT and bool(value == field.default)


def _value(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return _plain(value)
    if isinstance(value, (list, tuple)):
        return [_value(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def _encoded(value: Any) -> str:
    """RFC 8785 text; `json` writes strings as it asks, and everything but floats."""
    if isinstance(value, dict):
        # Field names are ASCII, so Python's order is that of UTF-16 code units.
        pairs = (f'"{key}":{_encoded(value[key])}' for key in sorted(value))
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_encoded, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """A number as ECMAScript writes it, which RFC 8785 asks for.

    >>> [_number(n) for n in (5.0, 0.1, 1e21, 1e-7, 123456789012345680000.0)]
    ['5', '0.1', '1e+21', '1e-7', '123456789012345680000']
    """
    if not math.isfinite(value):
        raise AgreementInvalid(f"{value!r} is not a number that an agreement can hold.")
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        return format(Decimal(repr(value + 0.0)).normalize(), "f")
    mantissa, _, exponent = repr(value).partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"
