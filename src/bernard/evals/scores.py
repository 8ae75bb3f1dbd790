"""Scores of ranked lists."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence


def recall_at(k: int, ranked: Sequence[str], relevant: Collection[str]) -> float:
    """The share of what is relevant that is among the first k.

    >>> recall_at(2, ["a", "b", "c"], {"b", "c"})
    0.5
    """
    return len(set(ranked[:k]) & set(relevant)) / len(set(relevant)) if relevant else 0.0


def ndcg_at(k: int, ranked: Sequence[str], relevant: Collection[str]) -> float:
    """Discounted cumulative gain of the first k, as a share of the best there could be.

    Source: Järvelin & Kekäläinen 2002, https://doi.org/10.1145/582415.582418, with gains 0 and 1.

    >>> ndcg_at(10, ["a"], {"a"})
    1.0
    """
    gained = sum(1 / math.log2(i + 2) for i, one in enumerate(ranked[:k]) if one in relevant)
    best = sum(1 / math.log2(i + 2) for i in range(min(k, len(set(relevant)))))
    return gained / best if best else 0.0
