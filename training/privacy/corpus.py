"""Examples of our own corpus's parts, in the taggers' labels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from bernard.evals.privacy_corpus import Corpus, Sample, make, read_corpus
from training.privacy.example import Example, Label, Span
from training.privacy.names import CORPUS

_LABELS: dict[str, Label | None] = {
    "PERSON": "PERSON",
    "TITLE": "PERSON",
    "ADDRESS": "ADDRESS",
    "POSTCODE": "ADDRESS",
    "DATE-OF-BIRTH": "DATE-OF-BIRTH",
    "PLACE": "PLACE",
    "ORGANISATION": "ORGANISATION",
    "AGE": None,
    "DATE": None,
}
# What is left, but is somebody or something: the rest of what is left is nothing.
_LEFT: dict[str, Label] = {
    "MINISTER": "PUBLIC-FIGURE",
    "PLACE-NAME": "PLACE",
    "BUILDING": "PLACE",
    "PUBLIC-BODY": "ORGANISATION",
}


@cache
def _corpus() -> Corpus:
    return read_corpus(CORPUS)


def samples(part: str, seed: int = 1, fills: int = 1) -> Iterator[Sample]:
    """The texts of one part."""
    whole = _corpus()
    wanted = [template for template in whole.templates if template.part == part]
    for _, sample in make(Corpus(wanted, whole.names), seed, fills):
        yield sample


def read(part: str = "train", seed: int = 1, fills: int = 1) -> Iterator[Example]:
    """The texts of one part, labelled."""
    for sample in samples(part, seed, fills):
        yield example(sample)


def example(sample: Sample) -> Example:
    """A text in the taggers' labels: a title and the name after it are one."""
    found: list[Span] = []
    for start, end, kind, _ in sample.spans:
        if label := _LABELS.get(kind, "CODE"):
            found.append((start, end, label))
    for start, end, kind in sample.left:
        if kind in _LEFT:
            begins = start + 4 * (sample.text[start : start + 4].lower() == "the ")
            found.append((begins, end, _LEFT[kind]))
    return Example(sample.text, tuple(_glued(sample.text, sorted(found))), "corpus")


def _glued(text: str, spans: list[Span]) -> Iterator[Span]:
    """Without titles that stand alone, and with those that do not in one span with their name."""
    held: Span | None = None
    for start, end, label in spans:
        if held and text[held[1] : start] == " " and held[2] == label == "PERSON":
            held = (held[0], end, label)
            continue
        if held:
            yield held
        held = (start, end, label)
    if held:
        yield held
