"""Names and roles, which most releases write in one cell in either order."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

_ROLE = re.compile(
    r"\b(?:minister|ministerial|secretary|secretaries|chancellor|whips?|leader|privy seal|paymaster|"
    r"treasurer|comptroller|chamberlain|captain|attorney general|solicitor general|advocate general|"
    r"director|director general|officer|adviser|advisor|head of|chair|chairman|chairwoman|governor|"
    r"commissioner|ambassador|chief|president of|lord president|envoy|counsel|duchy of lancaster|"
    r"permanent|deputy|portfolio|dg|scs ?\d?)\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"\b(?:rt\.? ?hon(?:ourable|\.)?|mp|mps|msp|qc|kc|sir|dame|baroness|baron|viscount|earl|"
    r"lord(?! (?:privy|president|chancellor|commissioner|advocate))|lady|mr|mrs|ms|miss|dr|prof(?:essor)?|"
    r"obe|cbe|dbe|kbe|cb|kcb|cmg)\b",
    re.IGNORECASE,
)
_APART = re.compile(r"\s*(?:,|\n|;|\s[-–—]\s|[–—])\s*")
_BRACKET = re.compile(r"^(.*\S)\s*\(([^()]+)\)$", re.DOTALL)


class Person(msgspec.Struct, frozen=True):
    """Who it was; `role` is empty where the cell does not say."""

    who: str = ""
    role: str = ""


@lru_cache(maxsize=5_000)
def person_of(text: str) -> Person:
    """The name and the role in a cell.

    Example:
        >>> person_of("Minister for Examples, The Rt Hon Sam Example MP")
        Person(who='The Rt Hon Sam Example MP', role='Minister for Examples')
    """
    text = " ".join(text.replace("\n", " , ").split()).strip(" ,;*")
    if (found := _BRACKET.match(text)) and _is_role(found[2]) and not _is_role(found[1]):
        return Person(found[1].strip(" ,"), found[2])
    parts = [part for part in _APART.split(text) if part]
    roles = [part for part in parts if _is_role(part)]
    names = [part for part in parts if not _is_role(part)]
    if not roles:
        return Person(text)
    if not any(_NAME.search(part) or _looks_named(part) for part in names):
        return Person(text, text)
    return Person(", ".join(names), ", ".join(roles))


def names_somebody(text: str) -> bool:
    """Whether this looks like a person or a post, rather than a sentence or a title."""
    return len(text) <= 200 and bool(_NAME.search(text) or _is_role(text)) and not _speaks(text)


def _is_role(part: str) -> bool:
    """Whether a part is a role; `The Rt Hon the Lord Chancellor` is a name with one in it."""
    found = _ROLE.search(part)
    return bool(found) and not (_NAME.search(part) and not re.match(r"lord\b", part, re.IGNORECASE))


def _looks_named(part: str) -> bool:
    """Two or three words that all begin with a capital: `Jo Sample`."""
    words = part.split()
    return 2 <= len(words) <= 4 and all(word[:1].isupper() for word in words)


def _speaks(text: str) -> bool:
    """Whether it is a sentence or a heading about the data."""
    return bool(
        re.search(
            r"\b(?:meetings?|gifts?|hospitality|travel|does|data|quarter|return|include|received|january|march|july|september|october|december|april|june|transparency)\b",
            text,
            re.IGNORECASE,
        )
    )
