"""The assured tagger: a small BERT over pieces of words.

Windows go through the network one by one: in a batch, the range of its neighbours' numbers would
decide how its own are rounded, and a text must always get the same findings.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.errors import DetectorFailed, Error, ModelRejected
from bernard.privacy.tagger.labels import Hit, Judge, Labels
from bernard.privacy.tagger.pieces import END, START, Block, Pieces, blocks, encode, read_pieces
from bernard.privacy.tagger.session import Session
from bernard.privacy.tagger.weights import TaggerFiles
from bernard.privacy.tagger.words import Window
from bernard.privacy.types import Finding

_CONTEXT = 32
LIMIT_S = 20.0
LIMIT_S_A_MILLION = 400.0


class AssuredTagger:
    """Finds names in running text. Give one to a process and share it: it keeps no text."""

    name = "assured"

    def __init__(self, files: TaggerFiles) -> None:
        """Load it.

        Raises:
            ModelMissing: a file is not there.
            ModelRejected: a file is not the one that Bernard knows, or cannot be read.
        """
        self._tokenizer = read_pieces(files.path("tokenizer"))
        self._session = Session(files.path("model"))
        start, end = (self._tokenizer.token_to_id(mark) for mark in (START, END))
        try:
            self._labels = Labels.read(self._session.meta)
            self._window = int(self._session.meta["window"]) - 2
            if start is None or end is None:
                raise ValueError(f"no piece is {START} or {END}")
            self._start, self._end = start, end
        except (KeyError, ValueError) as error:
            raise ModelRejected(f"The assured tagger's weights cannot be used: {error}.") from error
        self._judge = Judge(self._labels, self.name)

    def find(self, text: str) -> Sequence[Finding]:
        """Findings in order of place, none overlapping another.

        Raises:
            DetectorFailed: the model stopped or took too long, so what the text holds is not known.
        """
        try:
            return list(self._judge.findings(text, self._hits(text)))
        except Error:
            raise
        except Exception as error:  # whatever it is, the text was not looked through
            raise DetectorFailed(
                f"The assured tagger stopped, so nothing was sent: {type(error).__name__}. "
                "Try again."
            ) from error

    def likely_words(self, text: str) -> tuple[list[int], NDArray[np.float32]]:
        """Where each word begins, and how likely each label is of it; what the fast tagger learns from."""
        starts: list[int] = []
        likely = [np.empty((0, len(self._labels.names)), np.float32)]
        for window, found in self._windows(text):
            starts += window.starts[window.first : window.last]
            likely.append(found[window.first : window.last])
        return starts, np.concatenate(likely)

    def _hits(self, text: str) -> Iterator[Hit]:
        for window, likely in self._windows(text):
            yield from self._judge.hits(window, likely)

    def _windows(self, text: str) -> Iterator[tuple[Window, NDArray[np.float32]]]:
        """The text's words in windows, with how likely each label is of each."""
        deadline = time.thread_time() + LIMIT_S + LIMIT_S_A_MILLION * len(text) / 1e6
        for block in blocks(text):
            pieces = encode(text[block.start : block.end], self._tokenizer)
            if pieces.ids:
                likely = self._likely(pieces, deadline, len(text))
                yield _words(block, pieces), self._by_word(pieces, likely)

    def _likely(self, pieces: Pieces, deadline: float, length: int) -> NDArray[np.float32]:
        """How likely each label is of each piece."""
        likely = np.empty((len(pieces.ids), len(self._labels.names)), np.float32)
        for part in parts(len(pieces.ids), self._window, _CONTEXT):
            if time.thread_time() > deadline:
                raise DetectorFailed(
                    f"Looking for names in {length:,} characters took too long. "
                    "Nothing was sent. Send less text at a time."
                )
            ids = [self._start, *pieces.ids[part.start : part.end], self._end]
            kinds = [0, *pieces.kinds[part.start : part.end], 0]
            found = self._session.run(
                {
                    "ids": np.array([ids], np.int64),
                    "mask": np.ones((1, len(ids)), np.int64),
                    "kinds": np.array([kinds], np.int64),
                }
            )[0, 1:-1]
            likely[part.first : part.last] = found[part.first - part.start : part.last - part.start]
        return likely

    def _by_word(self, pieces: Pieces, likely: NDArray[np.float32]) -> NDArray[np.float32]:
        """How likely each label is of each word: as of its pieces together; it begins as its first does."""
        sizes = np.diff(np.append(pieces.words, len(likely)))[:, None]
        words = np.add.reduceat(likely, pieces.words, axis=0) / sizes
        first = likely[pieces.words]
        for begin, inside in self._labels.pairs:
            both = words[:, begin] + words[:, inside]
            share = first[:, begin] / np.maximum(first[:, begin] + first[:, inside], 1e-9)
            words[:, begin], words[:, inside] = both * share, both * (1 - share)
        return np.asarray(words, np.float32)


def _words(block: Block, pieces: Pieces) -> Window:
    """The words of a block as a window, of which those that begin in the block's own part are judged."""
    starts = [start + block.start for start in pieces.starts]
    ends = [end + block.start for end in pieces.ends]
    first = int(np.searchsorted(starts, block.first, "left"))
    last = int(np.searchsorted(starts, block.last, "left"))
    return Window([], starts, ends, first, last)


@dataclass(frozen=True)
class Part:
    """Which pieces go through the network at a time, and which of them are judged."""

    start: int
    end: int
    first: int
    last: int


def parts(length: int, size: int, context: int) -> Iterator[Part]:
    """All pieces in parts of at most `size`, each piece judged once, with its context.

    >>> [(p.start, p.end, p.first, p.last) for p in parts(10, 6, 1)]
    [(0, 6, 0, 5), (4, 10, 5, 10)]
    """
    first = 0
    while first < length:
        start = max(0, first - context)
        end = min(length, start + size)
        last = length if end == length else end - context
        yield Part(start, end, first, last)
        first = last
