"""The algebra over boxes says what counting every point of a small space says."""

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bernard.agreements.boxes import (
    Box,
    Shape,
    Steps,
    covered,
    difference,
    disjoint,
    subtract,
    total,
)
from bernard.agreements.simplify import enlarged, fewest
from bernard.errors import AgreementTooTangled

CHOICES, SETS = (2, 3), (3, 2)
SHAPE = Shape(CHOICES, SETS)


def _points() -> list[int]:
    """Every point of the space: one bit a choice, any bits of a set."""
    choices = [
        [1 << bit for bit in range(mask.bit_length()) if mask >> bit & 1] for mask in SHAPE.choices
    ]
    sets = [[bits for bits in range(mask + 1) if not bits & ~mask] for mask in SHAPE.sets]
    return [sum(bits) for bits in product(*choices, *sets)]


POINTS = _points()


def _holds(box: Box, point: int) -> bool:
    return not point & ~box.may and all(point & hit for hit in box.hits)


def _in(boxes: list[Box]) -> set[int]:
    return {point for point in POINTS if any(_holds(box, point) for box in boxes)}


def _box(seed: int) -> Box:
    """A box drawn by chance: evenly, which drawing it part by part would not be."""
    draw = random.Random(seed)
    may = sum(mask & draw.getrandbits(64) or mask for mask in SHAPE.choices)
    may |= sum(mask & draw.getrandbits(64) for mask in SHAPE.sets)
    hits = [draw.choice(SHAPE.sets) & draw.getrandbits(64) for _ in range(draw.choice([0, 1, 3]))]
    return SHAPE.box(may, [hit for hit in hits if hit]) or SHAPE.everything


BOX = st.integers(0, 2**32).map(_box)
BOXES = st.lists(BOX, max_size=5)


def test_the_space_has_every_combination_once() -> None:
    assert len(set(POINTS)) == 2 * 3 * 2**3 * 2**2
    assert SHAPE.count(SHAPE.everything, Steps()) == len(POINTS)


@settings(max_examples=400, deadline=None)
@given(BOX, BOX)
def test_two_boxes(a: Box, b: Box) -> None:
    in_a, in_b = _in([a]), _in([b])
    assert SHAPE.count(a, Steps()) == len(in_a)
    assert _holds(a, SHAPE.point(a))
    assert SHAPE.overlap(a, b) == bool(in_a & in_b)
    assert SHAPE.inside(a, b) == (in_a <= in_b)
    both = SHAPE.meet(a, b)
    assert _in([both] if both else []) == in_a & in_b
    left = SHAPE.minus(a, b)
    assert _in(left) == in_a - in_b
    assert total(SHAPE, left, Steps()) == len(in_a - in_b)
    assert _in(SHAPE.largest(a, b)) == in_a - in_b
    assert _in([SHAPE.taking_in(a, [b]), b]) == in_a | in_b


@settings(max_examples=400, deadline=None)
@given(BOX, BOXES, BOXES)
def test_many_boxes(box: Box, some: list[Box], others: list[Box]) -> None:
    assert _in(list(subtract(SHAPE, box, some, Steps()))) == _in([box]) - _in(some)
    assert covered(SHAPE, box, some, Steps()) == (_in([box]) <= _in(some))
    apart = disjoint(SHAPE, some, Steps())
    assert _in(apart) == _in(some)
    assert total(SHAPE, apart, Steps()) == len(_in(some))
    left = difference(SHAPE, some, others, Steps())
    assert _in(left) == _in(some) - _in(others)
    assert total(SHAPE, left, Steps()) == len(_in(some) - _in(others))


@settings(max_examples=400, deadline=None)
@given(BOXES)
def test_the_fewest_boxes_hold_the_same(some: list[Box]) -> None:
    few = fewest(SHAPE, some, Steps())
    assert _in(few) == _in(some)
    assert len(few) <= len(some)


@settings(max_examples=400, deadline=None)
@given(BOX, BOXES)
def test_an_enlarged_piece_stays_in_and_away(whole: Box, others: list[Box]) -> None:
    for piece in subtract(SHAPE, whole, others, Steps()):
        large = enlarged(SHAPE, piece, whole, others, Steps())
        assert _in([piece]) <= _in([large]) <= _in([whole]) - _in(others)


def test_boxes_that_differ_in_one_choice_become_one() -> None:
    first, second = SHAPE.choices[1] & -SHAPE.choices[1], SHAPE.choices[1]
    rest = SHAPE.everything.may & ~SHAPE.choices[1]
    assert fewest(SHAPE, [Box(rest | first), Box(rest | second & ~first)], Steps()) == [
        SHAPE.everything
    ]


def test_a_set_with_a_word_or_without_it_is_any_set() -> None:
    (word, *_) = [1 << bit for bit in range(64) if SHAPE.sets[0] >> bit & 1]
    everything = SHAPE.everything.may
    assert fewest(SHAPE, [Box(everything, (word,)), Box(everything & ~word)], Steps()) == [
        SHAPE.everything
    ]


def test_too_much_work_is_an_error_not_a_wait() -> None:
    with pytest.raises(AgreementTooTangled, match="overlap in too many ways"):
        disjoint(SHAPE, [SHAPE.everything, Box(SHAPE.choices[0] | SHAPE.choices[1])], Steps(1))
