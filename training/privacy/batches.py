"""Examples as batches of pieces of much the same length."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bernard.privacy.tagger.pieces import END, START, encode
from training.privacy.example import Example
from training.privacy.tags import tagged

LONGEST = 126
# Few shapes: the kernels of a new shape have to be made first.
_STEP = 16
_POOL = 800
_IGNORED = -100


@dataclass(frozen=True)
class Window:
    """Pieces that are shown together, with their tags."""

    ids: list[int]
    kinds: list[int]
    tags: list[int]


@dataclass(frozen=True)
class Batch:
    """Windows side by side, (windows, length); `tags` is -100 where nothing is to be learned."""

    ids: NDArray[np.int64]
    mask: NDArray[np.float32]
    kinds: NDArray[np.int64]
    tags: NDArray[np.int64]


def windows(example: Example, pieces: Tokenizer, rng: random.Random) -> Iterator[Window]:
    """The example in windows of at most `LONGEST` pieces, cut between words."""
    found = encode(example.text, pieces)
    tags = tagged(found, example.spans)
    begins = {*found.words, len(found.ids)}
    start = 0
    while start < len(found.ids):
        end = min(len(found.ids), start + LONGEST)
        if end < len(found.ids):
            end -= rng.randrange(LONGEST // 4)
            while end > start + 1 and end not in begins:
                end -= 1
        yield Window(found.ids[start:end], found.kinds[start:end], tags[start:end])
        start = end


def batches(
    examples: Iterator[Example], pieces: Tokenizer, size: int, rng: random.Random
) -> Iterator[Batch]:
    """Batches of about `size` pieces, filling included, for as long as there are examples."""
    while pool := list(islice(examples, _POOL)):
        cut = [window for example in pool for window in windows(example, pieces, rng)]
        cut.sort(key=lambda window: (len(window.ids), rng.random()))
        groups = list(_grouped(cut, size))
        rng.shuffle(groups)
        marks = pieces.token_to_id(START), pieces.token_to_id(END)
        yield from (stacked(group, marks) for group in groups)


def _grouped(cut: list[Window], size: int) -> Iterator[list[Window]]:
    """Windows of one rounded length, each time as many as come to `size`."""
    by_length: dict[int, list[Window]] = {}
    for window in cut:
        length = _rounded(len(window.ids) + 2)
        group = by_length.setdefault(length, [])
        group.append(window)
        if len(group) == size // length:
            yield by_length.pop(length)
    # The last few of each length are shown with shorter ones.
    rest = [window for length in sorted(by_length, reverse=True) for window in by_length[length]]
    while rest:
        count = size // _rounded(len(rest[0].ids) + 2)
        yield rest[:count]
        rest = rest[count:]


def _rounded(length: int) -> int:
    return -(-length // _STEP) * _STEP


def stacked(group: list[Window], marks: tuple[int, int]) -> Batch:
    """Windows with the marks of their start and end, filled up to the longest."""
    length = _rounded(max(len(window.ids) for window in group) + 2)
    ids = np.zeros((len(group), length), np.int64)
    mask = np.zeros((len(group), length), np.float32)
    kinds = np.zeros((len(group), length), np.int64)
    tags = np.full((len(group), length), _IGNORED, np.int64)
    for row, window in enumerate(group):
        end = len(window.ids) + 1
        ids[row, 0], ids[row, end] = marks
        ids[row, 1:end], kinds[row, 1:end], tags[row, 1:end] = window.ids, window.kinds, window.tags
        mask[row, : end + 1] = 1
    return Batch(ids, mask, kinds, tags)
