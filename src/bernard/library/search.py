"""Search by words and by meaning: gather likely passages from both, then judge each by all signals.

Without an embedding model it works by words alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from bernard.gateway import Caller, Gateway
from bernard.library.ranking import (
    WITH_MEANING,
    WORDS_ONLY,
    Judge,
    Query,
    Signals,
    understand,
)
from bernard.library.types import Hit
from bernard.store import documents, passages
from bernard.store.database import Store
from bernard.store.index import PassageIndex

SEARCHER = Caller(service="library", purpose="answer-questions")
# How many passages each way of looking may put forward.
_BY_QUESTION = 40
_BY_CIRCUMSTANCES = 20
_BY_MEANING = 40


class Found(NamedTuple):
    """A hit, and what spoke for it."""

    hit: Hit
    signals: Signals


class _Judged(NamedTuple):
    id: int
    score: float
    signals: Signals


def search(
    store: Store,
    index: PassageIndex,
    gateway: Gateway,
    query: str,
    collections: Sequence[str],
    limit: int = 10,
    scenario: str = "",
) -> list[Hit]:
    """The passages that most likely answer, best first.

    Args:
        scenario: the asker's circumstances. Without it, a query of several sentences is taken
            apart into what asks and what tells.

    Raises:
        Refused, LogUnwritable: the gateway did not allow the query to be embedded.
    """
    found = find(store, index, gateway, query, collections, limit, scenario)
    return [one.hit for one in found]


def find(
    store: Store,
    index: PassageIndex,
    gateway: Gateway,
    query: str,
    collections: Sequence[str],
    limit: int = 10,
    scenario: str = "",
) -> list[Found]:
    """As `search`, with the signals of each hit."""
    asked = understand(query, scenario)
    if not asked.text or not collections:
        return []
    vector, model = _embed(gateway, asked.text)
    with store.read() as c:
        judged = _judge(c, index, asked, vector, model, collections, limit)
        return _shown(c, judged[:limit])


def _embed(gateway: Gateway, text: str) -> tuple[NDArray[np.float32] | None, str]:
    deployment = gateway.embedding_model
    if deployment is None:
        return None, ""
    vectors, _ = gateway.embed(SEARCHER, [text])
    return vectors[0], deployment.model


def _judge(
    c: Connection,
    index: PassageIndex,
    asked: Query,
    vector: NDArray[np.float32] | None,
    model: str,
    collections: Sequence[str],
    limit: int,
) -> list[_Judged]:
    judge = Judge(asked, index.frequencies(c, asked.stems))
    likely = [
        *index.by_words(c, judge.question, collections, max(limit, _BY_QUESTION)),
        *index.by_words(c, judge.telling, collections, _BY_CIRCUMSTANCES),
    ]
    if vector is not None:
        likely += index.by_vector(c, vector, collections, max(limit, _BY_MEANING), model)
    ids = list(dict.fromkeys(id for id, _ in likely))
    similar = {} if vector is None else index.similarities(c, vector, ids, model)
    weights = WITH_MEANING if similar else WORDS_ONLY
    # A passage that has no vector yet is not judged by it: it stands with the least alike.
    least = min(similar.values(), default=None)
    held = index.words_of(c, ids)
    judge.compare(held.values())
    judged = []
    for id, words in held.items():
        signals = judge.signals(words, similar.get(id, least))
        judged.append(_Judged(id, weights.probability(weights.total(signals)), signals))
    return sorted(judged, key=lambda one: (-one.score, one.id))


def _shown(c: Connection, judged: Sequence[_Judged]) -> list[Found]:
    here = passages.get_many(c, [one.id for one in judged])
    named = documents.get_many(c, list({passage.document for passage in here.values()}))
    return [
        Found(
            Hit(
                id=passage.id,
                document=passage.document,
                name=named[passage.document].name,
                page=passage.page,
                heading=passage.heading,
                start=passage.start,
                end=passage.end,
                score=one.score,
                text=passage.text,
            ),
            one.signals,
        )
        for one in judged
        if (passage := here.get(one.id)) and passage.document in named
    ]
