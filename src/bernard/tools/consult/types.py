"""What goes into consult and what comes out.

A *consultation* is a file of responses. Its open columns are the *questions* that are analysed. For
each question a *framework* of *themes* is agreed, and each response is *mapped* to any number of them,
each with the sentence that justifies it.

A response is known by its `number`, its place in the consultation from 0; `id` is what the file calls
it. All character ranges are places in the text as it was given, before personal data is masked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

Kind = Literal["identifier", "open", "closed", "multiple", "hybrid", "demographic", "left out"]
Stance = Literal["for", "against", "mixed", "unclear"]
Origin = Literal["found", "given", "made"]
Outcome = Literal["themes", "none of these", "nothing said"]
Role = Literal["lead", "analyst", "checker", "viewer"]


class Span(NamedTuple):
    """Characters [start:end] of a response's text."""

    start: int
    end: int


class Column(msgspec.Struct, frozen=True):
    """A column of the file and what it holds.

    Attributes:
        name: its heading, made unique where the file repeats one.
        kind: `open` columns are the questions; a `hybrid` one has options to choose and room for words.
        question: the wording that people answered; the heading where nothing else is known.
        options: the answers to choose from, of a closed, multiple, hybrid or demographic column.
        separator: between the chosen options of a multiple column (`;`); empty where there is none.
        filled, distinct: how many rows hold something; how many different things.
        why: the reason for the proposed kind, one sentence.
    """

    name: str
    kind: Kind
    question: str = ""
    options: tuple[str, ...] = ()
    separator: str = ""
    filled: int = 0
    distinct: int = 0
    why: str = ""


class Fault(msgspec.Struct, frozen=True):
    """Something about the file that its owner should know; nothing is dropped without one.

    Attributes:
        where: `row 12`, `row 12, column "Age"`, or the name of a letter.
        what: one sentence.
    """

    where: str
    what: str


class Response(msgspec.Struct, frozen=True):
    """One row of the file, or one letter.

    Attributes:
        number: its place, from 0.
        id: what the file calls it; made unique, with a fault, where the file repeats one.
        row: its row as a spreadsheet program numbers it; for letters, their place from 1.
        answers: by name of column what was given there: one text of an open column, the chosen options
            of the others. A column left blank is not in it.
    """

    number: int
    id: str
    row: int
    answers: dict[str, tuple[str, ...]]


class Consultation(msgspec.Struct, frozen=True):
    """A file of responses, read.

    Attributes:
        name: of the file. `sha256`: of its bytes. `encoding`: of its text, empty where it has none.
        blanks: how many rows were wholly blank and are no responses.
    """

    name: str
    sha256: str
    columns: tuple[Column, ...]
    responses: tuple[Response, ...]
    faults: tuple[Fault, ...] = ()
    encoding: str = ""
    blanks: int = 0

    @property
    def questions(self) -> tuple[Column, ...]:
        """The columns that hold people's own words."""
        return tuple(c for c in self.columns if c.kind in ("open", "hybrid"))


class Personal(NamedTuple):
    """Personal data in a response's text: characters [start:end], and a kind as `privacy` names it."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Sentences:
    """The sentences of all responses to a question, in order of response and place.

    Attributes:
        response: shape (n,), the number of the response each is of.
        start, end: shape (n,), its place in that response's text.
        vectors: shape (n, dimensions), unit length.
    """

    response: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    vectors: NDArray[np.float32]


class Encoder(Protocol):
    """Texts to unit vectors, shape (len(texts), dimensions). The gateway stands behind it."""

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector a text."""
        ...


class Quote(msgspec.Struct, frozen=True):
    """Words of a response, by their place; whoever shows them masks personal data."""

    response: int
    start: int
    end: int


class Theme(msgspec.Struct, frozen=True):
    """One theme of a framework.

    Attributes:
        id: short and stable; never used again for another theme.
        stance: towards what the question proposes; None where that does not apply.
        parent: id of the theme it is nested in.
        examples: sentences that show what is meant; they help the mapping.
        version: counts the changes made to it, so that two people's edits are told apart.
    """

    id: str
    title: str
    description: str = ""
    stance: Stance | None = None
    parent: str | None = None
    origin: Origin = "given"
    examples: tuple[Quote, ...] = ()
    version: int = 1


class FoundTheme(msgspec.Struct, frozen=True):
    """A theme that the tool found, and why.

    Attributes:
        members: numbers of the responses in it, ascending.
        share, low, high: of the responses that say something; the ends of its 95% interval.
        typical: quotes nearest the middle of it. `distinctive`: quotes that set it apart most.
        words: the words that set it apart.
    """

    theme: Theme
    members: tuple[int, ...]
    share: float
    low: float
    high: float
    typical: tuple[Quote, ...]
    distinctive: tuple[Quote, ...]
    words: tuple[str, ...] = ()


class Found(msgspec.Struct, frozen=True):
    """The themes found in the responses to a question, largest first.

    Attributes:
        unthemed: numbers of responses that say something and are in no theme.
        notes: what an analyst should know, one sentence each.
    """

    themes: tuple[FoundTheme, ...] = ()
    unthemed: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


class Framework(msgspec.Struct, frozen=True):
    """The themes that a person answers for.

    Attributes:
        version: counts changes; 0 is as found or given.
        signed_by: the person who signed it off, empty while nobody has.
    """

    themes: tuple[Theme, ...] = ()
    version: int = 0
    signed_by: str = ""


class Assigned(msgspec.Struct, frozen=True):
    """A theme of a response.

    Attributes:
        confidence: probability that a careful reader would agree; 1.0 where a person decided.
        start, end: the sentence that justifies it.
        by: the person who decided; empty for the machine.
    """

    theme: str
    confidence: float
    start: int
    end: int
    by: str = ""


class Mapped(msgspec.Struct, frozen=True):
    """What a response says, in terms of the framework.

    Attributes:
        outcome: `none of these` says something that no theme holds; `nothing said` gives no answer.
        themes: the surest first; where the outcome is another, the framework's own theme for that outcome
            (`None of the above`), if it has one.
        doubt: probability that a careful reader would change something, from 0 to 1.
        by: the person who decided it as a whole; empty for the machine.
    """

    response: int
    outcome: Outcome
    themes: tuple[Assigned, ...] = ()
    doubt: float = 0.0
    by: str = ""


class Decided(msgspec.Struct, frozen=True):
    """What a person said a response holds; the mapping learns from it.

    Attributes:
        themes: theme id to the sentence chosen for it, None where the person chose none.
        blind: whether it was made without sight of the machine's answer, as in a check sample.
    """

    response: int
    outcome: Outcome
    themes: dict[str, Span | None]
    by: str
    at: float
    blind: bool = False


class Campaign(msgspec.Struct, frozen=True):
    """Responses that share one text: a form letter and its lightly edited copies.

    Attributes:
        id: `C1`, `C2`, … by size.
        members: numbers, ascending. `typical`: the member nearest to all the others.
        shared: the text they share, as places in the typical member's text.
        own: for each member, in order, the places in its text that are its own words.
    """

    id: str
    members: tuple[int, ...]
    typical: int
    shared: tuple[Span, ...]
    own: tuple[tuple[Span, ...], ...]


class Judged(msgspec.Struct, frozen=True):
    """A chat model's second opinion on the responses to a question that were most in doubt.

    Attributes:
        model, sha256: which one it was.
        calls: to it. `asked`: numbers of the responses that it was asked about, ascending.
        answered: of those, where it said something that could be believed.
        changed: of those, where the outcome or the themes are others for it.
    """

    model: str
    sha256: str
    calls: int
    asked: tuple[int, ...] = ()
    answered: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Analysed:
    """One question worked through. Sequences over responses are in order of number.

    Attributes:
        column: the open column.
        texts: what each response says to it, empty where blank.
        personal: personal data in each text.
        decided: what people decided, newest for each response and person.
        candidates: new themes proposed from responses that are `none of these`.
        machine: what the machine says of each response by itself: no person's answer is laid over it, and
            a response that was checked blind was mapped without learning from what was decided of it.
            Quality is measured on it; on `mapped` where it is empty.
        judged: the second opinion that is in `machine`; None where no chat model was asked.
    """

    column: Column
    texts: Sequence[str]
    personal: Sequence[tuple[Personal, ...]]
    campaigns: tuple[Campaign, ...]
    found: Found
    framework: Framework
    mapped: Sequence[Mapped]
    decided: tuple[Decided, ...] = ()
    candidates: tuple[FoundTheme, ...] = ()
    machine: Sequence[Mapped] = ()
    judged: Judged | None = None


class Made(msgspec.Struct, frozen=True):
    """How results were made, for the method section of the report.

    Attributes:
        bernard: version. `models`: name to SHA-256 of each model used.
        calls: to models, by what for. `receipts`: ids of the log's receipts.
    """

    bernard: str
    models: dict[str, str]
    calls: dict[str, int]
    receipts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """A consultation worked through: what reports, pages and figures are made from."""

    consultation: Consultation
    questions: tuple[Analysed, ...]
    made: Made


def to_json(value: Any) -> Any:
    """Any of these as plain JSON values."""
    return msgspec.to_builtins(value, str_keys=True)
