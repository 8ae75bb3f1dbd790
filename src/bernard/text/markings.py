"""Find protective markings in a text: the lines by which it says how it must be handled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

TIERS = ("OFFICIAL", "SECRET", "TOP SECRET")
# Tiers of today, those before April 2014, and those in Welsh.
_OFFICIAL = r"OFFICIAL[ \t]{0,3}[-–—:_]?[ \t]{0,3}SENSITIVE|OFFICIAL|SWYDDOGOL[ ]?[-–—:_]?[ ]?SENSITIF|SWYDDOGOL"
_OLD = r"RESTRICTED|PROTECT|CONFIDENTIAL"
_HIGHER = r"TOP SECRET|SECRET|CYFRINACHOL IAWN|CYFRINACHOL"
_WORDS = rf"(?>(?:UK |NATO )?(?:{_HIGHER}|{_OFFICIAL}|{_OLD}))"
# What may stand beside the tier: descriptors, handling instructions and caveats. `LOCSEN` and the like
# were used before 2024.
_BESIDE = {
    "PERSONAL DATA": "PERSONAL DATA", "PERSONAL": "PERSONAL DATA", "PERSONOL": "PERSONAL DATA",
    "COMMERCIAL": "COMMERCIAL", "MASNACHOL": "COMMERCIAL", "LEGAL PROFESSIONAL PRIVILEGE":
    "LEGAL PROFESSIONAL PRIVILEGE", "LEGAL": "LEGAL", "MARKET SENSITIVE": "MARKET SENSITIVE",
    "HR MANAGEMENT": "HR MANAGEMENT", "STAFF": "HR MANAGEMENT", "MANAGEMENT": "HR MANAGEMENT",
    "RECIPIENTS ONLY": "RECIPIENTS ONLY", "ORGANISATION USE ONLY": "ORGANISATION USE ONLY",
    "HMG USE ONLY": "HMG USE ONLY", "EMBARGOED": "EMBARGOED", "LOCSEN": "", "MEDICAL":
    "PERSONAL DATA", "INVESTIGATIONS": "", "POLICY": "", "APPOINTMENTS": "HR MANAGEMENT",
    "HONOURS": "", "VISITS": "", "CONTRACTS": "COMMERCIAL", "UK EYES ONLY": "UK EYES ONLY",
    "UKEO": "UK EYES ONLY", "FIVE EYES": "FIVE EYES", "FVEY": "FIVE EYES", "WHEN COMPLETE": "",
    "when complete": "",
    "when completed": "",
    "WHEN COMPLETED": "",
}  # fmt: skip
CAVEATS = frozenset({"UK EYES ONLY", "FIVE EYES"})
_OTHERS = "|".join(sorted(_BESIDE, key=len, reverse=True))
_MORE = rf"(?:[ \t]{{0,3}}[-–—:,/([_]{{0,2}}[ \t]{{0,3}}(?:{_OTHERS})\b){{0,4}}"
# A line, or the beginning or end of one between brackets or dashes, that holds nothing but marking.
_END = r"(?=[ \t]*(?:$|[\n\])*_|/\\:-]|REL )|_)"
_MARKING = re.compile(
    r"(?:^|[\n\[(*_#>|])[ \t*_#>|\[(-]*"
    rf"({_WORDS})({_MORE}){_END}"
)
# Behind the name of a field it counts in any letters.
_FIELD = re.compile(
    r"(protective marking|security marking|marking|security classification|classification|sensitivity"
    r"|subject|filename|file name|marc diogelu|dosbarthiad|pwnc)[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?[\[(]?[ \t]?"
    rf"({_WORDS})({_MORE})(?=[ \t]*(?:$|[\n\])*_|/\\:;,.\"'-])|[ \t]-)",
    re.IGNORECASE,
)
_FILE = re.compile(
    rf"(?:^|[\s/\\\"'(\[_-])({_WORDS})({_MORE})(?:[)\]]?[ _-][\w ()-]{{0,80}}|[)\]]?)\.[A-Za-z]{{3,4}}\b",
    re.IGNORECASE,
)
# Where these fields stand before it, and in names of files, a single word in small letters is none.
_FREE = frozenset({"subject", "filename", "file name", "pwnc"})
_FIRST = ("SECRET", "OFFICIAL", "SWYDDOGOL", "CYFRINACHOL", "RESTRICTED", "PROTECT", "CONFIDENTIAL")


class Marking(NamedTuple):
    """A tier of the Government Security Classifications Policy, and -SENSITIVE."""

    tier: str
    sensitive: bool


class Handling(NamedTuple):
    """Everything that a text's markings ask: the highest of them, and what stands beside any.

    Attributes:
        beside: descriptors, handling instructions and caveats, in the words of the agreements.
    """

    marking: Marking | None
    beside: frozenset[str]


def highest_marking(text: str) -> Marking | None:
    r"""The highest marking that the text carries, None where it carries none.

    The words count only where they stand as a marking does: in capitals, at the head of a line or
    in brackets, with nothing but marking beside them; or, in any letters, behind the name of a field
    (`Classification:`, `Subject:`) or in the name of a file.

    Markings of before April 2014 count as what they became: `RESTRICTED` and `PROTECT` as
    OFFICIAL-SENSITIVE, and so does `CONFIDENTIAL`, but for `UK CONFIDENTIAL` and `NATO CONFIDENTIAL`,
    which count as SECRET.

    Source: Government Security Classifications Policy, August 2024, guidance 1.1.

    >>> highest_marking("OFFICIAL-SENSITIVE\\nDear all")
    Marking(tier='OFFICIAL', sensitive=True)
    >>> highest_marking("It is no SECRET that the official was late.") is None
    True
    """
    return handling(text).marking


def handling(text: str) -> Handling:
    """All that the markings of a text ask.

    >>> handling("OFFICIAL-SENSITIVE [PERSONAL]").beside
    frozenset({'PERSONAL DATA'})
    """
    if not may_be_marked(text):
        return _NOTHING
    found: list[Marking] = []
    beside: set[str] = set()
    for words, more, is_free in _matches(text):
        if not is_free or words.isupper() or len(_WORD.findall(words)) > 1:
            found.append(_read(words.upper()))
            beside |= _beside(more.upper())
    return Handling(max(found, key=_rank, default=None), frozenset(beside))


def may_be_marked(text: str) -> bool:
    """Whether a marking may stand in it somewhere: quick, and right where it says no."""
    upper = text.upper()
    return any(word in upper for word in _FIRST)


def highest(one: Marking | None, other: Marking | None) -> Marking | None:
    """The higher of two, either of which may be missing."""
    return max((m for m in (one, other) if m), key=_rank, default=None)


_NOTHING = Handling(None, frozenset())
_NAMES = re.compile(rf"\b(?:{_OTHERS})\b")
_WORD = re.compile(r"[A-Za-z]+")


def _matches(text: str) -> Iterator[tuple[str, str, bool]]:
    """The tier, what stands beside it, and whether other words may stand in such a place too."""
    for match in _MARKING.finditer(text):
        yield match[1], match[2], False
    for match in _FIELD.finditer(text):
        yield match[2], match[3], match[1].lower() in _FREE
    for match in _FILE.finditer(text):
        yield match[1], match[2], True


def _read(words: str) -> Marking:
    if "TOP SECRET" in words or "IAWN" in words:
        return Marking("TOP SECRET", False)
    if "SECRET" in words or "CYFRINACHOL" in words:
        return Marking("SECRET", False)
    if words in ("UK CONFIDENTIAL", "NATO CONFIDENTIAL"):
        return Marking("SECRET", False)
    if "OFFICIAL" in words or "SWYDDOGOL" in words:
        return Marking("OFFICIAL", "SENSITI" in words)
    return Marking("OFFICIAL", True)


def _beside(more: str) -> set[str]:
    return {name for said in _NAMES.findall(more) if (name := _BESIDE[said])}


def _rank(marking: Marking) -> tuple[int, bool]:
    return TIERS.index(marking.tier), marking.sensitive
