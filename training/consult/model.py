"""The encoders in PyTorch: BERT, begun from all six layers of all-MiniLM-L6-v2 or from 0, 2 and 5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from bernard.models.onnx_build import read_safetensors

WIDTH, HEADS, INNER = 384, 12, 1536
# By the name of the model that ships.
LAYERS = {"consult-encoder": (0, 1, 2, 3, 4, 5), "consult-encoder-fast": (0, 2, 5)}
_EPSILON = 1e-12
_LONGEST = 80
_PARTS = {
    "out": "attention.output.dense",
    "out_norm": "attention.output.LayerNorm",
    "inner": "intermediate.dense",
    "outer": "output.dense",
    "outer_norm": "output.LayerNorm",
}
_KINDS = ("query", "key", "value")


class Layer(nn.Module):
    """Attention and what follows it."""

    def __init__(self) -> None:
        """Fresh weights."""
        super().__init__()
        self.joined = nn.Linear(WIDTH, 3 * WIDTH)
        self.out, self.out_norm = nn.Linear(WIDTH, WIDTH), nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.outer_norm = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.dropout = nn.Dropout(0.0)

    def forward(self, seen: Tensor, bias: Tensor) -> Tensor:
        """One layer on; `bias` is 0 where there is a token, very low where there is none."""
        texts, tokens, _ = seen.shape
        split = self.joined(seen).view(texts, tokens, 3, HEADS, WIDTH // HEADS)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        mixed = mixed.transpose(1, 2).reshape(seen.shape)
        seen = self.out_norm(seen + self.dropout(self.out(mixed)))
        inner = functional.gelu(self.inner(seen))
        return self.outer_norm(seen + self.dropout(self.outer(inner)))  # type: ignore[no-any-return]


class Encoder(nn.Module):
    """One unit vector a text. The table of words stays as it was published."""

    def __init__(self, source: Path, layers: Sequence[int] = LAYERS["consult-encoder"]) -> None:
        """Begin from the publisher's weights and tokenizer in this folder."""
        super().__init__()
        found = read_safetensors(source / "model.safetensors")
        self.tokens = Tokens(source / "tokenizer.json")
        self.words = nn.Embedding.from_pretrained(
            _tensor(found, "embeddings.word_embeddings.weight"), freeze=True
        )
        self.places = nn.Parameter(
            _tensor(found, "embeddings.position_embeddings.weight")
            + _tensor(found, "embeddings.token_type_embeddings.weight")[0]
        )
        self.norm = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.dropout = nn.Dropout(0.0)
        _fill(self.norm, found, "embeddings.LayerNorm")
        self.layers = nn.ModuleList(_begun(found, number) for number in layers)

    def take_from(self, other: Encoder, layers: Sequence[int]) -> None:
        """Begin from these layers of another encoder, and from its words and places."""
        own, given = self.state_dict(), other.state_dict()
        for name in own:
            part, number, rest = (*name.split(".", 2), "", "")[:3]
            of = f"layers.{layers[int(number)]}.{rest}" if part == "layers" else name
            own[name] = given[of]
        self.load_state_dict(own)

    def forward(self, texts: Sequence[str]) -> Tensor:
        """Shape (len(texts), WIDTH)."""
        ids, mask = self.tokens(texts)
        seen = self.dropout(self.norm(self.words(ids) + self.places[: ids.shape[1]]))
        bias = torch.where(mask[:, None, None, :] > 0, 0.0, -1e4)
        for layer in self.layers:
            seen = layer(seen, bias)
        return functional.normalize((seen * mask[..., None]).sum(1), dim=-1)

    def vectors(self, texts: Sequence[str], at_once: int = 64) -> NDArray[np.float32]:
        """The same as numbers, with nothing left out by chance."""
        self.eval()
        found = np.zeros((len(texts), WIDTH), np.float32)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        with torch.no_grad():
            for first in range(0, len(order), at_once):
                part = order[first : first + at_once]
                found[part] = self([texts[place] for place in part]).float().numpy()
        return found

    def published(self) -> dict[str, NDArray[np.float32]]:
        """The weights under BERT's usual names, layers numbered from 0, as `onnx_graph.build` takes them."""
        named: dict[str, Tensor] = {
            "embeddings.word_embeddings.weight": self.words.weight,
            "embeddings.position_embeddings.weight": self.places,
            "embeddings.token_type_embeddings.weight": torch.zeros(2, WIDTH),
            "embeddings.LayerNorm.weight": self.norm.weight,
            "embeddings.LayerNorm.bias": self.norm.bias,
        }
        for number, layer in enumerate(self.layers):
            for part in ("weight", "bias"):
                for ours, theirs in _PARTS.items():
                    named[f"encoder.layer.{number}.{theirs}.{part}"] = getattr(
                        getattr(layer, ours), part
                    )
                thirds = getattr(layer.joined, part).chunk(3)
                for kind, third in zip(_KINDS, thirds, strict=True):
                    named[f"encoder.layer.{number}.attention.self.{kind}.{part}"] = third
        return {name: value.detach().numpy().astype(np.float32) for name, value in named.items()}


class Tokens:
    """Texts as padded numbers and a mask; remembers what it has seen."""

    def __init__(self, path: Path) -> None:
        """Read the tokenizer."""
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.enable_truncation(_LONGEST)
        self._tokenizer.no_padding()
        self._known: dict[str, list[int]] = {}

    def __call__(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Shape (texts, longest) each."""
        rows = [self._ids(text) for text in texts]
        ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
        mask = torch.zeros(ids.shape)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = torch.tensor(row)
            mask[place, : len(row)] = 1
        return ids, mask

    def _ids(self, text: str) -> list[int]:
        if text not in self._known:
            self._known[text] = self._tokenizer.encode(text).ids
        return self._known[text]


def _begun(found: Mapping[str, NDArray[np.float32]], number: int) -> Layer:
    layer, prefix = Layer(), f"encoder.layer.{number}."
    for part in ("weight", "bias"):
        kinds = [_tensor(found, f"{prefix}attention.self.{kind}.{part}") for kind in _KINDS]
        getattr(layer.joined, part).data = torch.cat(kinds)
    for ours, theirs in _PARTS.items():
        _fill(getattr(layer, ours), found, prefix + theirs)
    return layer


def _fill(module: nn.Module, found: Mapping[str, NDArray[np.float32]], name: str) -> None:
    for part in ("weight", "bias"):
        getattr(module, part).data = _tensor(found, f"{name}.{part}")


def _tensor(found: Mapping[str, NDArray[np.float32]], name: str) -> Tensor:
    return torch.tensor(np.array(found[name]))
