"""Charts as SVG, beside tables that say the same: to put in a page or a slide."""

from __future__ import annotations

from bernard.look.charts import shares
from bernard.tools.consult.report.facts import Facts, Told


def drawings(told: Told) -> dict[str, bytes]:
    """By name, a chart of each question's themes and one of its stances."""
    made = {}
    for facts in told.questions:
        for kind, chart in (("themes", _themes(facts)), ("stance", _stances(facts))):
            if chart:
                made[f"chart-{facts.place}-{kind}.svg"] = chart.encode("utf-8", "replace")
    return made


def _themes(facts: Facts) -> str:
    rows = [
        (theme.title, theme.count.share, theme.count.low, theme.count.high)
        for theme in sorted(facts.counts.themes, key=lambda t: -t.count.count)
    ]
    return shares(f"Question {facts.place}: share of responses by theme", rows)


def _stances(facts: Facts) -> str:
    rows = [
        (name.capitalize(), found.share, found.low, found.high)
        for name, found in facts.counts.stances.items()
    ]
    return shares(f"Question {facts.place}: stance of responses", rows)
