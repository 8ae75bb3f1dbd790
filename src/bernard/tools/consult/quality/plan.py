"""How many responses to check for the margin that is wanted."""

from __future__ import annotations

import math

from bernard.tools.consult.quality.checks import Checks, gather
from bernard.tools.consult.quality.estimates import ratio
from bernard.tools.consult.quality.types import Drawn, Estimate, Plan
from bernard.tools.consult.types import Analysed
from bernard.tools.consult.wilson import Z

# The standard deviation of F1 from response to response, until enough are read to measure it.
SPREAD = 0.4
# That of a yes-or-no answer where half say yes: no share varies more.
_HALF = 0.5
_ENOUGH = 30


def plan(analysed: Analysed, *, margin: float = 0.05, drawn: Drawn | None = None) -> Plan:
    """How many responses to read so that F1 is known to within the margin, with 95% confidence.

    Until 30 are read the spread of F1 is assumed; then it is that of what was read.

    Args:
        drawn: what `draw` gave, where the sample is stratified or counts campaigns once.
    """
    return planned(gather(analysed, drawn), margin)


def planned(checks: Checks, margin: float) -> Plan:
    """The plan that follows from what was checked."""
    checked, population = len(checks.numbers), checks.population
    reached = ratio(checks.f1 * checks.counts, checks.counts, checks.design)
    spread = measured(reached, checked, population)
    wanted = sample_size(population, margin, spread or SPREAD)
    wanted = max(wanted, min(population, _ENOUGH))
    share_margin = margin_of(population, max(wanted, checked), _HALF)
    more = max(0, wanted - checked)
    return Plan(
        population=population,
        checked=checked,
        wanted=wanted,
        more=more,
        margin=margin,
        spread=spread or SPREAD,
        measured=spread is not None,
        share_margin=share_margin,
        statement=_statement(population, checked, more, margin, share_margin),
    )


def sample_size(population: int, margin: float, spread: float = SPREAD) -> int:
    """How many of a population to read to know a mean to within the margin, with 95% confidence.

    Source: Cochran 1977, Sampling Techniques, section 4.5 (with the finite-population correction).

    >>> sample_size(10_000, 0.05), sample_size(100, 0.05)
    (240, 72)
    >>> sample_size(10_000, 0.05, spread=0.5)
    370
    """
    if population <= 0:
        return 0
    unlimited = (Z * spread / max(margin, 1e-6)) ** 2
    return min(population, math.ceil(unlimited / (1 + unlimited / population) - 1e-9))


def margin_of(population: int, size: int, spread: float = SPREAD) -> float:
    """The margin that so many of a population give; the other way round.

    >>> round(margin_of(10_000, 240), 3)
    0.05
    """
    if size <= 0 or size >= population:
        return 0.0 if size else 1.0
    return Z * spread * math.sqrt((1 - size / population) / size)


def measured(reached: Estimate | None, checked: int, population: int) -> float | None:
    """The spread that would give the margin that was reached; None while too little was read."""
    if reached is None or checked < min(_ENOUGH, population) or checked >= population:
        return None
    return max(reached.margin / Z * math.sqrt(checked / (1 - checked / population)), 0.05)


def _statement(population: int, checked: int, more: int, margin: float, share: float) -> str:
    if not population:
        return "There is nothing to check: every response is blank."
    wanted = f"±{points(margin)} points"
    if more:
        return (
            f"Read {more:,} {'more ' if checked else ''}of the {population:,} responses to know F1 to "
            f"within {wanted}; each theme's share is then known to within ±{points(share)} points."
        )
    return f"Enough is read to know F1 to within {wanted}."


def points(margin: float) -> str:
    """A margin in points of a hundred, with a decimal only where it needs one."""
    return f"{100 * margin:.1f}".removesuffix(".0")
