"""Every training example, in an order that a seed fixes: `examples(seed)` never ends.

What is mixed: the labelled sets, our own corpus's train part, and sentences that we wrote, filled with invented
people. No line that is held out, no name of development or the test.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache

from training.privacy import augment, corpus, sets, slots
from training.privacy.example import Example, joined

# Share of each source among examples; the sets are drawn from in full before they come again.
_SHARES: dict[str, float] = {
    "btc": 0.13,
    "wnut": 0.06,
    "ewt": 0.07,
    "wikiann": 0.10,
    "tab": 0.09,
    "corpus": 0.20,
    "synthetic": 0.35,
}
_GENRES: dict[str, float] = {
    "court": 1.0,
    "parliament": 0.8,
    "news": 1.2,
    "web": 0.8,
    "tweets": 0.7,
    "pii": 1.5,
    "chat": 1.5,
    "negatives": 0.9,
}
_FILLS = 30


def examples(seed: int, fills: int = _FILLS) -> Iterator[Example]:
    """Examples without end; the same seed gives the same."""
    rng = random.Random(f"examples/{seed}")
    sources = {name: _source(name, seed, fills) for name in _SHARES}
    names, shares = list(_SHARES), list(_SHARES.values())
    while True:
        yield _one(sources, rng.choices(names, shares)[0], rng)


def _one(sources: dict[str, Iterator[Example]], name: str, rng: random.Random) -> Example:
    """An example, often with others of its kind around it so that a text's context is learned."""
    example = next(sources[name])
    if name not in ("corpus", "tab") and len(example.text) < 160:
        count = rng.choice((0, 0, 0, 1, 1, 2, 3))
        others = [next(sources[name]) for _ in range(count)]
        example = joined([example, *others], augment.joint(rng), example.source)
    elif name == "corpus" and rng.random() < 0.15:
        example = joined([next(sources["synthetic"]), example], "\n\n", "corpus")
    if rng.random() < 0.1:
        example = augment.spread(example, rng)
    return augment.varied(example, rng)


def _source(name: str, seed: int, fills: int) -> Iterator[Example]:
    rng = random.Random(f"{name}/{seed}")
    if name == "synthetic":
        return _written(rng)
    return _again(_read(name, seed, fills), rng)


def _written(rng: random.Random) -> Iterator[Example]:
    names, shares = list(_GENRES), list(_GENRES.values())
    while True:
        yield slots.told(rng.choices(names, shares)[0], rng)


def _again(all_of_it: Sequence[Example], rng: random.Random) -> Iterator[Example]:
    """All of it in a new order each time, for ever."""
    while True:
        order = list(range(len(all_of_it)))
        rng.shuffle(order)
        yield from (all_of_it[place] for place in order)


@cache
def _read(name: str, seed: int, fills: int) -> tuple[Example, ...]:
    if name == "corpus":
        return tuple(corpus.read("train", seed, fills))
    return tuple(sets.read(name))


def measured() -> dict[str, list[Example]]:
    """What development is measured on: the held-out tenth of each set, and our development part."""
    held = {name: list(sets.read(name, held=True)) for name in sets.SETS}
    return {"corpus": list(corpus.read("development")), **held}
