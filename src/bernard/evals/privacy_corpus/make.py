"""The whole corpus: every template filled for every group of names, in three parts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bernard.evals.privacy_corpus.fill import Sample, fill
from bernard.evals.privacy_corpus.people import Names, read_names
from bernard.evals.privacy_corpus.shares import PARTS
from bernard.evals.privacy_corpus.templates import Template, read_templates


@dataclass(frozen=True)
class Corpus:
    """What the corpus is made from."""

    templates: list[Template]
    names: dict[str, dict[str, Names]]


def read_corpus(folder: Path) -> Corpus:
    """Templates and names of a folder.

    Raises:
        InputInvalid: a template has a fault.
    """
    return Corpus(read_templates(folder / "templates"), read_names(folder / "names.yaml"))


def make(corpus: Corpus, seed: int = 1, fills: int = 1) -> Iterator[tuple[str, Sample]]:
    """Part and text, in order of template and group. What one template gives depends on no other.

    Args:
        fills: texts for each template and group.
    """
    for template in corpus.templates:
        for group, names in corpus.names[template.part].items():
            for turn in range(fills):
                # Not for secrets: the same seed must give the same text.
                rng = random.Random(f"{seed}/{template.name}/{group}/{turn}")  # noqa: S311
                yield template.part, fill(template, names, group, rng)


def write(samples: Iterator[tuple[str, Sample]], out: Path) -> dict[str, int]:
    """Write each part as JSON Lines; gives how many texts each holds."""
    out.mkdir(parents=True, exist_ok=True)
    counts = dict.fromkeys(PARTS, 0)
    files = {part: (out / f"{part}.jsonl").open("wb") for part in PARTS}
    try:
        for part, sample in samples:
            files[part].write(msgspec.json.encode(sample) + b"\n")
            counts[part] += 1
    finally:
        for file in files.values():
            file.close()
    return counts
