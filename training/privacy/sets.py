"""The labelled sets that are not ours: tweets, web text, Wikipedia and court judgments."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from training.privacy.example import Example, Label, Span
from training.privacy.names import HERE

DATA = HERE.parents[2] / "shared" / "data" / "privacy-train"
SETS = ("btc", "wnut", "ewt", "wikiann", "tab")
_LABELS: dict[str, Label] = {
    "person": "PERSON",
    "place": "PLACE",
    "organisation": "ORGANISATION",
    "code": "CODE",
}
# A title goes with the name that it stands before, in every set alike.
_TITLE = re.compile(r"\b(?:Mrs?|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Cllr)\.? \Z")
_HANDLE = re.compile(r"(?<![\w@])@\w{2,}")


class _Line(msgspec.Struct):
    text: str
    spans: list[tuple[int, int, str]]


def held_out(text: str) -> bool:
    """Whether a line is kept for measuring, and never trained on: a tenth of each set."""
    return zlib.crc32(text.encode()) % 10 == 0


def read(name: str, *, held: bool = False, data: Path = DATA) -> Iterator[Example]:
    """The lines of a set that are trained on, or those held out."""
    decoder = msgspec.json.Decoder(_Line)
    for line in (data / f"{name}.jsonl").read_bytes().splitlines():
        read_line = decoder.decode(line)
        if read_line.text.strip() and held_out(read_line.text) is held:
            yield _example(read_line, name)


def _example(line: _Line, name: str) -> Example:
    spans: list[Span] = []
    for start, end, kind in sorted(line.spans):
        label = _LABELS[kind]
        if label == "PERSON" and (title := _TITLE.search(line.text[max(0, start - 12) : start])):
            start -= len(title[0])
        if spans and (start <= spans[-1][1] or _is_handle(line.text, spans[-1], start)):
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]), spans[-1][2])
        elif start < end:
            spans.append((start, end, label))
    return Example(line.text, tuple(_with_handles(line.text, spans)), name)


def _is_handle(text: str, before: Span, start: int) -> bool:
    """In some sets `@` and the name after it are two spans of one thing, perhaps with a space between."""
    return text[before[0] : start].strip() == "@"


def _with_handles(text: str, spans: list[Span]) -> list[Span]:
    """The spans and the handles that nobody labelled: the rules take those too."""
    more: list[Span] = [
        (match.start(), match.end(), "CODE")
        for match in _HANDLE.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end, _ in spans)
    ]
    return sorted([*spans, *more])
