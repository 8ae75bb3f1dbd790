"""What a tagger learns from: a text and what stands where in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Label = Literal[
    "PERSON", "PLACE", "ORGANISATION", "ADDRESS", "CODE", "DATE-OF-BIRTH", "PUBLIC-FIGURE"
]
LABELS: tuple[Label, ...] = (
    "PERSON",
    "PLACE",
    "ORGANISATION",
    "ADDRESS",
    "CODE",
    "DATE-OF-BIRTH",
    "PUBLIC-FIGURE",
)
# What is taken out unless a policy says otherwise; places and organisations stay.
MASKED: frozenset[Label] = frozenset(LABELS) - {"PLACE", "ORGANISATION"}

Span = tuple[int, int, Label]
# A piece of text, with the label of what it is.
Piece = tuple[str, Label | None]


@dataclass(frozen=True)
class Example:
    """A text with its spans, in order and not overlapping.

    Attributes:
        text: the text.
        spans: start, end and label.
        source: where it is from: `tab`, `corpus`, `synthetic/court`.
    """

    text: str
    spans: tuple[Span, ...]
    source: str

    def shifted(self, by: int) -> tuple[Span, ...]:
        """The spans, as many characters further on."""
        return tuple((start + by, end + by, label) for start, end, label in self.spans)


def built(pieces: Iterable[Piece], source: str) -> Example:
    """An example of pieces set one after another.

    >>> built([("Dear ", None), ("Ann", "PERSON")], "doctest").spans
    ((5, 8, 'PERSON'),)
    """
    out: list[str] = []
    spans: list[Span] = []
    place = 0
    for text, label in pieces:
        if label and text:
            spans.append((place, place + len(text), label))
        out.append(text)
        place += len(text)
    return Example("".join(out), tuple(spans), source)


def pieces(example: Example) -> list[Piece]:
    """The text cut at the borders of the spans.

    >>> pieces(Example("Hi Ann", ((3, 6, "PERSON"),), "doctest"))
    [('Hi ', None), ('Ann', 'PERSON')]
    """
    out: list[Piece] = []
    at = 0
    for start, end, label in example.spans:
        if start > at:
            out.append((example.text[at:start], None))
        out.append((example.text[start:end], label))
        at = end
    if at < len(example.text):
        out.append((example.text[at:], None))
    return out


def joined(examples: list[Example], between: str, source: str | None = None) -> Example:
    """One example of several, with something between them."""
    text, spans = "", ()
    for number, example in enumerate(examples):
        text += between if number else ""
        spans += example.shifted(len(text))
        text += example.text
    return Example(text, spans, source or examples[0].source)


def retold(example: Example, text: str) -> Example:
    """The example with another text of the same length; itself where the length is not the same."""
    return replace(example, text=text) if len(text) == len(example.text) else example
