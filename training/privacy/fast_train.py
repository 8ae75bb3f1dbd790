"""Train the fast tagger's network."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Sequence

import numpy as np
import torch
from torch.nn.functional import log_softmax

from training.privacy.fast_encode import NAMES, Encoded, batches, blurred, filled
from training.privacy.fast_model import FastNetwork, Shape

_TOKENS_A_BATCH = 6_000
_RATE, _TABLE_RATE = 2e-3, 4e-3


def train(
    encoded: Sequence[Encoded],
    epochs: int,
    seed: int = 1,
    shape: Shape | None = None,
    start: FastNetwork | None = None,
    rate: float = 1.0,
) -> FastNetwork:
    """A network trained on texts; the same texts and seed give the same network.

    Args:
        epochs: how often it sees each text.
        start: a network to go on from.
        rate: how fast it learns, against the usual.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = start or FastNetwork(len(NAMES), shape or Shape())
    network.train()
    rest = [p for name, p in network.named_parameters() if not name.startswith("table")]
    makers = (
        torch.optim.SparseAdam([network.table.weight], lr=_TABLE_RATE),
        torch.optim.AdamW(rest, lr=_RATE, weight_decay=0.01),
    )
    rates = (_TABLE_RATE * rate, _RATE * rate)
    planned = epochs * sum(1 for _ in batches(encoded, _TOKENS_A_BATCH, np.random.default_rng(0)))
    step, began, running = 0, time.monotonic(), 0.0
    for _ in range(epochs):
        for batch in batches(encoded, _TOKENS_A_BATCH, rng):
            share = min(step / planned, 1.0)
            scale = min(1.0, (step + 1) / 60) * (
                0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * share))
            )
            for maker, most in zip(makers, rates, strict=True):
                maker.param_groups[0]["lr"] = most * scale
            loss = _step(network, batch, makers, rest, rng)
            running = 0.98 * running + 0.02 * loss if step else loss
            step += 1
            if step % 50 == 0:
                _tell(step, planned, running, began)
    return network.eval()


def _step(
    network: FastNetwork,
    batch: Sequence[Encoded],
    makers: Sequence[torch.optim.Optimizer],
    rest: Sequence[torch.nn.Parameter],
    rng: np.random.Generator,
) -> float:
    made = filled(batch, len(NAMES))
    rows, places = torch.from_numpy(blurred(made.rows, rng)), torch.from_numpy(made.places)
    weight, likely = torch.from_numpy(made.weight), torch.from_numpy(made.likely)
    scores = network(rows, places, (weight > 0).float())
    each = -(likely * log_softmax(scores, dim=2)).sum(dim=2)
    loss = (each * weight).sum() / weight.sum()
    for maker in makers:
        maker.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(rest, 1.0)
    for maker in makers:
        maker.step()
    return float(loss.detach())


def _tell(step: int, planned: int, loss: float, began: float) -> None:
    taken = time.monotonic() - began
    sys.stderr.write(f"step {step} of {planned}: loss {loss:.4f}, {taken:.0f} s\n")
