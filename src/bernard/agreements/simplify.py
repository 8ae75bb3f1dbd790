"""The fewest boxes that can be found for the same points, for a person to read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from bernard.agreements.boxes import Box, Shape, Steps, covered
from bernard.errors import AgreementTooTangled

_SOON = 200


def fewest(shape: Shape, boxes: Sequence[Box], steps: Steps) -> list[Box]:
    """Boxes that hold the same points together; they may overlap."""
    before: set[Box] = set()
    now = list(dict.fromkeys(boxes))
    while before != (before := set(now)):
        now = _widened(shape, _merged(shape, now), steps)
        now = without_inner(shape, now, steps)
    return _without_covered(shape, now)


def enlarged(shape: Shape, box: Box, within: Box, avoid: Sequence[Box], steps: Steps) -> Box:
    """The box made as large as `within` allows without touching a box of `avoid`."""
    near = shape.near(within, avoid)
    box = _less_asked(shape, box, within, near, steps)
    for field in (*shape.sets, *shape.choices):
        if within.may & field & ~box.may:
            wider = Box(box.may | within.may & field, box.hits)
            box = _larger(shape, box, wider, near, steps)
    return _less_asked(shape, box, within, near, steps)


def _less_asked(shape: Shape, box: Box, within: Box, avoid: Sequence[Box], steps: Steps) -> Box:
    """The box without the masks that it need not meet."""
    for hit in box.hits:
        rest = [other for other in box.hits if other != hit]
        wider = shape.box(box.may, (*rest, *within.hits))
        if wider and wider != box:
            box = _larger(shape, box, wider, avoid, steps)
    return box


def _larger(shape: Shape, box: Box, wider: Box, avoid: Sequence[Box], steps: Steps) -> Box:
    steps.take()
    return box if any(shape.overlap(wider, other) for other in avoid) else wider


def _merged(shape: Shape, boxes: Sequence[Box]) -> list[Box]:
    """Boxes that differ in one choice only made one."""
    for field in shape.choices:
        groups: dict[tuple[int, tuple[int, ...]], int] = {}
        for box in boxes:
            key = (box.may & ~field, box.hits)
            groups[key] = groups.get(key, 0) | box.may & field
        boxes = [Box(rest | own, hits) for (rest, hits), own in groups.items()]
    return list(boxes)


def _widened(shape: Shape, boxes: list[Box], steps: Steps) -> list[Box]:
    """Each box with what another box allows it to take in, in one field."""
    wider = list(boxes)
    for place, box in enumerate(wider):
        steps.take(1 + len(wider) // 64)
        wider[place] = shape.taking_in(box, [*wider[:place], *wider[place + 1 :]])
    return wider


def without_inner(shape: Shape, boxes: Sequence[Box], steps: Steps) -> list[Box]:
    """Without those that lie inside another."""
    kept: list[Box] = []
    for box in sorted(dict.fromkeys(boxes), key=lambda box: (-box.may.bit_count(), len(box.hits))):
        steps.take(1 + len(kept) // 64)
        if not any(shape.inside(box, other) for other in kept):
            kept.append(box)
    return kept


def _without_covered(shape: Shape, boxes: Sequence[Box]) -> list[Box]:
    """Without those that the others are soon found to cover together, the smallest first."""
    kept = list(boxes)
    for box in reversed(boxes):
        others = [other for other in kept if other is not box]
        with suppress(AgreementTooTangled):
            if covered(shape, box, others, Steps(_SOON)):
                kept = others
    return kept
