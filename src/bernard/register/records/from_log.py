"""What the log says, in the words of a record: each value with the checkpoint it is counted under."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeVar

from bernard.agreements.sentences import count, label
from bernard.register.figures.steps import Cell as Published
from bernard.register.records.seen import Event, Seen, day
from bernard.register.records.types import Cell, Evidence, Figures, Value

MOST_ROWS = 50
K = TypeVar("K")
_DECISIONS = ("accepted", "changed", "overturned", "escalated")
Filler = Callable[[Seen], Evidence | None]
ModelFiller = Callable[[Seen, str], Evidence | None]


def _said(seen: Seen, value: Value, figures: Figures | None = None) -> Evidence:
    return Evidence(value, "log", checkpoint=seen.state, figures=figures)


def frequency(seen: Seen) -> Evidence | None:
    """How many calls there were, from when to when."""
    if not seen.state:
        return None
    if not seen.total:
        return _said(seen, f"The log has no call {_of(seen)} yet.")
    months = _by(seen.calls, lambda cell: cell.month)
    value = f"The log has {_about(seen, seen.calls, 'call')} to models {_of(seen)}"
    if months:
        first, last = min(months), max(months)
        value += (
            f", in {_month(first)}"
            if first == last
            else f", from {_month(first)} to {_month(last)}"
        )
    if seen.refusals:
        value += f". {_about(seen, seen.refusals, 'call').capitalize()} were refused, so nothing was sent"
    if seen.sealed:
        value += ". Entries that are sealed count for no tool"
    return _said(seen, f"{value}.", _counts(seen, ("Month", "Calls"), sorted(months.items())))


def models(seen: Seen) -> Evidence | None:
    """The models that were called, with their versions, suppliers and places."""
    if not seen.models:
        return None
    calls = _by(seen.calls, _model_of)
    rows: dict[tuple[str, str, str], set[str]] = {}
    for model in sorted(seen.models):
        rows.setdefault((model.name, model.provider, model.place), set()).add(model.version)
    figures = Figures(
        ("Model", "Versions", "Supplier", "Place", "Calls"),
        tuple(
            (key[0], ", ".join(sorted(filter(None, versions))), key[1], label("places", key[2]),
             _shown(seen, calls[key]))
            for key, versions in rows.items()
        ),
        seen.rule.words,
    )  # fmt: skip
    return _said(seen, f"The log has calls to {count(len(seen.model_names), 'model')}.", figures)


def human_review(seen: Seen) -> Evidence | None:
    """How often people looked, and how often they set the output aside."""
    if not seen.total:
        return None
    decisions = _by(seen.reviews, lambda cell: cell.kind.decision if cell.kind else "")
    reviews = decisions.total()
    if not reviews:
        return _said(seen, "The log has no review by a person, or too few to tell.")
    value = f"The log has {_about(seen, seen.reviews, 'review')} by a person"
    if seen.about.agreement:
        value += " in the services that use this agreement"
    calls = sum(cell.published for cell in seen.calls)
    if calls >= reviews:
        value += f", for {_percent(reviews, calls)} of calls"
    # Of what is held back it is not known whether it is nothing.
    if decisions["overturned"]:
        value += (
            f". {_percent(decisions['overturned'], reviews)} of what was reviewed was overturned."
        )
    else:
        value += ". Nothing that was reviewed was overturned, or too little to tell."
    rows = [(word.capitalize(), decisions[word]) for word in _DECISIONS]
    return _said(seen, value, _counts(seen, ("Decision", "Reviews"), rows))


def safeguards(seen: Seen) -> Evidence | None:
    """Which safeguards ran, and on how many of the calls, in words: a share would tell small counts."""
    if not seen.safeguards or seen.total < seen.rule.smallest:
        return None
    rows = tuple(
        (label("safeguards", word), _share(ran, seen.total))
        for word, ran in sorted(seen.safeguards.items())
    )
    value = "These safeguards ran before anything was sent."
    return _said(seen, value, Figures(("Safeguard", "Ran on"), rows))


def taken_out(seen: Seen) -> Evidence | None:
    """How much personal data was replaced before anything was sent, and of which kinds."""
    if not seen.total:
        return None
    pieces = sum(cell.sums.get("taken_out", 0.0) for cell in seen.calls)
    if pieces < seen.rule.smallest:
        return _said(
            seen,
            "The log tells of no personal data taken out before sending, or of too little to tell.",
        )
    value = f"Before anything was sent, about {pieces:,.0f} pieces of personal data were replaced."
    kinds = sorted(kind for kind, n in seen.taken_out.items() if n >= seen.rule.smallest)
    if kinds:
        value += f" Their kinds: {', '.join(kinds)}."
    return _said(seen, value)


def changes(seen: Seen) -> Evidence | None:
    """What became of the agreements and of the models."""
    rows = [
        _changed(seen, event) for event in seen.changes if event.entry.part == event.entry.parts
    ]
    if not rows:
        return None
    left_out = len(rows) - MOST_ROWS
    note = f"{left_out:,} earlier ones are in the log." if left_out > 0 else ""
    figures = Figures(("Day", "What", "Change", "Entry"), tuple(rows[-MOST_ROWS:]), note)
    return _said(
        seen, f"The log has {count(len(rows), 'change')} to agreements and models.", figures
    )


def model_name(seen: Seen, model: str) -> Evidence | None:
    """The name by which it was called."""
    return _said(seen, model) if model in seen.model_names else None


def model_version(seen: Seen, model: str) -> Evidence | None:
    """The versions of a model that were called."""
    versions = sorted({one.version for one in seen.models if one.name == model and one.version})
    return _said(seen, ", ".join(versions)) if versions else None


def model_performance(seen: Seen, model: str) -> Evidence | None:
    """Evaluations of a model."""
    found = seen.evaluations(model)
    rows = [row for event in found for row in _scores(event)]
    if not rows:
        return None
    columns = ("Day", "Task", "Measure", "Score", "Cases", "Entry")
    figures = Figures(columns, tuple(rows[-MOST_ROWS:]))
    return _said(seen, f"The log has {count(len(found), 'evaluation')} of this model.", figures)


# By section and field of the template.
FILLERS: dict[tuple[str, str], Filler] = {
    ("deployment", "frequency_and_scale"): frequency,
    ("deployment", "human_review"): human_review,
    ("tool", "models"): models,
    ("tool", "maintenance"): changes,
    ("operational_data", "sensitive_attributes"): taken_out,
    ("risks", "risks_and_mitigations"): safeguards,
}
MODEL_FILLERS: dict[str, ModelFiller] = {
    "model_name": model_name,
    "model_version": model_version,
    "model_performance": model_performance,
}


def _of(seen: Seen) -> str:
    about = seen.about
    return f"by the service {about.service}" if about.service else f"under {about.agreement}"


def _by(cells: Iterable[Published], key: Callable[[Published], K]) -> Counter[K]:
    found: Counter[K] = Counter()
    for cell in cells:
        found[key(cell)] += cell.published
    return found


def _model_of(cell: Published) -> tuple[str, str, str]:
    kind = cell.kind
    return (kind.model, kind.provider, kind.place) if kind else ("", "", "")


def _about(seen: Seen, cells: Iterable[Published], unit: str) -> str:
    number = sum(cell.published for cell in cells)
    if number < seen.rule.smallest:
        return f"fewer than {2 * seen.rule.smallest} {unit}s"
    return f"about {count(number, unit)}"


def _shown(seen: Seen, number: int) -> Cell:
    return number if number >= seen.rule.smallest else None


def _percent(part: int, whole: int) -> str:
    """A share of numbers that are rounded already.

    >>> _percent(5, 120)
    '4%'
    """
    return f"{round(100 * part / whole)}%"


def _share(part: int, whole: int) -> str:
    """How many of them, in words.

    >>> _share(19, 20), _share(6, 7), _share(3, 7)
    ('all or nearly all calls', 'most calls', 'some calls')
    """
    if 10 * part >= 9 * whole:
        return "all or nearly all calls"
    return "most calls" if 2 * part > whole else "some calls"


def _month(month: str) -> str:
    return f"{datetime.date.fromisoformat(f'{month}-01'):%B %Y}"


def _counts(
    seen: Seen, columns: tuple[str, str], rows: Iterable[tuple[str, int]]
) -> Figures | None:
    cells = tuple((name, _shown(seen, number)) for name, number in rows)
    return Figures(columns, cells, seen.rule.words) if cells else None


def _changed(seen: Seen, event: Event) -> tuple[Cell, ...]:
    entry, number = event.entry, event.number
    if entry.event == "agreement":
        known = seen.agreements.get(entry.agreement_sha256)
        version = f", version {known[0].version}" if known else ""
        what = f"{entry.change}{version}, SHA-256 {entry.agreement_sha256[:12]}…"
        return day(entry.at), f"Agreement {entry.agreement}", what, number
    at = f" at {entry.provider}" if entry.provider else ""
    version = f", version {entry.model_version}" if entry.model_version else ""
    place = f", in {label('places', entry.place)}" if entry.place else ""
    what = f"{entry.change}{version}{place}"
    return day(entry.at), f"Model {entry.model}{at}", what, number


def _scores(event: Event) -> list[tuple[Cell, ...]]:
    entry = event.entry
    return [
        (day(entry.at), entry.task, name, _number(score), entry.cases, event.number)
        for name, score in sorted(entry.scores.items())
    ]


def _number(score: float) -> Cell:
    """A score as RFC 8785 writes it, which has no 1.0."""
    rounded = round(score, 6)
    return int(rounded) if rounded.is_integer() else rounded
