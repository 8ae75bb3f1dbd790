"""How firmly a sentence speaks: which of its clauses say not, must, should, may, and for whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from bernard.text.words import words

Mode = Literal["must", "must not", "should", "may", "need not"]

STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "for",
        "and",
        "or",
        "nor",
        "is",
        "are",
        "am",
        "was",
        "were",
        "be",
        "been",
        "being",
        "do",
        "does",
        "did",
        "have",
        "has",
        "had",
        "having",
        "i",
        "you",
        "he",
        "she",
        "it",
        "we",
        "they",
        "me",
        "him",
        "her",
        "us",
        "them",
        "my",
        "your",
        "his",
        "its",
        "our",
        "their",
        "mine",
        "yours",
        "this",
        "that",
        "these",
        "those",
        "there",
        "here",
        "with",
        "by",
        "at",
        "from",
        "as",
        "if",
        "so",
        "but",
        "about",
        "into",
        "onto",
        "than",
        "then",
        "also",
        "can",
        "could",
        "may",
        "might",
        "must",
        "shall",
        "should",
        "will",
        "would",
        "not",
        "no",
        "what",
        "when",
        "where",
        "who",
        "whom",
        "whose",
        "which",
        "why",
        "how",
        "any",
        "all",
        "each",
        "every",
        "some",
        "such",
        "more",
        "most",
        "other",
        "own",
        "same",
        "too",
        "very",
        "just",
        "only",
        "both",
        "up",
        "down",
        "out",
        "over",
        "again",
        "s",
        "t",
        "don",
        "am",
        "i'm",
        "i've",
        "you're",
        "it's",
        "etc",
        "per",
        "via",
        "let",
        "get",
        "gets",
        "got",
        "please",
        "tell",
        "know",
        "want",
        "like",
        "need",
        "able",
    ]
)
_CLAUSE = re.compile(
    r"[.;:!?\n]+\s*|,\s+(?=(?:and|but|or|so|which|who|if|because|although|while)\b)|"
    r"\s+(?=\b(?:but|because|although|though|whereas)\b)",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:unless|until|only|except|without)\b", re.IGNORECASE)
# Negations that are no negation of the sentence.
_HOLLOW = re.compile(
    r"\b(?:no|not)\s+(?:more|less|fewer|later|earlier|longer|older|younger)\s+than\b"
    r"|\bwhether\s+or\s+not\b|\bor\s+not\b|\bnot\s+only\b|\bno\s+matter\b|\bif\s+not\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|neither|nor|cannot|without|unable|ineligible|exempt"
    r"|refuse[sd]?|forbidden|prohibited|banned|free\s+of\s+charge|for\s+free"
    r"|(?:(?:is|are|be)\s+free(?!\s+to))|fails?|failed|lacks?|waived?)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
_N = r"(?:\s+not|n['\u2019]t)"
# In this order, and each is taken out of the text before the next is looked for.
_MODES: dict[Mode, str] = {
    "need not": (
        rf"\b(?:do|does|did|will|would){_N}\s+(?:need|have)\s+to\b|\bneed(?:s)?{_N}\b"
        rf"|\b(?:is|are){_N}\s+(?:required|obliged)\b|\bno\s+need\b"
    ),
    "must not": (
        rf"\b(?:must|may|shall){_N}\b|\bcannot\b|\bcan{_N}\b|\bcan['\u2019]t\b"
        rf"|\b(?:is|are){_N}\s+(?:allowed|permitted|entitled|able)\b"
        r"|\b(?:is|are)\s+(?:prohibited|forbidden|banned)\b"
    ),
    "must": (
        r"\bmust\b|\b(?:have|has)\s+to\b|\bneeds?\s+to\b|\bshall\b"
        r"|\b(?:is|are)\s+(?:required|obliged)\b|\bmandatory\b|\bcompulsory\b|\brequires?\b"
    ),
    "should": r"\bshould\b|\bought\b|\b(?:is|are)\s+(?:advised|recommended|encouraged)\b",
    "may": (
        r"\bmay\b|\bmight\b|\bcan\b|\bcould\b|\boptional\b"
        r"|\b(?:is|are)\s+(?:allowed|permitted|entitled|able|eligible|free)\s+to\b"
    ),
}
_MODE_PATTERNS = {mode: re.compile(pattern, re.IGNORECASE) for mode, pattern in _MODES.items()}


@dataclass(frozen=True)
class Clause:
    """One clause of a sentence.

    Attributes:
        stems: its content words, stemmed.
        negative: it says not, an odd number of times.
        modes: the kinds of obligation it speaks of.
        conditional: it has an `unless`, `only` or the like, so that not and must may change places.
    """

    text: str
    stems: frozenset[str]
    negative: bool
    modes: frozenset[Mode]
    conditional: bool


def clauses(text: str) -> list[Clause]:
    """The clauses of a text that hold a content word."""
    made = [_clause(part) for part in _CLAUSE.split(text) if part and part.strip()]
    return [clause for clause in made if clause.stems]


def stems(text: str) -> list[str]:
    """The content words of a text in order, in lower case and stemmed.

    >>> stems("You must apply for the grants")
    ['appli', 'grant']
    """
    return [stem for stem in words(text) if stem not in _stop_stems()]


@cache
def _stop_stems() -> frozenset[str]:
    return frozenset(words(" ".join(STOP_WORDS)))


def _clause(text: str) -> Clause:
    plain = _HOLLOW.sub(" ", text)
    return Clause(
        text.strip(),
        frozenset(stems(text)),
        len(_NEGATION.findall(plain)) % 2 == 1,
        frozenset(modes(plain)),
        bool(_CONDITION.search(plain)),
    )


def modes(text: str) -> set[Mode]:
    """The kinds of obligation that a text speaks of; `must not` does not count as `must` too."""
    found: set[Mode] = set()
    for mode, pattern in _MODE_PATTERNS.items():
        text, count = pattern.subn(" ", text)
        if count:
            found.add(mode)
    return found
