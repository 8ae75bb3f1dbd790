"""Whether an agreement stays inside a ceiling, such as a department's own limit."""

from __future__ import annotations

import msgspec

from bernard.agreements.boxes import Steps, subtract
from bernard.agreements.plain import sentence
from bernard.agreements.privacy import may_leave_more
from bernard.agreements.reach import Reach
from bernard.agreements.schema import Agreement
from bernard.agreements.simplify import enlarged
from bernard.agreements.space import Space
from bernard.agreements.types import Call


class Within(msgspec.Struct, frozen=True):
    """Whether every call that the agreement allows is one that the ceiling allows.

    Nor may it leave more personal data in a text than the ceiling does.

    Attributes:
        counter_example: a call that the agreement allows and the ceiling does not; None where only
            what stays in a text goes beyond.
        beyond: the calls around the counter-example that go beyond in the same way; or what stays in.
        clause: of the agreement, that allows the counter-example.
    """

    agreement: str
    ceiling: str
    holds: bool
    sentence: str
    counter_example: Call | None = None
    beyond: str = ""
    clause: str = ""


def within(agreement: Agreement, ceiling: Agreement) -> Within:
    """Whether the agreement stays inside the ceiling; of calls, not of limits over a period.

    Raises:
        AgreementTooTangled: the clauses overlap in too many ways.
    """
    space, steps = Space([agreement, ceiling]), Steps()
    shape, own, limit = space.shape, Reach(space, agreement), Reach(space, ceiling)
    most = limit.cover(steps)
    cover = own.cover(steps)
    for box in cover:
        piece = next(subtract(shape, box, most, steps), None)
        if piece is not None:
            beyond = enlarged(shape, piece, box, most, steps)
            return _goes_beyond(
                own, ceiling, space.call(shape.point(beyond)), sentence(space, beyond)
            )
    if cover and (left := may_leave_more(agreement, ceiling)):
        return _leaves_more(agreement, ceiling, " ".join(one.sentence for one in left))
    told = f"Every call that {_name(agreement)} allows, {_name(ceiling)} allows too."
    return Within(agreement.id, ceiling.id, holds=True, sentence=told)


def _goes_beyond(own: Reach, ceiling: Agreement, call: Call, beyond: str) -> Within:
    clause = own.clause_of(call)
    over = f"Clause {clause!r} of {_name(own.agreement)} goes beyond {_name(ceiling)}."
    return Within(
        agreement=own.agreement.id,
        ceiling=ceiling.id,
        holds=False,
        sentence=f"{over} It allows, and the ceiling does not: {beyond}",
        counter_example=call,
        beyond=beyond,
        clause=clause,
    )


def _leaves_more(agreement: Agreement, ceiling: Agreement, beyond: str) -> Within:
    told = f"{_name(agreement)} leaves more personal data in than {_name(ceiling)}. {beyond}"
    return Within(agreement.id, ceiling.id, holds=False, sentence=told, beyond=beyond)


def _name(agreement: Agreement) -> str:
    return f"{agreement.id!r} version {agreement.version}"
