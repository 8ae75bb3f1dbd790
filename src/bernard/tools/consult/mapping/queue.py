"""Which responses a person should read next."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.types import Decided, Mapped, Sentences

# One in so many is taken without regard to doubt, so that what is surely wrong is found as well.
_TEST = 5
# Only so many of the most doubtful are compared with one another.
_MOST = 1_500
_LEAST_NEW = 0.15


def next_to_check(
    mapped: Sequence[Mapped],
    sentences: Sentences,
    decided: Sequence[Decided] = (),
    *,
    count: int = 1,
    apart_from: Collection[int] = (),
) -> list[int]:
    """Numbers of the responses to read next, in order; none that was decided.

    Those whose answer is most in doubt and that are unlike any read before teach most. One in five
    is drawn from all the others, as a test.

    Args:
        apart_from: responses that shall not come up, such as those another person has before them.
    """
    seen = {one.response for one in decided}
    left = [
        one
        for one in mapped
        if one.response not in seen
        and one.response not in apart_from
        and one.outcome != "nothing said"
    ]
    left.sort(key=lambda one: (-one.doubt, one.response))
    near = left[: max(_MOST, 4 * count)]
    if not near:
        return []
    rows = [one.response for one in near]
    vectors = _vectors(sentences, [*rows, *sorted(seen)])
    taken = _most_doubtful(near, vectors[: len(rows)], vectors[len(rows) :], count)
    return _with_tests([rows[n] for n in taken], [one.response for one in left], len(seen), count)


def _most_doubtful(
    near: Sequence[Mapped], vectors: NDArray[np.float32], read: NDArray[np.float32], count: int
) -> list[int]:
    """Places in `near`, one after another: the most doubt times the most that is new."""
    doubt = np.array([one.doubt for one in near])
    middle = vectors.mean(axis=0)
    vectors, read = _unit(vectors - middle), _unit(read - middle)
    like = (vectors @ read.T).max(axis=1) if len(read) else np.zeros(len(vectors))
    taken: list[int] = []
    for _ in range(min(count, len(near))):
        worth = doubt * np.maximum(1 - like.clip(0), _LEAST_NEW)
        worth[taken] = -1
        best = int(worth.argmax())
        taken.append(best)
        like = np.maximum(like, vectors @ vectors[best])
    return taken


def _with_tests(taken: list[int], left: Sequence[int], read: int, count: int) -> list[int]:
    """Every fifth place given to a response drawn from all that are left; the draw is always the same."""
    drawn = iter(sorted(set(left) - set(taken), key=_lot))
    found = []
    doubtful = iter(taken)
    for place in range(read, read + count):
        source = drawn if place % _TEST == _TEST - 1 else doubtful
        row = next(source, None)
        if row is None:
            row = next(doubtful, None) if source is drawn else next(drawn, None)
        if row is not None:
            found.append(row)
    return found


def _lot(row: int) -> bytes:
    return hashlib.sha256(str(row).encode()).digest()


def _vectors(sentences: Sentences, rows: Sequence[int]) -> NDArray[np.float32]:
    """Each of these responses as one unit vector."""
    found = np.zeros((len(rows), sentences.vectors.shape[1]), np.float32)
    lows = np.searchsorted(sentences.response, rows)
    highs = np.searchsorted(sentences.response, np.array(rows) + 1)
    for place, (low, high) in enumerate(zip(lows, highs, strict=True)):
        found[place] = sentences.vectors[low:high].sum(axis=0)
    return _unit(found)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), np.float32)
