"""The quality of a mapping in plain words."""

from __future__ import annotations

import numpy as np

from bernard.tools.consult.quality.checks import Checks
from bernard.tools.consult.quality.plan import points, sample_size
from bernard.tools.consult.quality.types import Drawn, Estimate, GroupQuality, Plan

_NEXT = 0.03


def statement(plan: Plan, f1: Estimate | None) -> str:
    """What was checked, what came of it, and how many more to read for how much.

    >>> plan = Plan(10_000, 250, 240, 0, 0.05, 0.32, True, 0.06, "")
    >>> statement(plan, Estimate(0.81, 0.77, 0.85, 250))
    'Checked 250 of 10,000: F1 0.81, 95% between 0.77 and 0.85. That is as near as was wanted, within ±5 points; read 169 more for ±3 points.'
    """
    if f1 is None:
        return f"Nothing is checked yet. {plan.statement}"
    reached = (
        f"Checked {plan.checked:,} of {plan.population:,}: F1 {f1.value:.2f}, "
        f"95% between {f1.low:.2f} and {f1.high:.2f}"
    )
    if plan.checked >= plan.population:
        return f"{reached}. That is all of them."
    if plan.more:
        return f"{reached}; read {plan.more:,} more for ±{points(plan.margin)} points."
    enough = f"{reached}. That is as near as was wanted, within ±{points(plan.margin)} points"
    further = sample_size(plan.population, _NEXT, plan.spread) - plan.checked
    if further > 0 and plan.margin > _NEXT:
        return f"{enough}; read {further:,} more for ±{points(_NEXT)} points."
    return f"{enough}."


def notes(
    checks: Checks, groups: tuple[GroupQuality, ...], group: str, drawn: Drawn | None
) -> tuple[str, ...]:
    """What else to know: what was left out, parts nobody read, groups that fare worse."""
    found = list(checks.notes)
    if len(checks.numbers) and drawn is not None:
        read = set(checks.design.stratum.tolist())
        unread = [s for place, s in enumerate(drawn.strata) if place not in read and s.size]
        if unread:
            missing = sum(s.size for s in unread)
            found.append(
                f"{missing:,} responses are in parts of the sample from which nothing is checked yet; "
                "the figures do not stand for them."
            )
    if len(checks.numbers) and int(checks.counts.sum()) < len(checks.numbers):
        silent = int(np.count_nonzero(checks.counts == 0))
        found.append(
            f"On {silent:,} checked {'response' if silent == 1 else 'responses'} people and machine agree that "
            "nothing is said; F1 leaves these out."
        )
    return tuple(found + [_behind(g, groups, group) for g in groups if _worse(g, groups)])


def _worse(one: GroupQuality, groups: tuple[GroupQuality, ...]) -> bool:
    """Whether even the high end of its interval is below the low end of the largest group's."""
    best = groups[0]
    return one.f1 is not None and best.f1 is not None and one.f1.high < best.f1.low


def _behind(one: GroupQuality, groups: tuple[GroupQuality, ...], group: str) -> str:
    best = groups[0]
    assert one.f1 is not None and best.f1 is not None
    return (
        f"The mapping is worse for those with {group!r} {one.value!r} (F1 {one.f1.value:.2f}) than for "
        f"{best.value!r} (F1 {best.f1.value:.2f})."
    )
