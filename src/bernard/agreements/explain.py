"""One call explained: allowed or not, by which clause, everything that failed, and what would do."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import chain

import msgspec
from msgspec.structs import replace

from bernard.agreements.amend import NearestAgreement, nearest_agreement
from bernard.agreements.compiled import compiled
from bernard.agreements.decide import Table, decide
from bernard.agreements.nearest import Mend, NearestCall, nearest_call
from bernard.agreements.refusal import against
from bernard.agreements.schema import Agreement
from bernard.agreements.types import Call, Decision


class Explanation(msgspec.Struct, frozen=True):
    """Why a call is allowed or not, and what would change that.

    Attributes:
        sentence: the whole in plain English.
        decision: with every dimension of every clause, of every agreement, that failed.
        if_in_force: id of the clause that would allow the call were its agreement signed and in
            force; empty if none would, or if the call is allowed now.
        nearest_call: the fewest changes to the call; None if it needs none, or none would do.
        nearest_agreement: the fewest changes to the words of one agreement; None likewise.
    """

    allowed: bool
    sentence: str
    decision: Decision
    if_in_force: str = ""
    nearest_call: NearestCall | None = None
    nearest_agreement: NearestAgreement | None = None


def explain(agreements: Sequence[Agreement], call: Call, today: datetime.date) -> Explanation:
    """The decision on the call on this day, with what would have to be otherwise.

    Raises:
        AgreementTooTangled: what an agreement allows cannot be worked out.
    """
    noon = datetime.datetime.combine(today, datetime.time(12), datetime.UTC).timestamp()
    table = Table([compiled(agreement) for agreement in agreements], noon)
    found = table.find(call)
    if found:
        return Explanation(True, _allowed(found.decision), found.decision)
    each = (against(compiled(agreement), call, noon) for agreement in agreements)
    refused = replace(table.refusal(call), failed=tuple(chain.from_iterable(each)))
    words = _if_in_force(agreements, call, today)
    if words:
        sentence = (
            f"Refused. {' '.join(refused.reasons[:1])} Its clause {words!r} would allow the call."
        )
        return Explanation(False, sentence, refused, words)
    other = nearest_call(agreements, call, today)
    amended = nearest_agreement(agreements, call, today)
    return Explanation(False, _refused(refused, other, amended), refused, "", other, amended)


def _allowed(decision: Decision) -> str:
    safeguards = ", ".join(decision.safeguards)
    first = f" First to run: {safeguards}." if safeguards else ""
    return f"Allowed by clause {decision.clause!r} of {decision.agreement!r}.{first}"


def _if_in_force(agreements: Sequence[Agreement], call: Call, today: datetime.date) -> str:
    decisions = (decide(agreement, call, today, as_if_signed=True) for agreement in agreements)
    return next((decision.clause for decision in decisions if decision.allowed), "")


def _refused(refused: Decision, other: NearestCall | None, amended: NearestAgreement | None) -> str:
    told = [f"Refused by {refused.agreement!r}." if refused.agreement else "Refused."]
    if other:
        clause = f"clause {other.clause!r} of {other.agreement!r}"
        told.append(
            f"{_number(other.changes)} to the call would do under {clause}: {_all(other.changes)}"
        )
    else:
        told.append("No change of the call would do.")
    if amended:
        told.append(
            f"{_number(amended.changes)} of {amended.agreement!r} would do: {_all(amended.changes)}"
        )
    else:
        told.append(" ".join(("No agreement could allow it as it is.", *_rules(refused))))
    return " ".join(told)


def _rules(refused: Decision) -> list[str]:
    """The rules above any agreement that stand against the call."""
    own = ("status", "term", "parties", "signatures", "clauses", "forbid")
    found = (f.sentence for f in refused.failed if not f.clause and f.dimension not in own)
    return list(dict.fromkeys(found))


def _number(changes: Sequence[Mend]) -> str:
    return "One change" if len(changes) == 1 else f"{len(changes)} changes"


def _all(changes: Sequence[Mend]) -> str:
    return " ".join(change.sentence for change in changes)
