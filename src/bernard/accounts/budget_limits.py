"""A limit: the most in one period, and how people write and read one."""

from __future__ import annotations

import math

import msgspec

from bernard.accounts.windows import Period
from bernard.errors import InputInvalid

_FORM = "Write it as: day calls=1000 tokens=200000 pence=500 (or minute, hour, month, total)."


class Limit(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The most in one period; what is not named has no limit. Calendar periods, in UTC."""

    per: Period
    calls: int | None = None
    tokens: int | None = None
    bytes: int | None = None
    pence: float | None = None


def read_limit(text: str) -> Limit:
    """A limit as it is written on the command line.

    >>> read_limit("day calls=1000 pence=500")
    Limit(per='day', calls=1000, tokens=None, bytes=None, pence=500.0)

    Raises:
        InputInvalid: it is not of that form.
    """
    period, *rest = text.split() or [""]
    values = dict(part.partition("=")[::2] for part in rest)
    try:
        limit = msgspec.convert({"per": period} | values, Limit, strict=False)
    except msgspec.ValidationError as error:
        raise InputInvalid(f"The limit {text!r} cannot be read. {_FORM}") from error
    if not rest or not all(most is None or 0 <= most < math.inf for most in _most(limit)):
        raise InputInvalid(f"The limit {text!r} sets nothing, or less than nothing. {_FORM}")
    return limit


def limit_in_words(limit: Limit) -> str:
    """A limit in words.

    >>> limit_in_words(Limit("day", calls=1000, pence=500.0))
    '1,000 calls and 500 pence a day'
    """
    names = ("calls", "tokens", "bytes", "pence")
    parts = [
        f"{most:,.10g} {name}"
        for name, most in zip(names, _most(limit), strict=True)
        if most is not None
    ]
    return f"{' and '.join(parts)} {period_in_words(limit.per)}"


def _most(limit: Limit) -> tuple[float | None, ...]:
    return limit.calls, limit.tokens, limit.bytes, limit.pence


def period_in_words(period: Period) -> str:
    """How often a limit begins anew.

    >>> period_in_words("hour")
    'an hour'
    """
    return (
        "in all" if period in ("total", "term") else f"{'an' if period == 'hour' else 'a'} {period}"
    )
