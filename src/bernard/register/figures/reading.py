"""One pass over the log: what figures are made of, event by event, in columns."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, NamedTuple

import msgspec

Fields = Mapping[str, Any]
DAY_S = 86_400
# Before the kind, in the names of pieces of personal data.
TAKEN, LEFT = "taken:", "left:"
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


Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Amount = Annotated[float, msgspec.Meta(ge=0, le=1e15)]


class Item(msgspec.Struct, frozen=True, gc=False):
    """What figures need of an entry, whoever wrote it; see `ledger.types.Entry`."""

    event: str
    at: Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799)] = 0
    of: Count | None = None
    agreement: str = ""
    service: str = ""
    purpose: str = ""
    provider: str = ""
    model: str = ""
    place: str = ""
    declared: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    taken_out: dict[str, Count] = {}
    left_in: dict[str, Count] = {}
    characters: Count = 0
    left_bytes: Count = 0
    prompt_tokens: Count = 0
    completion_tokens: Count = 0
    pence: Amount = 0.0
    energy_wh: Amount = 0.0
    co2e_g: Amount = 0.0
    key: str = ""
    sequence: Count = 0
    decision: str = ""
    what: str = ""
    day: str = ""
    ours_calls: Count = 0
    theirs_calls: Count = 0
    ours_prompt_tokens: Count = 0
    theirs_prompt_tokens: Count = 0
    ours_completion_tokens: Count = 0
    theirs_completion_tokens: Count = 0
    task: str = ""
    scores: dict[str, float] = {}
    cases: Count = 0


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


@dataclass
class Pieces:
    """What goes with some of the events of a line: with which, by their place in it, and how much."""

    places: array[int] = field(default_factory=lambda: array("q"))
    counts: array[float] = field(default_factory=lambda: array("d"))


@dataclass
class Line:
    """Events of one sort in the order of the log.

    Attributes:
        sums: what goes with each event, such as its tokens, by name.
        numbers: the number of each one's entry.
        days: since 1970; they never go back.
        kinds: what each is, as an index into `names`.
        ended: the number of the entry that says what came of each; -1 where there is none.
        pieces: what goes with some of the events, by name.
    """

    sums: Mapping[str, array[float]] = field(default_factory=dict)
    numbers: array[int] = field(default_factory=lambda: array("q"))
    days: array[int] = field(default_factory=lambda: array("q"))
    kinds: array[int] = field(default_factory=lambda: array("q"))
    ended: array[int] = field(default_factory=lambda: array("q"))
    pieces: dict[str, Pieces] = field(default_factory=dict)
    names: dict[Kind, int] = field(default_factory=dict)

    def add(self, number: int, day: int, kind: Kind, **sums: float) -> None:
        """Take in an event."""
        self.numbers.append(number)
        self.days.append(day)
        self.kinds.append(self.names.setdefault(kind, len(self.names)))
        self.ended.append(-1)
        for name, column in self.sums.items():
            column.append(sums.get(name, 0.0))

    def add_pieces(self, name: str, count: int) -> None:
        """Take in what goes with the event that was taken in last."""
        pieces = self.pieces.setdefault(name, Pieces())
        pieces.places.append(len(self.numbers) - 1)
        pieces.counts.append(count)


def _sums(*names: str) -> dict[str, array[float]]:
    return {name: array("d") for name in names}


SENT = ("characters", "left_bytes", "taken_out")
CAME_BACK = ("prompt_tokens", "completion_tokens", "pence", "energy_wh", "co2e_g")


@dataclass
class Events:
    """What figures are made of.

    Attributes:
        size: entries read.
        calls: one for each intent, with what came of it.
        redactions: with the pieces that were proposed, taken out or left in.
        editions: sizes of the log at which an edition of the register was made.
        months: numbers of the first entries of each month.
        open: intents without an outcome, with their place in `calls`.
        plain: entries that concern the body and nobody else, with their day.
        unreadable: entries that are none of ours.
    """

    size: int = 0
    day: int = 0
    calls: Line = field(default_factory=lambda: Line(_sums(*SENT, *CAME_BACK)))
    refusals: Line = field(default_factory=Line)
    reviews: Line = field(default_factory=Line)
    redactions: Line = field(default_factory=Line)
    editions: list[int] = field(default_factory=list)
    months: list[int] = field(default_factory=list)
    open: dict[int, int] = field(default_factory=dict)
    sealed: int = 0
    unreadable: int = 0
    plain: list[tuple[int, Item]] = field(default_factory=list)
    agreements: dict[str, int] = field(default_factory=dict)
    sequences: Counter[str] = field(default_factory=Counter)
    highest: dict[str, int] = field(default_factory=dict)


def read(entries: Iterable[tuple[int, Item | Fields]]) -> Events:
    """The events of a log from its first entry on.

    Args:
        entries: with their numbers, without gaps.
    """
    events = Events()
    for number, entry in entries:
        events.size = number + 1
        found = entry if isinstance(entry, Item) else item(entry)
        if found is None:
            events.unreadable += 1
            continue
        day = found.at // DAY_S
        if day > events.day:
            # A clock that was put back does not reopen a day of which figures were published.
            if month_of(day) != month_of(events.day):
                events.months.append(number)
            events.day = day
        take = _TAKE.get(found.event)
        if take:
            take(events, number, found)
    return events


def item(fields: Fields) -> Item | None:
    """What figures need of an entry; None where it is no entry of ours."""
    try:
        return msgspec.convert(fields, Item)
    except msgspec.ValidationError:
        return None


def _intent(events: Events, number: int, entry: Item) -> None:
    events.agreements.setdefault(entry.agreement, number)
    kind = Kind(
        entry.agreement,
        entry.service,
        entry.purpose,
        entry.provider,
        entry.model,
        entry.place,
        _categories(entry),
        entry.left_bytes > 0,
    )
    events.open[number] = len(events.calls.numbers)
    events.calls.add(
        number,
        events.day,
        kind,
        characters=entry.characters,
        left_bytes=entry.left_bytes,
        taken_out=sum(entry.taken_out.values()) if entry.taken_out else 0,
    )
    for what, count in entry.taken_out.items():
        events.calls.add_pieces(f"{TAKEN}{what}", count)
    _numbered(events, entry)


def _outcome(events: Events, number: int, entry: Item) -> None:
    place = events.open.pop(-1 if entry.of is None else entry.of, None)
    if place is None:
        return
    events.calls.ended[place] = number
    for name in CAME_BACK:
        events.calls.sums[name][place] = getattr(entry, name)


def _refusal(events: Events, number: int, entry: Item) -> None:
    events.agreements.setdefault(entry.agreement, number)
    kind = Kind(
        entry.agreement,
        entry.service,
        entry.purpose,
        entry.provider,
        place=entry.place,
        categories=_categories(entry),
        reasons=entry.reasons,
    )
    events.refusals.add(number, events.day, kind)
    _numbered(events, entry)


def _review(events: Events, number: int, entry: Item) -> None:
    kind = Kind(service=entry.service, purpose=entry.purpose, decision=entry.decision)
    events.reviews.add(number, events.day, kind)


def _redaction(events: Events, number: int, entry: Item) -> None:
    events.redactions.add(number, events.day, Kind())
    for prefix, found in ((TAKEN, entry.taken_out), (LEFT, entry.left_in)):
        for what, count in found.items():
            events.redactions.add_pieces(f"{prefix}{what}", count)


def _publication(events: Events, number: int, entry: Item) -> None:
    if entry.what == "register":
        events.editions.append(number if entry.of is None else min(entry.of, number))


def _plain(events: Events, number: int, entry: Item) -> None:
    events.plain.append((events.day, entry))


def _sealed(events: Events, number: int, entry: Item) -> None:
    events.sealed += 1


def _categories(entry: Item) -> tuple[str, ...]:
    if not entry.declared and not entry.derived:
        return ()
    return tuple(sorted({*entry.declared, *entry.derived}))


def _numbered(events: Events, entry: Item) -> None:
    if entry.sequence:
        events.sequences[entry.key] += 1
        if entry.sequence > events.highest.get(entry.key, 0):
            events.highest[entry.key] = entry.sequence


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
