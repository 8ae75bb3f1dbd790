"""All that could ever be shared under an agreement, in the fewest plain statements."""

from __future__ import annotations

import msgspec

from bernard.agreements.boxes import Steps, counted
from bernard.agreements.reach import Reach
from bernard.agreements.schema import Agreement
from bernard.agreements.space import Space
from bernard.agreements.statements import Statement, in_words, statements


class Allows(msgspec.Struct, frozen=True):
    """What an agreement allows, whenever it is in force.

    Attributes:
        agreement, version, status: of the file.
        summary: the whole in a sentence or two.
        statements: each allows calls; they may overlap, and together they are all.
        combinations: how many calls that the agreement can tell apart it allows.
        out_of: how many there are.
    """

    agreement: str
    version: int
    status: str
    summary: str
    statements: tuple[Statement, ...]
    combinations: int
    out_of: int


def allows(agreement: Agreement) -> Allows:
    """All that could ever be shared: clauses, less what is forbidden and the rules above them all.

    A combination is one choice in every dimension: every word of a vocabulary counts, all names
    that the agreement does not know count as one more, and numbers as ranges between those named.

    Raises:
        AgreementTooTangled: its clauses overlap in too many ways to count.
    """
    space, steps = Space([agreement]), Steps()
    reach = Reach(space, agreement)
    boxes = [box for _, box in reach.clauses]
    combinations = counted(space.shape, reach.cover(steps), steps)
    return Allows(
        agreement=agreement.id,
        version=agreement.version,
        status=agreement.status,
        summary=_summary(agreement, combinations),
        statements=statements(reach, boxes, reach.never, steps) if combinations else (),
        combinations=combinations,
        out_of=space.shape.count(space.possible, steps),
    )


def _summary(agreement: Agreement, combinations: int) -> str:
    name = f"The agreement {agreement.id!r}, version {agreement.version},"
    allowed = in_words(combinations) if combinations else "nothing at all"
    now = f" It is {agreement.status}: nothing may be sent until it is signed and in force."
    return f"{name} allows {allowed}.{'' if agreement.status == 'signed' else now}"
