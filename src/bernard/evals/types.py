"""What a task is, what it needs, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bernard.gateway import Gateway
from bernard.library.catalogue import Library
from bernard.store.database import Store

Metrics = Mapping[str, float]
OnProgress = Callable[[int, int], None]


class House(Protocol):
    """The rooms a task works in: as `bernard.assembly` puts them together, in an empty home."""

    @property
    def store(self) -> Store:
        """The open database."""
        ...

    @property
    def gateway(self) -> Gateway:
        """The one road to a model."""
        ...

    @property
    def library(self) -> Library:
        """The documents."""
        ...


# Opens a house in the folder given.
OpenHouse = Callable[[Path], AbstractContextManager[House]]


@dataclass(frozen=True)
class Outcome:
    """What a task measured on one data set.

    Attributes:
        n: over how many samples.
        metrics: the numbers.
        breakdown: by what: name: its numbers.
        kept: what the task's `pool` works from, if it has one.
    """

    n: int
    metrics: Metrics = field(default_factory=dict)
    breakdown: Mapping[str, Mapping[str, Metrics]] = field(default_factory=dict)
    kept: Any = None


@dataclass(frozen=True)
class Task:
    """Something that can be measured.

    Attributes:
        name: `room.what`, as in `bernard evals run ask.retrieval`.
        description: one sentence: what is measured.
        needs: the files a folder must hold to be one of its data sets.
        each_file: each file that `needs` matches is a data set, and counts as much as any other.
        measure: scores one folder (or file). Its arguments: an empty house; the folder; at most how many
            samples (None for all); and what is told how far it is. With `modes`, also `mode`.
        modes: the ways in which it can be run, if there is more than one; the first is the usual one.
        pool: the numbers over all data sets together from what each outcome `kept`, for those of which
            a mean of means would be wrong: intervals and the like.
    """

    name: str
    description: str
    needs: tuple[str, ...]
    measure: Callable[..., Outcome]
    each_file: bool = False
    modes: tuple[str, ...] = ()
    pool: Callable[[Sequence[Any]], Metrics] | None = None
