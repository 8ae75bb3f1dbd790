"""Words as search sees them: folded, without accents, cut to their stems."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

import snowballstemmer

_LONGEST_WORD = 64
# Scripts written without spaces are searched character by character.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(
    rf"""
    \d{{1,3}}(?:,\d{{3}})+(?!\d)          # 1,960 is one number
    | [{_UNSPACED}]
    | [^\W_{_UNSPACED}]+(?:['\u2019][^\W_]+)*
    """,
    re.VERBOSE,
)
_ACCENTS = re.compile("[\u0300-\u036f]")
_OWNER = re.compile("['\u2019]s$")

# Too common to tell one passage from another; kept in phrases.
STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "again",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "being",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "down",
        "for",
        "from",
        "further",
        "had",
        "has",
        "have",
        "he",
        "her",
        "here",
        "hers",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "may",
        "me",
        "might",
        "mine",
        "must",
        "my",
        "no",
        "nor",
        "not",
        "of",
        "off",
        "on",
        "or",
        "our",
        "ours",
        "out",
        "over",
        "shall",
        "she",
        "should",
        "so",
        "some",
        "than",
        "that",
        "the",
        "their",
        "theirs",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "under",
        "up",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "yours",
    ]
)

_stemmers = threading.local()


def words(text: str) -> list[str]:
    """The stem of each word in the order of the text: letters and digits only, lower case.

    Example:
        >>> words("The Minister’s claims of £1,960 were refused")
        ['the', 'minist', 'claim', 'of', '1960', 'were', 'refus']
    """
    return [_stem(found) for found in _TOKEN.findall(text)]


def content(stems: Iterable[str]) -> list[str]:
    """Those that are not stop words, each once, in their order."""
    stop = _stop_stems()
    return [stem for stem in dict.fromkeys(stems) if stem not in stop]


def pairs(stems: Sequence[str]) -> list[tuple[str, str]]:
    """Each two neighbouring words, each pair once."""
    return list(dict.fromkeys(pairwise(stems)))


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    word = word.casefold()
    if not word.isascii():
        word = _ACCENTS.sub("", unicodedata.normalize("NFKD", word))
        word = unicodedata.normalize("NFC", word)
    word = _OWNER.sub("", word)
    word = "".join(filter(str.isalnum, word)) or "0"
    stemmer = getattr(_stemmers, "english", None)
    if stemmer is None:
        # Its objects keep their place in the word, so each thread has its own.
        stemmer = _stemmers.english = snowballstemmer.stemmer("english")
    stem: str = stemmer.stemWord(word[:_LONGEST_WORD])
    return stem


@lru_cache(maxsize=1)
def _stop_stems() -> frozenset[str]:
    return frozenset(map(_stem, STOP_WORDS))
