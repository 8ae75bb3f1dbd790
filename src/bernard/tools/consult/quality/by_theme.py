"""How well each theme is mapped, and what share of the responses it really has."""

from __future__ import annotations

import numpy as np

from bernard.tools.consult.quality import estimates
from bernard.tools.consult.quality.alpha import alpha
from bernard.tools.consult.quality.checks import Checks
from bernard.tools.consult.quality.types import Estimate, ThemeQuality

# Fewer checked responses about a theme than this say little about it.
FEW = 10


def by_theme(checks: Checks, titles: dict[str, str]) -> tuple[ThemeQuality, ...]:
    """Each theme of the framework."""
    return tuple(
        _theme(checks, column, theme, titles[theme]) for column, theme in enumerate(checks.themes)
    )


def _theme(checks: Checks, column: int, theme: str, title: str) -> ThemeQuality:
    machine, people = checks.machine[:, column], checks.people[:, column]
    both, either = machine * people, np.maximum(machine, people)
    checked = int(np.count_nonzero(either))
    return ThemeQuality(
        theme=theme,
        title=title,
        checked=checked,
        precision=estimates.ratio(both, machine, checks.design),
        recall=estimates.ratio(both, people, checks.design),
        f1=estimates.f1(both, either, checks.design),
        alpha=alpha([[theme in given for given in row.values()] for row in checks.readings]),
        counted=int(checks.given[column]) / max(checks.population, 1),
        share=corrected(checks, column),
        too_few=checked < FEW,
    )


def corrected(checks: Checks, column: int) -> Estimate | None:
    """The share of all responses that people would put in a theme.

    Of the responses that the machine put in it, the share that people put there; of the others, the share
    that people put there all the same; each counted as often as the machine's answer occurs in all responses,
    which is known. For answers of yes or no that is prediction-powered inference with its best weight.

    Returns:
        None where the machine gave the theme and no response of these was checked.

    Source: Tenenbein 1970, https://doi.org/10.1080/01621459.1970.10481170 (double sampling); Angelopoulos et al.
    2023, https://doi.org/10.1126/science.adi6000; intervals combined by MOVER.
    """
    given = int(checks.given[column]) / max(checks.population, 1)
    machine, people = checks.machine[:, column], checks.people[:, column]
    inside = estimates.ratio(machine * people, machine, checks.design)
    outside = estimates.ratio((1 - machine) * people, 1 - machine, checks.design)
    parts = [(given, inside), (1 - given, outside)]
    known = [(weight, part) for weight, part in parts if part is not None]
    if any(weight > 0 and part is None for weight, part in parts) or not known:
        return None
    return estimates.together(known)
