"""A question and its answer as the pages show them: sources numbered, states in words."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec

from bernard.gateway.types import Receipt
from bernard.store.conversations import Turn
from bernard.tools.ask.types import Answer, Citation, Claim, Passage

MOST_PASSAGES = 5
MODIFIERS = {"quoted": "quoted", "supported by": "supported", "no source found": "unsourced"}


@dataclass(frozen=True)
class Source:
    """A place that an answer rests on.

    Attributes:
        number: in square brackets after the claims that rest on it.
        heading: path of headings above it, where the search knows.
        href: opens the document at the quoted words.
    """

    number: int
    name: str
    page: str
    heading: str
    quote: str
    href: str


@dataclass(frozen=True)
class ShownClaim:
    """A claim with the numbers of its sources."""

    text: str
    state: str
    modifier: str
    numbers: tuple[int, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class ShownTurn:
    """A question, and its answer where there is one."""

    id: str
    number: int
    question: str
    state: str
    draft: str
    error: str
    asked: float
    answer: Answer | None
    claims: tuple[ShownClaim, ...]
    sources: tuple[Source, ...]
    passages: tuple[Source, ...]

    @property
    def anchor(self) -> str:
        """Names the turn in the page."""
        return f"turn-{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether the answer is still to come."""
        return self.state in ("waiting", "writing")

    @property
    def receipt(self) -> Receipt | None:
        """Where the log holds the model's call, if a model was called."""
        return self.answer.receipt if self.answer else None


def show(turn: Turn) -> ShownTurn:
    """The turn as a page shows it."""
    answer = msgspec.json.decode(turn.answer, type=Answer) if turn.answer else None
    numbers = _number(answer.claims) if answer else {}
    return ShownTurn(
        id=turn.id,
        number=turn.number + 1,
        question=turn.question,
        state=turn.state,
        draft=turn.draft,
        error=turn.error,
        asked=turn.asked,
        answer=answer,
        claims=tuple(_claim(claim, numbers) for claim in answer.claims) if answer else (),
        sources=tuple(_source(c, n, answer) for c, n in numbers.items()) if answer else (),
        passages=tuple(_passage(p, n) for n, p in enumerate(_offered(answer), 1)),
    )


def document_href(document: str, start: int, end: int) -> str:
    """Opens the document at these characters of its text."""
    return f"/documents/{document}?{urlencode({'start': start, 'end': end})}#quote"


def _number(claims: tuple[Claim, ...]) -> dict[Citation, int]:
    found: dict[Citation, int] = {}
    for claim in claims:
        for citation in claim.citations:
            found.setdefault(citation, len(found) + 1)
    return found


def _claim(claim: Claim, numbers: dict[Citation, int]) -> ShownClaim:
    cited = tuple(sorted({numbers[citation] for citation in claim.citations}))
    return ShownClaim(claim.text, claim.state, MODIFIERS[claim.state], cited, claim.warnings)


def _source(citation: Citation, number: int, answer: Answer) -> Source:
    href = document_href(citation.document, citation.start, citation.end)
    heading = next((p.heading for p in answer.passages if _holds(p, citation)), "")
    return Source(number, citation.name, citation.page, heading, citation.quote, href)


def _offered(answer: Answer | None) -> list[Passage]:
    """The best passages that no claim quotes from, to be read instead or as well."""
    if answer is None:
        return []
    cited = [citation for claim in answer.claims for citation in claim.citations]
    return [p for p in answer.passages if not any(_holds(p, c) for c in cited)][:MOST_PASSAGES]


def _holds(passage: Passage, citation: Citation) -> bool:
    return (
        passage.document == citation.document
        and passage.start <= citation.start
        and citation.end <= passage.end
    )


def _passage(passage: Passage, number: int) -> Source:
    href = document_href(passage.document, passage.start, passage.end)
    return Source(number, passage.name, passage.page, passage.heading, passage.text, href)
