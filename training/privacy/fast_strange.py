"""Examples whose people have names that no list holds: ordinary words, and words made up of syllables.

A network that sees only words can learn lists by heart. `Precious`, `Church` and names it never met it
must know by what stands around them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from training.privacy.example import Example, Piece, built, pieces

_WORD = re.compile(r"[^\W\d_]{2,}")
_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "professor",
        "sir",
        "dame",
        "lord",
        "lady",
        "rev",
        "cllr",
        "judge",
        "pc",
        "sgt",
    ]
)
_HEADS = [
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "kh",
    "l",
    "m",
    "n",
    "nd",
    "p",
    "ph",
    "r",
    "s",
    "sh",
    "st",
    "t",
    "th",
    "v",
    "w",
    "y",
    "z",
]
_HEARTS = [
    "a",
    "a",
    "e",
    "e",
    "i",
    "i",
    "o",
    "o",
    "u",
    "ai",
    "ao",
    "ee",
    "ei",
    "ia",
    "oo",
    "ou",
    "ua",
    "wa",
    "ya",
]
_TAILS = [
    "",
    "",
    "",
    "b",
    "d",
    "k",
    "l",
    "m",
    "n",
    "n",
    "ng",
    "nt",
    "r",
    "rt",
    "s",
    "sh",
    "t",
    "th",
]


def strange(example: Example, words: Sequence[str], rng: random.Random) -> Example:
    """The example with the words of its people's names changed, each alike wherever it stands.

    Args:
        words: ordinary words, in small letters.
    """
    given: dict[str, str] = {}
    out: list[Piece] = []
    for text, label in pieces(example):
        if label == "PERSON" and not text.startswith(("@", "#")):
            text = _WORD.sub(lambda found: _other(found[0], given, words, rng), text)
        out.append((text, label))
    return built(out, example.source + "/strange")


def _other(word: str, given: dict[str, str], words: Sequence[str], rng: random.Random) -> str:
    low = word.lower()
    if low in _TITLES:
        return word
    if low not in given:
        roll = rng.random()
        given[low] = low if roll < 0.25 else rng.choice(words) if roll < 0.6 else made_up(rng)
    new = given[low]
    if word.isupper():
        return new.upper()
    return new if word.islower() else new.capitalize()


def made_up(rng: random.Random) -> str:
    """A word of one to three syllables."""
    return "".join(
        rng.choice(_HEADS) + rng.choice(_HEARTS) + rng.choice(_TAILS)
        for _ in range(rng.choice((1, 2, 2, 2, 3)))
    )
