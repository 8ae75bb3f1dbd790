"""What goes into ask and what comes out. The shape is stable; docs/reference/ask.md describes it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from bernard.gateway.types import Receipt

State = Literal["quoted", "supported by", "no source found"]


class Citation(msgspec.Struct, frozen=True):
    """The exact place a claim rests on; `quote` is the slice [start:end] of the document's text."""

    document: str
    name: str
    page: str
    start: int
    end: int
    quote: str


class Claim(msgspec.Struct, frozen=True):
    """One statement of an answer.

    Attributes:
        state: `quoted` (the words are the source's own), `supported by` (worded anew; a quote was
            found and its details agree), `no source found`.
        warnings: details of the claim that its quotes do not bear out, one sentence each.
    """

    text: str
    state: State
    citations: tuple[Citation, ...] = ()
    warnings: tuple[str, ...] = ()


class Passage(msgspec.Struct, frozen=True):
    """A passage that the search found, best first."""

    id: int
    document: str
    name: str
    page: str
    heading: str
    start: int
    end: int
    score: float
    text: str


class Answer(msgspec.Struct, frozen=True):
    """An answer with its sources.

    Attributes:
        mode: `extractive` (quotes in order, no generative model) or `generated` (worded by a model).
        refused: the documents do not cover the question; `answer` then says so.
    """

    question: str
    answer: str
    claims: tuple[Claim, ...]
    passages: tuple[Passage, ...]
    receipt: Receipt | None
    mode: Literal["extractive", "generated"] = "extractive"
    refused: bool = False
    notes: tuple[str, ...] = ()


def to_json(answer: Answer) -> dict[str, Any]:
    """The answer as plain JSON values."""
    plain: dict[str, Any] = msgspec.to_builtins(answer)
    return plain
