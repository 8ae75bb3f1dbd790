"""How good a mapping is: what to read, and what the reading says about the rest.

People read a random sample blind, that is without sight of the machine's answer. From what they
decide follows how often the machine is right, with the range within which the truth lies.
"""

from __future__ import annotations

from bernard.tools.consult.quality.assess import assess
from bernard.tools.consult.quality.draw import draw, sample
from bernard.tools.consult.quality.plan import plan
from bernard.tools.consult.quality.types import (
    Agreement,
    Attention,
    Bin,
    Calibration,
    Drawn,
    Estimate,
    GroupQuality,
    Plan,
    Quality,
    Stratify,
    Stratum,
    ThemeQuality,
)

__all__ = [
    "Agreement",
    "Attention",
    "Bin",
    "Calibration",
    "Drawn",
    "Estimate",
    "GroupQuality",
    "Plan",
    "Quality",
    "Stratify",
    "Stratum",
    "ThemeQuality",
    "assess",
    "draw",
    "plan",
    "sample",
]
