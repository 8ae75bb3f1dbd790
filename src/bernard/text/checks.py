"""Does a claim say what its quotes say? Its details are compared, and its words weighed.

A program can see a different number, date, name, place, `not` or `must`; it cannot see a wrong
meaning in the right words. So a difference is a warning in a plain sentence, and no warning is no
proof.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bernard.text.quantities import MONTH_NAMES, Date, Quantity, dates, quantities
from bernard.text.wording import STOP_WORDS, Clause, clauses, stems
from bernard.text.words import words as stemmed

# Of the claim's weighted words, the share that its quotes must hold. Below one half a claim was
# unsupported 90% of the time on AttributionBench (out of domain); see how-an-answer-is-checked.
SUPPORT = 0.5
WINDOW = 3
_SAME_CLAUSE = 0.6
_SHOWN = 120

_PLACES = {
    "england": "England",
    "english": "England",
    "wales": "Wales",
    "welsh": "Wales",
    "scotland": "Scotland",
    "scottish": "Scotland",
    "northern ireland": "Northern Ireland",
    "northern irish": "Northern Ireland",
    "great britain": "Great Britain",
    "uk": "the UK",
    "u.k.": "the UK",
    "united kingdom": "the UK",
    "london": "London",
    "eu": "the EU",
    "european union": "the EU",
}
_PLACE = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _PLACES), key=len, reverse=True))})\b")
_WORDS = re.compile(r"[^\W_][\w&.'\u2019-]*")
_CODE = re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z]{1,4}\d[\w/-]*\b")
_NOT_NAMES = frozenset(
    [
        "i",
        *MONTH_NAMES,
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "yes",
        "no",
    ]
)

Weight = Callable[[str], float]


@dataclass(frozen=True)
class Checked:
    """What the comparison found.

    Attributes:
        warnings: a plain sentence for each detail that the quotes do not bear out.
        coverage: share of the claim's words that the best stretch of the quotes holds, from 0 to
            1, rare words counting more.
    """

    warnings: tuple[str, ...]
    coverage: float

    @property
    def supported(self) -> bool:
        """The details agree and enough of the words are there."""
        return not self.warnings and self.coverage >= SUPPORT


def check(claim: str, evidence: str, context: str = "", weight: Weight | None = None) -> Checked:
    """The claim compared with the words that it rests on.

    Args:
        evidence: the quotes, in whole sentences.
        context: headings and the document's name, where names and places may also stand.
        weight: how telling a stem is; all are alike if left out.
    """
    around = f"{context}\n{evidence}" if context else evidence
    warnings = [
        *_check_quantities(claim, evidence),
        *_check_dates(claim, evidence),
        *_check_codes(claim, around),
        *_check_places(claim, around),
        *_check_names(claim, around),
        *_check_wording(claim, evidence),
    ]
    return Checked(tuple(dict.fromkeys(warnings)), coverage(claim, around, weight))


def rarity(texts: Iterable[str]) -> Weight:
    """How telling a stem is among these texts: its smoothed inverse document frequency."""
    seen: Counter[str] = Counter()
    total = 0
    for text in texts:
        seen.update(set(stems(text)))
        total += 1
    return lambda word: math.log(1 + (total - seen[word] + 0.5) / (seen[word] + 0.5))


def coverage(claim: str, evidence: str, weight: Weight | None = None) -> float:
    """Share of the claim's words in the best WINDOW neighbouring sentences of the evidence."""
    wanted = set(stems(claim))
    weights = {word: weight(word) if weight else 1.0 for word in wanted}
    total = sum(weights.values())
    if not total:
        return 0.0
    sentences = [set(stems(part)) for part in re.split(r"(?<=[.!?])\s+|\n+", evidence)]
    windows = (
        set().union(*sentences[i : i + WINDOW]) for i in range(max(1, len(sentences) - WINDOW + 1))
    )
    return max(sum(weights[w] for w in wanted & window) for window in windows) / total


def _check_quantities(claim: str, evidence: str) -> Iterable[str]:
    given = quantities(evidence)
    for said in quantities(claim):
        same = [q for q in given if _same_amount(said, q)]
        if not same:
            near = _nearest(said, given)
            told = f"the source says {near.said}" if near else "the source does not"
            yield f"The answer says {said.said}; {told}."
            continue
        unlike = [q for q in same if _unlike(said, q)]
        if len(unlike) == len(same):
            yield f"The answer says {said.said}; the source says {unlike[0].said}."


def _same_amount(a: Quantity, b: Quantity) -> bool:
    if a.unit and b.unit and a.unit != b.unit:
        return False
    if a.value == b.value:
        return True
    # `5` may be the bare number of a `5 days` elsewhere.
    return a.unit != b.unit and _bare(a) == _bare(b)


def _bare(quantity: Quantity) -> str:
    match = re.search(r"\d[\d,.]*", quantity.said)
    return match.group().replace(",", "").rstrip(".") if match else quantity.said.casefold()


def _unlike(a: Quantity, b: Quantity) -> bool:
    return (
        (a.kind != b.kind and bool({"working", "business", "calendar"} & {a.kind, b.kind}))
        or (bool(a.bound and b.bound) and a.bound != b.bound)
        or (bool(a.side and b.side) and a.side != b.side)
    )


def _nearest(said: Quantity, given: Sequence[Quantity]) -> Quantity | None:
    alike = [q for q in given if q.unit == said.unit]
    return min(alike, key=lambda q: abs(q.value - said.value), default=None)


def _check_dates(claim: str, evidence: str) -> Iterable[str]:
    given = dates(evidence)
    for said in dates(claim):
        if any(said.agrees(date) for date in given):
            continue
        alike = [date for date in given if _form(date) == _form(said)]
        told = f"the source says {alike[0].said}" if alike else "the source does not"
        yield f"The answer says {said.said}; {told}."


def _form(date: Date) -> tuple[bool, bool]:
    return bool(date.day), bool(date.month)


def _check_codes(claim: str, evidence: str) -> Iterable[str]:
    known = evidence.casefold()
    for code in _CODE.findall(claim):
        if code.casefold() not in known:
            yield f"The answer names {code}; the source does not."


def _check_places(claim: str, evidence: str) -> Iterable[str]:
    given = _places(evidence)
    for place in _places(claim):
        if place not in given:
            told = f"the source says {given[0]}" if given else "the source does not"
            yield f"The answer says {place}; {told}."


def _places(text: str) -> list[str]:
    return list(dict.fromkeys(_PLACES[m] for m in _PLACE.findall(text.casefold())))


def _check_names(claim: str, evidence: str) -> Iterable[str]:
    known = {w.casefold() for w in _WORDS.findall(evidence)}
    known |= {w.removesuffix("'s").removesuffix("\u2019s").rstrip(".") for w in known}
    known |= set(stemmed(evidence))
    short = _initials(evidence)
    for name in _names(claim):
        unknown = [w for w in name if not _known(w, known) and w.upper() not in short]
        if unknown and not _stands_for(name, evidence):
            yield f"The answer names {' '.join(unknown)}; the source does not."


def _known(word: str, known: set[str]) -> bool:
    plain = word.casefold().rstrip(".").removesuffix("'s").removesuffix("\u2019s")
    return (
        plain in known
        or set(stemmed(plain)) <= known
        or all(part in known for part in plain.split("-"))
    )


def _names(claim: str) -> list[list[str]]:
    """Runs of capitalised words, the first word of a sentence only with another or in capitals."""
    runs: list[list[str]] = []
    for sentence in re.split(r"(?<=[.!?:])\s+|\n+", _PLACE_AS_WRITTEN.sub(" ", claim)):
        words = _WORDS.findall(sentence)
        run: list[str] = []
        for i, word in enumerate([*words, ""]):
            if word[:1].isupper() and not word.isdigit() and word.casefold() not in _NOT_NAMES:
                run.append(word)
                continue
            starts = run and i == len(run)
            if (
                starts
                and not run[0].isupper()
                and (len(run) == 1 or run[0].casefold() in STOP_WORDS)
            ):
                run = run[1:]
            if run:
                runs.append(run)
            run = []
    return runs


_PLACE_AS_WRITTEN = re.compile(_PLACE.pattern, re.IGNORECASE)


def _initials(text: str) -> set[str]:
    """Short forms that the names of a text could have: SSP for Statutory Sick Pay."""
    found: set[str] = set()
    for run in re.findall(
        r"(?:[A-Z][\w'\u2019-]*\s+(?:(?:of|and|for|the)\s+)?){1,7}[A-Z]\w*", text
    ):
        first = [w[0] for w in run.split()]
        found |= {"".join(first).upper(), "".join(c for c in first if c.isupper())}
    return found


def _stands_for(name: list[str], evidence: str) -> bool:
    """Whether the evidence has the name's short form: SSP where the claim spells it out."""
    short = "".join(w[0] for w in name if w[0].isupper())
    return len(short) > 1 and re.search(rf"\b{re.escape(short)}\b", evidence) is not None


def _check_wording(claim: str, evidence: str) -> Iterable[str]:
    sources = clauses(evidence)
    for part in clauses(claim):
        source = _counterpart(part, sources)
        if source is None or part.conditional or source.conditional:
            continue
        if part.modes and source.modes and not part.modes & source.modes:
            said, given = sorted(part.modes)[0], sorted(source.modes)[0]
            yield f"The answer says “{said}”; the source says “{given}”: {_short(source.text)}"
        elif part.negative != source.negative:
            if part.negative:
                yield f"The answer says not; the source does not: {_short(source.text)}"
            else:
                yield f"The source says not; the answer does not: {_short(source.text)}"


def _short(text: str) -> str:
    return textwrap.shorten(text, _SHOWN, placeholder=" …")


def _counterpart(part: Clause, sources: Sequence[Clause]) -> Clause | None:
    """The clause of the source that speaks of the same, if one clearly does."""
    if len(part.stems) < 2:
        return None
    best = max(sources, key=lambda s: len(part.stems & s.stems), default=None)
    if best is None or len(part.stems & best.stems) < _SAME_CLAUSE * len(part.stems):
        return None
    return best
