"""What the check sample says about the mapping of a question."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from bernard.tools.consult.quality.alpha import alpha, masi
from bernard.tools.consult.quality.attention import attention
from bernard.tools.consult.quality.by_theme import by_theme
from bernard.tools.consult.quality.calibration import calibration
from bernard.tools.consult.quality.checks import Checks, gather, set_f1
from bernard.tools.consult.quality.draw import answers
from bernard.tools.consult.quality.estimates import ratio
from bernard.tools.consult.quality.plan import planned
from bernard.tools.consult.quality.statement import notes, statement
from bernard.tools.consult.quality.types import Agreement, Drawn, Estimate, GroupQuality, Quality
from bernard.tools.consult.types import Analysed, Consultation

# An F1 of fewer responses than these is not worth printing.
_FEWEST = 5


def assess(
    analysed: Analysed,
    consultation: Consultation,
    *,
    margin: float = 0.05,
    group: str | None = None,
    drawn: Drawn | None = None,
) -> Quality:
    """How good the mapping is, from what people decided blind.

    F1 is samples-F1: of each response between the themes that the machine gave and those that a person gave, then
    the mean; `none of these` counts as a theme, and a response on which all agree that nothing is said does not
    count. Where two people read a response, the machine's F1 against each of them counts half.

    Args:
        margin: how well F1 is to be known; the plan says how many more to read for it.
        group: a column whose answers make groups of respondents.
        drawn: what `draw` gave, where the sample was stratified or counts campaigns once; otherwise all blind
            decisions count as a simple random sample.

    Raises:
        InputInvalid: there is no such column.
    """
    checks = gather(analysed, drawn)
    overall = ratio(checks.f1 * checks.counts, checks.counts, checks.design)
    themes = by_theme(checks, {theme.id: theme.title for theme in analysed.framework.themes})
    the_plan = planned(checks, margin)
    groups = _groups(checks, consultation, group)
    return Quality(
        checked=len(checks.numbers),
        population=checks.population,
        coders=tuple(sorted({by for row in checks.readings for by in row})),
        f1=overall,
        themes=themes,
        group=group or "",
        groups=groups,
        agreement=_agreement(checks),
        attention=attention(checks, themes, overall),
        calibration=calibration(checks, analysed.machine or analysed.mapped),
        plan=the_plan,
        statement=statement(the_plan, overall),
        notes=notes(checks, groups, group or "", drawn),
    )


def _groups(
    checks: Checks, consultation: Consultation, group: str | None
) -> tuple[GroupQuality, ...]:
    """Each answer in the column, the commonest among the checked first."""
    if group is None:
        return ()
    given = answers(consultation, group)
    of = [given[number] or ("",) for number in checks.numbers.tolist()]
    values = sorted({value for row in of for value in row})
    inside = {value: np.array([float(value in row) for row in of]) for value in values}
    found = [
        GroupQuality(value, int(inside[value].sum()), _f1_of(checks, inside[value]))
        for value in values
    ]
    return tuple(sorted(found, key=lambda g: (-g.checked, g.value)))


def _f1_of(checks: Checks, inside: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Estimate | None:
    counted = checks.counts * inside
    enough = np.count_nonzero(counted) >= _FEWEST
    return ratio(checks.f1 * counted, counted, checks.design) if enough else None


def _agreement(checks: Checks) -> Agreement | None:
    """Between people, over the responses that two or more of them read."""
    rows = [place for place, row in enumerate(checks.readings) if len(row) > 1]
    read = [[given for _, given in sorted(checks.readings[place].items())] for place in rows]
    between = [[set_f1(a, b) for a, b in combinations(given, 2)] for given in read]
    said = checks.counts[rows]
    mean = np.array([float(np.mean(pairs)) for pairs in between])
    f1 = ratio(mean * said, said, checks.design.only(np.array(rows, dtype=np.int64)))
    return Agreement(len(rows), f1, alpha(read, masi)) if f1 is not None else None
