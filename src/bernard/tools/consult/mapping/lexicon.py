"""Words that a response and a theme share, the rare ones weighing more, and whether one negates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.text.words import STOP_WORDS

Floats = NDArray[np.float32]
_WORD = re.compile(r"[a-z]+(?:['\u2019]t)?")
_ENDINGS = (
    "isation",
    "ization",
    "ations",
    "ation",
    "ments",
    "ment",
    "ingly",
    "ings",
    "ing",
    "ities",
    "ity",
    "iness",
    "ness",
    "ised",
    "ized",
    "ies",
    "ied",
    "edly",
    "ed",
    "es",
    "ers",
    "er",
    "ly",
    "al",
    "s",
    "y",
    "e",
)
_NEGATORS = frozenset(
    [
        "no",
        "not",
        "never",
        "none",
        "nobody",
        "nothing",
        "neither",
        "nor",
        "without",
        "cannot",
        "cant",
        "dont",
        "doesnt",
        "isnt",
        "wont",
        "shouldnt",
        "unlikely",
        "lack",
        "lacks",
        "fails",
        "fail",
        "stop",
        "prevent",
        "against",
        "oppose",
        "disagree",
        "reduce",
        "less",
        "fewer",
    ]
)
_SHORTEST_STEM = 4


@dataclass(frozen=True)
class Overlap:
    """Shape (responses, themes): the share of each theme's words, by weight, that the response uses.

    Attributes:
        title, whole: of the words of its title; of all its words.
        negated: 1 where one of the two negates and the other does not.
    """

    title: Floats
    whole: Floats
    negated: Floats


def overlap(texts: Sequence[str], titles: Sequence[str], wholes: Sequence[str]) -> Overlap:
    """Compare the words of all texts with those of all themes."""
    themes = [stems(words(whole)) for whole in wholes]
    vocabulary = sorted(set().union(*themes)) if themes else []
    place = {stem: number for number, stem in enumerate(vocabulary)}
    used, negates = _used(texts, place)
    weight = np.log((len(texts) + 1) / (used.sum(axis=0) + 0.5)).astype(np.float32).clip(0.1)
    theme_negates = np.array([bool(_NEGATORS & set(words(t))) for t in titles])
    return Overlap(
        _share(used, weight, place, [stems(words(title)) for title in titles]),
        _share(used, weight, place, themes),
        (negates[:, None] != theme_negates[None, :]).astype(np.float32),
    )


def words(text: str) -> list[str]:
    """The words of a text, in small letters, without apostrophes."""
    return [w.replace("'", "").replace("\u2019", "") for w in _WORD.findall(text.lower())]


def stems(found: Iterable[str]) -> set[str]:
    """Words that carry meaning, cut short so that forms of one word fall together."""
    return {_stem(word) for word in found if word not in STOP_WORDS and len(word) > 2}


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def _used(texts: Sequence[str], place: dict[str, int]) -> tuple[Floats, NDArray[np.bool_]]:
    """Which words of the themes each text uses, and whether it negates."""
    used = np.zeros((len(texts), len(place)), np.float32)
    negates = np.zeros(len(texts), np.bool_)
    known: dict[str, int] = {}
    for row, text in enumerate(texts):
        found = set(words(text))
        negates[row] = not _NEGATORS.isdisjoint(found)
        for word in found:
            number = known.get(word)
            if number is None:
                number = known[word] = place.get(_stem(word), -1)
            if number >= 0:
                used[row, number] = 1
    return used, negates


def _share(
    used: Floats, weight: Floats, place: dict[str, int], themes: Sequence[set[str]]
) -> Floats:
    shares = np.zeros((len(used), len(themes)), np.float32)
    for column, theme in enumerate(themes):
        numbers = sorted(place[stem] for stem in theme if stem in place)
        if numbers:
            total = max(float(weight[numbers].sum()), 1e-6)
            shares[:, column] = used[:, numbers] @ weight[numbers] / total
    return shares
