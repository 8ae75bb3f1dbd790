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
from bernard.tools.consult.courtesies import is_courtesy
from bernard.tools.consult.themes.clauses import clauses
from bernard.tools.consult.themes.space import Floats, apart
from bernard.tools.consult.types import Encoder, Quote

_OTHERS = 2
_ALIKE = 0.9
_LONGEST = 80
_FEWEST_WORDS, _MOST_WORDS = 3, 13
_FEW_TEXTS = 10
_LEAD = re.compile(
    r"^(?:(?:and|but|so|or|because|since|as|also|however|therefore|thus|hence|while|whilst|although"
    r"|though|that|which|if|firstly|secondly|finally|moreover|furthermore|in addition|additionally"
    r"|plus|besides|nevertheless|nonetheless|on top of that|what is more|what's more|another thing|to sum up|in short|in fact|after all|as for me|frankly|sadly|unfortunately|hopefully|ultimately"
    r"|yet|still|overall|in my (?:opinion|view)|to be honest|honestly|personally|obviously"
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
# A clause that begins so is a part of a sentence, or says who speaks.
_PART = re.compile(
    r"^(?:by|as|of|to|for|from|with|without|than|not|nor|is|are|was|were|be|been|can|could|would|will"
    r"|should|shall|may|might|must|has|have|had|do|does|did|ensures?|helps?|makes?|in turn|especially"
    r"|particularly|including|watching|working|having|being|someone|somebody|even if|an? [\w-]+ (?:\w+ )?"
    r"(?:student|engineer|journalist|photographer|teacher|parent|worker|fan|member|resident))\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:this|these|those|such|too|it|they|them|that way|here|like that|either|instead|so)\b",
    re.IGNORECASE,
)
_STATES = re.compile(
    r"\b(?:is|are|was|were|has|have|will|would|can|could|should|must|may|might|does|do|need|needs"
    r"|cannot|can['’]t|don['’]t|doesn['’]t|isn['’]t|aren['’]t|shouldn['’]t|lacks?|makes?|helps?|gives?"
    r"|allows?|leads?|causes?|costs?|takes?|reduces?|prevents?|protects?|provides?|increases?|harms?"
    r"|hurts?|keeps?|brings?|creates?|saves?|puts?|limits?|violates?|encourages?|promotes?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class Group:
    """The best sentences of a theme, the nearest to its middle first.

    Attributes:
        middle: a unit vector, in the space from which the topic is taken out.
    """

    quotes: Sequence[Quote]
    middle: Floats


@dataclass(frozen=True)
class Titled:
    """A theme's wording.

    Attributes:
        alike: number of an earlier group whose best title says the same, so that they are one theme.
    """

    title: str
    description: str
    alike: int | None = None


@dataclass(frozen=True)
class _Clause:
    text: str
    score: float
    vector: Floats


def titles(
    groups: Sequence[Group], texts: Sequence[str], encoder: Encoder, topic: Floats
) -> list[Titled]:
    """A title and a description for each group; no two titles are the same.

    Args:
        topic: what all sentences have in common, as a vector.
    """
    known = _in_several(texts)
    offered = [_candidates(group, texts, known) for group in groups]
    vectors = encoder([text for some in offered for text in some])
    chosen: list[_Clause] = []
    named: list[Titled] = []
    at = 0
    for group, some in zip(groups, offered, strict=True):
        ranked = _ranked(group, some, vectors[at : at + len(some)], topic)
        at += len(some)
        alike = _alike(ranked[0], chosen) if ranked else None
        best = _first_new(ranked, chosen) or _fallback(group, texts)
        best = _numbered(best, chosen)
        chosen.append(best)
        named.append(Titled(best.text, _description(best, ranked), alike))
    return named


def _in_several(texts: Sequence[str]) -> frozenset[str]:
    """Names in at least two texts, or in any where there are few: a title names nobody who spoke once."""
    counts = Counter(
        name for text in texts for name in {w for w in _WORD.findall(text) if _name(w)}
    )
    least = 2 if len(texts) >= _FEW_TEXTS else 1
    return frozenset(name for name, count in counts.items() if count >= least)


def _name(word: str) -> bool:
    return word[0].isupper()


def _candidates(group: Group, texts: Sequence[str], known: frozenset[str]) -> list[str]:
    """Clauses that would do as a title, else longer ones."""
    offered: list[str] = []
    for most_words, longest in ((_MOST_WORDS, _LONGEST), (2 * _MOST_WORDS, 2 * _LONGEST)):
        offered += [
            words
            for words in _clauses_of(group, texts)
            if len(_WORD.findall(words)) <= most_words and len(words) <= longest
            if _fit(words, known)
        ]
        if offered:
            break
    return list(dict.fromkeys(offered))


def _clauses_of(group: Group, texts: Sequence[str]) -> Iterator[str]:
    for quote in group.quotes:
        text = texts[quote.response]
        spans = clauses(text, quote.start, quote.end)
        for start, end in dict.fromkeys((*spans, (quote.start, quote.end))):
            if "  " not in text[start:end].strip():  # Personal data was taken out there.
                yield trimmed(text[start:end])


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


def _fit(words: str, known: frozenset[str]) -> bool:
    said = _WORD.findall(words)
    return (
        len(said) >= _FEWEST_WORDS
        and not _POINTS_BACK.match(words)
        and not _PART.match(words)
        and not _OWN.search(words)
        and not is_courtesy(words)
        and not any(c in words for c in '?@#/\\<>{}"“”…')
        and words.count("(") == words.count(")")
        and all(word in known for word in said[1:] if _name(word))
        and any(word.lower() not in STOP_WORDS for word in said)
    )


def _ranked(group: Group, offered: Sequence[str], vectors: Floats, topic: Floats) -> list[_Clause]:
    """The clauses, those nearest the middle first, those of a good length preferred."""
    if not offered:
        return []
    near = apart(vectors, topic) @ group.middle
    clauses = [
        _Clause(text, float(score) - _faults(text), vector)
        for text, score, vector in zip(offered, near, vectors, strict=True)
    ]
    return sorted(clauses, key=lambda clause: (-clause.score, clause.text))


def _alike(best: _Clause, chosen: Sequence[_Clause]) -> int | None:
    return next((n for n, other in enumerate(chosen) if _same(best, other)), None)


def _first_new(ranked: Sequence[_Clause], chosen: Sequence[_Clause]) -> _Clause | None:
    return next((one for one in ranked if _alike(one, chosen) is None), None)


def _description(title: _Clause, ranked: Sequence[_Clause]) -> str:
    """One sentence: other words in which people say it."""
    others: list[_Clause] = []
    for clause in ranked:
        if _alike(clause, [title, *others]) is None:
            others.append(clause)
        if len(others) == _OTHERS:
            break
    said = " and ".join(f"“{clause.text}”" for clause in others)
    return f"Responses that say, for example, {said}." if said else ""


def _faults(text: str) -> float:
    """What is taken off a clause's score for reading less well as a title."""
    words = len(text.split())
    length = 0.02 * max(0, words - 9) + 0.04 * max(0, 4 - words)
    points = 0.1 if _POINTS.search(text) else 0.0
    return length + points + (0.0 if _STATES.search(text) else 0.05)


def _same(clause: _Clause, other: _Clause) -> bool:
    if clause.text.lower() == other.text.lower():
        return True
    return clause.vector.shape == other.vector.shape and bool(clause.vector @ other.vector > _ALIKE)


def _fallback(group: Group, texts: Sequence[str]) -> _Clause:
    """The beginning of the most typical sentence, where no clause would do."""
    quote = group.quotes[0]
    words = trimmed(texts[quote.response][quote.start : quote.end]) or "Unnamed"
    if len(words) > _LONGEST:
        words = words[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"
    return _Clause(words, 0.0, np.zeros(0, np.float32))


def _numbered(clause: _Clause, taken: Sequence[_Clause]) -> _Clause:
    names = {other.text.lower() for other in taken}
    text, number = clause.text, 1
    while text.lower() in names:
        number += 1
        text = f"{clause.text} ({number})"
    return _Clause(text, clause.score, clause.vector)
