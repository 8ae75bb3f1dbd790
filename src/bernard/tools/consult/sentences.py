"""The sentences of responses, and their vectors; each distinct sentence goes to the encoder once.

Personal data is masked before a sentence leaves this room. What has no end in sight, such as ten
megabytes without a full stop, is cut into pieces that an encoder reads whole, so that nothing is
left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.text import sentences as text_sentences
from bernard.tools.consult.personal import masked
from bernard.tools.consult.types import Encoder, Personal, Sentences, Span

# The encoders read some 128 to 256 tokens; a piece of this length has fewer in most languages.
MOST_CHARACTERS = 400
_LEAST_CHARACTERS = 2
_STOP = re.compile(r"[.!?;:…。！？；।॥؟۔።]\s*|\n+")
_SPACE = re.compile(r"\s+|[,，、،]")


@dataclass(frozen=True)
class Places:
    """Where sentences are: shape (n,) each, in order of response and place."""

    response: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]

    def to_bytes(self) -> bytes:
        """The same as bytes, the same on every machine."""
        return np.stack([self.response, self.start, self.end]).astype("<i4").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Places:
        """What `to_bytes` gave."""
        response, start, end = np.frombuffer(data, "<i4").reshape(3, -1).astype(np.int32)
        return cls(response, start, end)


def find_places(texts: Sequence[str], passed_over: Collection[int] = ()) -> Places:
    """Where the sentences of these texts are; a text's place in the sequence is its number.

    Args:
        passed_over: numbers of texts that say nothing.
    """
    rows = [
        (number, piece.start, piece.end)
        for number, text in enumerate(texts)
        if number not in passed_over
        for piece in pieces(text)
    ]
    table = np.array(rows, np.int32).reshape(-1, 3)
    return Places(table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy())


def pieces(text: str) -> Iterator[Span]:
    """The sentences of a text that hold anything, those too long for an encoder in pieces."""
    for sentence in text_sentences.sentences(text):
        start, end = sentence
        while end - start > MOST_CHARACTERS:
            cut = _cut(text, start)
            yield from _holding(text, start, cut)
            start = cut
        yield from _holding(text, start, end)


def _cut(text: str, start: int) -> int:
    """Where to cut a piece that begins here: after a stop, else at a space, else where it is full."""
    limit = start + MOST_CHARACTERS
    least = start + MOST_CHARACTERS // 4
    for joint in (_STOP, _SPACE):
        ends = [found.end() for found in joint.finditer(text, least, limit)]
        if ends:
            return ends[-1]
    return limit


def _holding(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    letters = sum(map(str.isalnum, text[start:end]))
    if letters >= _LEAST_CHARACTERS:
        yield Span(start, end)


def distinct(
    texts: Sequence[str], personal: Sequence[tuple[Personal, ...]], places: Places
) -> tuple[list[str], NDArray[np.int32]]:
    """Each different sentence once, masked, in order of first sight; and which one stands where.

    Returns:
        The sentences, and for each place the number of its sentence among them.
    """
    numbers: dict[str, int] = {}
    which = np.empty(len(places.response), np.int32)
    rows = zip(places.response.tolist(), places.start.tolist(), places.end.tolist(), strict=True)
    for at, (response, start, end) in enumerate(rows):
        text, found = texts[response], personal[response]
        said = masked(text, found, start, end) if found else text[start:end]
        which[at] = numbers.setdefault(" ".join(said.split()), len(numbers))
    return list(numbers), which


def encode(sentences: Sequence[str], encoder: Encoder) -> bytes:
    """Their vectors in half precision, as bytes: half the memory, and no difference that counts."""
    vectors = encoder(sentences)
    width: int = vectors.shape[1]
    return width.to_bytes(4, "little") + vectors.astype("<f2").tobytes()


def joined(places: Places, which: NDArray[np.int32], parts: Sequence[bytes]) -> Sentences:
    """Sentences with the vectors that `encode` gave for the distinct ones, part after part."""
    if not parts:
        empty = np.zeros((0, 1), np.float32)
        return Sentences(places.response, places.start, places.end, empty)
    width = int.from_bytes(parts[0][:4], "little")
    halves = [np.frombuffer(part, "<f2", offset=4).reshape(-1, width) for part in parts]
    once = np.concatenate(halves).astype(np.float32)
    once /= np.maximum(np.linalg.norm(once, axis=1, keepdims=True), 1e-12)
    return Sentences(places.response, places.start, places.end, once[which])


def veiled(text: str, personal: Sequence[Personal]) -> str:
    """The text with spaces in the place of personal data, so that all else stays where it is."""
    kept, at = [], 0
    for start, end, _ in sorted(personal):
        start, end = max(start, at), max(end, at)
        kept += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*kept, text[at:]]) if kept else text
