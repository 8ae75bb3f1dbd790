"""An encoder that is asked about each text once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bernard.tools.consult.themes.space import Floats
from bernard.tools.consult.types import Encoder


class Remembering:
    """Vectors of texts, kept so that a text that comes again costs nothing."""

    def __init__(self, encoder: Encoder) -> None:
        """Ask this encoder."""
        self._encoder = encoder
        self._known: dict[str, Floats] = {}

    def __call__(self, texts: Sequence[str]) -> Floats:
        """One vector a text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder(new), strict=True))
        return (
            np.stack([self._known[text] for text in texts])
            if texts
            else np.zeros((0, 0), np.float32)
        )
