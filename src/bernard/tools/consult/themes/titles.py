"""A title for each group of sentences: the short clause of theirs that says best what they share.

A clause that somebody wrote reads as a person would write it. It is only chosen and trimmed here:
what leads into it (`I think that`, `because`) is cut, and it begins with a capital.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bernard.text.words import STOP_WORDS
from bernard.tools.consult.themes.clauses import clauses
from bernard.tools.consult.themes.space import Floats, apart
from bernard.tools.consult.types import Encoder, Quote

_LOOKED_AT = 40
_ALIKE = 0.9
_LONGEST = 80
_LEAD = re.compile(
    r"^(?:(?:and|but|so|or|because|since|as|also|however|therefore|thus|hence|while|whilst|although"
    r"|though|that|which|if|firstly|secondly|finally|moreover|furthermore|in addition|additionally"
    r"|plus|yet|still|overall|in my (?:opinion|view)|to be honest|honestly|personally|obviously"
    r"|of course|clearly|basically|in conclusion|yes|no|nor|well|even|just|then|again)\b[,:]?\s+"
    r"|(?:i|we)\s+(?:also\s+|really\s+|strongly\s+|personally\s+|firmly\s+|do\s+)?"
    r"(?:think|believe|feel|agree|reckon|suspect|know|understand|am of the opinion|would say"
    r"|am concerned|am worried)(?:\s+that)?\s+"
    r"|(?:there is no doubt|it is clear|it seems|it is true|it is important to note)\s+that\s+)",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"^(?:it|this|that|these|those|they|he|she|him|her|them|there|such|who|which|what|how|why|when"
    r"|where|for example|e\.?g|i|i'm|i've|my|me|you|your|one)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:i|my|me|mine|i'm|i've|i'd|myself)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class Group:
    """The sentences of a theme, the nearest to its middle first.

    Attributes:
        middle: a unit vector, in the space from which the topic is taken out.
    """

    quotes: Sequence[Quote]
    middle: Floats


@dataclass(frozen=True)
class _Clause:
    text: str
    score: float
    vector: Floats


def titles(
    groups: Sequence[Group], texts: Sequence[str], encoder: Encoder, topic: Floats
) -> list[str]:
    """A title for each group, all different.

    Args:
        topic: what all sentences have in common, as a vector.
    """
    common = _in_several(texts)
    offered = [list(dict.fromkeys(_candidates(group, texts, common))) for group in groups]
    vectors = encoder([text for some in offered for text in some])
    chosen: list[_Clause] = []
    at = 0
    for group, some in zip(groups, offered, strict=True):
        own = vectors[at : at + len(some)]
        at += len(some)
        chosen.append(_best(group, some, own, topic, chosen, texts))
    return [clause.text for clause in chosen]


def _in_several(texts: Sequence[str]) -> frozenset[str]:
    """Words of at least two texts, or of any where there are few: no title names what one person did."""
    counts = Counter(word for text in texts for word in {w.lower() for w in _WORD.findall(text)})
    least = 2 if len(texts) >= 10 else 1
    return frozenset(word for word, count in counts.items() if count >= least)


def _candidates(group: Group, texts: Sequence[str], common: frozenset[str]) -> Iterator[str]:
    for quote in group.quotes[:_LOOKED_AT]:
        text = texts[quote.response]
        spans = clauses(text, quote.start, quote.end)
        for start, end in (*spans, (quote.start, quote.end)):
            if "  " not in text[start:end].strip():  # Personal data was taken out there.
                words = trimmed(text[start:end])
                if _fit(words, common):
                    yield words


def trimmed(clause: str) -> str:
    """The clause without what leads into it and its stop, beginning with a capital.

    >>> trimmed("and I think that the buses are far too expensive.")
    'The buses are far too expensive'
    """
    words = " ".join(clause.split()).strip(" .,;:!?'\"“”‘’-–—()[]*•")
    while (shorter := _LEAD.sub("", words, count=1)) != words:
        words = shorter
    words = words.strip(" .,;:!?'\"“”-–—")
    return words[:1].upper() + words[1:]


def _fit(words: str, common: frozenset[str]) -> bool:
    said = _WORD.findall(words)
    return (
        3 <= len(said) <= 14
        and len(words) <= _LONGEST
        and not _POINTS_BACK.match(words)
        and not _OWN.search(words)
        and not any(c in words for c in '?@#/\\<>{}"“”')
        and words.count("(") == words.count(")")
        and all(word.lower() in common for word in said)
        and any(word.lower() not in STOP_WORDS for word in said)
    )


def _best(
    group: Group,
    offered: Sequence[str],
    vectors: Floats,
    topic: Floats,
    taken: Sequence[_Clause],
    texts: Sequence[str],
) -> _Clause:
    """The clause nearest the middle that no other theme has, those of a good length preferred."""
    if not offered:
        return _fallback(group, texts, taken)
    near = apart(vectors, topic) @ group.middle
    ranked = sorted(
        (
            _Clause(text, float(score) - _too_long(text), vector)
            for text, score, vector in zip(offered, near, vectors, strict=True)
        ),
        key=lambda clause: (-clause.score, clause.text),
    )
    for clause in ranked:
        if not any(_same(clause, other) for other in taken):
            return clause
    return _numbered(ranked[0], taken)


def _too_long(text: str) -> float:
    """What is taken off a clause's score for not being as short as a title."""
    words = len(text.split())
    return 0.02 * max(0, words - 9) + 0.03 * max(0, 4 - words)


def _same(clause: _Clause, other: _Clause) -> bool:
    if clause.text.lower() == other.text.lower():
        return True
    return clause.vector.shape == other.vector.shape and bool(clause.vector @ other.vector > _ALIKE)


def _fallback(group: Group, texts: Sequence[str], taken: Sequence[_Clause]) -> _Clause:
    """The beginning of the most typical sentence, where no clause would do."""
    quote = group.quotes[0]
    words = trimmed(texts[quote.response][quote.start : quote.end]) or "Unnamed"
    if len(words) > _LONGEST:
        words = words[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"
    return _numbered(_Clause(words, 0.0, np.zeros(0, np.float32)), taken)


def _numbered(clause: _Clause, taken: Sequence[_Clause]) -> _Clause:
    names = {other.text.lower() for other in taken}
    text, number = clause.text, 1
    while text.lower() in names:
        number += 1
        text = f"{clause.text} ({number})"
    return _Clause(text, clause.score, clause.vector)
