"""What a detector finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, order=True)
class Finding:
    """A piece of personal data in a text.

    Attributes:
        start, end: character range.
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

    def find(self, text: str) -> list[Finding]:
        """Findings in order of place, none overlapping another."""
        ...
