"""Train the encoder: `python -m training.consult.train SHARED OPINIONS OUT`.

First it learns to give the vectors that all-MiniLM-L6-v2 gives, with half the layers. Then it learns
which responses people matched with which themes, and is held near the vectors that it had.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from bernard import config
from bernard.models.embedding import open_shipped
from bernard.models.manifest import find
from training.consult.data import Topic, general, topics
from training.consult.model import Encoder

TEACHER = "all-minilm-l6-v2"
SENTENCES, STEPS, AT_ONCE = 18_775, 80, 192
RESPONSES, REPLAYED = 48, 12
RATE_ALIKE, RATE_MATCHED, RATE_SCALES = 3e-4, 1.2e-4, 5e-3
# What responses of one theme, and staying near the teacher, count beside matching.
TOGETHER, NEAR = 0.4, 0.6
# The rate is planned for so many rounds and learning stops sooner, since topics are few and learnt by heart.
PLANNED = 3
# How much of what was learnt from matches goes into what ships; the rest is from before.
BLEND = 0.75


@dataclass(frozen=True)
class Taught:
    """Sentences and the teacher's vectors of them."""

    texts: Sequence[str]
    vectors: NDArray[np.float32]


def main() -> None:
    """Train on all topics, or on all but those held out."""
    parser = argparse.ArgumentParser(prog="python -m training.consult.train")
    parser.add_argument("shared", type=Path, help="the folder of development data")
    parser.add_argument("opinions", type=Path, help="vaderSentiment-3.3.2.tar.gz")
    parser.add_argument("out", type=Path, help="folder for encoder.pt")
    parser.add_argument("--rounds", type=int, default=1, help="1 for all topics, 2 for a half")
    parser.add_argument("--fold", help="I/N: leave out every Nth topic from the Ith")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    source = config.load().models_folder / TEACHER
    encoder = Encoder(source)
    texts = general(options.shared, options.opinions)[:SENTENCES]
    taught = Taught(texts, open_shipped(find(TEACHER)).embed(texts))
    learn_alike(encoder, taught, random.Random(options.seed))
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    inside, _ = split(topics(options.shared / "consultations/argkp-train"), options.fold)
    learn_matches(encoder, inside, taught, options.rounds, random.Random(options.seed))
    after = encoder.state_dict()
    encoder.load_state_dict(
        {name: before[name] * (1 - BLEND) + after[name] * BLEND for name in after}
    )
    options.out.mkdir(parents=True, exist_ok=True)
    torch.save(encoder.state_dict(), options.out / "encoder.pt")


def split(found: Sequence[Topic], fold: str | None) -> tuple[list[Topic], list[Topic]]:
    """The topics to learn from and those held out, `1/2` of them or `2/2`; the draw is always the same."""
    mixed = list(found)
    random.Random(0).shuffle(mixed)
    if not fold:
        return mixed, []
    which, of = map(int, fold.split("/"))
    held = mixed[which - 1 :: of]
    return [topic for topic in mixed if topic not in held], held


def learn_alike(encoder: Encoder, taught: Taught, rng: random.Random) -> None:
    """Learn to give the teacher's vectors, and the teacher's likeness between any two."""
    rates = _Rates(encoder, RATE_ALIKE, STEPS, [])
    for _ in range(STEPS):
        encoder.train()
        chosen = rng.sample(range(len(taught.texts)), AT_ONCE)
        chosen.sort(key=lambda place: len(taught.texts[place]))
        for first in range(0, AT_ONCE, AT_ONCE // 3):
            part = chosen[first : first + AT_ONCE // 3]
            found, wanted = (
                encoder([taught.texts[p] for p in part]),
                torch.tensor(taught.vectors[part]),
            )
            apart = (1 - (found * wanted).sum(1)).mean()
            loss = apart + 2 * ((found @ found.T - wanted @ wanted.T) ** 2).mean()
            (loss / 3).backward()
        rates.step(f"alike {float(apart.detach()):.3f}")


def learn_matches(
    encoder: Encoder, found: Sequence[Topic], taught: Taught, rounds: int, rng: random.Random
) -> None:
    """Learn which responses hold which themes, and which hold the same one."""
    for module in encoder.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.1
    scales = [nn.Parameter(torch.tensor(value)) for value in (11.0, -6.0, 9.0, -6.0)]
    batches = [batch for _ in range(rounds) for batch in _batches(found, rng)]
    rates = _Rates(encoder, RATE_MATCHED, len(batches) * PLANNED // rounds, scales)
    for topic, rows in batches:
        encoder.train()
        said, themes = encoder([topic.responses[row] for row in rows]), encoder(topic.themes)
        held, counts = torch.tensor(topic.held[rows]), torch.tensor(topic.counts[rows])
        matched = _weighed(said @ themes.T * scales[0] + scales[1], held, counts)
        some = (held.sum(1) > 0).float()
        pairs = some[:, None] * some[None] * (1 - torch.eye(len(rows)))
        same = ((held @ held.T) > 0).float()
        together = _weighed(said @ said.T * scales[2] + scales[3], same, pairs)
        again = rng.sample(range(len(taught.texts)), REPLAYED)
        kept = encoder([taught.texts[place] for place in again])
        near = (1 - (kept * torch.tensor(taught.vectors[again])).sum(1)).mean()
        (matched + TOGETHER * together + NEAR * near).backward()
        rates.step(f"matched {float(matched.detach()):.3f} near {float(near.detach()):.3f}")


def _batches(found: Sequence[Topic], rng: random.Random) -> Iterator[tuple[Topic, list[int]]]:
    """Responses of one topic at a time, all of them once, in any order."""
    made = []
    for topic in found:
        rows = list(range(len(topic.responses)))
        rng.shuffle(rows)
        count = max(1, round(len(rows) / RESPONSES))
        made += [(topic, rows[first::count]) for first in range(count)]
    rng.shuffle(made)
    yield from made


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
