"""Tables of what concerns the body and no person, so that nothing of it is held back.

Evaluations are on data kept for them. Of a reconciliation only the days are counted: calls by
supplier and day would undo the rounding of what calls are published by.
"""

from __future__ import annotations

from collections.abc import Iterator

from bernard.register.figures.adding import Edition
from bernard.register.figures.period import Period
from bernard.register.figures.reading import Events, Item, day_of, month_of
from bernard.register.figures.steps import Published
from bernard.register.types import Cell, Column, Table

_COUNTED = ("calls", "prompt_tokens", "completion_tokens")


def evaluations(edition: Edition, events: Events) -> Iterator[Table]:
    """Every score of every evaluation, the newest first."""
    rows = [
        (day_of(day), entry.task, entry.model, name, score, entry.cases)
        for day, entry in reversed(_of(events, "evaluation", edition.period))
        for name, score in sorted(entry.scores.items())
    ]
    columns = (
        Column("day", "Day", "date"),
        Column("task", "Task"),
        Column("model", "Model"),
        Column("metric", "Metric"),
        Column("score", "Score", "number"),
        Column("cases", "Samples", "count"),
    )
    yield edition.table(
        "evaluations",
        "Evaluations",
        "How well models and tools did on data kept for evaluation.",
        columns,
        rows,
        counted=False,
    )


def completeness(
    edition: Edition, events: Events, calls: Published, refusals: Published
) -> Iterator[Table]:
    """What speaks for and against the log being complete."""
    yield _log(edition, events, calls, refusals)
    yield _reconciled(edition, events)


def _log(edition: Edition, events: Events, calls: Published, refusals: Published) -> Table:
    """What the log holds in all, whatever the period."""
    rule = edition.rule
    gaps = sum(events.highest[key] != n for key, n in events.sequences.items())
    rows: list[tuple[str, Cell]] = [
        ("Entries under the checkpoint", events.size),
        ("Sealed entries, of which only a hash is public", events.sealed),
        ("Entries that are none of this program's", events.unreadable),
        ("Calls to models", _whole(rule.shown(sum(c.published for c in calls.cells)))),
        ("Calls refused", _whole(rule.shown(sum(c.published for c in refusals.cells)))),
        ("Calls without an outcome", _whole(rule.shown(rule.floor(len(events.open))))),
        ("Keys whose calls are numbered", len(events.sequences)),
        ("Keys of whose numbers some are missing", gaps),
    ]
    return edition.table(
        "completeness",
        "What the log holds",
        "Entries of the log, from its first to the checkpoint, and what is missing from it.",
        (Column("what", "What"), Column("number", "Number", "count")),
        rows,
        "A call that is still running has no outcome yet. Sealed calls have numbers of their own.",
    )


def _reconciled(edition: Edition, events: Events) -> Table:
    days: dict[tuple[str, str], list[float]] = {}
    for _, entry in _of(events, "reconciliation", Period()):
        month = entry.day[:7]
        if edition.period.holds(month):
            days.setdefault((month, entry.provider), []).append(_difference(entry))
    rows = [
        (
            month,
            provider,
            len(found),
            sum(d == 0 for d in found),
            sum(0 < d <= 0.01 for d in found),
            sum(d > 0.01 for d in found),
        )
        for (month, provider), found in sorted(days.items())
    ]
    return edition.table(
        "completeness-by-reconciliation",
        "Our counts beside the suppliers’",
        "Days on which a supplier's own count of calls and tokens was set beside ours.",
        (
            Column("month", "Month"),
            Column("supplier", "Supplier"),
            Column("days", "Days compared", "count"),
            Column("same", "Days with the same counts", "count"),
            Column("near", "Days within 1%", "count"),
            Column("apart", "Days further apart", "count"),
        ),
        rows,
        "These are counts of days and not of calls, so none is held back.",
        counted=False,
    )


def _difference(entry: Item) -> float:
    """The largest difference of a reconciliation, as a share of the larger count."""
    found: list[float] = []
    for name in _COUNTED:
        ours, theirs = getattr(entry, f"ours_{name}"), getattr(entry, f"theirs_{name}")
        found.append(abs(ours - theirs) / max(ours, theirs, 1))
    return max(found)


def _of(events: Events, event: str, period: Period) -> list[tuple[int, Item]]:
    return [
        (day, entry)
        for day, entry in events.plain
        if entry.event == event and period.holds(month_of(day))
    ]


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
