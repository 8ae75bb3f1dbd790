"""What found personal data is scored by: spans, characters left readable, and what is taken too much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from bernard.evals.types import Metrics

Range = tuple[int, int]


class Span(msgspec.Struct, array_like=True):
    """Where personal data stands. It must go, unless it says that it need not."""

    start: int
    end: int
    kind: str
    need: Literal["MUST", "OPT"] = "MUST"


class Left(msgspec.Struct, array_like=True):
    """Where something stands that looks like personal data and must be left."""

    start: int
    end: int
    kind: str


class Sample(msgspec.Struct):
    """A text and the personal data in it; `group` says which list its names are from, if any."""

    text: str
    spans: list[Span]
    left: list[Left] = []
    group: str = ""

    def ranges(self, *, must: bool = False) -> list[Range]:
        """The ranges of all spans, or of those that must go."""
        return [(s.start, s.end) for s in self.spans if not must or s.need == "MUST"]


@dataclass
class Tally:
    """Spans of one kind or group: how many, how many gone, and their characters."""

    spans: int = 0
    gone: int = 0
    characters: int = 0
    characters_gone: int = 0

    def add(self, gone: Sequence[int]) -> None:
        """One more span, with a mark for each of its characters that is gone."""
        self.spans += 1
        self.gone += all(gone)
        self.characters += len(gone)
        self.characters_gone += sum(gone)


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
    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    groups: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    left: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

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

    def breakdown(self) -> dict[str, Mapping[str, Metrics]]:
        """`kind` and `group` (of names): `n`, `recall`, `leak_rate`; `left`: `n`, `over_mask_rate`."""
        parts: dict[str, Mapping[str, Metrics]] = {
            "kind": {name: _kept(tally) for name, tally in sorted(self.kinds.items())},
            "group": {name: _kept(tally) for name, tally in sorted(self.groups.items())},
            "left": {
                name: {"n": tally.spans, "over_mask_rate": tally.characters_gone / tally.characters}
                for name, tally in sorted(self.left.items())
            },
        }
        return {name: rows for name, rows in parts.items() if rows}


def _kept(tally: Tally) -> Metrics:
    return {
        "n": tally.spans,
        "recall": tally.gone / tally.spans,
        "leak_rate": 1 - tally.characters_gone / tally.characters,
    }


def score(counts: Counts, sample: Sample, found: Sequence[Range]) -> None:
    """Add one sample.

    A span is gone when every character of it is; a finding is right when it touches a span. White
    space gives nothing away, so it is not counted.

    >>> counts = Counts()
    >>> score(counts, Sample("Jo is 4", [Span(0, 2, "PERSON")]), [(0, 1), (6, 7)])
    >>> counts.personal_left, counts.other_gone, counts.spans_gone, counts.found_right
    (1, 1, 0, 1)
    """
    text = sample.text
    gone = _marked(len(text), found)
    must = _marked(len(text), sample.ranges(must=True))
    gold = _marked(len(text), sample.ranges())
    for place, character in enumerate(text):
        if character.isspace():
            gone[place] = 1
        elif must[place]:
            counts.personal += 1
            counts.personal_left += not gone[place]
        elif not gold[place]:
            counts.other += 1
            counts.other_gone += gone[place]
    counts.spans += len(sample.ranges(must=True))
    counts.spans_gone += sum(all(gone[a:b]) for a, b in sample.ranges(must=True))
    counts.found += len(found)
    counts.found_right += sum(any(gold[a:b]) for a, b in found)
    _break_down(counts, sample, gone)


def _break_down(counts: Counts, sample: Sample, gone: Sequence[int]) -> None:
    """Add the sample's spans to their kinds and to the group of its names."""

    def marks(start: int, end: int) -> list[int]:
        return [gone[place] for place in range(start, end) if not sample.text[place].isspace()]

    for span in sample.spans:
        here = marks(span.start, span.end)
        if span.need != "MUST" or not here:
            continue
        counts.kinds[span.kind].add(here)
        if sample.group and span.kind.upper() == "PERSON":
            counts.groups[sample.group].add(here)
    for left in sample.left:
        if here := marks(left.start, left.end):
            counts.left[left.kind].add(here)


def _marked(length: int, spans: Sequence[Range]) -> bytearray:
    marks = bytearray(length)
    for start, end in spans:
        start, end = max(0, start), min(length, end)
        marks[start:end] = b"\1" * max(0, end - start)
    return marks
