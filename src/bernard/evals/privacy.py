"""How much personal data is found: spans (F2), characters left readable, and what is taken too much.

A data set is a file of JSON Lines: `{"text": …, "spans": [[start, end, kind, "MUST" | "OPT"], …]}`. What
must go counts when it stays; what may go (OPT) counts neither way. A line may also name the `group` of its
names, and what must be `left`: `[[start, end, kind], …]`; the breakdown then says how each fares.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bernard.errors import InputInvalid
from bernard.evals.privacy_modes import MODES, detector
from bernard.evals.privacy_scores import Counts, Range, Sample, score
from bernard.evals.types import House, OnProgress, Outcome, Task
from bernard.privacy import Detector


def measure(
    house: House, data: Path, limit: int | None, on_progress: OnProgress, mode: str = "rules"
) -> Outcome:
    """Score a mode on one file."""
    samples = list(_read(data))[:limit]
    finder = detector(mode)
    finder.find("A first text, so that what is made ready once is not counted: AB123456C.")
    counts = Counts()
    for number, sample in enumerate(samples):
        score(counts, sample, _timed(finder, sample.text, counts))
        on_progress(number + 1, len(samples))
    return Outcome(len(samples), counts.metrics(), counts.breakdown())


def _timed(finder: Detector, text: str, counts: Counts) -> list[Range]:
    started = time.process_time()
    found = finder.find(text)
    counts.seconds += time.process_time() - started
    counts.characters += len(text)
    return [(finding.start, finding.end) for finding in found]


def _read(path: Path) -> Iterator[Sample]:
    decoder = msgspec.json.Decoder(Sample)
    lines = path.read_bytes().splitlines()
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                sample = decoder.decode(line)
            except msgspec.DecodeError as error:
                raise InputInvalid(f"{path.name!r}, line {number}: {error}.") from error
            for start, end in sample.ranges():
                if not 0 <= start < end <= len(sample.text):
                    raise InputInvalid(
                        f"{path.name!r}, line {number}: the span {[start, end]!r} is not in its text."
                    )
            yield sample


TASK = Task(
    name="privacy",
    description="How much personal data is found, and how much that is none is taken out.",
    needs=("*.jsonl",),
    measure=measure,
    each_file=True,
    modes=MODES,
)
