"""Responses by their words, and by what they mean."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

import numpy as np

from bernard.errors import InputInvalid
from bernard.tools.consult.types import Analysed, Encoder, Sentences, Span

_TERM = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_WORD = re.compile(r"\w+(?:['.&]\w+)*", re.UNICODE)
_CHUNK = 8_192
_SAME = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "-"})


class Hit(NamedTuple):
    """A response that was found: where its words stand, and how near its meaning is, from 0 to 1."""

    response: int
    places: tuple[Span, ...]
    score: float = 1.0


class Words:
    """Words to look for.

    All of them must be there, each as a whole word whatever its case and accents. `"a phrase"` is its
    words one after another; `hous*` any word that begins so; `-word` must not be there.
    """

    def __init__(self, query: str) -> None:
        """Read the query.

        Raises:
            InputInvalid: it holds no word to look for.
        """
        self._wanted: list[re.Pattern[str]] = []
        self._unwanted: list[re.Pattern[str]] = []
        folded, _ = _folded(query)
        for minus, phrase, word in _TERM.findall(folded):
            against = bool(minus) or (word.startswith("-") and len(word) > 1)
            pattern = _pattern(phrase or word.removeprefix("-") if against else phrase or word)
            if pattern:
                (self._unwanted if against else self._wanted).append(pattern)
        if not self._wanted and not self._unwanted:
            raise InputInvalid(f"There is no word to look for in {query!r}.")

    def found(self, text: str) -> tuple[Span, ...] | None:
        """Where the words stand, in order; None where the text is not what is looked for."""
        folded, places = _folded(text)
        if any(pattern.search(folded) for pattern in self._unwanted):
            return None
        spans: list[Span] = []
        for pattern in self._wanted:
            matches = [_back(m.start(), m.end(), places) for m in pattern.finditer(folded)]
            if not matches:
                return None
            spans += matches
        # Where only unwanted words were given there is no place to show, but a text to find.
        return tuple(sorted(set(spans))) or (Span(0, 0),)


def search(analysed: Analysed, query: str) -> list[Hit]:
    """Responses that hold these words, in order of number. `Words` says how to ask.

    Raises:
        InputInvalid: the query holds no word to look for.
    """
    words = Words(query)
    found = ((number, words.found(text)) for number, text in enumerate(analysed.texts) if text)
    return [Hit(number, places) for number, places in found if places]


def search_meaning(
    sentences: Sentences, query: str, encoder: Encoder, *, most: int = 100, least: float = 0.0
) -> list[Hit]:
    """Responses with a sentence that means nearly this, nearest first, each with that sentence.

    Args:
        least: how near it must be, as a cosine from 0 to 1.
    """
    if not len(sentences.response) or not query.strip():
        return []
    asked = np.asarray(encoder([query]), dtype=np.float32)[0]
    scores = np.concatenate(
        [
            sentences.vectors[at : at + _CHUNK] @ asked
            for at in range(0, len(sentences.vectors), _CHUNK)
        ]
    )
    # Sums on more or fewer threads differ in the last digits; order must not.
    scores = np.round(scores.astype(np.float64), 5)
    order = np.lexsort((np.arange(len(scores)), sentences.response, -scores))
    hits: dict[int, Hit] = {}
    for place in order:
        score, number = float(scores[place]), int(sentences.response[place])
        if score < least or len(hits) >= most:
            break
        where = Span(int(sentences.start[place]), int(sentences.end[place]))
        hits.setdefault(number, Hit(number, (where,), min(1.0, max(0.0, score))))
    return list(hits.values())


def _pattern(term: str) -> re.Pattern[str] | None:
    """The words of a term one after another, whatever stands between them but letters."""
    words = _WORD.findall(term)
    if not words:
        return None
    end = r"\w*" if term.rstrip('"').endswith("*") else r"(?!\w)"
    return re.compile(r"(?<!\w)" + r"\W+".join(map(re.escape, words)) + end)


def _folded(text: str) -> tuple[str, list[int] | None]:
    """The text without case or accents, and where each of its characters stood if that changed."""
    if text.isascii():
        return text.lower(), None
    out: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text.translate(_SAME)):
        if character.isascii():
            folded = character.lower()
        else:
            folded = "".join(
                c
                for c in unicodedata.normalize("NFKD", character.casefold())
                if not unicodedata.combining(c)
            )
        out.append(folded)
        places += [place] * len(folded)
    places.append(len(text))
    return "".join(out), places


def _back(start: int, end: int, places: list[int] | None) -> Span:
    if places is None:
        return Span(start, end)
    return Span(places[start], places[end - 1] + 1)
