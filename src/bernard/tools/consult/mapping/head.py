"""From measurements to probabilities: a small trained network whose numbers ship beside it.

`head.json` is made by `training/consult`; docs/how-to/train-the-consult-encoder.md says how.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.mapping.features import NAMES

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
_FILE = Path(__file__).with_name("head.json")
_BLOCK = 65_536
_FURTHEST = 5.0


class Network(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Standardised numbers through one hidden layer to one logit.

    Attributes:
        names: of what goes in. mean, scale: of each, over what it was trained on.
        hidden, hidden_bias: shape (hidden, in), (hidden,).
        linear, out: weights to the logit of what goes in and of the hidden layer. bias: of the logit.
    """

    names: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    hidden: tuple[tuple[float, ...], ...]
    hidden_bias: tuple[float, ...]
    linear: tuple[float, ...]
    out: tuple[float, ...]
    bias: float

    def logits(self, values: Floats) -> Doubles:
        """One logit for each row, in blocks."""
        parts = [self._logits(values[at : at + _BLOCK]) for at in range(0, len(values), _BLOCK)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _logits(self, values: Floats) -> Doubles:
        mean, scale = np.array(self.mean, np.float32), np.array(self.scale, np.float32)
        # What lies far outside of what it was trained on must not carry it away.
        seen = ((values - mean) / scale).clip(-_FURTHEST, _FURTHEST)
        found = seen @ np.array(self.linear, np.float32) + np.float32(self.bias)
        if self.hidden:
            hidden = seen @ np.array(self.hidden, np.float32).T
            found = found + np.maximum(
                hidden + np.array(self.hidden_bias, np.float32), 0
            ) @ np.array(self.out, np.float32)
        return found.astype(np.float64)


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What turns measurements into probabilities.

    Attributes:
        theme: of a theme of a response. none: of no theme of a response.
    """

    theme: Network
    none: Network


NONE_NAMES = ("most", "next", "empty", "sum", "best_title", "best_apart", "sentences", "themes")


@cache
def head(path: Path = _FILE) -> Head:
    """The head that ships."""
    found = msgspec.json.decode(path.read_bytes(), type=Head)
    assert found.theme.names == NAMES and found.none.names == NONE_NAMES
    return found


def theme_logits(values: Floats, one: Head) -> Doubles:
    """Shape (responses, themes), from shape (responses, themes, len(NAMES))."""
    size, themes, width = values.shape
    return one.theme.logits(values.reshape(size * themes, width)).reshape(size, themes)


def none_features(logits: Doubles, values: Floats) -> Floats:
    """What the probability of no theme is made from: shape (responses, len(NONE_NAMES))."""
    size, themes = logits.shape
    p = 1 / (1 + np.exp(-logits))
    ordered = np.sort(logits, axis=1)
    place = {name: number for number, name in enumerate(NAMES)}
    columns = (
        ordered[:, -1],
        ordered[:, -2] if themes > 1 else np.full(size, -6.0),
        np.log1p(-p.clip(0, 1 - 1e-6)).sum(axis=1),
        p.sum(axis=1),
        values[:, :, place["title"]].max(axis=1),
        values[:, :, place["apart"]].max(axis=1),
        values[:, 0, place["sentences"]],
        values[:, 0, place["themes"]],
    )
    return np.stack(columns, axis=1).astype(np.float32)


def none_logits(logits: Doubles, values: Floats, one: Head) -> Doubles:
    """Shape (responses,): that no theme fits."""
    if not logits.shape[1]:
        return np.full(len(logits), 6.0)
    return one.none.logits(none_features(logits, values))
