"""Statements: boxes of calls that a person can read, with what is excepted and how many they are."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bernard.agreements.boxes import Box, Steps, total
from bernard.agreements.plain import Part, apart, parts, sentence
from bernard.agreements.reach import Never, Reach, largest_left, only_here
from bernard.agreements.simplify import fewest
from bernard.agreements.space import Space

_SHOWN_DIGITS = 9


class Statement(msgspec.Struct, frozen=True, rename={"except_": "except"}):
    """Calls that have something in common, in one sentence.

    Attributes:
        sentence: what they are, in plain English.
        combinations: how many calls that the agreements can tell apart.
        clauses: ids of the clauses that allow any of them.
        except_: what is not among them all the same, a sentence each.
        apart: in a comparison, what sets them apart from the nearest calls of the other agreement.
        calls: what they may have, by dimension.
    """

    sentence: str
    combinations: int
    clauses: tuple[str, ...]
    except_: tuple[str, ...]
    calls: dict[str, Part]
    apart: tuple[str, ...] = ()


def statements(
    reach: Reach,
    boxes: Sequence[Box],
    never: Sequence[Never],
    steps: Steps,
    others: Sequence[Box] = (),
    already: str = "",
) -> tuple[Statement, ...]:
    """The fewest statements found for the points of the boxes that are in no box of `never`.

    Args:
        others: boxes of the agreement compared with; the statements are of points in none of them.
        already: names what the others hold, as an exception, where they touch the boxes.
    """
    shape = reach.space.shape
    narrowed = [_narrowed(reach.space, box, never, steps) for box in boxes]
    found = []
    for box in fewest(shape, [box for box in narrowed if box], steps):
        near = [other for other in never if shape.overlap(box, other.box)]
        known = shape.near(box, others) if already else []
        left = only_here(shape, [box], known, [other.box for other in near], steps)
        exceptions = [*map(_exception, near), *([already] if known else [])]
        if left:
            statement = Statement(
                sentence=sentence(reach.space, box),
                combinations=total(shape, left, steps),
                clauses=reach.clauses_of(box),
                except_=tuple(dict.fromkeys(exceptions)),
                calls=parts(reach.space, box),
                apart=() if known else apart(reach.space, box, others),
            )
            found.append(statement)
    places = {id: place for place, (id, _) in enumerate(reach.clauses)}
    return tuple(sorted(found, key=lambda one: [places[id] for id in one.clauses]))


def in_words(combinations: int) -> str:
    """A number of combinations as one says it.

    >>> in_words(1), in_words(12000), in_words(123 * 10**20)
    ('1 combination', '12,000 combinations', 'about 1.2 × 10^22 combinations')
    """
    digits = str(combinations)
    if len(digits) <= _SHOWN_DIGITS:
        return f"{combinations:,} combination{'' if combinations == 1 else 's'}"
    return f"about {digits[0]}.{digits[1]} × 10^{len(digits) - 1} combinations"


def _narrowed(space: Space, box: Box, never: Sequence[Never], steps: Steps) -> Box | None:
    """The box without what one smaller box can leave out; exceptions stay for the rest."""
    for other in never:
        left = largest_left(space.shape, box, [other.box], steps)
        if not left:
            return None
        if len(left) == 1 and left[0] != box:
            return _narrowed(space, left[0], never, steps)
    return box


def _exception(never: Never) -> str:
    if never.rule:
        return never.sentence
    return f"Forbidden by {never.id!r}{': ' if never.sentence else '.'}{never.sentence}"
