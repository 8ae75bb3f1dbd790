"""Set a supplier's count beside the log's, and say what differs."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bernard.errors import InputInvalid
from bernard.ledger.reconcile.ours import Model, Ours
from bernard.ledger.reconcile.types import (
    MEASURES,
    Compared,
    Day,
    Measure,
    Range,
    Reconciled,
    Row,
    Tally,
    UsageFile,
    nothing,
)

_DAY = datetime.timedelta(days=1)
# More days than this are a date that was read wrongly.
MOST_DAYS = 4000
_VERSION = re.compile(r"[-@:](\d{4}-?\d\d-?\d\d|\d{3,4}|latest|v\d+(:\d+)?)")
Theirs = dict[str, int | None]


def compare(
    files: Sequence[UsageFile],
    ours: Ours,
    provider: str = "",
    first: datetime.date | None = None,
    last: datetime.date | None = None,
    tolerance: float = 0.0,
    time_zone: str = "UTC",
    today: datetime.date | None = None,
) -> Reconciled:
    """The two counts of each day, and of each model where the files tell it.

    Args:
        provider: as the log names the supplier; empty to take the one that the files are of.
        first, last: the days to compare; else those that the files tell of.
        tolerance: of a count, as a part of it, by which the supplier's may differ.
        today: is not over, so it is left out.

    Raises:
        InputInvalid: it is not clear which supplier is meant, or there is no day to compare.
    """
    files, notes = _once(files)
    provider = _provider(provider, files, ours)
    rows = [row for file in files for row in file.rows]
    days = _period(rows, first, last, today)
    notes += _left_out(rows, days, today) + _about_ours(ours, provider, time_zone)
    counted = ours.days(provider)
    told = [m for m in MEASURES if any(getattr(row, m) is not None for row in rows)]
    sums = _by_day(rows, told, lambda row: "")
    made = [
        _day(day, _all(counted.get(day, {}).values()), sums.get((day, ""), {}), told, tolerance)
        for day in days
    ]
    by_model, unmatched = _models(rows, counted, days, told, tolerance)
    return Reconciled(
        provider,
        time_zone,
        tuple(file.name for file in files),
        ", ".join(dict.fromkeys(file.form for file in files)),
        _sha256(files),
        days[0],
        days[-1],
        tuple(made),
        tuple(by_model),
        tuple(unmatched),
        tuple(unread for file in files for unread in file.unread),
        _other(files),
        tuple(notes + _totals(files) + _in_all(made)),
    )


def _once(files: Sequence[UsageFile]) -> tuple[list[UsageFile], list[str]]:
    kept: dict[str, UsageFile] = {}
    notes = []
    for file in files:
        if file.sha256 in kept:
            notes.append(f"{file.name!r} is the same file as {kept[file.sha256].name!r}.")
        else:
            kept[file.sha256] = file
    return list(kept.values()), notes


def _provider(given: str, files: Sequence[UsageFile], ours: Ours) -> str:
    known = ours.providers
    if given:
        return given
    hinted = {file.provider for file in files if file.provider}
    if len(hinted) == 1 and (hint := hinted.pop()) in known:
        return hint
    if len(known) == 1:
        return known[0]
    listed = ", ".join(known) or "none"
    raise InputInvalid(
        f"Say with --provider which supplier the file is of. Calls in the log went to: {listed}."
    )


def _period(
    rows: Sequence[Row],
    first: datetime.date | None,
    last: datetime.date | None,
    today: datetime.date | None,
) -> list[datetime.date]:
    told = [row.day for row in rows]
    if not told and not (first and last):
        raise InputInvalid("The file tells of no day. Say which with --from and --to.")
    start, end = first or min(told), last or max(told)
    if end < start:
        raise InputInvalid(f"There is no day from {start} to {end}: the first is after the last.")
    if today is not None and start >= today:
        again = "tomorrow" if start == today else f"after {start}"
        raise InputInvalid(
            f"{start} is not over, so nothing is compared yet. Run it again {again}."
        )
    if today is not None and end >= today:
        end = today - _DAY
    count = (end - start).days + 1
    if count > MOST_DAYS:
        raise InputInvalid(f"From {start} to {end} are {count:,} days. Say --from and --to.")
    return [start + number * _DAY for number in range(count)]


def _left_out(
    rows: Sequence[Row], days: Sequence[datetime.date], today: datetime.date | None
) -> list[str]:
    outside = [row.day for row in rows if not days[0] <= row.day <= days[-1]]
    notes = []
    if today is not None and any(day >= today for day in outside):
        notes.append(f"{today} is not over, so it is left out.")
        outside = [day for day in outside if day < today]
    if outside:
        word = "row is" if len(outside) == 1 else "rows are"
        notes.append(f"{len(outside):,} {word} of days outside the period.")
    return notes


def _about_ours(ours: Ours, provider: str, time_zone: str) -> list[str]:
    notes = []
    if provider not in ours.providers:
        listed = ", ".join(ours.providers) or "nobody"
        notes.append(f"No call in the log went to {provider!r}; calls went to: {listed}.")
    if ours.sealed:
        notes.append(
            f"{ours.sealed:,} sealed entries cannot be opened here, so calls may be among them "
            "that are not counted."
        )
    if ours.coarse and ours.step_s > 60 and time_zone != "UTC":
        step = "hour" if ours.step_s == 3600 else "day"
        notes.append(
            f"Of {ours.coarse:,} calls the {step} alone is known, in UTC, so the days of "
            f"{time_zone} cannot be told exactly."
        )
    return notes


def _in_all(days: Sequence[Day]) -> list[str]:
    """Whether days differ that agree together, as where the days of the two are not the same."""
    if len(days) < 2 or not any(day.differs for day in days):
        return []
    for measure in MEASURES:
        every: list[Compared] = [getattr(day, measure) for day in days]
        theirs = sum(one.theirs or 0 for one in every)
        least, most = sum(one.least for one in every), sum(one.most for one in every)
        if every[0].theirs is not None and not least <= theirs <= most:
            return []
    return [
        "Over the whole period the counts agree: the supplier's days may be of another time zone "
        "(--time-zone), or it counts calls near midnight on the other day."
    ]


def _totals(files: Sequence[UsageFile]) -> list[str]:
    return [
        f"{file.name!r} line {total.line} is a total and is not counted: {total.row}"
        for file in files
        for total in file.totals
    ]


def _other(files: Sequence[UsageFile]) -> dict[str, int]:
    found: dict[str, int] = {}
    for file in files:
        for about, count in file.other.items():
            found[about] = found.get(about, 0) + count
    return found


def _by_day(
    rows: Iterable[Row], told: Sequence[str], of: object
) -> dict[tuple[datetime.date, str], Theirs]:
    found: dict[tuple[datetime.date, str], Theirs] = {}
    for row in rows:
        here = found.setdefault((row.day, of(row)), dict.fromkeys(told, 0))  # type: ignore[operator]
        for measure in told:
            here[measure] = (here[measure] or 0) + (getattr(row, measure) or 0)
    return found


def _all(tallies: Iterable[Tally]) -> Tally:
    total = nothing()
    for tally in tallies:
        total.add(tally)
    return total


def _day(
    day: datetime.date,
    ours: Tally,
    theirs: Theirs,
    told: Sequence[str],
    tolerance: float,
    model: str = "",
) -> Day:
    def compared(measure: Measure) -> Compared:
        one: Range = getattr(ours, measure)
        count = (theirs.get(measure) or 0) if measure in told else None
        differs = count is not None and not (
            one.least * (1 - tolerance) <= count <= one.most * (1 + tolerance)
        )
        return Compared(one.count, one.least, one.most, count, differs)

    counts = compared("calls"), compared("prompt_tokens"), compared("completion_tokens")
    return Day(day, *counts, model)


def _models(
    rows: Sequence[Row],
    counted: Mapping[datetime.date, Mapping[Model, Tally]],
    days: Sequence[datetime.date],
    told: Sequence[str],
    tolerance: float,
) -> tuple[list[Day], list[str]]:
    """The days of each model, if each name of the one is one of the other; else the names left over."""
    inside = [row for row in rows if days[0] <= row.day <= days[-1]]
    names = {row.model for row in inside if row.model and _counts(row)}
    if not names:
        return [], []
    ours = {model for day in days for model in counted.get(day, {})}
    matched = {model: _match(model, names) for model in ours}
    left = sorted(names - set(matched.values()))
    left += sorted(name for (name, _), theirs in matched.items() if not theirs)
    if left:
        return [], left
    sums = _by_day(inside, told, lambda row: row.model)
    return list(_model_days(sums, counted, days, told, tolerance, matched)), []


def _model_days(
    sums: Mapping[tuple[datetime.date, str], Theirs],
    counted: Mapping[datetime.date, Mapping[Model, Tally]],
    days: Sequence[datetime.date],
    told: Sequence[str],
    tolerance: float,
    matched: Mapping[Model, str],
) -> Iterator[Day]:
    for day in days:
        for name in sorted(set(matched.values())):
            here = counted.get(day, {})
            tally = _all(one for model, one in here.items() if matched[model] == name)
            theirs = sums.get((day, name), {})
            if theirs or tally.calls.most:
                yield _day(day, tally, theirs, told, tolerance, name)


def _counts(row: Row) -> bool:
    return any(getattr(row, measure) for measure in MEASURES)


def _match(model: Model, names: Iterable[str]) -> str:
    """The name that a supplier has for a model of ours; empty where none is it."""
    name, version = model[0].lower(), model[1].lower()
    exact = {name} | {f"{name}{mark}{version}" for mark in "-@:" if version}
    exact |= {version} if version else set()
    found = [theirs for theirs in names if theirs.lower() in exact]
    if not found and not version:
        found = [theirs for theirs in names if _versioned(name, theirs.lower())]
    return max(found, key=len) if found else ""


def _versioned(name: str, theirs: str) -> bool:
    return theirs.startswith(name) and bool(_VERSION.fullmatch(theirs[len(name) :]))


def _sha256(files: Sequence[UsageFile]) -> str:
    """The hash of the file; of several, of their hashes, a line each, in order."""
    if len(files) == 1:
        return files[0].sha256
    lines = "".join(f"{sha256}\n" for sha256 in sorted(file.sha256 for file in files))
    return hashlib.sha256(lines.encode()).hexdigest()
