"""Make the fast tagger and put it where Bernard loads it: `python -m training.privacy.fast`.

In three steps: a first network from a few examples, a better one from many, and then from examples with
strange names together with what the assured tagger (the teacher) says of text that nobody labelled.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from bernard.privacy.tagger.assured import AssuredTagger
from bernard.privacy.tagger.features import Features
from bernard.privacy.tagger.names import NameLists
from bernard.privacy.tagger.weights import WEIGHTS, TaggerFiles, taggers
from training.privacy import fast_names
from training.privacy.augment import renamed
from training.privacy.data import examples
from training.privacy.example import LABELS, Example
from training.privacy.fast_distil import both, taught
from training.privacy.fast_encode import NAMES, Encoded, encode
from training.privacy.fast_export import export
from training.privacy.fast_model import FastNetwork
from training.privacy.fast_strange import strange
from training.privacy.fast_text import passages
from training.privacy.fast_train import train

THRESHOLDS = dict.fromkeys(LABELS, 0.5) | {"ADDRESS": 0.7, "DATE-OF-BIRTH": 0.8, "CODE": 0.9}
"""Chosen on development data alone."""

_FIRST, _MANY, _STRANGE = 25_000, 120_000, 110_000
_PASSAGES, _RETOLD = 7_500, 8_500
_STRANGE_SHARE = 0.25
_TEACHER_SHARE = 0.6


def make(
    out: Path, seed: int = 1, teacher: AssuredTagger | None = None, books: Path | None = None
) -> None:
    """Train, and write the files to a folder.

    Args:
        teacher: the assured tagger; without one the last step has examples alone.
        books: a folder of plain text to learn from beside what there is.
    """
    out.mkdir(parents=True, exist_ok=True)
    lists = out / "lists.npz"
    first = list(itertools.islice(examples(seed), _FIRST))
    fast_names.build([*(e.text for e in first), *passages(seed, books)], lists)
    features = read_lists(lists)
    network = train(_encoded(first, features), epochs=3, seed=seed)
    many = [*first, *itertools.islice(examples(seed + 1), _MANY)]
    network = train(_encoded(many, features), epochs=2, seed=seed, start=network, rate=0.8)
    last = _encoded(strange_examples(seed + 2, _STRANGE), features)
    if teacher:
        last += from_teacher(teacher, features, seed + 3, books)
    network = train(last, epochs=2, seed=seed, start=network, rate=0.6)
    torch.save(network.state_dict(), out / "fast.pt")
    write(network, lists, out)


def write(network: FastNetwork, lists: Path, out: Path) -> None:
    """Write the files that ship."""
    export(network, lists, NAMES, THRESHOLDS, out)


def read_lists(path: Path) -> Features:
    """Features that use the lists of a file."""
    with np.load(path) as arrays:
        return Features(NameLists(arrays["sums"], arrays["bits"]))


def _encoded(found: list[Example], features: Features) -> list[Encoded]:
    every = (encode(example.text, example.spans, features) for example in found)
    return [one for one in every if len(one)]


def strange_examples(seed: int, count: int) -> list[Example]:
    """Examples of which some have names that no list holds."""
    # Not for secrets: the same seed must give the same examples.
    rng = random.Random(f"strange/{seed}")
    found = list(itertools.islice(examples(seed), count))
    words = sorted(w for w in fast_names.common(e.text for e in found) if 2 < len(w) < 10)
    return [strange(e, words, rng) if rng.random() < _STRANGE_SHARE else e for e in found]


def from_teacher(
    teacher: AssuredTagger, features: Features, seed: int, books: Path | None
) -> list[Encoded]:
    """What the teacher says of passages that nobody labelled, and of examples that people did."""
    # Not for secrets: the same seed must give the same names.
    rng = random.Random(f"teacher/{seed}")
    found = [*_passages(teacher, features, seed, books, rng), *_retold(teacher, features, seed)]
    return [one for one in found if len(one)]


def _passages(
    teacher: AssuredTagger, features: Features, seed: int, books: Path | None, rng: random.Random
) -> Iterator[Encoded]:
    for text in passages(seed, books)[:_PASSAGES]:
        said, told = taught(text, teacher, features)
        yield said
        if any(label == "PERSON" for *_, label in told.spans):
            other = renamed(told, rng)
            yield encode(other.text, other.spans, features)


def _retold(teacher: AssuredTagger, features: Features, seed: int) -> Iterator[Encoded]:
    chosen = (e for e in examples(seed) if not e.source.startswith("corpus"))
    for example in itertools.islice(chosen, _RETOLD):
        said, _ = taught(example.text, teacher, features)
        yield both(encode(example.text, example.spans, features), said, _TEACHER_SHARE)


def publish(made: Path, folder: Path = WEIGHTS) -> None:
    """Copy the files that ship and write their hashes into the manifest."""
    manifest = folder / "manifest.yaml"
    text = manifest.read_text(encoding="utf-8")
    for name in ("fast.onnx", "fast.words.npz"):
        shutil.copyfile(made / name, folder / name)
        sha256 = hashlib.sha256((made / name).read_bytes()).hexdigest()
        text = re.sub(rf"(file: {re.escape(name)}\n +sha256: )\w*", rf"\g<1>{sha256}", text)
    manifest.write_text(text, encoding="utf-8")


def main() -> None:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m training.privacy.fast", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/privacy/fast"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--alone", action="store_true", help="learn nothing from the assured tagger"
    )
    parser.add_argument("--books", type=Path, help="a folder of plain text to learn from")
    chosen = parser.parse_args()
    teacher = None if chosen.alone else AssuredTagger(TaggerFiles(taggers()["assured"]))
    make(chosen.out, chosen.seed, teacher, chosen.books)
    publish(chosen.out)


if __name__ == "__main__":
    main()
