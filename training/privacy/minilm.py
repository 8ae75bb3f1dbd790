"""The assured tagger in PyTorch: BERT, six layers of 384, with a kind for each piece and a head of our own."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from bernard.privacy.tagger.pieces import KINDS
from training.privacy.rampart import Weights

LAYERS, WIDTH, HEADS, INNER = 6, 384, 12, 1536
_EPSILON = 1e-12


class Layer(nn.Module):
    """Attention and what follows it."""

    def __init__(self, dropout: float) -> None:
        """Fresh weights."""
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.out = nn.Linear(WIDTH, WIDTH)
        self.out_norm = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.outer_norm = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.dropout = nn.Dropout(dropout)

    def forward(self, seen: Tensor, bias: Tensor) -> Tensor:
        """One layer on.

        Args:
            seen: (batch, length, width).
            bias: (batch, 1, 1, length): 0 where there is a piece, very low where there is none.
        """
        query, key, value = (
            part(seen).view(seen.shape[0], seen.shape[1], HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        scores = query @ key.transpose(-1, -2) / math.sqrt(WIDTH // HEADS) + bias
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(seen.shape)
        seen = self.out_norm(seen + self.dropout(self.out(mixed)))
        inner = functional.gelu(self.inner(seen))
        return self.outer_norm(seen + self.dropout(self.outer(inner)))  # type: ignore[no-any-return]


class Tagger(nn.Module):
    """Logits for each piece."""

    def __init__(self, pieces: int, tags: int, positions: int = 512, dropout: float = 0.1) -> None:
        """Fresh weights, for so many pieces of vocabulary and so many tags."""
        super().__init__()
        self.words = nn.Embedding(pieces, WIDTH)
        self.kinds = nn.Embedding(KINDS, WIDTH)
        self.positions = nn.Embedding(positions, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.head = nn.Linear(WIDTH, tags)

    def forward(self, ids: Tensor, mask: Tensor, kinds: Tensor) -> Tensor:
        """(batch, length, tags). `mask` is 1 where there is a piece."""
        bias = (1.0 - mask[:, None, None, :].to(self.norm.weight.dtype)) * -10000.0
        place = torch.arange(ids.shape[1], device=ids.device)
        seen = self.words(ids) + self.kinds(kinds) + self.positions(place)[None]
        seen = self.dropout(self.norm(seen))
        for layer in self.layers:
            seen = layer(seen, bias)
        return self.head(seen)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class _Names:
    """Which of BERT's names each of ours has, within a layer."""

    pairs: tuple[tuple[str, str], ...] = (
        ("query", "attention.self.query"),
        ("key", "attention.self.key"),
        ("value", "attention.self.value"),
        ("out", "attention.output.dense"),
        ("out_norm", "attention.output.LayerNorm"),
        ("inner", "intermediate.dense"),
        ("outer", "output.dense"),
        ("outer_norm", "output.LayerNorm"),
    )


def warm(weights: Weights, tags: int, dropout: float = 0.1) -> Tagger:
    """A tagger that begins with Rampart's body; all kinds of piece begin as its token type 0."""
    words = weights["bert.embeddings.word_embeddings.weight"]
    made = Tagger(words.shape[0], tags, dropout=dropout)
    state = {
        "words.weight": words,
        "positions.weight": weights["bert.embeddings.position_embeddings.weight"],
        "kinds.weight": np.repeat(
            weights["bert.embeddings.token_type_embeddings.weight"][:1], KINDS, 0
        ),
        "norm.weight": weights["bert.embeddings.LayerNorm.weight"],
        "norm.bias": weights["bert.embeddings.LayerNorm.bias"],
        "head.weight": np.random.default_rng(1).normal(0, 0.02, (tags, WIDTH)),
        "head.bias": np.zeros(tags),
    }
    for number in range(LAYERS):
        for ours, theirs in _Names().pairs:
            for part in ("weight", "bias"):
                state[f"layers.{number}.{ours}.{part}"] = weights[
                    f"bert.encoder.layer.{number}.{theirs}.{part}"
                ]
    made.load_state_dict(
        {k: torch.tensor(np.asarray(v), dtype=torch.float32) for k, v in state.items()}
    )
    return made
