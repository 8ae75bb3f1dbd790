"""Decide one call against one agreement."""

from __future__ import annotations

import datetime
from functools import partial

from bernard.agreements.old import Agreement, Call, Clause, Decision
from bernard.agreements.old_vocabulary import rank


def decide(agreement: Agreement, call: Call, today: datetime.date) -> Decision:
    """Whether the agreement allows the call on this day, and if not, every reason.

    The rules above any agreement come first: a marking over OFFICIAL-SENSITIVE, an unknown place,
    and an agreement that is not in force always refuse.
    """
    named = partial(Decision, agreement=agreement.id, sha256=agreement.sha256)
    reasons = _above_any_agreement(agreement, call, today)
    if reasons:
        return named(allowed=False, reasons=tuple(reasons))
    for clause in agreement.clauses:
        failed = outside(clause, call)
        if not failed:
            return named(allowed=True, clause=clause.id, safeguards=clause.safeguards)
        reasons.append(f"Clause {clause.id!r}: {'; '.join(failed)}.")
    return named(allowed=False, reasons=tuple(reasons) or ("The agreement has no clauses.",))


def _above_any_agreement(agreement: Agreement, call: Call, today: datetime.date) -> list[str]:
    reasons = []
    if agreement.status != "signed":
        reasons.append(f"The agreement {agreement.id!r} is {agreement.status}, not signed.")
    if today < agreement.term.start:
        reasons.append(f"The agreement {agreement.id!r} starts on {agreement.term.start}.")
    if agreement.term.end and today >= agreement.term.end:
        reasons.append(f"The agreement {agreement.id!r} ended on {agreement.term.end}.")
    if rank(call.marking) is None:
        reasons.append(f"Text marked {call.marking!r} may not be used with any model.")
    if call.place in ("", "unknown"):
        reasons.append(f"Nobody has said where the model {call.model!r} runs.")
    return reasons


def outside(clause: Clause, call: Call) -> list[str]:
    """Every way in which the call falls outside the clause, in words."""
    pairs = (
        ("service", call.service, clause.services),
        ("purpose", call.purpose, clause.purposes),
        ("operation", call.operation, clause.operations),
        ("supplier", call.provider, clause.providers),
        ("place", call.place, clause.places),
    )
    failed = [
        f"the {name} {value!r} is not among {_listed(allowed)}"
        for name, value, allowed in pairs
        if value not in allowed
    ]
    if clause.models and call.model not in clause.models:
        failed.append(f"the model {call.model!r} is not among {_listed(clause.models)}")
    if (rank(call.marking) or 0) > (rank(clause.marking) or 0):
        failed.append(f"the marking {call.marking!r} is above {clause.marking!r}")
    failed += [
        f"the text holds {category!r}, which is not allowed"
        for category in call.categories
        if category not in clause.categories
    ]
    return failed


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words) or "any allowed (none are)"
