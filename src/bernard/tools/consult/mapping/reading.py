"""Theme and response read together, for the responses that the measurements leave most in doubt.

Vectors made apart cannot weigh one word of a theme against one of a response. `consult-reader`, an
embedding model like the other, is given both as one text; how far its vector lies along a direction
that it was trained with says how well they match. A response is read beside all its themes or not at all,
since what counts is how far each theme stands above the others. That costs far more than measuring, so
only so many pairs are read: the cost does not grow with the consultation.
`reader.json` is made by `training/consult`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.types import Encoder

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
PAIRS = 2_000
_FILE = Path(__file__).with_name("reader.json")
# What the model takes for a mark of its own; in people's words it is only words.
_MARK = re.compile(r"\[(?=(?:SEP|CLS|PAD|MASK|UNK)\])", re.IGNORECASE)
# About as much as it reads; what follows would be cut off anyway.
_LONGEST = 1_000


class Weighing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How what was read counts beside what was measured.

    Attributes:
        direction: from a vector of the reader to how well the two match.
        measured, read, shift: from the logit measured and the match read to one logit.
    """

    direction: tuple[float, ...]
    measured: float
    read: float
    shift: float

    def together(self, logits: Doubles, vectors: Floats) -> Doubles:
        """The logits of these responses, now that they were read.

        Args:
            logits: shape (responses, themes).
            vectors: one for each response and theme, the themes of a response side by side.
        """
        match = (vectors.astype(np.float64) @ np.array(self.direction)).reshape(logits.shape)
        above = match - match.mean(axis=1, keepdims=True)
        return np.asarray(self.measured * logits + self.read * above + self.shift)


@dataclass(frozen=True)
class Reader:
    """A model that reads two texts as one, how its word counts, and how many pairs it may read."""

    encoder: Encoder
    weighing: Weighing
    pairs: int = PAIRS


@cache
def weighing(path: Path = _FILE) -> Weighing:
    """The one that ships."""
    return msgspec.json.decode(path.read_bytes(), type=Weighing)


def uncertain(logits: Doubles, spoken: NDArray[np.bool_], pairs: int) -> NDArray[np.int64]:
    """The responses most in doubt, by number, as many as so many pairs allow.

    Args:
        spoken: which responses say something.
    """
    rows = np.flatnonzero(spoken)
    themes = logits.shape[1]
    if themes < 2:
        return rows[:0]
    p = 1 / (1 + np.exp(-logits[rows].clip(-30, 30)))
    # Rounded, so that another processor's last bit does not change which they are.
    doubt = (p * (1 - p)).sum(axis=1).round(6)
    return np.sort(rows[np.argsort(-doubt, kind="stable")[: pairs // themes]])


def pair_text(theme: str, text: str) -> str:
    """Both as the reader takes them.

    Example:
        >>> pair_text("Cost", "Too dear [SEP] I say")
        'Cost [SEP] Too dear (SEP] I say'
    """
    return f"{_defanged(theme)} [SEP] {_defanged(text[:_LONGEST])}"


def _defanged(text: str) -> str:
    return _MARK.sub("(", text)


def read_pairs(
    texts: Sequence[str],
    titles: Sequence[str],
    logits: Doubles,
    spoken: NDArray[np.bool_],
    reader: Reader,
) -> Doubles:
    """The logits, those of the responses most in doubt moved by what was read."""
    rows = uncertain(logits, spoken, reader.pairs)
    if not len(rows):
        return logits
    asked = [pair_text(title, texts[row]) for row in rows.tolist() for title in titles]
    once = list(dict.fromkeys(asked))
    place = {text: number for number, text in enumerate(once)}
    vectors = reader.encoder(once)[[place[text] for text in asked]]
    moved = logits.copy()
    moved[rows] = reader.weighing.together(logits[rows], vectors)
    return moved
