"""An answer without a model that writes: the sentences that best answer, word for word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bernard.library.search import Found
from bernard.library.types import Hit
from bernard.text.checks import Weight, rarity
from bernard.text.wording import stems
from bernard.tools.ask.kinds import fits, kind_of, subject
from bernard.tools.ask.rewrite import Asked
from bernard.tools.ask.types import Citation, Claim
from bernard.tools.ask.units import Unit, is_item, units

# Vectors of the question and then of each text, or None where there is no embedding model.
Embed = Callable[[Sequence[str]], NDArray[np.float32] | None]

MAX_CLAIMS = 4
READ = 8
_EMBEDDED = 8
_EMBEDDED_CHARS = 320
_LIST_CHARS = 700
_ALSO = 0.84
_ALIKE = 0.7
# How much each signal counts; chosen on the sample documents and on development questions read by
# a person, not on the questions that the tables report.
_MEANING, _WORDS, _KIND, _SEARCH = 0.46, 0.32, 0.12, 0.1
# What a word of the question counts that stands only in the heading or lead-in, or only in the
# sentence before.
_ABOVE, _BEFORE = 0.6, 0.35
# What a word counts that only an earlier question has.
_CARRIED = 0.5


@dataclass(frozen=True)
class Scored:
    """A unit with how well it answers, from 0 to about 1."""

    unit: Unit
    words: float
    score: float
    meaning: float = 0.0


@dataclass(frozen=True)
class Reading:
    """The passages read for a question.

    Attributes:
        best: the units most likely to answer, best first.
        weight: how telling a stem is among these passages.
    """

    asked: Asked
    found: tuple[Found, ...]
    best: tuple[Scored, ...]
    weight: Weight

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The passages, best first."""
        return tuple(one.hit for one in self.found)

    @cached_property
    def kind(self) -> str:
        """The kind of answer that the question waits for."""
        return kind_of(self.asked.own)

    def value(self, citation: Citation) -> float:
        """How much the cited words look like an answer, as a share of the best unit's score."""
        cited = [
            s.score
            for s in self.best
            if s.unit.hit.document == citation.document
            and s.unit.start < citation.end
            and citation.start < s.unit.end
        ]
        return max(cited, default=0.0) / (self.best[0].score or 1.0) if self.best else 0.0


def read(asked: Asked, found: Sequence[Found], embed: Embed) -> Reading:
    """Score every unit of the best passages, the likeliest by meaning as well."""
    kind, hits = kind_of(asked.own), [one.hit for one in found]
    quotable = [unit for hit in hits[:READ] for unit in units(hit) if not unit.is_heading]
    weight = rarity([*(unit.text for unit in quotable), *(hit.text for hit in hits[READ:])])
    wanted = {stem: _CARRIED * weight(stem) for stem in stems(subject(asked.whole))}
    wanted |= {stem: weight(stem) for stem in stems(subject(asked.own))}
    scored = [_by_words(unit, wanted, kind) for unit in quotable]
    scored.sort(key=lambda s: s.score, reverse=True)
    likely = scored[:_EMBEDDED]
    vectors = embed([asked.focus, *(_to_embed(s.unit) for s in likely)])
    if vectors is not None:
        cosines = vectors[1:] @ vectors[0]
        likely = [_with_meaning(s, float(c)) for s, c in zip(likely, cosines, strict=True)]
        likely.sort(key=lambda s: s.score, reverse=True)
    return Reading(asked, tuple(found), tuple(likely), weight)


def _by_words(unit: Unit, wanted: Mapping[str, float], kind: str) -> Scored:
    """The score before meaning is looked at; a word that stands only above the unit counts less."""
    own = set(stems(unit.text))
    above = set(stems(f"{unit.heading} {unit.lead.text if unit.lead else ''}"))
    before = set(stems(unit.before.text)) if unit.before else set[str]()
    held = sum(w * _held(word, own, above, before) for word, w in wanted.items())
    words = held / (sum(wanted.values()) or 1.0)
    score = _WORDS * words + _KIND * fits(kind, unit.text) + _SEARCH * unit.hit.score
    return Scored(unit, words, score)


def _held(word: str, own: set[str], above: set[str], before: set[str]) -> float:
    return 1.0 if word in own else _ABOVE if word in above else _BEFORE if word in before else 0.0


def _with_meaning(scored: Scored, cosine: float) -> Scored:
    return replace(scored, meaning=cosine, score=scored.score + _MEANING * max(0.0, cosine))


def _to_embed(unit: Unit) -> str:
    if unit.text.endswith(":"):
        # A line that leads in a list means what the list means.
        at = unit.start - unit.hit.start
        return f"{unit.heading}: {unit.hit.text[at : at + _EMBEDDED_CHARS]}"[:_EMBEDDED_CHARS]
    above = unit.lead or (unit.before if unit.points_back or unit.takes_back else None)
    text = f"{above.text} {unit.text}" if above else unit.text
    return (f"{unit.heading}: {text}" if unit.heading else text)[:_EMBEDDED_CHARS]


def claims_from(reading: Reading) -> tuple[Claim, ...]:
    """Up to MAX_CLAIMS short claims, each the words of the source, the best first."""
    return tuple(_claim(spans) for spans in _picked(reading))


def _picked(reading: Reading) -> list[list[_Span]]:
    if not reading.best:
        return []
    floor = _ALSO * reading.best[0].score
    picked: list[list[_Span]] = []
    for scored in reading.best:
        if scored.score < floor or len(picked) == MAX_CLAIMS:
            break
        spans = _whole(scored.unit, reading)
        if not any(_repeats(spans, others) for others in picked):
            _add(picked, spans)
    return picked


@dataclass(frozen=True)
class _Span:
    """A stretch of a document that is quoted as one piece."""

    hit: Hit
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.hit.text[self.start - self.hit.start : self.end - self.hit.start]


def _whole(unit: Unit, reading: Reading) -> list[_Span]:
    """The unit with what it needs to make sense: its lead-in, its list, what `it` stands for."""
    if unit.lead is not None:
        return _list_around(unit)
    if unit.text.endswith(":"):
        items = [u for u in units(unit.hit) if u.lead is not None and u.lead.start == unit.start]
        if items:
            return _list_around(items[0])
    first = unit
    while first.before and (first.points_back or first.takes_back):
        first = first.before
    return [_Span(unit.hit, first.start, _with_limits(unit).end)]


def _with_limits(unit: Unit) -> Unit:
    """The last of the units after this one that limit or correct it, or the unit itself."""
    for following in units(unit.hit):
        if following.takes_back and following.before and following.before.start == unit.start:
            unit = following
    return unit


def _list_around(item: Unit) -> list[_Span]:
    """The whole list where it is short, since `all of` and `one of` differ; else the item alone."""
    lead = item.lead
    assert lead is not None
    items = [u for u in units(item.hit) if u.lead is not None and u.lead.start == lead.start]
    if items[-1].end - lead.start <= _LIST_CHARS:
        return [_Span(item.hit, lead.start, items[-1].end)]
    return [_Span(item.hit, lead.start, lead.end), _Span(item.hit, item.start, item.end)]


def _repeats(spans: Sequence[_Span], others: Sequence[_Span]) -> bool:
    """Whether the one says what the other has said already."""
    if all(any(_inside(span, other) for other in others) for span in spans):
        return True
    a = {stem for span in spans for stem in stems(span.text)}
    b = {stem for span in others for stem in stems(span.text)}
    return len(a & b) >= _ALIKE * min(len(a), len(b)) and len(a) <= 2 * len(b)


def _inside(span: _Span, other: _Span) -> bool:
    same = span.hit.document == other.hit.document
    return same and other.start <= span.start and span.end <= other.end


def _add(picked: list[list[_Span]], spans: list[_Span]) -> None:
    """Add to what is picked; a neighbour of a claim becomes part of it."""
    for at, others in enumerate(picked):
        if len(spans) == len(others) == 1 and (joined := _joined(spans[0], others[0])):
            picked[at] = [joined]
            return
    picked.append(spans)


def _joined(a: _Span, b: _Span) -> _Span | None:
    first, last = sorted((a, b), key=lambda span: span.start)
    if a.hit.id != b.hit.id or last.end - first.start > _LIST_CHARS:
        return None
    between = a.hit.text[first.end - a.hit.start : last.start - a.hit.start]
    if between.strip() or "\n" in between:
        return None
    return _Span(a.hit, first.start, max(first.end, last.end))


def _claim(spans: Sequence[_Span]) -> Claim:
    text = "\n".join(tidy(span.text) for span in spans)
    return Claim(text, "quoted", tuple(cite(span.hit, span.start, span.end) for span in spans))


def cite(hit: Hit, start: int, end: int) -> Citation:
    """The citation of this stretch of the passage's document."""
    quote = hit.text[start - hit.start : end - hit.start]
    return Citation(hit.document, hit.name, hit.page, start, end, quote)


def tidy(quote: str) -> str:
    """The quote for reading: its words, on one line where it has no list."""
    lines = [" ".join(line.split()) for line in quote.splitlines() if line.strip()]
    return ("\n" if any(map(is_item, lines[1:])) else " ").join(lines)
