"""What two ways to write one value have in common."""

from __future__ import annotations

import re

# Values of these kinds differ where their capitals or signs do.
_AS_WRITTEN = frozenset(
    {
        "COOKIE",
        "CRYPTO-ADDRESS",
        "ENCODED",
        "LITERAL",
        "PASSWORD",
        "PRIVATE-KEY",
        "SECRET-KEY",
        "URL",
    }
)
# In these, only capitals make no difference.
_IN_ANY_CASE = frozenset({"EMAIL", "HANDLE", "SECURITY-ANSWER", "USER-NAME"})
_SEPARATORS = re.compile(r"[\s,.()-]+")


def same_value(kind: str, value: str) -> str:
    """What every way to write a value has in common, and no other value.

    >>> same_value("TELEPHONE", "+44 7700 900123") == same_value("TELEPHONE", "07700 900 123")
    True
    """
    if kind in _AS_WRITTEN:
        return value
    if kind in _IN_ANY_CASE:
        return value.casefold()
    bare = _SEPARATORS.sub("", value).casefold()
    if kind == "TELEPHONE":
        return bare.removeprefix("+").removeprefix("00").removeprefix("44").lstrip("0")
    return bare
