"""Does search find the document that answers?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bernard.evals.ask_data import DOCUMENTS, QUESTIONS, Question, put_in, read_questions, rule_id
from bernard.evals.scores import ndcg_at, recall_at
from bernard.evals.types import House, OnProgress, Outcome, Task

DEPTH = 10
# One document may have several passages among the hits.
_PASSAGES = 30


def measure(house: House, folder: Path, limit: int | None, on_progress: OnProgress) -> Outcome:
    """Recall and nDCG of search with the asker's scenario, and with the question alone."""
    questions = read_questions(folder, limit)
    collection = put_in(house, folder)
    full, alone = [], []
    for done, question in enumerate(questions, 1):
        full.append(found(house, collection, question.question, question.scenario))
        alone.append(found(house, collection, question.question))
        on_progress(done, len(questions))
    scores = _scores(questions, full)
    only = {f"question_only_{name}": value for name, value in _scores(questions, alone).items()}
    return Outcome(len(questions), scores | only)


def found(house: House, collection: str, question: str, scenario: str = "") -> list[str]:
    """Ids of the documents that search finds, best first, each once."""
    hits = house.library.search(question, [collection], limit=_PASSAGES, scenario=scenario)
    return list(dict.fromkeys(rule_id(hit.name) for hit in hits))[:DEPTH]


def _scores(questions: Sequence[Question], ranked: Sequence[Sequence[str]]) -> dict[str, float]:
    both = list(zip(questions, ranked, strict=True))
    count = max(len(both), 1)
    return {
        "recall@5": sum(recall_at(5, r, q.relevant) for q, r in both) / count,
        "recall@10": sum(recall_at(10, r, q.relevant) for q, r in both) / count,
        "ndcg@10": sum(ndcg_at(10, r, q.relevant) for q, r in both) / count,
    }


TASK = Task(
    name="ask.retrieval",
    description="How often search finds the document that answers among the first 5 and 10.",
    needs=(DOCUMENTS, QUESTIONS),
    measure=measure,
)
