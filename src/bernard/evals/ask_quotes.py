"""Is every printed quote word for word in its document, and is it the document that answers?"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from bernard.evals.ask_data import DOCUMENTS, QUESTIONS, put_in, read_questions, rule_id
from bernard.evals.types import House, OnProgress, Outcome, Task
from bernard.tools import ask
from bernard.tools.ask.types import Answer, Citation


def measure(house: House, folder: Path, limit: int | None, on_progress: OnProgress) -> Outcome:
    """Ask every question without a model that writes, and hold each quote to its document."""
    questions = read_questions(folder, limit)
    collection = put_in(house, folder)

    @lru_cache(maxsize=1000)
    def text(document: str) -> str:
        return house.library.text(document).text

    quotes = verbatim = answered = gold = first = 0
    for done, question in enumerate(questions, 1):
        answer = ask.ask(
            question.question,
            house.library,
            house.gateway,
            [collection],
            scenario=question.scenario,
            model=ask.NO_MODEL,
        )
        cited = list(citations(answer))
        quotes += len(cited)
        verbatim += sum(text(c.document)[c.start : c.end] == c.quote for c in cited)
        named = [rule_id(c.name) for c in cited]
        answered += not answer.refused
        gold += any(name in question.relevant for name in named)
        first += bool(named) and named[0] in question.relevant
        on_progress(done, len(questions))
    return Outcome(
        len(questions),
        {
            "quotes": float(quotes),
            "verbatim_rate": verbatim / quotes if quotes else 1.0,
            "answered_rate": answered / max(len(questions), 1),
            "answers_with_gold_document": gold / max(answered, 1),
            "first_claim_from_gold_document": first / max(answered, 1),
        },
    )


def citations(answer: Answer) -> Iterable[Citation]:
    """Every citation that the answer prints."""
    return (citation for claim in answer.claims for citation in claim.citations)


TASK = Task(
    name="ask.quotes",
    description="How often a printed quote is exactly in its document, and the document answers.",
    needs=(DOCUMENTS, QUESTIONS),
    measure=measure,
)
