"""How good the mapping is: what the people who read the check sample found."""

from __future__ import annotations

from starlette.responses import Response

from bernard.tools.consult.analysis.wording import percent
from bernard.tools.consult.checking import flags, sample_of
from bernard.tools.consult.quality import Estimate, assess
from bernard.web.consult_text import between
from bernard.web.consult_themes import asked
from bernard.web.consult_visit import desk, errors
from bernard.web.visit import Visit

_GROUPS = ("closed", "multiple", "demographic")


def show(visit: Visit) -> Response:
    """F1 overall, by theme and by group, agreement, calibration, and what to do next."""
    of = asked(visit)
    sample = sample_of(visit.bernard.store, of.own.kept.id, of.name)
    columns = [c for c in of.analysis.consultation.columns if c.kind in _GROUPS]
    group = visit.query("group") or None
    faults = {}
    if group and group not in [c.name for c in columns]:
        faults["group"] = f"There is no column {group!r} that makes groups. Choose one of the list."
        group = None
    found = assess(
        of.analysed,
        of.analysis.consultation,
        margin=sample.margin if sample else 0.05,
        group=group,
        drawn=sample.drawn if sample else None,
    )
    return visit.page(
        "consult_quality.html",
        422 if faults else 200,
        of=of,
        own=of.own,
        place="results",
        quality=found,
        sample=sample,
        estimate=estimate,
        score=score,
        percent=percent,
        columns=columns,
        group=group or "",
        behind=desk(visit).is_behind(of.own.kept.id, of.name),
        flagged=len(flags(visit.bernard.store, of.own.kept.id, of.name)),
        message="",
        faults={"group": "", **faults},
        errors=errors(faults),
    )


def estimate(one: Estimate | None) -> str:
    """A share with its interval; what nothing bears on is said."""
    if one is None:
        return "Not known"
    return f"{percent(one.value)} ({between(one.low, one.high)})"


def score(one: Estimate | None) -> str:
    """An F1 or alpha with its interval, as people quote it."""
    if one is None:
        return "Not known"
    return f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})"
