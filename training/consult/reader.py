"""Train the reader: `python -m training.consult.reader SHARED OUT [--fold 1/2]`.

All six layers of all-MiniLM-L6-v2, given a theme and a response as one text, learn on ArgKP training
whether they match. Once over the pairs: twenty-four topics are soon learnt by heart.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from bernard import config
from bernard.tools.consult.mapping.reading import pair_text
from training.consult.data import Topic, topics
from training.consult.model import WIDTH, Encoder
from training.consult.train import TEACHER, split

LAYERS = (0, 1, 2, 3, 4, 5)
SPEED, SPEED_OF_DIRECTION, DECAY, DROPOUT = 1e-4, 1e-2, 0.01, 0.1
AT_ONCE, SORTED_AT_ONCE, WARMING = 32, 512, 0.1
# Themes beside each that a response holds that it does not hold, and how often one of the other side's.
OTHERS, OTHER_SIDE, OTHER_SIDE_OF_NONE = 3, 0.5, 0.15
# A pair is never quite sure, so that confidence stays believable.
SOFT = 0.03
Pair = tuple[str, float]


class Reader(nn.Module):
    """The logit that a theme and a response match, from one text of both."""

    def __init__(self, source: Path, dropout: float = 0.0) -> None:
        """Begin from the publisher's weights; the direction is drawn."""
        super().__init__()
        self.encoder = Encoder(source, dropout, LAYERS)
        self.direction = nn.Parameter(torch.randn(WIDTH) * 0.3)
        self.bias = nn.Parameter(torch.tensor(-1.0))

    def forward(self, texts: Sequence[str]) -> Tensor:
        """Shape (len(texts),)."""
        with torch.autocast("cpu", torch.bfloat16):
            vectors = self.encoder(texts)
        return vectors.float() @ self.direction + self.bias


def main() -> None:
    """Train and save."""
    parser = argparse.ArgumentParser(prog="python -m training.consult.reader")
    parser.add_argument("shared", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--fold", default="", help="1/2 leaves out the first half of the topics")
    options = parser.parse_args()
    torch.manual_seed(1)
    every = topics(options.shared / "consultations/argkp-train")
    seen = split(every, options.fold)[0] if options.fold else every
    pairs = list(drawn(seen, random.Random(1)))
    reader = Reader(config.load().models_folder / TEACHER, DROPOUT)
    train(reader, pairs, random.Random(2))
    options.out.mkdir(parents=True, exist_ok=True)
    torch.save(reader.state_dict(), options.out / "reader.pt")


def drawn(seen: Sequence[Topic], rng: random.Random) -> Iterator[Pair]:
    """All pairs that match and some that do not, those that people left undecided passed over."""
    for topic in seen:
        for row, text in enumerate(topic.responses):
            held, judged = topic.held[row] > 0, topic.counts[row] == 1
            matching = np.flatnonzero(held).tolist()
            others = np.flatnonzero(~held & judged).tolist()
            wanted = min(len(others), OTHERS if matching else 1)
            rows = rng.sample(others, wanted)
            other_side = np.flatnonzero(topic.counts[row] == 0.5).tolist()
            share = OTHER_SIDE if matching else OTHER_SIDE_OF_NONE
            if other_side and rng.random() < share:
                rows.append(rng.choice(other_side))
            for theme in (*matching, *rows):
                yield pair_text(topic.themes[theme], text), float(held[theme])


def train(reader: Reader, pairs: list[Pair], rng: random.Random) -> None:
    """Once over the pairs, those of like length together."""
    own = [p for p in reader.encoder.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in own if p.ndim > 1], "weight_decay": DECAY, "top": SPEED},
        {"params": [p for p in own if p.ndim == 1], "weight_decay": 0.0, "top": SPEED},
        {
            "params": [reader.direction, reader.bias],
            "weight_decay": 0.0,
            "top": SPEED_OF_DIRECTION,
        },
    ]
    optimiser = torch.optim.AdamW(groups)
    batches = _batches(pairs, rng)
    reader.train()
    for step, batch in enumerate(batches, start=1):
        share = step / len(batches)
        for group in optimiser.param_groups:
            group["lr"] = group["top"] * min(share / WARMING, (1 - share) / (1 - WARMING) + 0.02)
        truth = torch.tensor([match for _, match in batch]) * (1 - 2 * SOFT) + SOFT
        found = reader([text for text, _ in batch])
        loss = functional.binary_cross_entropy_with_logits(found, truth)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(own, 1.0)
        optimiser.step()
        if step % 20 == 0:
            sys.stderr.write(f"{step} of {len(batches)}: {loss.item():.3f}\n")


def _batches(pairs: list[Pair], rng: random.Random) -> list[list[Pair]]:
    rng.shuffle(pairs)
    found = []
    for first in range(0, len(pairs), SORTED_AT_ONCE):
        near = sorted(pairs[first : first + SORTED_AT_ONCE], key=lambda pair: len(pair[0]))
        some = [near[at : at + AT_ONCE] for at in range(0, len(near), AT_ONCE)]
        rng.shuffle(some)
        found += some
    return found


if __name__ == "__main__":
    main()
