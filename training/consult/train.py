"""Train an encoder: `python -m training.consult.train SHARED OPINIONS OUT --model consult-encoder`.

`consult-encoder` begins from all-MiniLM-L6-v2 and learns which responses people matched with which themes, held
near the vectors that it had. `consult-encoder-fast` begins from half of its layers and learns to give its vectors.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from bernard import config
from training.consult.data import Topic, general, split, topics
from training.consult.model import LAYERS, Encoder

ORIGIN = "all-minilm-l6-v2"
SENTENCES, STEPS, AT_ONCE, TOGETHER_AT_ONCE = 20_000, 160, 192, 64
RESPONSES, REPLAYED = 48, 12
RATE_ALIKE, RATE_MATCHED, RATE_SCALES = 3e-4, 1e-4, 5e-3
# What responses of one theme, and staying near the vectors it had, count beside matching.
TOGETHER, NEAR = 0.4, 0.6
# The rate is planned for so many rounds and learning stops sooner, since topics are learnt by heart.
ROUNDS, PLANNED = 2, 3
# How much of what was learnt from matches goes into what ships; the rest is from before.
BLEND = 0.75
# Topics that the head is fitted to are not learnt from.
FOLD = "1/5"


@dataclass(frozen=True)
class Taught:
    """Sentences and the vectors that they had or shall have."""

    texts: Sequence[str]
    vectors: NDArray[np.float32]


def main() -> None:
    """Train on all topics but those held out."""
    parser = argparse.ArgumentParser(prog="python -m training.consult.train")
    parser.add_argument("shared", type=Path, help="the folder of development data")
    parser.add_argument("opinions", type=Path, help="vaderSentiment-3.3.2.tar.gz")
    parser.add_argument("out", type=Path, help="folder for MODEL.pt")
    parser.add_argument("--model", choices=LAYERS, required=True)
    parser.add_argument("--fold", default=FOLD, help="I/N: leave out every Nth topic from the Ith")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    source = config.load().models_folder / ORIGIN
    encoder, teacher = Encoder(source, LAYERS[options.model]), Encoder(source)
    fast = len(encoder.layers) < len(teacher.layers)
    if fast:
        teacher.load_state_dict(torch.load(options.out / "consult-encoder.pt"))
        encoder.take_from(teacher, LAYERS[options.model])
    texts = general(options.shared, options.opinions)[:SENTENCES]
    with torch.autocast("cpu", torch.bfloat16):
        taught = Taught(texts, teacher.vectors(texts))
    rng = random.Random(options.seed)
    if fast:
        learn_alike(encoder, taught, rng)
    else:
        found = topics(options.shared)
        inside, _ = split([topic.name for topic in found], options.fold)
        before = {name: value.clone() for name, value in encoder.state_dict().items()}
        learn_matches(encoder, [topic for topic in found if topic.name in inside], taught, rng)
        after = encoder.state_dict()
        encoder.load_state_dict(
            {name: before[name] * (1 - BLEND) + after[name] * BLEND for name in after}
        )
    options.out.mkdir(parents=True, exist_ok=True)
    torch.save(encoder.state_dict(), options.out / f"{options.model}.pt")


def learn_alike(encoder: Encoder, taught: Taught, rng: random.Random) -> None:
    """Learn to give the teacher's vectors, and the teacher's likeness between any two."""
    rates = _Rates(encoder, RATE_ALIKE, STEPS, [])
    for _ in range(STEPS):
        encoder.train()
        chosen = rng.sample(range(len(taught.texts)), AT_ONCE)
        chosen.sort(key=lambda place: len(taught.texts[place]))
        for first in range(0, AT_ONCE, TOGETHER_AT_ONCE):
            part = chosen[first : first + TOGETHER_AT_ONCE]
            found = _vectors(encoder, [taught.texts[p] for p in part])
            wanted = torch.tensor(taught.vectors[part])
            apart = (1 - (found * wanted).sum(1)).mean()
            loss = apart + 2 * ((found @ found.T - wanted @ wanted.T) ** 2).mean()
            (loss * len(part) / AT_ONCE).backward()
        rates.step(f"alike {float(apart.detach()):.3f}")


def learn_matches(
    encoder: Encoder, found: Sequence[Topic], taught: Taught, rng: random.Random
) -> None:
    """Learn which responses hold which themes, and which hold the same one, by their nearest sentences."""
    for module in encoder.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.1
    scales = [nn.Parameter(torch.tensor(value)) for value in (11.0, -6.0, 9.0, -6.0)]
    batches = [batch for _ in range(ROUNDS) for batch in _batches(found, rng)]
    rates = _Rates(encoder, RATE_MATCHED, len(batches) * PLANNED // ROUNDS, scales)
    for topic, rows in batches:
        encoder.train()
        themes = [rng.choice(pair) for pair in zip(topic.titles, topic.wholes, strict=True)]
        again = rng.sample(range(len(taught.texts)), REPLAYED)
        said = [sentence for row in rows for sentence in topic.responses[row]]
        vectors = _vectors(encoder, [*said, *themes, *(taught.texts[place] for place in again)])
        spoken, asked, kept = vectors.split([len(said), len(themes), len(again)])
        owner = torch.tensor([at for at, row in enumerate(rows) for _ in topic.responses[row]])
        held, counts = torch.tensor(topic.held[rows]), torch.tensor(topic.counts[rows])
        likeness = _nearest(spoken @ asked.T, owner, len(rows))
        matched = _weighed(likeness * scales[0] + scales[1], held, counts)
        some = (held.sum(1) > 0).float()
        pairs = some[:, None] * some[None] * (1 - torch.eye(len(rows)))
        same = ((held @ held.T) > 0).float()
        between = _nearest(_nearest(spoken @ spoken.T, owner, len(rows)).T, owner, len(rows))
        together = _weighed(between * scales[2] + scales[3], same, pairs)
        near = (1 - (kept * torch.tensor(taught.vectors[again])).sum(1)).mean()
        (matched + TOGETHER * together + NEAR * near).backward()
        rates.step(f"matched {float(matched.detach()):.3f} near {float(near.detach()):.3f}")


def _vectors(encoder: Encoder, texts: Sequence[str]) -> Tensor:
    """Vectors of texts of any length, those of like length together, in half the bits."""
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    with torch.autocast("cpu", torch.bfloat16):
        parts = [
            encoder([texts[place] for place in order[first : first + TOGETHER_AT_ONCE]])
            for first in range(0, len(order), TOGETHER_AT_ONCE)
        ]
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(parts).float()[back]


def _nearest(likeness: Tensor, owner: Tensor, count: int) -> Tensor:
    """Of each response the greatest value among its sentences; shape (count, columns)."""
    where = owner[:, None].expand_as(likeness)
    least = torch.full((count, likeness.shape[1]), -1.0)
    return least.scatter_reduce(0, where, likeness, "amax")


def _batches(found: Sequence[Topic], rng: random.Random) -> list[tuple[Topic, list[int]]]:
    """Responses of one topic at a time, all of them once, in any order."""
    made = []
    for topic in found:
        rows = list(range(len(topic.responses)))
        rng.shuffle(rows)
        count = max(1, round(len(rows) / RESPONSES))
        made += [(topic, rows[first::count]) for first in range(count)]
    rng.shuffle(made)
    return made


def _weighed(logits: Tensor, truth: Tensor, weights: Tensor) -> Tensor:
    each = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    return (each * weights).sum() / weights.sum().clamp(min=1)


class _Rates:
    """Steps that begin small, grow, and fade."""

    def __init__(
        self, encoder: Encoder, rate: float, steps: int, scales: Sequence[nn.Parameter]
    ) -> None:
        self._weights = [p for p in encoder.parameters() if p.requires_grad]
        self._rates = (rate, rate, RATE_SCALES)
        self._steps, self._done = steps, 0
        wide = [p for p in self._weights if p.ndim > 1]
        narrow = [p for p in self._weights if p.ndim == 1]
        groups = [
            {"params": part, "weight_decay": decay}
            for part, decay in ((wide, 0.01), (narrow, 0.0), (list(scales), 0.0))
            if part
        ]
        self._optimiser = torch.optim.AdamW(groups)

    def step(self, said: str) -> None:
        self._done += 1
        share = self._done / self._steps
        factor = min(share / 0.08, (1 - share) / 0.92 + 0.02)
        for group, rate in zip(self._optimiser.param_groups, self._rates, strict=False):
            group["lr"] = rate * factor
        nn.utils.clip_grad_norm_(self._weights, 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad()
        if self._done % 20 == 0:
            sys.stderr.write(f"{self._done} of {self._steps}: {said}\n")


if __name__ == "__main__":
    main()
