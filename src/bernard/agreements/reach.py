"""All calls that an agreement allows, as boxes: its clauses, less what may never be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import msgspec

from bernard.agreements.above import rules
from bernard.agreements.boxes import Box, Shape, Steps, difference, subtract
from bernard.agreements.dimensions import forbidden_box
from bernard.agreements.schema import Agreement, Forbid
from bernard.agreements.simplify import without_inner
from bernard.agreements.space import Space, clause_bounds, supplier_of
from bernard.agreements.types import Call


class Never(msgspec.Struct, frozen=True):
    """A box of calls that no clause can allow.

    Attributes:
        id: of the forbid box, or of the rule above any agreement.
        rule: it is such a rule, which no agreement can change.
    """

    id: str
    sentence: str
    box: Box
    rule: bool = False


class Reach:
    """What one agreement allows, apart from when: status and term are not asked.

    Attributes:
        clauses: the box of each clause that allows anything, by its id.
        never: what no clause can allow.
    """

    def __init__(self, space: Space, agreement: Agreement) -> None:
        """Take an agreement that the space was made for."""
        self.space, self.agreement = space, agreement
        supplier = supplier_of(agreement)
        boxes = ((c.id, space.allowed(clause_bounds(c, supplier))) for c in agreement.clauses)
        self.clauses = tuple((id, box) for id, box in boxes if box)
        self.never = (*_forbidden(space, agreement.forbid), *_above(space, agreement))

    def cover(self, steps: Steps, apart_from: Collection[Box] = ()) -> list[Box]:
        """The largest boxes of what is allowed; they may overlap.

        Args:
            apart_from: boxes of `never` that are not taken away.
        """
        never = [found.box for found in self.never if found.box not in apart_from]
        parts: list[Box] = []
        for _, box in self.clauses:
            parts += largest_left(self.space.shape, box, never, steps)
        return list(dict.fromkeys(parts))

    def holds(self, point: int) -> bool:
        """Whether the call of this point is allowed."""
        return any(_within(point, box) for _, box in self.clauses) and not any(
            _within(point, found.box) for found in self.never
        )

    def clauses_of(self, box: Box) -> tuple[str, ...]:
        """Ids of the clauses that hold a point of the box."""
        near = set(self.space.shape.near(box, [own for _, own in self.clauses]))
        return tuple(id for id, own in self.clauses if own in near)

    def clause_of(self, call: Call) -> str:
        """Id of the first clause whose box holds the call; empty if none does."""
        point = self.space.point(call)
        if point is None:
            return ""
        return next((id for id, box in self.clauses if _within(point, box)), "")


def largest_left(shape: Shape, box: Box, never: Iterable[Box], steps: Steps) -> list[Box]:
    """What is left of a box, as the largest boxes; they may overlap."""
    parts = [box]
    for other in never:
        if any(shape.overlap(part, other) for part in parts):
            parts = [left for part in parts for left in shape.largest(part, other)]
            steps.take(len(parts))
            if len(parts) > 1:
                parts = without_inner(shape, parts, steps)
    return parts


def only_here(
    shape: Shape, boxes: Sequence[Box], others: Sequence[Box], never: Sequence[Box], steps: Steps
) -> list[Box]:
    """The points of `boxes` that are in none of `others` nor of `never`, each in one box only."""
    left = difference(shape, boxes, others, steps)
    return [piece for box in left for piece in subtract(shape, box, never, steps)]


def _forbidden(space: Space, boxes: Iterable[Forbid]) -> list[Never]:
    found = ((forbid, space.forbidden(forbidden_box(forbid))) for forbid in boxes)
    return [Never(forbid.id, forbid.summary, box) for forbid, box in found if box]


def _above(space: Space, agreement: Agreement) -> list[Never]:
    found = ((rule, space.forbidden(rule.box)) for rule in rules(agreement))
    return [Never(rule.id, rule.sentence, box, rule=True) for rule, box in found if box]


def _within(point: int, box: Box) -> bool:
    return not point & ~box.may and all(point & hit for hit in box.hits)
