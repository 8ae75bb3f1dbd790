"""What one agreement allows that another does not, and the other way round, exactly."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bernard.agreements.boxes import Box, Steps, disjoint, subtract, total
from bernard.agreements.declared import Change, changes
from bernard.agreements.reach import Never, Reach, only_here
from bernard.agreements.schema import Agreement
from bernard.agreements.simplify import enlarged
from bernard.agreements.space import Space
from bernard.agreements.statements import Statement, in_words, statements


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
        declared: what is declared otherwise: term, parties, duties, limits, links.
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
    refused, fewer = _only_in(old, new, steps)
    allowed, more = _only_in(new, old, steps)
    kept = total(space.shape, disjoint(space.shape, old.cover(steps), steps), steps)
    return Comparison(
        before=_side(before, kept),
        after=_side(after, kept + more - fewer),
        summary=_summary(before, after, more, fewer),
        newly_allowed=allowed,
        newly_refused=refused,
        newly_allowed_combinations=more,
        newly_refused_combinations=fewer,
        declared=changes(before, after),
    )


def _only_in(reach: Reach, other: Reach, steps: Steps) -> tuple[tuple[Statement, ...], int]:
    """What only the first allows, with how many combinations that is."""
    shape = reach.space.shape
    both = _never_in_both(reach, other)
    apart = [never.box for never in both]
    own, others = reach.cover(steps, apart), other.cover(steps, apart)
    left = only_here(shape, own, others, apart, steps)
    if not left:
        return (), 0
    pieces = _enlarged(reach, own, others, steps)
    return statements(reach, pieces, both, steps, others), total(shape, left, steps)


def _never_in_both(reach: Reach, other: Reach) -> list[Never]:
    """What neither can allow, so that it makes no difference."""
    theirs = {never.box for never in other.never}
    return [never for never in reach.never if never.box in theirs]


def _enlarged(reach: Reach, own: Sequence[Box], others: Sequence[Box], steps: Steps) -> list[Box]:
    """What is in the own boxes only, as pieces that are as large as can be."""
    shape, known = reach.space.shape, set(others)
    return [
        enlarged(shape, piece, box, others, steps)
        for box in own
        if box not in known
        for piece in subtract(shape, box, others, steps)
    ]


def _side(agreement: Agreement, combinations: int) -> Side:
    return Side(agreement.id, agreement.version, agreement.status, combinations)


def _summary(before: Agreement, after: Agreement, more: int, fewer: int) -> str:
    old = f"{before.id!r} version {before.version}"
    new = f"{after.id!r} version {after.version}"
    if not more and not fewer:
        return f"{new} allows exactly the same calls as {old}."
    allowed = f"newly allows {in_words(more) if more else 'nothing'}"
    refused = f"newly refuses {in_words(fewer) if fewer else 'nothing'}"
    return f"Against {old}, {new} {allowed} and {refused}."
