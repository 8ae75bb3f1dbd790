"""Examples as the fast tagger's network reads them: features of tokens, and what each token is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.privacy.tagger.features import LIST_AT, LISTS, WIDTH, WORD_COLUMNS, Features
from bernard.privacy.tagger.words import Window, windows
from training.privacy.example import LABELS, Span

NAMES = ("O", *(f"{part}-{label}" for label in LABELS for part in "BI"))
"""The labels of the network, in the order of its numbers."""

_NUMBER = {name: number for number, name in enumerate(NAMES)}
_WHOLE = 1 << 62


@dataclass
class Encoded:
    """A text as numbers.

    Attributes:
        rows: features, (tokens, WIDTH).
        truth: a label for each token, or likelihoods of all labels (tokens, labels).
        weight: how much it counts.
    """

    rows: NDArray[np.int32]
    truth: NDArray[np.generic]
    weight: float = 1.0

    def __len__(self) -> int:
        """How many tokens."""
        return len(self.rows)


def tokens(text: str) -> Window:
    """All tokens of a text."""
    return next(windows(text, _WHOLE, 0), Window())


def encode(text: str, spans: Iterable[Span], features: Features, weight: float = 1.0) -> Encoded:
    """A text with its true labels."""
    window = tokens(text)
    whole = b"".join(features.of(key)[0] for key in window.keys)
    rows = np.frombuffer(whole, np.int32).reshape(-1, WIDTH)
    return Encoded(rows, truth(window, spans), weight)


def truth(window: Window, spans: Iterable[Span]) -> NDArray[np.int8]:
    """The number of the label of each token."""
    labels = np.zeros(len(window.keys), np.int8)
    starts, ends = np.array(window.starts), np.array(window.ends)
    for start, end, label in spans:
        first = int(np.searchsorted(ends, start, "right"))
        last = int(np.searchsorted(starts, end, "left"))
        labels[first:last] = _NUMBER[f"I-{label}"]
        if first < last:
            labels[first] = _NUMBER[f"B-{label}"]
    return labels


def batches(
    encoded: Sequence[Encoded], most: int, rng: np.random.Generator
) -> Iterator[list[Encoded]]:
    """Texts of about the same length together, `most` tokens with what fills them up."""
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]) * rng.uniform(0.85, 1.15))
    groups: list[list[Encoded]] = [[]]
    longest = 0
    for place in order:
        longest = max(longest, len(encoded[place]))
        if groups[-1] and longest * (len(groups[-1]) + 1) > most:
            groups.append([])
            longest = len(encoded[place])
        groups[-1].append(encoded[place])
    for group in rng.permutation(len(groups)):
        yield groups[group]


@dataclass
class Batch:
    """Texts of a batch, filled up to one length.

    Attributes:
        rows: features of its words, each word once, (words, WIDTH).
        places: which word stands where, (texts, tokens).
        weight: how much each token counts; 0 fills up.
        likely: how likely each label is of each token, (texts, tokens, labels).
    """

    rows: NDArray[np.int32]
    places: NDArray[np.int64]
    weight: NDArray[np.float32]
    likely: NDArray[np.float32]


def filled(texts: Sequence[Encoded], labels: int) -> Batch:
    """A batch of texts."""
    longest = max(map(len, texts))
    every = np.concatenate([np.zeros((1, WIDTH), np.int32), *(one.rows for one in texts)])
    whole = np.ascontiguousarray(every).view(np.dtype((np.void, 4 * WIDTH))).ravel()
    _, first, number = np.unique(whole, return_index=True, return_inverse=True)
    places = np.full((len(texts), longest), number[0], np.int64)
    weight = np.zeros((len(texts), longest), np.float32)
    likely = np.zeros((len(texts), longest, labels), np.float32)
    at = 1
    for place, one in enumerate(texts):
        size = len(one)
        places[place, :size] = number[at : at + size]
        weight[place, :size] = one.weight
        if one.truth.ndim == 2:
            likely[place, :size] = one.truth
        else:
            likely[place, np.arange(size), one.truth] = 1.0
        at += size
    return Batch(every[first], places, weight, likely)


def blurred(rows: NDArray[np.int32], rng: np.random.Generator) -> NDArray[np.int64]:
    """Features of words of which some are left out, so that the network learns to do without any.

    A name that no list holds and whose word was never seen must be found by its pieces and its place,
    or by its place alone.
    """
    rows = rows.astype(np.int64)
    lists = rows[:, WORD_COLUMNS - 1]
    is_word = (lists >= LIST_AT) & (lists < LIST_AT + LISTS)
    unlisted = is_word & (rng.random(len(rows)) < 0.4)
    rows[:, WORD_COLUMNS - 1] = np.where(unlisted, LIST_AT + ((lists - LIST_AT) & 1), lists)
    rare = is_word & ((lists - LIST_AT) & 1 == 0)
    unseen = is_word & (rng.random(len(rows)) < np.where(rare, 0.5, 0.1))
    rows[unseen, :2] = 0
    rows[rare & (rng.random(len(rows)) < 0.1), WORD_COLUMNS:] = 0
    return rows
