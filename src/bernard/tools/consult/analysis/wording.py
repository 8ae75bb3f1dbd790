"""Shares in words, by a stated rule, so that "most" means the same in every report.

A word is chosen for each end of the share's 95% interval. Where both ends have the same word it stands
alone; where they differ, the lower comes first and the higher is marked `perhaps`. So no wording
claims more than the interval bears out. One or two people are `one or two` whatever their share.
"""

from __future__ import annotations

from bernard.tools.consult.analysis.intervals import share

# The least share that each word claims. One table: change the rule here, and every report follows.
RULE: tuple[tuple[str, float], ...] = (
    ("nearly all", 0.90),
    ("most", 0.50),
    ("many", 0.25),
    ("some", 0.10),
    ("a few", 0.0),
)
ONE_OR_TWO = "one or two"
NOBODY = "nobody"


def worded(count: int, of: int) -> str:
    """A share in words.

    >>> worded(95, 100), worded(700, 1000), worded(55, 100), worded(2, 1000), worded(0, 9)
    ('most, perhaps nearly all', 'most', 'many, perhaps most', 'one or two', 'nobody')
    """
    if count <= 0:
        return NOBODY
    if count <= 2:
        return ONE_OR_TWO
    found = share(count, of)
    low, high = _word(found.low), _word(found.high)
    return low if low == high else f"{low}, perhaps {high}"


def rule() -> list[tuple[str, str]]:
    """Each word with what it claims, for the reader of a report."""
    made, below = [], None
    for name, least in RULE:
        if below is None:
            claim = f"{least:.0%} or more"
        elif least:
            claim = f"{least:.0%} or more, but under {below:.0%}"
        else:
            claim = f"under {below:.0%}, and three people or more"
        made.append((name, claim))
        below = least
    return [*made, (ONE_OR_TWO, "one or two people, whatever their share")]


def _word(value: float) -> str:
    return next(name for name, least in RULE if value >= least)


def percent(share: float) -> str:
    """A share as in `12%`; a small one is never shown as none, nor a large one as all.

    >>> percent(0.1249), percent(0.004), percent(0.996), percent(0.0), percent(1.0)
    ('12%', 'under 1%', 'over 99%', '0%', '100%')
    """
    if 0 < share < 0.005:
        return "under 1%"
    if 0.995 <= share < 1:
        return "over 99%"
    return f"{share:.0%}"
