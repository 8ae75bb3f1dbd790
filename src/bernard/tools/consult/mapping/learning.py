"""What people decided, learnt from."""

from __future__ import annotations

from collections.abc import Sequence

from bernard.tools.consult.mapping.scoring import Scored
from bernard.tools.consult.types import Decided, Theme


def learnt(scored: Scored, decided: Sequence[Decided], themes: Sequence[Theme]) -> Scored:
    """The scores moved by what people decided."""
    return scored
