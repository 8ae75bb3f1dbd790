"""Fit the head of the mapping: `python -m training.consult.head SHARED OUT`.

It is fitted to the topics that the encoders were not trained on, measured with both of them, so that it
learns what measurements are worth on what an encoder never saw.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from bernard import config
from bernard.evals.consult_data import Labelled, read_labelled
from bernard.tools.consult.mapping import features, head
from bernard.tools.consult.mapping.features import NAMES
from bernard.tools.consult.mapping.wording import worded
from bernard.tools.consult.sentences import find_places
from bernard.tools.consult.types import Encoder as Encodes
from bernard.tools.consult.types import Sentences, Theme
from training.consult import written
from training.consult.data import sides, split
from training.consult.fit import fitted
from training.consult.model import LAYERS, Encoder
from training.consult.train import FOLD, ORIGIN

Floats = NDArray[np.float32]
# What each kind of data counts: written by us, arguments alone, both sides together, several joined, gambling, 1,000.
SHARES = (1.5, 0.7, 0.4, 0.4, 0.3, 0.6)
# A response that no theme holds: ArgKP has many, frameworks that were made for their responses few.
NONE_COUNTS = 0.5
HIDDEN, HIDDEN_NONE = 16, 6
_JOINED, _LENGTHS = 120, (1, 1, 1, 2, 2, 2, 2, 3, 3, 4)


@dataclass(frozen=True)
class Measured:
    """Measurements beside what people said; `asked` is whether they were decided."""

    values: Floats
    held: NDArray[np.bool_]
    asked: NDArray[np.bool_]


def main() -> None:
    """Measure, fit, and write `head.json` where it ships."""
    parser = argparse.ArgumentParser(prog="python -m training.consult.head")
    parser.add_argument("shared", type=Path)
    parser.add_argument("out", type=Path, help="the folder of both encoders")
    parser.add_argument("--fold", default=FOLD, help="the topics that neither was trained on")
    options = parser.parse_args()
    questions = held_out(options.shared, options.fold)
    encoders = [encoder(options.out / f"{model}.pt", LAYERS[model]) for model in LAYERS]
    kinds = [[measured(one, encode) for encode in encoders for one in kind] for kind in questions]
    made = fit(kinds, SHARES)
    shipped = Path(head.__file__).with_name("head.json")
    shipped.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=0))


def held_out(shared: Path, fold: str) -> list[list[Labelled]]:
    """Questions that no encoder was trained on, by kind as `SHARES` counts them."""
    topics = sides(shared)
    kinds: list[list[Labelled]] = [[] for _ in SHARES[:-2]]
    ours = {question.name for question in written.read_all()}
    for name in split(topics, fold)[1]:
        both = merged(topics[name])
        if topics[name][0].name in ours:
            kinds[0] += topics[name]
        else:
            kinds[1] += topics[name]
            kinds[2].append(both)
            kinds[3].append(joined(both, random.Random(3)))
    data = shared / "consultations"
    kinds.append([read_labelled(data / f"gambling/question-{n}") for n in (1, 2)])
    return [*kinds, [read_labelled(data / "themes-1000")]]


def fit(kinds: Sequence[Sequence[Measured]], shares: Sequence[float]) -> head.Head:
    """Both networks, each kind of data counting its share however many pairs it has."""
    themes = [
        (
            one.values[one.asked],
            one.held[one.asked],
            share / sum(int(o.asked.sum()) for o in kind),
        )
        for kind, share in zip(kinds, shares, strict=True)
        for one in kind
    ]
    theme = _network(themes, NAMES, HIDDEN)
    alone = head.Head(theme, theme)
    none: list[tuple[Floats, NDArray[np.bool_], NDArray[np.float64]]] = []
    for kind, share in zip(kinds, shares, strict=True):
        for one in kind:
            seen = head.none_features(head.theme_logits(one.values, alone), one.values)
            empty = np.asarray(~one.held.any(axis=1))
            each = share / sum(len(o.values) for o in kind)
            none.append((seen, empty, np.where(empty, NONE_COUNTS, 1.0) * each))
    return head.Head(theme, _network(none, head.NONE_NAMES, HIDDEN_NONE))


def _network(
    parts: Sequence[tuple[Floats, NDArray[np.bool_], float | NDArray[np.float64]]],
    names: Sequence[str],
    hidden: int,
) -> head.Network:
    weights = np.concatenate([np.broadcast_to(share, truth.shape) for _, truth, share in parts])
    return fitted(
        np.concatenate([values for values, _, _ in parts]),
        np.concatenate([truth for _, truth, _ in parts]).astype(np.float32),
        weights.astype(np.float32),
        names,
        hidden,
    )


def measured(question: Labelled, encode: Encodes) -> Measured:
    """A question measured with an encoder."""
    places = find_places(question.texts)
    rows = zip(places.response.tolist(), places.start.tolist(), places.end.tolist(), strict=True)
    vectors = encode([question.texts[row][start:end] for row, start, end in rows])
    sentences = Sentences(places.response, places.start, places.end, vectors)
    wordings = worded(question.themes, sentences, encode)
    found = features.measure(question.texts, sentences, wordings, encode([question.question])[0])
    held = [[id in gold for id in wordings.ids] for gold in question.gold]
    asked = [[id not in undecided for id in wordings.ids] for undecided in question.undecided]
    return Measured(found.values, np.array(held, bool), np.array(asked, bool))


def merged(sides: Sequence[Labelled]) -> Labelled:
    """Both sides of a topic as one question: their themes together, so that stance counts."""
    question = sides[0].question.split(". ")[0] + ". Why do you agree or disagree?"
    parts = [_renamed(side, f"{number}-") for number, side in enumerate(sides)]
    return Labelled(
        sides[0].name,
        question,
        tuple(theme for part in parts for theme in part.themes),
        tuple(text for part in parts for text in part.texts),
        tuple(gold for part in parts for gold in part.gold),
        tuple(undecided for part in parts for undecided in part.undecided),
    )


def joined(question: Labelled, rng: random.Random) -> Labelled:
    """Responses of several sentences, made from those of one, with what any of them holds."""
    texts, gold, undecided = [], [], []
    for _ in range(_JOINED):
        rows = rng.sample(range(len(question.texts)), rng.choice(_LENGTHS))
        texts.append(" ".join(_sentence(question.texts[row]) for row in rows))
        gold.append(frozenset().union(*(question.gold[row] for row in rows)))
        left = frozenset().union(*(question.undecided[row] for row in rows))
        undecided.append(left - gold[-1])
    return replace(question, texts=tuple(texts), gold=tuple(gold), undecided=tuple(undecided))


def _renamed(side: Labelled, prefix: str) -> Labelled:
    def all_of(sets: Sequence[frozenset[str]]) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(prefix + id for id in one) for one in sets)

    themes = tuple(Theme(prefix + t.id, t.title, t.description) for t in side.themes)
    return replace(side, themes=themes, gold=all_of(side.gold), undecided=all_of(side.undecided))


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def encoder(path: Path, layers: Sequence[int]) -> Encodes:
    """A trained encoder, as the steps of the tool see one."""
    found = Encoder(config.load().models_folder / ORIGIN, layers)
    found.load_state_dict(torch.load(path))
    return lambda texts: found.vectors(list(texts))


if __name__ == "__main__":
    main()
