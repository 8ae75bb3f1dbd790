"""What one agreement allows that another does not, and the other way round, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import msgspec

from bernard.agreements.boxes import Box, Steps, counted, subtract
from bernard.agreements.declared import Change, changes
from bernard.agreements.privacy import may_leave_more
from bernard.agreements.reach import Never, Reach
from bernard.agreements.schema import Agreement
from bernard.agreements.simplify import enlarged, without_inner
from bernard.agreements.space import Space
from bernard.agreements.statements import Statement, in_words, statements

# A clause that is cut into more pieces than these is told whole, with an exception.
_MOST_CUT, _MOST_PIECES = 40, 8


class Side(msgspec.Struct, frozen=True):
    """One of the two agreements, and how many combinations it allows in all."""

    agreement: str
    version: int
    status: str
    combinations: int


class Comparison(msgspec.Struct, frozen=True):
    """What `after` changes against `before`, of calls and of what is declared.

    Attributes:
        summary: the whole in a sentence or two.
        newly_allowed, newly_refused: statements that may overlap; together they are all.
        newly_allowed_combinations, newly_refused_combinations: each combination counted once.
        declared: what is declared otherwise: term, parties, duties, what may stay in, limits, links.
    """

    before: Side
    after: Side
    summary: str
    newly_allowed: tuple[Statement, ...]
    newly_refused: tuple[Statement, ...]
    newly_allowed_combinations: int
    newly_refused_combinations: int
    declared: tuple[Change, ...]

    @property
    def looser(self) -> bool:
        """Whether anything is newly allowed, or declared less strictly."""
        return bool(self.newly_allowed) or any(
            change.direction == "looser" for change in self.declared
        )


def compare(before: Agreement, after: Agreement) -> Comparison:
    """Exactly what `after` newly allows and newly refuses, whenever each is in force.

    Raises:
        AgreementTooTangled: the clauses overlap in too many ways.
    """
    space, steps = Space([before, after]), Steps()
    old, new = Reach(space, before), Reach(space, after)
    allowed_before, allowed_after = old.cover(steps), new.cover(steps)
    either = counted(space.shape, (*allowed_before, *allowed_after), steps)
    number_before = counted(space.shape, allowed_before, steps)
    number_after = counted(space.shape, allowed_after, steps)
    more, fewer = either - number_before, either - number_after
    return Comparison(
        before=_side(before, number_before),
        after=_side(after, number_after),
        summary=_summary(before, after, more, fewer),
        newly_allowed=_only_in(new, old, steps) if more else (),
        newly_refused=_only_in(old, new, steps) if fewer else (),
        newly_allowed_combinations=more,
        newly_refused_combinations=fewer,
        declared=changes(before, after),
    )


def _only_in(reach: Reach, other: Reach, steps: Steps) -> tuple[Statement, ...]:
    """What only the first allows."""
    both = _never_in_both(reach, other)
    apart_from = [never.box for never in both]
    own, others = reach.cover(steps, apart_from), other.cover(steps, apart_from)
    pieces, whole = _told_apart(reach, own, others, steps)
    name = f"{other.agreement.id!r} version {other.agreement.version}"
    already = f"What {name} allows as well."
    told = statements(reach, pieces, both, steps, others)
    return told + statements(reach, whole, both, steps, others, already)


def _never_in_both(reach: Reach, other: Reach) -> list[Never]:
    """What neither can allow, so that it makes no difference."""
    theirs = {never.box for never in other.never}
    return [never for never in reach.never if never.box in theirs]


def _told_apart(
    reach: Reach, own: Sequence[Box], others: Sequence[Box], steps: Steps
) -> tuple[list[Box], list[Box]]:
    """What is in the own boxes only, as pieces as large as can be; and boxes that have too many.

    Such a box is told whole, with what the others allow as well for its exception: it is as exact,
    and shorter.
    """
    shape, known = reach.space.shape, set(others)
    pieces, whole = [], []
    for box in own:
        if box not in known:
            raw = list(islice(subtract(shape, box, others, steps), _MOST_CUT + 1))
            large = {enlarged(shape, piece, box, others, steps) for piece in raw[:_MOST_CUT]}
            few = without_inner(shape, list(large), steps)
            if len(raw) > _MOST_CUT or len(few) > _MOST_PIECES:
                whole.append(box)
            else:
                pieces += few
    return pieces, whole


def _side(agreement: Agreement, combinations: int) -> Side:
    return Side(agreement.id, agreement.version, agreement.status, combinations)


def _summary(before: Agreement, after: Agreement, more: int, fewer: int) -> str:
    old = f"{before.id!r} version {before.version}"
    new = f"{after.id!r} version {after.version}"
    left = "".join(f" {one.sentence}" for one in may_leave_more(after, before))
    if not more and not fewer:
        return f"{new} allows exactly the same calls as {old}.{left}"
    allowed = f"newly allows {in_words(more) if more else 'nothing'}"
    refused = f"newly refuses {in_words(fewer) if fewer else 'nothing'}"
    return f"Against {old}, {new} {allowed} and {refused}.{left}"
