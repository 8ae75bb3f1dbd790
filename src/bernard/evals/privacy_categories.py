"""How well special categories and offence data are derived: precision and recall of each.

A data set is a file of JSON Lines: `{"text": …, "holds": ["health"], "about": "health"}`. `holds` names
what the text says of a person; it is empty for a text that is only `about` such things.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import msgspec

from bernard.errors import InputInvalid
from bernard.evals.types import House, Metrics, OnProgress, Outcome, Task
from bernard.privacy.categories import categories
from bernard.privacy.categories.lexicon import OFFENCE


class Sample(msgspec.Struct):
    """A text, the categories that it holds of a person, and which one it is about."""

    text: str
    holds: list[str]
    about: str = ""


def measure(house: House, data: Path, limit: int | None, on_progress: OnProgress) -> Outcome:
    """Score one file."""
    samples = read(data)[:limit]
    finder = categories()
    finder.of("A first text, so that what is made ready once is not counted.")
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    started = time.process_time()
    found = [finder.of(sample.text) for sample in samples]
    seconds = time.process_time() - started
    for number, (sample, derived) in enumerate(zip(samples, found, strict=True), 1):
        said = {*derived.special, *([OFFENCE] if derived.offence else [])}
        right.update(said & {*sample.holds})
        wrong.update(said - {*sample.holds})
        missed.update({*sample.holds} - said)
        on_progress(number, len(samples))
    characters = sum(len(sample.text) for sample in samples)
    metrics = {
        **_scores(right.total(), wrong.total(), missed.total()),
        "ms_per_1000_chars": seconds * 1e6 / max(characters, 1),
    }
    names = sorted({*right, *wrong, *missed})
    rows: Mapping[str, Metrics] = {
        name: {"n": right[name] + missed[name], **_scores(right[name], wrong[name], missed[name])}
        for name in names
    }
    return Outcome(len(samples), metrics, {"category": rows})


def _scores(right: int, wrong: int, missed: int) -> dict[str, float]:
    return {
        "precision": right / (right + wrong) if right + wrong else 1.0,
        "recall": right / (right + missed) if right + missed else 1.0,
    }


def read(path: Path) -> list[Sample]:
    """The texts of a file.

    Raises:
        InputInvalid: a line of it has another form.
    """
    decoder = msgspec.json.Decoder(Sample)
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if line.strip():
            try:
                found.append(decoder.decode(line))
            except msgspec.DecodeError as error:
                raise InputInvalid(f"{path.name!r}, line {number}: {error}.") from error
    return found


TASK = Task(
    name="privacy.categories",
    description="How well special categories and offence data are told apart from talk about them.",
    needs=("*.jsonl",),
    measure=measure,
    each_file=True,
)
