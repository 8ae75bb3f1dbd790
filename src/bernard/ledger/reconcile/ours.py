"""Count the calls of a log as a supplier would, day by day.

What is certain is counted apart from what is not: whether a call that broke off was counted, with how
many tokens, and on which of two days one over midnight was.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from bernard.ledger.reconcile.types import Range, Tally, nothing

Model = tuple[str, str]
# A clock here and there, and the way between.
SKEW_S = 5
# A token is about four bytes and hardly ever under one; estimates count four bytes to each.
ESTIMATE = 4
# How often a call that failed may have been sent; the log says so only of one that was answered.
MOST_TRIES = 3
_HERE = ("this-machine",)


class Seen(NamedTuple):
    """An entry of a log, with what is known of it beside.

    Attributes:
        body: as JSON; of a sealed entry what was sealed, or the public entry where nobody has that.
        at: the exact time, None where only the public one is known.
    """

    number: int
    body: str | bytes
    at: int | None = None


class _Entry(msgspec.Struct, gc=False):
    """What of an entry matters here."""

    event: str
    at: int = 0
    of: int = -1
    provider: str = ""
    model: str = ""
    model_version: str = ""
    place: str = ""
    places: tuple[str, ...] = ()
    outcome: str = ""
    characters: int = 0
    estimated_tokens: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    tries: int = 0
    day: str = ""
    file_sha256: str = ""
    ours_calls: int = 0
    theirs_calls: int = 0
    ours_prompt_tokens: int = 0
    theirs_prompt_tokens: int = 0
    ours_completion_tokens: int = 0
    theirs_completion_tokens: int = 0


_DECODER = msgspec.json.Decoder(_Entry)
# Within what a calendar can say in every zone.
_LATEST_AT = 253_402_000_000


class Counts(NamedTuple):
    """The counts that an earlier reconciliation of a day logged."""

    ours_calls: int
    theirs_calls: int
    ours_prompt_tokens: int
    theirs_prompt_tokens: int
    ours_completion_tokens: int
    theirs_completion_tokens: int


class Earlier(NamedTuple):
    """An earlier reconciliation in the log."""

    number: int
    provider: str
    day: str
    file_sha256: str
    counts: Counts


class Ours:
    """What a log says of one supplier, or of all.

    Attributes:
        providers: suppliers outside this machine that calls went to.
        earlier: reconciliations that are in the log.
        sealed: entries that nobody here can open.
        coarse: the public time was all that was known of so many calls.
        step_s: how coarse those times are.
    """

    def __init__(self, zone: datetime.tzinfo) -> None:
        """Count in days of this zone."""
        self._zone = zone
        self._by_provider: dict[str, dict[datetime.date, dict[Model, Tally]]] = {}
        self._open: dict[int, tuple[_Entry, int, bool]] = {}
        self.earlier: list[Earlier] = []
        self.sealed = self.coarse = 0
        self.step_s = 86400

    @property
    def providers(self) -> tuple[str, ...]:
        """Suppliers that calls went to."""
        return tuple(sorted(self._by_provider))

    def days(self, provider: str) -> dict[datetime.date, dict[Model, Tally]]:
        """The calls to a supplier, by day and by model with its version."""
        return self._by_provider.get(provider, {})

    def take(self, entries: Iterable[Seen]) -> None:
        """Count these entries, which are the whole log in its order."""
        for seen in entries:
            self.add(seen)
        self.end()

    def add(self, seen: Seen) -> None:
        """Count the next entry of the log; what is no entry of ours counts for nothing."""
        try:
            entry = _DECODER.decode(seen.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return
        if not 0 <= entry.at <= _LATEST_AT:
            return
        if entry.event == "intent":
            if entry.places != _HERE and (entry.places or entry.place not in _HERE):
                at = entry.at if seen.at is None else seen.at
                self._open[seen.number] = (entry, at, seen.at is not None)
        elif entry.event == "outcome":
            self._outcome(entry, seen.at)
        elif entry.event == "sealed":
            self.sealed += 1
        elif entry.event == "reconciliation":
            counts = Counts(*(getattr(entry, name) for name in Counts._fields))
            said = entry.provider, entry.day, entry.file_sha256
            self.earlier.append(Earlier(seen.number, *said, counts))

    def end(self) -> None:
        """Count what has no outcome, at the end of the log."""
        for intent, began, is_exact in self._open.values():
            self._add(intent, began, began, is_exact, _unfinished(intent))
        self._open.clear()

    def _outcome(self, outcome: _Entry, at: int | None) -> None:
        intent, began, is_exact = self._open.pop(outcome.of, (None, 0, False))
        if intent is not None:
            ended = outcome.at if at is None else at
            self._add(intent, began, ended, is_exact and at is not None, _tally(outcome))

    def _add(self, intent: _Entry, began: int, ended: int, is_exact: bool, tally: Tally) -> None:
        skew = SKEW_S if is_exact else 0
        first, last = self._day(began - skew), self._day(ended + skew)
        if not is_exact:
            self.coarse += 1
            while began % self.step_s or ended % self.step_s:
                self.step_s = {86400: 3600, 3600: 60}.get(self.step_s, 1)
        days = self._by_provider.setdefault(intent.provider, {})
        model = (intent.model, intent.model_version)
        own = self._day(began)
        for day in {first, own, last}:
            here = days.setdefault(day, {}).setdefault(model, nothing())
            here.add(tally if first == last else _perhaps(tally, is_own=day == own))

    def _day(self, at: int) -> datetime.date:
        return datetime.datetime.fromtimestamp(at, self._zone).date()


def _tally(outcome: _Entry) -> Tally:
    prompt, completion = outcome.prompt_tokens, outcome.completion_tokens
    if outcome.outcome == "finished":
        # A try whose answer was lost on its way may count like the one that was answered.
        tries = max(1, outcome.tries)
        lost = (tries - 1) * completion * ESTIMATE
        return Tally(
            Range(1, 1, tries),
            Range(prompt, prompt, prompt * tries),
            Range(completion, completion, completion + lost),
        )
    # It broke off, or never left: the tokens are estimates, and whether it counts is the supplier's.
    return Tally(
        Range(1 if prompt or completion else 0, 0, max(MOST_TRIES, outcome.tries)),
        Range(prompt, 0, prompt * ESTIMATE),
        Range(completion, 0, completion * ESTIMATE),
    )


def _unfinished(intent: _Entry) -> Tally:
    """Of an intent without an outcome: it may have been made."""
    return Tally(
        Range(0, 0, MOST_TRIES),
        Range(0, 0, intent.characters),
        Range(0, 0, intent.estimated_tokens * ESTIMATE),
    )


def _perhaps(tally: Tally, *, is_own: bool) -> Tally:
    """The same where the supplier may count it on another day."""
    return Tally(
        *(
            Range(one.count if is_own else 0, 0, one.most)
            for one in (tally.calls, tally.prompt_tokens, tally.completion_tokens)
        )
    )
