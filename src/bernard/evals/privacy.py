"""How much personal data is found: spans (F2), characters left readable, and what is taken too much.

A data set is a file of JSON Lines: `{"text": …, "spans": [[start, end, kind, "MUST" | "OPT"], …]}`. What
must go counts when it stays; what may go (OPT) counts neither way.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from bernard.errors import InputInvalid
from bernard.evals.types import House, OnProgress, Outcome, Task
from bernard.privacy import Detector, StructuredDetector


class _Span(msgspec.Struct, array_like=True):
    """Where personal data stands. It must go, unless it says that it need not."""

    start: int
    end: int
    kind: str
    need: Literal["MUST", "OPT"] = "MUST"


class _Sample(msgspec.Struct):
    """A text and the personal data in it."""

    text: str
    spans: list[_Span]

    def ranges(self, *, must: bool = False) -> list[tuple[int, int]]:
        """The ranges of all spans, or of those that must go."""
        return [(s.start, s.end) for s in self.spans if not must or s.need == "MUST"]


@dataclass
class Counts:
    """What the numbers are made of, added up over samples."""

    spans: int = 0
    spans_gone: int = 0
    found: int = 0
    found_right: int = 0
    personal: int = 0
    personal_left: int = 0
    other: int = 0
    other_gone: int = 0
    characters: int = 0
    seconds: float = 0.0

    def metrics(self) -> dict[str, float]:
        """`f2`, `leak_rate`, `over_mask_rate`, `ms_per_1000_chars`."""
        precision = self.found_right / self.found if self.found else 0.0
        recall = self.spans_gone / self.spans if self.spans else 0.0
        weighted = 4 * precision + recall
        return {
            "f2": 5 * precision * recall / weighted if weighted else 0.0,
            "leak_rate": self.personal_left / max(self.personal, 1),
            "over_mask_rate": self.other_gone / max(self.other, 1),
            "ms_per_1000_chars": self.seconds * 1e6 / max(self.characters, 1),
        }


def score(counts: Counts, sample: _Sample, found: Sequence[tuple[int, int]]) -> None:
    """Add one sample.

    A span is gone when every character of it is; a finding is right when it touches a span. White
    space gives nothing away, so it is not counted.

    >>> counts = Counts()
    >>> score(counts, _Sample("Jo is 4", [_Span(0, 2, "person")]), [(0, 1), (6, 7)])
    >>> counts.personal_left, counts.other_gone, counts.spans_gone, counts.found_right
    (1, 1, 0, 1)
    """
    text = sample.text
    gone = _marked(len(text), found)
    must = _marked(len(text), sample.ranges(must=True))
    gold = _marked(len(text), sample.ranges())
    for place, character in enumerate(text):
        if character.isspace():
            continue
        if must[place]:
            counts.personal += 1
            counts.personal_left += not gone[place]
        elif not gold[place]:
            counts.other += 1
            counts.other_gone += gone[place]
    counts.spans += len(sample.ranges(must=True))
    counts.spans_gone += sum(all(gone[a:b]) for a, b in sample.ranges(must=True))
    counts.found += len(found)
    counts.found_right += sum(any(gold[a:b]) for a, b in found)


def _marked(length: int, spans: Sequence[tuple[int, int]]) -> bytearray:
    marks = bytearray(length)
    for start, end in spans:
        start, end = max(0, start), min(length, end)
        marks[start:end] = b"\1" * max(0, end - start)
    return marks


def measure(house: House, data: Path, limit: int | None, on_progress: OnProgress) -> Outcome:
    """Score the rules on one file."""
    samples = list(_read(data))[:limit]
    detector = StructuredDetector()
    counts = Counts()
    for number, sample in enumerate(samples):
        score(counts, sample, _timed(detector, sample.text, counts))
        on_progress(number + 1, len(samples))
    return Outcome(len(samples), counts.metrics())


def _timed(detector: Detector, text: str, counts: Counts) -> list[tuple[int, int]]:
    started = time.process_time()
    found = detector.find(text)
    counts.seconds += time.process_time() - started
    counts.characters += len(text)
    return [(finding.start, finding.end) for finding in found]


def _read(path: Path) -> Iterator[_Sample]:
    decoder = msgspec.json.Decoder(_Sample)
    lines = path.read_bytes().splitlines()
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield decoder.decode(line)
            except msgspec.DecodeError as error:
                raise InputInvalid(f"{path.name!r}, line {number}: {error}.") from error


TASK = Task(
    name="privacy",
    description="How much personal data the rules find, and how much that is none they take out.",
    needs=("*.jsonl",),
    measure=measure,
    each_file=True,
)
