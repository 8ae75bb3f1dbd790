"""What an index of passages is: found by their words, and by the direction of their vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

Found = list[tuple[int, float]]


@dataclass(frozen=True)
class Frequencies:
    """How common words are.

    Attributes:
        passages: how many the index holds.
        average_length: in words, of a passage.
        containing: how many passages hold each word asked about; may lag a little behind.
    """

    passages: int
    average_length: float
    containing: Mapping[str, int]


class PassageIndex(Protocol):
    """Finds passages of given collections. All it keeps is in the database.

    Words are stems from `bernard.text.words`. What another process added or removed is seen by the
    next call. A vector is compared only with those of the same model and length.
    """

    def add(
        self,
        c: Connection,
        ids: Sequence[int],
        vectors: NDArray[np.float32] | None,
        model: str = "",
    ) -> None:
        """Make these passages, already in the store, findable; those that were so are renewed.

        Args:
            vectors: a unit vector for each id, or None where there is no embedding model.
            model: name of the embedding model.
        """
        ...

    def remove(self, c: Connection, ids: Sequence[int]) -> None:
        """Forget these passages; ids that are not here are passed over."""
        ...

    def by_words(
        self, c: Connection, weights: Mapping[str, float], collections: Sequence[str], limit: int
    ) -> Found:
        """Passages that hold the most weight of words, best first.

        Very common words count only as far as time allows; the rarest come first.
        """
        ...

    def by_vector(
        self,
        c: Connection,
        vector: NDArray[np.float32],
        collections: Sequence[str],
        limit: int,
        model: str = "",
    ) -> Found:
        """The nearest passages by cosine, nearest first."""
        ...

    def similarities(
        self, c: Connection, vector: NDArray[np.float32], ids: Sequence[int], model: str = ""
    ) -> dict[int, float]:
        """The cosine between the vector and each passage that has one of this model."""
        ...

    def frequencies(self, c: Connection, words: Sequence[str]) -> Frequencies:
        """How common each word is in the whole index."""
        ...

    def words_of(self, c: Connection, ids: Sequence[int]) -> dict[int, str]:
        """The words of each passage that is here, in their order, a space around each."""
        ...
