"""The tags of pieces: `O`, and for each label `B-` where one begins and `I-` where it goes on."""

from __future__ import annotations

from collections.abc import Sequence

from bernard.privacy.tagger.pieces import Pieces
from training.privacy.example import LABELS, Span

TAGS: tuple[str, ...] = ("O", *(f"{part}-{label}" for label in LABELS for part in "BI"))
_NUMBER = {tag: number for number, tag in enumerate(TAGS)}


def tagged(pieces: Pieces, spans: Sequence[Span]) -> list[int]:
    """The tag of each piece: that of the span which its word touches."""
    tags = [0] * len(pieces.ids)
    after = [*pieces.words[1:], len(pieces.ids)]
    word = 0
    for start, end, label in spans:
        while word < len(pieces.words) and pieces.ends[word] <= start:
            word += 1
        part = "B"
        for at in range(word, len(pieces.words)):
            if pieces.starts[at] >= end:
                break
            for piece in range(pieces.words[at], after[at]):
                tags[piece] = _NUMBER[f"{part}-{label}"]
                part = "I"
    return tags
