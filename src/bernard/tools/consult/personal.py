"""Personal data in many short texts, found in few looks, and taken out in plain words.

A look at one short text costs much the same as at several, so they are looked at together; a name in
one says nothing of another. Equal texts are looked at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from bernard.privacy import Detector, Guided, Policy
from bernard.tools.consult.types import Personal

TEXTS_AT_ONCE = 100
CHARACTERS_AT_ONCE = 30_000
THREADS = 2
# A name that so many of so many texts write small, and half of those that have it, is of the subject.
SAMPLE = 4_000
LEAST_TEXTS, LEAST_SHARE = 20, 0.01
MOSTLY_SMALL = 0.5

_WORDS = {
    "PERSON": "name",
    "PUBLIC-FIGURE": "name of a public figure",
    "TELEPHONE": "phone number",
    "EMAIL": "email address",
    "HANDLE": "user name",
    "URL": "link",
    "CODE": "code",
    "ORGANISATION": "organisation",
    "UPRN": "property number",
    "CODE-WORD": "word",
}
_CAPITALS = frozenset(
    (
        *("BIC", "CHI", "CRN", "CRO", "DBS", "GRO", "HC", "IBAN", "ID", "IMEI", "IP", "MAC", "NHS"),
        *("PAYE", "PNC", "SSN", "US", "UTR", "VAT", "ZIP"),
    )
)


def find_personal(
    texts: Sequence[str], detector: Detector, threads: int = THREADS
) -> list[tuple[Personal, ...]]:
    """What is personal in each text, in order of place; the same for any number of threads.

    Args:
        detector: looks; unless a policy guides it already, places and organisations stay.

    Raises:
        DetectorFailed: it could not look, so what the texts hold is not known.
    """
    if not isinstance(detector, Guided):
        detector = Guided(detector, Policy())
    different = list(dict.fromkeys(text for text in texts if text))
    groups = list(_groups(different))
    if threads > 1 and len(groups) > 1:
        with ThreadPoolExecutor(threads) as pool:
            found = list(pool.map(lambda group: _look(group, detector), groups))
    else:
        found = [_look(group, detector) for group in groups]
    spans = [spans for group in found for spans in group]
    by_text = dict(zip(different, _without_subjects(different, spans), strict=True))
    return [by_text.get(text, ()) for text in texts]


def masked(text: str, spans: Iterable[Personal], start: int = 0, end: int | None = None) -> str:
    """The characters [start:end] of a text with a plain word for what is personal: `[name]`.

    Args:
        spans: in order of place; those outside the range do not matter.

    Example:
        >>> masked("I am Jo Bloggs.", [Personal(5, 14, "PERSON")])
        'I am [name].'
    """
    end = len(text) if end is None else min(end, len(text))
    pieces, at = [], start
    for span in spans:
        if span.end <= at or span.start >= end:
            continue
        pieces += [text[at : max(span.start, at)], f"[{in_words(span.kind)}]"]
        at = min(span.end, end)
    return "".join([*pieces, text[at:end]])


def in_words(kind: str) -> str:
    """A kind of personal data as people say it.

    Example:
        >>> in_words("NHS-NUMBER"), in_words("DATE-OF-BIRTH")
        ('NHS number', 'date of birth')
    """
    if kind in _WORDS:
        return _WORDS[kind]
    return " ".join(w if w in _CAPITALS else w.lower() for w in kind.split("-"))


def _groups(texts: Sequence[str]) -> Iterator[list[str]]:
    """Texts that are looked at together; one that is long stands alone."""
    group: list[str] = []
    size = 0
    for text in texts:
        full = len(group) >= TEXTS_AT_ONCE or size + len(text) > CHARACTERS_AT_ONCE
        if group and full:
            yield group
            group, size = [], 0
        group.append(text)
        size += len(text)
    if group:
        yield group


def _without_subjects(
    texts: Sequence[str], found: Sequence[tuple[Personal, ...]]
) -> list[tuple[Personal, ...]]:
    """Without `names` that are ordinary words: in small letters all over the texts, as `gambling` may be."""
    words = {
        text[span.start : span.end]
        for text, spans in zip(texts, found, strict=True)
        for span in spans
        if span.kind == "PERSON"
    }
    subjects = _subjects([w for w in words if w.islower() and w.replace(" ", "").isalpha()], texts)
    if not subjects:
        return list(found)
    return [
        tuple(s for s in spans if s.kind != "PERSON" or text[s.start : s.end] not in subjects)
        for text, spans in zip(texts, found, strict=True)
    ]


def _subjects(words: Sequence[str], texts: Sequence[str]) -> frozenset[str]:
    if not words:
        return frozenset()
    some = texts[:: max(1, len(texts) // SAMPLE)]
    either = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words)))})\b", re.IGNORECASE)
    small, any_case = Counter[str](), Counter[str]()
    for text in some:
        seen = set(either.findall(text))
        small.update(word for word in seen if word.islower())
        any_case.update({word.lower() for word in seen})
    least = max(LEAST_TEXTS, LEAST_SHARE * len(some))
    return frozenset(w for w in words if small[w] >= max(least, MOSTLY_SMALL * any_case[w]))


def _look(texts: Sequence[str], detector: Guided) -> list[tuple[Personal, ...]]:
    return [
        tuple(Personal(f.start, f.end, f.kind) for f in found)
        for found in detector.find_many(texts)
    ]
