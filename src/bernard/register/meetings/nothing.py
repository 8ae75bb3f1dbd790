"""Rows that tell of nothing: nil returns, and notes under a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_DASHES = re.compile(r"[\s\-–—.*/]*")
_NIL_ALONE = frozenset(
    {"nil", "none", "na", "n a", "not applicable", "nothing", "0", "no", "blank"}
)
_NIL = re.compile(
    r"nil returns?\b.*|nil (?:to (?:report|declare)|for|this|in|all|from|recorded|entries)\b.*|"
    r"none (?:to (?:report|declare)|in|for|this|held|recorded|received|given|declared|reported|undertaken|taken)\b.*|"
    r"nothing (?:to|was|has|in|for|declared|received|reported)\b.*|"
    r"(?:there (?:were|are|was|is|have been) )?no (?:\w+ ){0,4}?(?:meetings?|gifts?|hospitality|travel|visits?|trips?|returns?|entries|"
    r"engagements?|data|expenses|declarations?|overseas)\b.*|"
    r"(?:did|has|have) not (?:\w+ ){0,3}(?:meet|met|receive|received|give|given|travel|travelled|attend|accept|accepted|hold|held)\b.*|"
    r".*[\W_]nil[ -]?returns?[.)]?"
)
_NOTE = re.compile(
    r"^\s*(?:notes?\b|please note|nb\b|n\.b|source:|sources:|key:|\*|†|‡|#|footnote|does not (?:normally|include)|"
    r"this (?:return|data|table|list|includes?|covers|release|publication|document)\b|these |all (?:figures|costs|values)|"
    r"\(?\d{1,2}[.)]\s|\[\d+\]|[¹²³]|where |data |the (?:data|information|above|following|cost|costs|value|term)\b|"
    r"(?:sub ?)?totals?\b|grand total|end of|includes?\b|excludes?\b|published|last updated|contact|for (?:more|further)|"
    r"gifts? (?:and|are|over|with|means?)\b.*\.|hospitality (?:is|means?|includes?)\b|meetings (?:with|are|held).*\.$|"
    r"official )",
    re.IGNORECASE,
)

_TOTAL = re.compile(r"\s*(?:grand |overall |sub ?-?)?totals?(?: costs?)?\s*:?\s*", re.IGNORECASE)


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: it is empty, or only dashes and dots."""
    return not text or (len(text) <= 20 and _DASHES.fullmatch(text) is not None)


@lru_cache(maxsize=20_000)
def is_nil(text: str) -> bool:
    """Whether a cell says that there is nothing to tell.

    Example:
        >>> is_nil("Nil Return "), is_nil("No meetings held"), is_nil("Nile Shipping")
        (True, True, False)
    """
    if len(text) > 200:
        return False
    plain = " ".join(text.lower().replace("\u2019", "'").split()).strip(" .*:;")
    return re.sub(r"[/. ]+", " ", plain).strip() in _NIL_ALONE or _NIL.fullmatch(plain) is not None


def is_nil_row(dates: Sequence[str], others: Sequence[str]) -> bool:
    """Whether a row says in words that there is nothing, though it may say for which month."""
    told = [text for text in others if not is_blank(text)] or [t for t in dates if not is_blank(t)]
    return bool(told) and all(is_nil(text) for text in told)


def is_total(texts: Sequence[str]) -> bool:
    """Whether a row adds up those above it."""
    return any(_TOTAL.fullmatch(text) for text in texts if len(text) < 40)


def reads_as_note(text: str) -> bool:
    """Whether a lone cell is a note: it begins as one, or is as long as a sentence is."""
    return bool(_NOTE.match(text)) or len(text) > 150
