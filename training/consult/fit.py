"""Small networks fitted to weighed examples, for the head of the mapping."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from bernard.tools.consult.mapping.head import Network

Floats = NDArray[np.float32]
ROUNDS, RATE, DECAY = 250, 0.02, 1e-3
_FURTHEST = 5.0
_LEAST_SPREAD = 1e-3


def fitted(
    values: Floats, truth: Floats, weights: Floats, names: Sequence[str], hidden: int
) -> Network:
    """A network of one hidden layer beside a linear part; the same each time.

    Args:
        values: shape (examples, len(names)). truth, weights: shape (examples,).
    """
    torch.manual_seed(1)
    mean, scale = values.mean(0), values.std(0)
    scale = np.where(scale < _LEAST_SPREAD, 1.0, scale)
    seen = torch.tensor(((values - mean) / scale).clip(-_FURTHEST, _FURTHEST), dtype=torch.float32)
    wanted, counts = torch.tensor(truth), torch.tensor(weights / weights.mean())
    linear = torch.zeros(len(names), requires_grad=True)
    bias = torch.tensor(-1.5, requires_grad=True)
    inner = (torch.randn(hidden, len(names)) * 0.2).requires_grad_()
    inner_bias = torch.zeros(hidden, requires_grad=True)
    out = (torch.randn(hidden) * 0.1).requires_grad_()
    wide, narrow = [linear, inner, out], [bias, inner_bias]
    optimiser = torch.optim.AdamW(
        [{"params": wide, "weight_decay": DECAY * 10}, {"params": narrow, "weight_decay": 0.0}],
        lr=RATE,
    )
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=ROUNDS)
    for _ in range(ROUNDS):
        logits = seen @ linear + bias + torch.relu(seen @ inner.T + inner_bias) @ out
        each = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
        size = linear.square().sum() + inner.square().sum() + out.square().sum()
        loss = (each * counts).sum() / counts.sum() + DECAY * size
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        pace.step()
    return Network(
        tuple(names),
        _numbers(mean),
        _numbers(scale),
        tuple(_numbers(row.detach().numpy()) for row in inner),
        _numbers(inner_bias.detach().numpy()),
        _numbers(linear.detach().numpy()),
        _numbers(out.detach().numpy()),
        float(bias.detach()),
    )


def _numbers(values: NDArray[np.floating]) -> tuple[float, ...]:  # type: ignore[type-arg]
    return tuple(round(float(value), 5) for value in values)
