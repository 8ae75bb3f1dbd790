"""The network of the fast tagger, in PyTorch: a table of features, then gated convolutions."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from bernard.privacy.tagger.features import ROWS


@dataclass(frozen=True)
class Shape:
    """The sizes of the network.

    Attributes:
        table: numbers for each feature.
        width: numbers for each token between the layers.
        reach: tokens that a layer sees, of each layer.
        spread: how far apart those stand, of each layer.
    """

    table: int = 64
    width: int = 128
    reach: tuple[int, ...] = (5, 5, 5, 5, 5)
    spread: tuple[int, ...] = (1, 1, 2, 1, 2)

    @property
    def context(self) -> int:
        """How far to either side a token's label can depend on others."""
        return sum(r // 2 * s for r, s in zip(self.reach, self.spread, strict=True))


class Layer(nn.Module):
    """What stands near, mixed by place, then gated; added to what came in."""

    def __init__(self, width: int, reach: int, spread: int, drop: float) -> None:
        """Ready the weights."""
        super().__init__()
        self.near = nn.Conv1d(
            width, width, reach, padding=reach // 2 * spread, dilation=spread, groups=width
        )
        self.mix = nn.Conv1d(width, 2 * width, 1)
        self.drop = nn.Dropout(drop)
        with torch.no_grad():
            self.near.weight.normal_(0, reach**-0.5)
            self.mix.bias[width:] = 0.0

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """One layer on (batch, width, tokens)."""
        value, gate = self.mix(self.near(self.drop(x))).chunk(2, dim=1)
        return (x + value * torch.sigmoid(gate)) * mask


class FastNetwork(nn.Module):
    """Scores of labels for each token."""

    def __init__(self, labels: int, shape: Shape, drop: float = 0.15) -> None:
        """Ready the weights."""
        super().__init__()
        self.shape = shape
        self.table = nn.EmbeddingBag(ROWS, shape.table, mode="sum", padding_idx=0, sparse=True)
        self.first = nn.Conv1d(shape.table, 2 * shape.width, 1)
        layers = zip(shape.reach, shape.spread, strict=True)
        self.layers = nn.ModuleList(Layer(shape.width, r, s, drop) for r, s in layers)
        self.last = nn.Conv1d(shape.width, labels, 1)
        self.drop = nn.Dropout(drop)
        with torch.no_grad():
            self.table.weight.normal_(0, 0.1)
            self.table.weight[0] = 0

    def forward(self, rows: torch.Tensor, places: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Scores (texts, tokens, labels).

        Args:
            rows: features of words, (words, features).
            places: which word stands where, (texts, tokens).
            mask: 1 for each token that is one, 0 for those that fill up, (texts, tokens).
        """
        mask = mask.unsqueeze(1)
        x = self.table(rows)[places].transpose(1, 2)
        value, gate = self.first(self.drop(x)).chunk(2, dim=1)
        x = value * torch.sigmoid(gate) * mask
        for layer in self.layers:
            x = layer(x, mask)
        return self.last(self.drop(x)).transpose(1, 2)
