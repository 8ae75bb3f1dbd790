"""How far a tagger is turned towards finding more: chosen on development data, and written into what is exported."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.privacy.tags import TAGS

# What stays in a text unless a policy says otherwise.
STAY = frozenset({"PLACE", "ORGANISATION"})


@dataclass(frozen=True)
class Dial:
    """What is taken off the logits of `O`, and off those of what stays.

    A word that may be somebody's name or a firm's is better taken for the name.
    """

    outside: float = 0.0
    stays: float = 0.0

    @classmethod
    def read(cls, written: str) -> Dial:
        """As a command line has it.

        >>> Dial.read("1:0.5")
        Dial(outside=1.0, stays=0.5)
        """
        outside, _, stays = written.partition(":")
        return cls(float(outside), float(stays or 0))

    def off(self) -> NDArray[np.float32]:
        """What is taken off each tag's logit."""
        off = {"O": self.outside} | {f"{part}-{kind}": self.stays for kind in STAY for part in "BI"}
        return np.array([off.get(tag, 0.0) for tag in TAGS], np.float32)
