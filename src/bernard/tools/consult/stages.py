"""Stages of an analysis, each kept under a name that says what it was made from.

The name holds a hash of the stage's inputs and of its code. So a run that was killed takes up what
is there and makes the rest; and what was made from another file, framework, model or version of
Bernard has another name and is never taken for it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from typing import NamedTuple, Protocol

import msgspec

from bernard.errors import NotFound
from bernard.tools.consult.shelf import Shelf

ENCODE, WORD = "turn sentences into numbers", "word titles and descriptions"
SECOND = "give a second opinion on responses in doubt"
# The stages in which a chat model is asked.
TITLES, JUDGE = "titles", "judge"


class Step(NamedTuple):
    """How far a run is.

    Attributes:
        stage: what is being done, as people call it.
        question: its place among the questions, from 1; 0 where the stage is of the whole file.
        questions: how many there are.
        done, total: of the stage, in responses or sentences.
        share: of the whole run that is done, from 0 to 1.
        left_s: about how long all that is left will take; None while that is not known.
    """

    stage: str
    question: int
    questions: int
    done: int
    total: int
    share: float
    left_s: float | None

    def in_words(self) -> str:
        """The same as a line to show."""
        where = f", question {self.question} of {self.questions}" if self.questions > 1 else ""
        count = f": {self.done:,} of {self.total:,}" if self.total > 1 else ""
        left = f" (about {in_words(self.left_s)} left)" if self.left_s is not None else ""
        return f"{self.stage[:1].upper()}{self.stage[1:]}{where}{count}{left}"


OnStep = Callable[[Step], None]


class CountingEncoder(Protocol):
    """An encoder that says what was called."""

    def take_receipts(self) -> tuple[str, ...]:
        """Receipts of the calls since this was last asked."""
        ...


class _Kept(msgspec.Struct, array_like=True):
    receipts: tuple[str, ...]
    data: bytes


class Stages:
    """Makes what is not on the shelf yet, and remembers what it came to.

    Attributes:
        called: for every call whose outcome is in what was given so far, what it was for, and its receipt.
    """

    def __init__(self, shelf: Shelf, encoder: CountingEncoder | None = None) -> None:
        """Keep outcomes on this shelf; calls of this encoder are kept with the stage they are of."""
        self._shelf = shelf
        self._encoder = encoder
        self.called: list[tuple[str, str]] = []

    def kept(
        self, stage: str, key: str, make: Callable[[], bytes], part: int | None = None
    ) -> bytes:
        """What the stage came to, made now if it is not on the shelf.

        Args:
            stage: a short name in small letters.
            key: of all that it is made from, as `key_of` gives it.
            part: number of the part, of a stage that is kept in several.
        """
        name = f"{stage}-{key}" if part is None else f"{stage}-{key}-{part:05d}"
        found = self._shelf.get(name)
        if found is None:
            if self._encoder:
                self._encoder.take_receipts()
            data = make()
            receipts = self._encoder.take_receipts() if self._encoder else ()
            kept = _Kept(receipts, data)
            self._shelf.put(name, msgspec.msgpack.encode(kept))
        else:
            kept = msgspec.msgpack.decode(found, type=_Kept)
        self.called += [(_what_for(stage), receipt) for receipt in kept.receipts]
        return kept.data

    def again(self, stage: str, key: str) -> bytes:
        """What the stage came to when it was made.

        Raises:
            NotFound: it is not on the shelf any more.
        """
        found = self._shelf.get(f"{stage}-{key}")
        if found is None:
            raise NotFound("A part of this analysis is not kept any more. Have it analysed again.")
        return msgspec.msgpack.decode(found, type=_Kept).data

    def forget_others(self, stage: str, key: str) -> None:
        """Remove what the stage came to from other inputs."""
        self.forget(stage, f"{stage}-{key}")

    def forget(self, stage: str, but: str | None = None) -> None:
        """Remove what the stage came to, but for names that begin so."""
        for name in self._shelf.names(f"{stage}-"):
            if but is None or not name.startswith(but):
                self._shelf.remove(name)


def _what_for(stage: str) -> str:
    """What the calls of a stage are for."""
    if stage.endswith(TITLES):
        return WORD
    return SECOND if stage.endswith(JUDGE) else ENCODE


def key_of(*inputs: str | bytes) -> str:
    """A short name for these inputs; any change to one of them gives another."""
    whole = hashlib.sha256()
    for one in inputs:
        data = one.encode() if isinstance(one, str) else one
        whole.update(len(data).to_bytes(8, "big"))
        whole.update(data)
    return whole.hexdigest()[:24]


@cache
def code_of(places: Sequence[str], needs: Sequence[str] = ()) -> str:
    """A short name for code, and for the versions of these distributions.

    Args:
        places: packages with all in them, or single modules as `package:module`.
    """
    files = [path.read_bytes() for place in places for path in _files(*place.split(":"))]
    return key_of(*files, *(metadata.version(name) for name in ("bernard", *needs)))


def _files(package: str, module: str = "") -> list[Traversable]:
    folder = resources.files(package)
    return [folder / f"{module}.py"] if module else _below(folder)


def _below(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if path.name == "__pycache__":
            continue
        if path.is_dir():
            found += _below(path)
        elif path.is_file():
            found.append(path)
    return found


class Clock:
    """Says how far a run is and guesses how long the rest takes, from how long the first took.

    Each stage has a weight: about how long a response takes in it, beside the others.
    """

    def __init__(self, told: OnStep, weights: dict[str, float], questions: int) -> None:
        """Tell this function."""
        self._told = told
        self._weights = weights
        self._questions = questions
        self._began = time.monotonic()
        self._before = 0.0
        self._whole = sum(weights.values()) * max(questions, 1)

    def tell(self, stage: str, question: int, done: int, total: int) -> None:
        """Say that so much of the stage is done."""
        names = list(self._weights)
        before = sum(self._weights.values()) * max(question - 1, 0)
        before += sum(self._weights[name] for name in names[: names.index(stage)])
        reached = before + self._weights[stage] * (done / total if total else 1.0)
        spent = time.monotonic() - self._began
        left = None
        if reached > 0.02 * self._whole and spent > 2:
            left = spent / reached * (self._whole - reached)
        share = reached / self._whole
        self._told(Step(stage, question, self._questions, done, total, share, left))


def in_words(seconds: float) -> str:
    """A length of time as people say it.

    >>> in_words(42.0), in_words(400.0)
    ('40 seconds', '7 minutes')
    """
    if seconds < 90:
        return f"{max(5, 5 * round(seconds / 5))} seconds"
    return f"{round(seconds / 60):,} minutes"
