"""What people decided, learnt from.

The trained head is where learning begins. First one scale and one shift for the whole question are
fitted, since people may use themes more or less freely than those it was trained on. Then each theme
gets a weight for every direction of meaning, with a prior that holds the weights near nought. So a handful
of decisions moves little, responses unlike any that a person has seen stay as they were, and hundreds of
decisions can teach a theme that its title does not say.

Sources: MacKay 1992, The evidence framework applied to classification networks,
https://doi.org/10.1162/neco.1992.4.5.720 (probabilities drawn in by how unsure the weights are).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.mapping.scoring import Scored, probability
from bernard.tools.consult.types import Decided, Sentences, Span

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
# Spreads of the priors, chosen on argkp-train (training/consult): of a theme's own shift, of its
# weights, of the question's shift, and of its scale about 1.
SHIFT, WEIGHT, COMMON, SCALE = 1.0, 3.5, 0.7, 0.4
_STEPS = 20
_SMALLEST = 1e-5
_BLOCK = 16_384
_FURTHEST = 12.0
_LEAST_LEARNT = 0.005


@dataclass(frozen=True)
class _Taught:
    """What people said of the responses that they read, the last word on each.

    Attributes:
        rows: the responses. held: shape (rows, themes), whether each holds each.
        spans: the sentence that a person chose, where one did.
    """

    rows: NDArray[np.int64]
    held: Doubles
    spans: dict[tuple[int, int], Span]


def learnt(scored: Scored, decided: Sequence[Decided]) -> Scored:
    """The scores moved by what people decided; the same where nobody decided anything."""
    taught = _taught(scored, decided)
    if not len(taught.rows) or not scored.logits.shape[1]:
        return scored
    common = _common(scored.logits[taught.rows], taught.held)
    logits = scored.logits * common[0] + common[1]
    moved = np.empty_like(logits)
    for theme in range(logits.shape[1]):
        moved[:, theme] = _theme(scored, logits[:, theme], theme, taught)
    moved = moved.clip(-_FURTHEST, _FURTHEST)
    return replace(scored, logits=moved, none=_none(scored, moved, taught))


def _taught(scored: Scored, decided: Sequence[Decided]) -> _Taught:
    column = {id: number for number, id in enumerate(scored.wordings.ids)}
    last: dict[int, Decided] = {}
    for one in sorted(decided, key=lambda one: one.at):
        if 0 <= one.response < len(scored.silent) and not scored.silent[one.response]:
            last[one.response] = one
    rows = sorted(last)
    held = np.zeros((len(rows), len(column)))
    spans: dict[tuple[int, int], Span] = {}
    for number, row in enumerate(rows):
        for id, span in last[row].themes.items():
            if id in column:
                held[number, column[id]] = 1
                if span is not None:
                    spans[number, column[id]] = span
    return _Taught(np.array(rows, np.int64), held, spans)


def _common(logits: Doubles, held: Doubles) -> Doubles:
    """One scale and one shift for all themes."""
    inputs = np.stack([logits.ravel() * SCALE, np.full(logits.size, COMMON)], axis=1)
    weights, _ = _fit(inputs, held.ravel(), logits.ravel())
    return np.array([1 + SCALE * weights[0], COMMON * weights[1]])


def _theme(scored: Scored, logits: Doubles, theme: int, taught: _Taught) -> Doubles:
    """The logits of one theme for all responses, moved."""
    inputs = _inputs(_seen(scored, theme, taught))
    # Weights move only within what was seen, so few decisions are few unknowns.
    basis = np.linalg.qr(inputs.T)[0]
    offset = logits[taught.rows] * _drawn_in(_square(inputs))
    weights, spread = _fit(inputs @ basis, taught.held[:, theme], offset)
    along = (WEIGHT * basis[1:]).astype(np.float32)
    # What is no longer unsure: the prior's spread, which is one, less what is left of it.
    learnt = _root(np.eye(len(weights)) - spread)
    moved = np.empty_like(logits)
    for first in range(0, len(logits), _BLOCK):
        rows = np.arange(first, min(first + _BLOCK, len(logits)))
        vectors = _vectors(scored, rows, theme)
        # In single precision, since this is most of the work where there are many responses.
        here = vectors @ along + np.float32(SHIFT) * basis[0].astype(np.float32)
        # What the trained head says is drawn in already, for all that it cannot know of this theme.
        before = SHIFT**2 + WEIGHT**2 * _square(vectors)
        after = before - _square(here @ learnt)
        mean = logits[rows] * _drawn_in(before) + here @ weights
        moved[rows] = mean / _drawn_in(after)
    return moved


def _square(inputs: Doubles | Floats) -> Doubles:
    return np.asarray(np.einsum("ij,ij->i", inputs, inputs), np.float64)


def _root(positive: Doubles) -> Floats:
    """A matrix that times itself turned is this one, without the directions that hold hardly anything."""
    values, vectors = np.linalg.eigh((positive + positive.T) / 2)
    kept = values > _LEAST_LEARNT
    return np.asarray(vectors[:, kept] * np.sqrt(values[kept]), np.float32)


def _drawn_in(variance: Doubles) -> Doubles:
    """By how much a logit is divided when its variance is averaged over."""
    return np.asarray(np.sqrt(1 + np.pi / 8 * variance.clip(0)))


def _inputs(vectors: Floats) -> Doubles:
    ones = np.full((len(vectors), 1), SHIFT)
    return np.concatenate([ones, vectors.astype(np.float64) * WEIGHT], axis=1)


def _vectors(scored: Scored, rows: NDArray[np.int64], theme: int) -> Floats:
    """Each response as this theme sees it: its nearest sentence and all of it, half and half."""
    best = scored.best[rows, theme]
    found = np.zeros((len(rows), scored.whole.shape[1]), np.float32)
    found[best >= 0] = scored.sentences.vectors[best[best >= 0]]
    return (found + scored.whole[rows]) * np.float32(0.5)


def _seen(scored: Scored, theme: int, taught: _Taught) -> Floats:
    """The same for the responses that people read, with the sentence that they chose."""
    found = _vectors(scored, taught.rows, theme)
    for (number, column), span in taught.spans.items():
        if column == theme:
            row = int(taught.rows[number])
            sentence = _sentence_at(scored.sentences, row, span)
            if sentence >= 0:
                chosen = scored.sentences.vectors[sentence]
                found[number] = (chosen + scored.whole[row]) * np.float32(0.5)
    return found


def _sentence_at(sentences: Sentences, row: int, span: Span) -> int:
    """The first sentence of a response that a span touches, -1 where none is."""
    low, high = np.searchsorted(sentences.response, [row, row + 1])
    for number in range(int(low), int(high)):
        if sentences.start[number] < span.end and sentences.end[number] > span.start:
            return number
    return -1


def _fit(inputs: Doubles, held: Doubles, offset: Doubles) -> tuple[Doubles, Doubles]:
    """The most probable weights, their prior a unit normal, and how they are spread about it."""
    width = inputs.shape[1]
    weights = np.zeros(width)
    precision = np.eye(width)
    for _ in range(_STEPS):
        p = probability(offset + inputs @ weights)
        precision = np.eye(width) + (inputs * (p * (1 - p))[:, None]).T @ inputs
        step = np.linalg.solve(precision, inputs.T @ (held - p) - weights)
        # A whole step may overshoot where logits are large; a part of it always improves.
        while _cost(inputs, held, offset, weights + step) > _cost(inputs, held, offset, weights):
            step = step / 2
            if np.abs(step).max() < _SMALLEST:
                break
        weights = weights + step
        if np.abs(step).max() < _SMALLEST:
            break
    return weights, np.asarray(np.linalg.inv(precision), np.float64)


def _cost(inputs: Doubles, held: Doubles, offset: Doubles, weights: Doubles) -> float:
    """How improbable what people said and these weights are together."""
    logits = offset + inputs @ weights
    return float(np.logaddexp(0, logits).sum() - held @ logits + weights @ weights / 2)


def _none(scored: Scored, moved: Doubles, taught: _Taught) -> Doubles:
    """The logit that no theme fits, moved as far as the themes' own were, then fitted."""
    shifted = scored.none + _empty(moved) - _empty(scored.logits)
    inputs = np.full((len(taught.rows), 1), COMMON)
    empty = (taught.held.sum(axis=1) == 0).astype(np.float64)
    weights, _ = _fit(inputs, empty, shifted[taught.rows])
    return np.asarray((shifted + COMMON * weights[0]).clip(-_FURTHEST, _FURTHEST))


def _empty(logits: Doubles) -> Doubles:
    """The logit that none holds, were all independent."""
    log_none = np.log1p(-probability(logits).clip(0, 1 - 1e-9)).sum(axis=1).clip(-30, -1e-9)
    return np.asarray(log_none - np.log(-np.expm1(log_none)))
