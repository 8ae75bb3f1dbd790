"""Exact set algebra over boxes of calls, without a solver.

A point is a set of bits: one bit of each *choice* field (the word or level that a call has there),
and any bits of each *set* field (the words that it has there). A box holds the points whose bits
are all in `may` and that have a bit of each mask in `hits`. Such boxes are closed under
intersection, and what is left of one when another is taken away is a few of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from bernard.errors import AgreementTooTangled


class Steps:
    """How much work may still be done, so that the worst agreement ends in an error, not a wait."""

    def __init__(self, left: int = 2_000_000) -> None:
        """Allow so many: the whole of them takes a few seconds."""
        self.left = left

    def take(self, number: int = 1) -> None:
        """Count work that is about to be done.

        Raises:
            AgreementTooTangled: there is none left.
        """
        self.left -= number
        if self.left < 0:
            raise AgreementTooTangled


class Box(msgspec.Struct, frozen=True, gc=False):
    """The points within `may` that meet every mask of `hits` (each within one set field)."""

    may: int
    hits: tuple[int, ...] = ()


class Shape:
    """Which bits belong to which field, and the algebra over boxes of these fields.

    Choice fields come first; above each stands an unused guard bit, so that one addition shows
    whether any of them is empty.

    Attributes:
        choices, sets: the mask of each field.
        everything: the box of all points.
    """

    def __init__(self, choices: Sequence[int], sets: Sequence[int]) -> None:
        """Take the number of words of each choice field and of each set field."""
        masks, guards, start = [], 0, 0
        for width in choices:
            assert width > 0, "a choice field needs a word to choose"
            masks.append(((1 << width) - 1) << start)
            start += width
            guards |= 1 << start
            start += 1
        self.choices = tuple(masks)
        self._body, self._guards = sum(masks), guards
        for width in sets:
            masks.append(((1 << width) - 1) << start)
            start += width
        self.sets = tuple(masks[len(choices) :])
        self._set_bits = sum(self.sets)
        self.everything = Box(self._body | self._set_bits)
        self._choice_of = [
            next((mask for mask in self.choices if mask >> bit & 1), 0) for bit in range(start)
        ]
        self._set_of = [
            next((mask for mask in self.sets if mask >> bit & 1), 0) for bit in range(start)
        ]

    def box(self, may: int, hits: Iterable[int] = ()) -> Box | None:
        """The box in its one normal form; None if it holds no point."""
        if (may & self._body) + self._body & self._guards != self._guards:
            return None
        if not hits:
            return Box(may)
        kept: list[int] = []
        for hit in sorted({hit & may for hit in hits}, key=_by_size):
            if not hit:
                return None
            if all(small & ~hit for small in kept):
                kept.append(hit)
        return Box(may, tuple(sorted(kept)))

    def meet(self, a: Box, b: Box) -> Box | None:
        """The points in both."""
        return self.box(a.may & b.may, a.hits + b.hits)

    def overlap(self, a: Box, b: Box) -> bool:
        """Whether a point is in both."""
        may = a.may & b.may
        if (may & self._body) + self._body & self._guards != self._guards:
            return False
        return all(hit & may for hit in a.hits) and all(hit & may for hit in b.hits)

    def near(self, a: Box, others: Iterable[Box]) -> list[Box]:
        """Those of the others that overlap the box; the same as `overlap`, in one loop for speed."""
        may, hits, body, guards = a.may, a.hits, self._body, self._guards
        found = []
        for other in others:
            both = may & other.may
            if (both & body) + body & guards != guards:
                continue
            for hit in (*hits, *other.hits):
                if not hit & both:
                    break
            else:
                found.append(other)
        return found

    def inside(self, a: Box, b: Box) -> bool:
        """Whether every point of `a` is in `b`."""
        return not a.may & ~b.may and all(_implied(hit, a) for hit in b.hits)

    def minus(self, a: Box, b: Box) -> list[Box]:
        """Disjoint boxes that hold the points of `a` that are not in `b`."""
        left: list[Box] = []
        rest: Box | None = a
        for mask in self._outside(a, b):
            assert rest is not None
            _add(left, self._within(rest, mask))
            rest = self.box(rest.may & ~mask, rest.hits)
            if rest is None:
                return [a]
        for hit in b.hits:
            assert rest is not None
            if not _implied(hit, rest):
                _add(left, self.box(rest.may & ~hit, rest.hits))
                rest = self.box(rest.may, (*rest.hits, hit))
                if rest is None:
                    return [a]
        return left

    def largest(self, a: Box, b: Box) -> list[Box]:
        """The points of `a` that are not in `b`, as the largest boxes, which may overlap."""
        if not self.overlap(a, b):
            return [a]
        left: list[Box] = []
        for mask in self._outside(a, b):
            _add(left, self._within(a, mask))
        for hit in b.hits:
            if not _implied(hit, a):
                _add(left, self.box(a.may & ~hit, a.hits))
        return left

    def nearest(self, a: Box, others: Sequence[Box]) -> Box:
        """The one of the others that has something in common with the box in most fields."""
        may, body, guards = a.may, self._body, self._guards
        empty = [(guards & ~((may & b.may & body) + body)).bit_count() for b in others]
        least = min(empty)
        near = [b for b, number in zip(others, empty, strict=True) if number == least]
        return min(near, key=lambda b: sum(not hit & b.may for hit in a.hits))

    def taking_in(self, a: Box, others: Iterable[Box]) -> Box:
        """`a` with as much of one field of each other box as the two together hold already."""
        for b in others:
            out = a.may & ~b.may
            field = self._choice_of[out.bit_length() - 1] if out else 0
            # Set fields stand above: if the highest bit is of a choice, there is none of a set.
            if out & (~field if field else self._body):
                continue
            if not field:
                a = self._taking_in_missed(a, b, out)
            elif all(_implied(hit, a) for hit in b.hits):
                a = Box(a.may | b.may & field, a.hits)
        return a

    def _taking_in_missed(self, a: Box, b: Box, out: int) -> Box:
        """`a` without a mask that it must meet, if the points that miss it are in `b`."""
        for hit in a.hits:
            if out & ~hit:
                continue
            rest = tuple(other for other in a.hits if other != hit)
            missed = self.box(a.may & ~hit, rest)
            if missed is None or self.inside(missed, b):
                return Box(a.may, rest)
        return a

    def count(self, box: Box, steps: Steps) -> int:
        """How many points the box holds."""
        number = 1
        for field in self.choices:
            number *= (box.may & field).bit_count()
        return number * _meeting(box.may & self._set_bits, box.hits, steps)

    def point(self, box: Box) -> int:
        """One point of the box: the first word of each choice, the fewest words of each set."""
        bits = 0
        for field in self.choices:
            own = box.may & field
            bits |= own & -own
        for hit in sorted(box.hits, key=_by_size):
            if not hit & bits:
                bits |= hit & -hit
        return bits

    def _outside(self, a: Box, b: Box) -> Iterator[int]:
        """Of each field, the bits that `a` may have and `b` may not."""
        out = a.may & ~b.may
        while out:
            bit = (out & -out).bit_length() - 1
            mask = out & (self._choice_of[bit] or self._set_of[bit])
            yield mask
            out &= ~mask

    def _within(self, box: Box, mask: int) -> Box | None:
        """The points of the box that have a bit of the mask, which is within one field."""
        field = self._choice_of[mask.bit_length() - 1]
        if field:
            return self.box(box.may & ~field | box.may & mask, box.hits)
        return self.box(box.may, (*box.hits, mask))


def subtract(shape: Shape, box: Box, others: Sequence[Box], steps: Steps) -> Iterator[Box]:
    """Disjoint boxes that hold the points of `box` that are in none of the others."""
    near = shape.near(box, others)
    steps.take(1 + len(others) // 32 + len(near) // 8 + len(box.hits) ** 2 // 4)
    if not near:
        yield box
        return
    if any(shape.inside(box, other) for other in near):
        return
    near.sort(key=lambda other: (box.may & ~other.may).bit_count() + 8 * len(other.hits))
    first, rest = near[0], near[1:]
    for piece in shape.minus(box, first):
        yield from subtract(shape, piece, rest, steps)


def covered(shape: Shape, box: Box, others: Sequence[Box], steps: Steps) -> bool:
    """Whether every point of the box is in one of the others."""
    return next(subtract(shape, box, others, steps), None) is None


def disjoint(shape: Shape, boxes: Sequence[Box], steps: Steps) -> list[Box]:
    """The points of the boxes, each in one box only."""
    ordered = sorted(boxes, key=lambda box: -box.may.bit_count())
    return [
        piece
        for place, box in enumerate(ordered)
        for piece in subtract(shape, box, ordered[:place], steps)
    ]


def difference(shape: Shape, a: Sequence[Box], b: Sequence[Box], steps: Steps) -> list[Box]:
    """The points that are in a box of `a` and in none of `b`, each in one box only."""
    known = set(b)
    ordered = sorted((box for box in a if box not in known), key=lambda box: -box.may.bit_count())
    left: list[Box] = []
    for place, box in enumerate(ordered):
        for piece in subtract(shape, box, b, steps):
            left += subtract(shape, piece, ordered[:place], steps)
    return left


def total(shape: Shape, boxes: Iterable[Box], steps: Steps) -> int:
    """How many points disjoint boxes hold together."""
    return sum(shape.count(box, steps) for box in boxes)


def counted(shape: Shape, boxes: Iterable[Box], steps: Steps) -> int:
    """How many points the boxes hold together, each counted once."""
    apart = disjoint(shape, list(dict.fromkeys(boxes)), steps)
    return total(shape, apart, steps)


def union(masks: Iterable[int]) -> int:
    """The bits of all the masks."""
    together = 0
    for mask in masks:
        together |= mask
    return together


def _add(boxes: list[Box], box: Box | None) -> None:
    if box is not None:
        boxes.append(box)


def _by_size(mask: int) -> tuple[int, int]:
    return mask.bit_count(), mask


def _implied(hit: int, box: Box) -> bool:
    """Whether every point of the box has a bit of the mask."""
    return any(not own & ~hit for own in box.hits)


def _meeting(may: int, hits: tuple[int, ...], steps: Steps) -> int:
    """How many subsets of `may` meet every mask of `hits`."""
    if not hits:
        return 1 << may.bit_count()
    together, apart = [hits[0]], list(hits[1:])
    reach = hits[0]
    while touching := [hit for hit in apart if hit & reach]:
        together += touching
        apart = [hit for hit in apart if not hit & reach]
        reach |= union(touching)
    linked = _linked(reach, together, steps)
    return linked * _meeting(may & ~reach, tuple(apart), steps)


def _linked(may: int, hits: list[int], steps: Steps) -> int:
    """The same for masks that hang together: those that meet the others, less those that miss one."""
    steps.take()
    first, rest = hits[0], tuple(hits[1:])
    if not rest:
        return (1 << may.bit_count()) - 1
    missed = tuple(hit & ~first for hit in rest)
    none = _meeting(may & ~first, missed, steps) if all(missed) else 0
    return _meeting(may, rest, steps) - none
