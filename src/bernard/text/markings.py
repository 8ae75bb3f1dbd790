"""Find protective markings in a text: the lines by which it says how it must be handled."""

from __future__ import annotations

import re
from typing import NamedTuple

TIERS = ("OFFICIAL", "SECRET", "TOP SECRET")
# A line, or the beginning or end of one between brackets or dashes, that holds nothing but marking.
_WORDS = r"(?:UK |NATO )?(?:TOP SECRET|SECRET|OFFICIAL[ ]?[-–:][ ]?SENSITIVE|OFFICIAL SENSITIVE|OFFICIAL)"
_MARKING = re.compile(
    rf"(?:^|[\n\[(*_#>|]|protective marking:|classification:)[ \t*_#>|\[(-]*({_WORDS})"
    r"(?=[ \t]*(?:$|[\n\])*_|/\\:-]|UK EYES|REL |FIVE EYES))",
    re.IGNORECASE,
)


class Marking(NamedTuple):
    """A tier of the Government Security Classifications Policy, and -SENSITIVE."""

    tier: str
    sensitive: bool


def highest_marking(text: str) -> Marking | None:
    r"""The highest marking that the text carries, None where it carries none.

    The words count only where they stand as a marking does: in capitals, at the head of a line or
    in brackets, with nothing but marking beside them.

    Source: Government Security Classifications Policy, August 2024, guidance 1.1.

    >>> highest_marking("OFFICIAL-SENSITIVE\\nDear all")
    Marking(tier='OFFICIAL', sensitive=True)
    >>> highest_marking("It is no SECRET that the official was late.") is None
    True
    """
    if "SECRET" not in text and "OFFICIAL" not in text:
        return None
    found = [_read(m.group(1)) for m in _MARKING.finditer(text) if m.group(1).isupper()]
    return max(found, key=_rank, default=None)


def highest(one: Marking | None, other: Marking | None) -> Marking | None:
    """The higher of two, either of which may be missing."""
    return max((m for m in (one, other) if m), key=_rank, default=None)


def _read(words: str) -> Marking:
    if "TOP SECRET" in words:
        return Marking("TOP SECRET", False)
    if "SECRET" in words:
        return Marking("SECRET", False)
    return Marking("OFFICIAL", "SENSITIVE" in words)


def _rank(marking: Marking) -> tuple[int, bool]:
    return TIERS.index(marking.tier), marking.sensitive
