"""Does ask refuse when the rule that answers is not in the documents, and answer when it is?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bernard.evals.ask_data import DOCUMENTS, QUESTIONS, Question, put_in, read_questions, rule_id
from bernard.evals.types import House, OnProgress, Outcome, Task
from bernard.gateway import Gateway
from bernard.tools.ask import FOUND, refuse
from bernard.tools.ask.extract import Reading, read
from bernard.tools.ask.rewrite import understand
from bernard.tools.ask.write import CALLER

REFUSAL_RATES = (80, 85, 90, 95)
# A rule may have been cut into a few passages, which are left out where it counts as removed.
_SPARE = 10


class Case(NamedTuple):
    """A question read twice: with all documents, and without the rules that answer it."""

    question: Question
    kept: Reading
    removed: Reading


def cases(house: House, collection: str, questions: Sequence[Question]) -> Iterator[Case]:
    """Each question read with and without its rules.

    The rules' passages are left out of what the search found, which spares a new index for each
    question. The search then still knows how common the rule's words are.
    """
    embed = Embedding(house.gateway)
    for question in questions:
        asked = understand(question.question, (), question.scenario)
        found = house.library.find(asked.whole, [collection], FOUND + _SPARE, asked.scenario)
        others = [one for one in found if rule_id(one.hit.name) not in question.relevant]
        kept = read(asked, found[:FOUND], embed)
        yield Case(question, kept, read(asked, others[:FOUND], embed))


class Embedding:
    """Embeds each text once: the same sentences come up for many questions."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._known: dict[str, NDArray[np.float32]] = {}

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """A vector a text, or None without an embedding model."""
        if not self._gateway.has_embeddings:
            return None
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._gateway.embed(CALLER, new)[0], strict=True))
        return np.stack([self._known[text] for text in texts])


def measure(house: House, folder: Path, limit: int | None, on_progress: OnProgress) -> Outcome:
    """Rates of answers and refusals as they are, and the curve that other thresholds would give."""
    questions = read_questions(folder, limit)
    collection = put_in(house, folder)
    kept, removed, certain = [], [], 0
    for done, case in enumerate(cases(house, collection, questions), 1):
        kept.append(refuse.score(case.kept))
        removed.append(refuse.score(case.removed))
        certain += refuse.cover(case.removed) == "covered"
        on_progress(done, len(questions))
    return Outcome(len(questions), _metrics(np.array(kept), np.array(removed), certain))


def _metrics(
    kept: NDArray[np.float64], removed: NDArray[np.float64], certain: int
) -> dict[str, float]:
    bar, doubt = refuse.REFUSE_BELOW, refuse.DOUBT_BELOW
    return {
        "refusal_rate_removed": float(np.mean(removed < bar)),
        "answer_rate_kept": float(np.mean(kept >= bar)),
        "refused_or_doubtful_rate_removed": 1 - certain / max(len(removed), 1),
        "answered_without_doubt_rate_kept": float(np.mean(kept >= doubt)),
        "auc": auc(kept, removed),
        **{f"answer_rate_kept@refusal{rate}": at(kept, removed, rate) for rate in REFUSAL_RATES},
    }


def auc(kept: NDArray[np.float64], removed: NDArray[np.float64]) -> float:
    """How often a question whose rule is there scores higher than one whose rule is not."""
    order = np.sort(removed)
    below = np.searchsorted(order, kept, "left")
    same = np.searchsorted(order, kept, "right") - below
    return float(np.mean(below + same / 2) / max(len(removed), 1))


def at(kept: NDArray[np.float64], removed: NDArray[np.float64], rate: int) -> float:
    """Share of the questions still answered where this percentage of the others is refused."""
    return float(np.mean(kept > np.quantile(removed, rate / 100)))


TASK = Task(
    name="ask.refusal",
    description="How often ask refuses without the rule that answers, and answers with it.",
    needs=(DOCUMENTS, QUESTIONS),
    measure=measure,
)
