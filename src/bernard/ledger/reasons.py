"""Why a call was refused, as one word of a closed vocabulary, and what each word says.

The caller is told in sentences, which name what was asked. The log is public and keeps no such text.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bernard.agreements.dimensions import DIMENSIONS
from bernard.agreements.types import Decision, Failed

FORBID = "forbid:"
BUDGET = "budget"
UNBOUND = "key-not-bound"
UNREADABLE = "agreement-unreadable"
NO_AGREEMENT = "no-agreement"
_OF_ITSELF = {
    BUDGET: "A limit on calls, tokens, bytes or cost leaves no room.",
    UNBOUND: "The key is not bound to the purpose or model that the call named.",
    UNREADABLE: "The agreement cannot be read.",
    NO_AGREEMENT: "No agreement in force could allow the call.",
    "status": "The agreement is not signed, or it is suspended or ended.",
    "signatures": "The agreement is not signed by both sides with valid keys.",
    "parties": "The agreement lets text leave and names no supplier.",
    "term": "The agreement has not started, or its term is over or not stated.",
    "clauses": "The agreement has no clauses.",
    "significant-effect": "A significant effect on a person needs a person before use.",
    "above-official": "Nothing marked above OFFICIAL leaves the body's own machines.",
    "article-9": "Special category data needs a condition, and the agreement names none.",
    "article-10": "Criminal offence data needs a condition, and the agreement names none.",
    "untrusted-text": (
        "Untrusted text, sensitive data and an effect outside may not meet without a person."
    ),
}
REASONS: Mapping[str, str] = MappingProxyType(
    {d.name: f"The {d.english} is not what the agreement allows." for d in DIMENSIONS} | _OF_ITSELF
)


def words_of(decision: Decision) -> tuple[str, ...]:
    """The words for a refusal: what stands above the clauses, then what the nearest clause lacks."""
    above: list[str] = []
    by_clause: dict[str, list[str]] = {}
    for failed in decision.failed:
        if failed.dimension == "forbid" or not failed.clause:
            above.append(_word(failed))
        else:
            by_clause.setdefault(failed.clause, []).append(failed.dimension)
    nearest: list[str] = min(by_clause.values(), key=len, default=[])
    above += nearest
    return tuple(dict.fromkeys(above)) or (NO_AGREEMENT,)


def in_words(reason: str) -> str:
    """A reason as a sentence; a word that is not known is shown as it stands.

    >>> in_words("budget"), in_words("forbid:no-health")
    ('A limit on calls, tokens, bytes or cost leaves no room.', "It is inside what 'no-health' forbids.")
    """
    if reason.startswith(FORBID):
        return f"It is inside what {reason.removeprefix(FORBID)!r} forbids."
    return REASONS.get(reason, reason)


def _word(failed: Failed) -> str:
    return FORBID + failed.clause if failed.dimension == "forbid" else failed.dimension
