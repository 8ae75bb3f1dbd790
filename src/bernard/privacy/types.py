"""What a detector finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

# Detectors that judge by what stands around a word. Of `max_tokens` alone they know nothing.
OF_SENTENCES = frozenset({"fast", "assured", "mentions"})


class Finding(msgspec.Struct, frozen=True, order=True):
    """A piece of personal data in a text.

    Attributes:
        start: where it begins, in characters.
        end: where it ends, in characters.
        kind: what it is: `EMAIL`, `NHS-NUMBER`.
        score: how sure the detector is, from 0 to 1.
        detector: which rule or model found it.
        why: the reason in words.
    """

    start: int
    end: int
    kind: str
    score: float
    detector: str
    why: str


class Detector(Protocol):
    """Finds personal data."""

    def find(self, text: str) -> Sequence[Finding]:
        """Findings in order of place, none overlapping another."""
        ...
