"""One pass over the log: what figures are made of, event by event, in columns."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

Fields = Mapping[str, Any]
DAY_S = 86_400
_EPOCH = date(1970, 1, 1).toordinal()


def month_of(day: int) -> str:
    """The month that a day since 1970 is in.

    >>> month_of(20_414)
    '2025-11'
    """
    return day_of(day)[:7]


def day_of(day: int) -> str:
    """A day since 1970 as a date.

    >>> day_of(20_414)
    '2025-11-22'
    """
    return date.fromordinal(_EPOCH + day).isoformat()


class Kind(NamedTuple):
    """What an event is, as far as figures tell events apart; left empty where it does not matter."""

    agreement: str = ""
    service: str = ""
    purpose: str = ""
    provider: str = ""
    model: str = ""
    place: str = ""
    categories: tuple[str, ...] = ()
    left: bool = False
    reasons: tuple[str, ...] = ()
    decision: str = ""
    taken: str = ""


@dataclass
class Line:
    """Events of one sort in the order of the log; an event may count for more than one.

    Attributes:
        numbers: the number of each one's entry.
        days: since 1970; they never go back.
        kinds: what each is, as an index into `names`.
        counts: how many it stands for.
        sums: what goes with each event, such as its tokens, by name.
    """

    sums: Mapping[str, array[float]] = field(default_factory=dict)
    numbers: array[int] = field(default_factory=lambda: array("q"))
    days: array[int] = field(default_factory=lambda: array("q"))
    kinds: array[int] = field(default_factory=lambda: array("q"))
    counts: array[int] = field(default_factory=lambda: array("q"))
    names: dict[Kind, int] = field(default_factory=dict)

    def add(self, number: int, day: int, kind: Kind, count: int = 1) -> int:
        """Take in an event; gives the index of its kind."""
        index = self.names.setdefault(kind, len(self.names))
        self.add_again(number, day, index, count)
        return index

    def add_again(self, number: int, day: int, index: int, count: int = 1) -> None:
        """Take in an event of a kind that is known."""
        self.numbers.append(number)
        self.days.append(day)
        self.kinds.append(index)
        self.counts.append(count)


def _sums(*names: str) -> dict[str, array[float]]:
    return {name: array("d") for name in names}


SENT = ("characters", "left_bytes", "taken_out")
CAME_BACK = ("prompt_tokens", "completion_tokens", "pence", "energy_wh", "co2e_g")


@dataclass
class Events:
    """What figures are made of.

    Attributes:
        size: entries read.
        calls: one for each intent; `outcomes` has what came of them, with the kinds of `calls`.
        taken: pieces of personal data that were taken out of calls.
        proposed: pieces that were proposed in redactions, `taken` out or `left` in.
        editions: sizes of the log at which an edition of the register was made.
        months: numbers of the first entries of each month.
        open: intents without an outcome, with the index of their kind.
        plain: entries that concern the body and nobody else, with their number and day, as they are.
    """

    size: int = 0
    day: int = 0
    first_day: int = 0
    calls: Line = field(default_factory=lambda: Line(_sums(*SENT)))
    outcomes: Line = field(default_factory=lambda: Line(_sums(*CAME_BACK)))
    refusals: Line = field(default_factory=Line)
    taken: Line = field(default_factory=Line)
    proposed: Line = field(default_factory=Line)
    reviews: Line = field(default_factory=Line)
    redactions: Line = field(default_factory=Line)
    editions: list[int] = field(default_factory=list)
    months: list[int] = field(default_factory=list)
    open: dict[int, int] = field(default_factory=dict)
    sealed: list[int] = field(default_factory=list)
    plain: list[tuple[int, int, Fields]] = field(default_factory=list)
    agreements: dict[str, int] = field(default_factory=dict)
    sequences: Counter[str] = field(default_factory=Counter)
    highest: dict[str, int] = field(default_factory=dict)


def read(entries: Iterable[tuple[int, Fields]]) -> Events:
    """The events of a log from its first entry on.

    Args:
        entries: with their numbers, without gaps.
    """
    events = Events()
    for number, entry in entries:
        day = entry.get("at", 0) // DAY_S
        if day > events.day:
            # A clock that was put back does not reopen a day of which figures were published.
            events.first_day = events.first_day or day
            if month_of(day) != month_of(events.day):
                events.months.append(number)
            events.day = day
        events.size = number + 1
        take = _TAKE.get(entry["event"])
        if take:
            take(events, number, entry)
    return events


def _intent(events: Events, number: int, entry: Fields) -> None:
    get = entry.get
    agreement = get("agreement", "")
    events.agreements.setdefault(agreement, number)
    left_bytes, taken = get("left_bytes", 0), get("taken_out")
    kind = Kind(
        agreement,
        get("service", ""),
        get("purpose", ""),
        get("provider", ""),
        get("model", ""),
        get("place", ""),
        _categories(entry),
        left_bytes > 0,
    )
    events.open[number] = events.calls.add(number, events.day, kind)
    sums = events.calls.sums
    sums["characters"].append(get("characters", 0))
    sums["left_bytes"].append(left_bytes)
    sums["taken_out"].append(sum(taken.values()) if taken else 0)
    for what, count in (taken or {}).items():
        events.taken.add(number, events.day, Kind(taken=what), count)
    _numbered(events, entry)


def _outcome(events: Events, number: int, entry: Fields) -> None:
    index = events.open.pop(entry.get("of", -1), None)
    if index is None:
        return
    events.outcomes.add_again(number, events.day, index)
    get = entry.get
    for name, column in events.outcomes.sums.items():
        column.append(get(name, 0))


def _refusal(events: Events, number: int, entry: Fields) -> None:
    get = entry.get
    agreement = get("agreement", "")
    events.agreements.setdefault(agreement, number)
    kind = Kind(
        agreement,
        get("service", ""),
        get("purpose", ""),
        get("provider", ""),
        place=get("place", ""),
        categories=_categories(entry),
        reasons=tuple(get("reasons", ())),
    )
    events.refusals.add(number, events.day, kind)
    _numbered(events, entry)


def _review(events: Events, number: int, entry: Fields) -> None:
    get = entry.get
    kind = Kind(
        service=get("service", ""), purpose=get("purpose", ""), decision=get("decision", "")
    )
    events.reviews.add(number, events.day, kind)


def _redaction(events: Events, number: int, entry: Fields) -> None:
    events.redactions.add(number, events.day, Kind())
    for decision in ("taken_out", "left_in"):
        for what, count in entry.get(decision, {}).items():
            kind = Kind(taken=what, decision=decision)
            events.proposed.add(number, events.day, kind, count)


def _publication(events: Events, number: int, entry: Fields) -> None:
    if entry.get("what") == "register":
        of = entry.get("of")
        events.editions.append(number if of is None else min(of, number))
    _plain(events, number, entry)


def _plain(events: Events, number: int, entry: Fields) -> None:
    events.plain.append((number, events.day, entry))


def _sealed(events: Events, number: int, entry: Fields) -> None:
    events.sealed.append(number)


def _categories(entry: Fields) -> tuple[str, ...]:
    declared, derived = entry.get("declared", ()), entry.get("derived", ())
    return tuple(sorted({*declared, *derived})) if declared or derived else ()


def _numbered(events: Events, entry: Fields) -> None:
    sequence = entry.get("sequence")
    if sequence:
        key = entry.get("key", "")
        events.sequences[key] += 1
        if sequence > events.highest.get(key, 0):
            events.highest[key] = sequence


_TAKE = {
    "intent": _intent,
    "outcome": _outcome,
    "refusal": _refusal,
    "review": _review,
    "redaction": _redaction,
    "publication": _publication,
    "reconciliation": _plain,
    "evaluation": _plain,
    "sealed": _sealed,
}
