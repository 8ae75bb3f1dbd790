"""What is measured of each response beside each theme, before anything is decided.

Two kinds of number. Some say how alike the two are: the nearest of the response's sentences to the
theme's title and to its whole wording, the response taken together, shared words with the rare ones
weighing more. The others put that in its place: beside how all the responses stand to that theme,
beside how the response stands to the other themes, and beside how the responses most like it stand. The
second kind is what carries over from one consultation to another, where themes are worded at other
lengths and in other terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.mapping.lexicon import Overlap, overlap
from bernard.tools.consult.mapping.neighbours import of_neighbours
from bernard.tools.consult.mapping.wording import Wordings
from bernard.tools.consult.types import Sentences

Floats = NDArray[np.float32]
NAMES = (
    "title",
    "apart",
    "column_z",
    "wording_z",
    "whole_z",
    "apart_z",
    "above_next",
    "row_z",
    "rank",
    "words_title",
    "words_all",
    "words_z",
    "negated",
    "themes",
    "sentences",
    "example",
    "example_z",
    "alike_z",
    "alike_above",
    "alike_row",
)
# Rows worked on at once, so that memory does not grow with the consultation.
_BLOCK = 16_384
_TINY = np.float32(1e-6)


@dataclass(frozen=True)
class Measured:
    """Numbers for each response (row) and theme.

    Attributes:
        values: shape (responses, themes, len(NAMES)).
        best: shape (responses, themes), the number of the sentence that is nearest; -1 where none is.
        whole: shape (responses, dimensions), each response as one unit vector.
    """

    values: Floats
    best: NDArray[np.int64]
    whole: Floats


def measure(
    texts: Sequence[str], sentences: Sentences, wordings: Wordings, question: Floats
) -> Measured:
    """Measure all responses beside all themes.

    Args:
        question: its unit vector; what is like the question says nothing about a theme.
    """
    starts, counts = _rows(sentences, len(texts))
    near = _nearness(sentences, wordings, question, starts, counts)
    words = overlap(texts, wordings.titles, wordings.wholes)
    values = _together(near, words, counts, wordings)
    return Measured(values, near.best, near.whole)


@dataclass(frozen=True)
class _Near:
    title: Floats
    wording: Floats
    whole_theme: Floats
    apart: Floats
    example: Floats
    best: NDArray[np.int64]
    whole: Floats


def _rows(sentences: Sentences, responses: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each response's sentences begin, and how many there are."""
    counts = np.bincount(sentences.response, minlength=responses).astype(np.int64)
    starts = np.concatenate(([0], np.cumsum(counts)[:-1])) if responses else counts
    return starts.astype(np.int64), counts


def _nearness(
    sentences: Sentences,
    wordings: Wordings,
    question: Floats,
    starts: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> _Near:
    themes, size = len(wordings.titles), len(counts)
    shape = (size, themes)
    whole = np.zeros((size, sentences.vectors.shape[1]), np.float32)
    title, wording, whole_theme, apart, example = (np.zeros(shape, np.float32) for _ in range(5))
    best = np.full(shape, -1, np.int64)
    aside = _without(wordings.whole_vectors, question)
    for first in range(0, size, _BLOCK):
        rows = np.arange(first, min(first + _BLOCK, size))
        rows = rows[counts[rows] > 0]
        if not len(rows):
            continue
        low, high = starts[rows[0]], starts[rows[-1]] + counts[rows[-1]]
        vectors = sentences.vectors[low:high]
        cuts = starts[rows] - low
        to_title, to_all = vectors @ wordings.title_vectors.T, vectors @ wordings.whole_vectors.T
        example[rows] = np.maximum.reduceat(_to_examples(vectors, wordings), cuts)
        title[rows] = np.maximum.reduceat(to_title, cuts)
        wording[rows] = np.maximum.reduceat(to_all, cuts)
        apart[rows] = np.maximum.reduceat(_without(vectors, question) @ aside.T, cuts)
        summed = np.add.reduceat(vectors, cuts)
        whole[rows] = summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), _TINY)
        whole_theme[rows] = whole[rows] @ wordings.whole_vectors.T
        both = to_title + to_all
        best[rows] = _best(both, cuts, counts[rows]) + low
    return _Near(title, wording, whole_theme, apart, example, best, whole)


def _to_examples(vectors: Floats, wordings: Wordings) -> Floats:
    """Nearness to the nearest example of each theme; 0 where a theme has none."""
    found = np.zeros((len(vectors), len(wordings.titles)), np.float32)
    for theme, examples in enumerate(wordings.examples):
        if len(examples):
            found[:, theme] = (vectors @ examples.T).max(axis=1)
    return found


def _best(both: Floats, cuts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of the nearest sentence of each response to each theme, the first of equals."""
    top = np.maximum.reduceat(both, cuts)
    hit = both >= top[np.repeat(np.arange(len(cuts)), counts)]
    numbers = np.where(hit, np.arange(len(both))[:, None], len(both))
    return np.asarray(np.minimum.reduceat(numbers, cuts))


def _without(vectors: Floats, direction: Floats) -> Floats:
    """Unit vectors with their part along a direction taken out."""
    if vectors.shape[1:] != direction.shape:  # Nobody says anything, so there is no direction.
        return vectors
    left = vectors - np.outer(vectors @ direction, direction).astype(np.float32)
    return np.asarray(left / np.maximum(np.linalg.norm(left, axis=1, keepdims=True), _TINY))


def _together(near: _Near, words: Overlap, counts: NDArray[np.int64], wordings: Wordings) -> Floats:
    size, themes = near.title.shape
    said = counts > 0
    both = (near.title + near.wording) * np.float32(0.5)
    column_z = _by_column(both, said)
    above, row_z, rank = _by_row(column_z)
    alike_z = of_neighbours(near.whole, column_z, said)
    alike_above, alike_row, _ = _by_row(alike_z)
    full = np.ones((size, themes), np.float32)
    exampled = np.array([len(e) > 0 for e in wordings.examples], np.float32)
    columns = (
        near.title,
        near.apart,
        column_z,
        _by_column(near.wording, said),
        _by_column(near.whole_theme, said),
        _by_column(near.apart, said),
        above,
        row_z,
        rank,
        words.title,
        words.whole,
        _by_column(words.whole, said),
        words.negated,
        full * np.float32(np.log(themes + 1)),
        full * np.log1p(counts).astype(np.float32)[:, None],
        near.example,
        _by_column(near.example, said) * exampled,
        alike_z,
        alike_above,
        alike_row,
    )
    return np.stack(columns, axis=2)


def _by_column(values: Floats, said: NDArray[np.bool_]) -> Floats:
    """Each number beside all the responses' to the same theme."""
    told = values[said] if said.any() else values
    if not len(told):
        return values
    mean = told.mean(axis=0, dtype=np.float64).astype(np.float32)
    # A floor, since of a handful of responses the spread is chance.
    spread = np.maximum(told.std(axis=0, dtype=np.float64), 0.03).astype(np.float32)
    return np.asarray((values - mean) / spread)


def _by_row(z: Floats) -> tuple[Floats, Floats, Floats]:
    """How far each theme stands above the best other one, beside all others, and its rank."""
    size, themes = z.shape
    if themes < 2 or not size:
        return np.zeros_like(z), np.zeros_like(z), np.zeros_like(z)
    ordered = np.sort(z, axis=1)
    top, next_one = ordered[:, -1:], ordered[:, -2:-1]
    above = np.where(z >= top, z - next_one, z - top)
    row_z = z - z.mean(axis=1, keepdims=True)
    rank = np.log1p((-z).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable"))
    return above, row_z, rank.astype(np.float32)
