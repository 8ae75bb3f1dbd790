"""What the log says of one tool: calls, models, reviews, safeguards, changes; read in one pass."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from bernard.agreements import Agreement
from bernard.ledger.audit.texts import Texts
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.checkpoint import Checkpoint
from bernard.ledger.tlog.note import encode64
from bernard.ledger.types import Entry
from bernard.register.figures.reading import Kind, Line, read
from bernard.register.figures.steps import Cell, publish
from bernard.register.holding_back import Rule
from bernard.register.records.types import About

Entries = Iterable[tuple[int, Mapping[str, Any]]]


class Model(NamedTuple):
    """A model as it was called."""

    name: str
    version: str
    provider: str
    place: str


class Event(NamedTuple):
    """A change or an evaluation, with the number of its entry."""

    number: int
    entry: Entry


class Seen:
    """What the log says of one tool.

    Numbers of calls, refusals and reviews are those that the register publishes: rounded once, for
    the whole log, so that a record and the register's tables together say no more than either.

    Attributes:
        checkpoint: the signed note; empty where nothing is signed.
        state: its origin, size and root in one line.
        models: as they were called, without numbers.
        calls, refusals, reviews: what is published of each, by month and kind.
        safeguards: calls on which each ran, of `total`; not for publication as they stand.
        agreements: by hash, those whose text is in the log, with the number of its entry.
        used: hashes of the agreements that calls were made under.
        changes: of agreements and of deployments of the models that were called.
        sealed: entries of the whole log that say nothing in public.
        unreadable: entries that are no entries of this program's.
    """

    def __init__(self, about: About, checkpoint: str = "", rule: Rule | None = None) -> None:
        """Begin with nothing read."""
        self.about = about
        self.checkpoint = checkpoint
        self.rule = rule or Rule()
        self.state, self._size = _state(checkpoint)
        self.total = self.sealed = self.unreadable = 0
        self.models: set[Model] = set()
        self.calls: list[Cell] = []
        self.refusals: list[Cell] = []
        self.reviews: list[Cell] = []
        self.safeguards: Counter[str] = Counter()
        self.taken_out: Counter[str] = Counter()
        self.agreements: dict[str, tuple[Agreement, int]] = {}
        self.used: set[str] = set()
        self._services: set[str] = set()
        self._texts = Texts()
        self._changes: list[Event] = []
        self._evaluations: list[Event] = []

    @property
    def model_names(self) -> tuple[str, ...]:
        """Names of the models that were called."""
        return tuple(sorted({model.name for model in self.models if model.name}))

    @property
    def changes(self) -> list[Event]:
        """What became of the agreements and of the models, in the order of the log."""
        ids = {agreement.id for agreement, _ in self.agreements.values()} | {self.about.agreement}
        names = set(self.model_names)
        return [
            event
            for event in self._changes
            if (event.entry.event == "agreement" and event.entry.agreement in ids)
            or (event.entry.event == "deployment" and event.entry.model in names)
        ]

    def evaluations(self, model: str) -> list[Event]:
        """Evaluations of a model."""
        return [event for event in self._evaluations if event.entry.model == model]

    def read(self, entries: Entries) -> Seen:
        """Read these, as far as the checkpoint signs them."""
        events = read(self._watched(entries))

        def published(line: Line) -> Iterable[Cell]:
            return publish(events, line, self.rule).cells

        self.calls = [cell for cell in published(events.calls) if self._ours(cell.kind)]
        self.refusals = [cell for cell in published(events.refusals) if self._ours(cell.kind)]
        self.reviews = [
            cell for cell in published(events.reviews)
            if cell.kind and cell.kind.service in self._services
        ]  # fmt: skip
        for sha256, known in self._texts.all():
            if sha256 in self.used or known.agreement.id == self.about.agreement:
                self.agreements[sha256] = (known.agreement, known.first)
        return self

    def _watched(self, entries: Entries) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """The entries that are entries, taken in here on their way."""
        for number, fields in entries:
            if self._size is not None and number >= self._size:
                return
            try:
                entry = msgspec.convert(fields, Entry)
            except msgspec.ValidationError:
                self.unreadable += 1
                continue
            self._take(number, entry)
            yield number, fields

    def _take(self, number: int, entry: Entry) -> None:
        match entry.event:
            case "intent":
                self._call(entry)
            case "agreement":
                self._texts.take(number, entry)
                without_text = msgspec.structs.replace(entry, text="")
                self._changes.append(Event(number, without_text))
            case "deployment":
                self._changes.append(Event(number, entry))
            case "evaluation":
                self._evaluations.append(Event(number, entry))
            case "sealed":
                self.sealed += 1

    def _call(self, entry: Entry) -> None:
        if not self._ours(entry):
            return
        self.total += 1
        self._services.add(entry.service)
        self.used.add(entry.agreement_sha256)
        self.models.add(Model(entry.model, entry.model_version, entry.provider, entry.place))
        self.safeguards.update(set(entry.safeguards))
        self.taken_out.update(entry.taken_out)

    def _ours(self, event: Entry | Kind | None) -> bool:
        """Whether it is of this tool; the rest that belongs to no kind is of none."""
        about = self.about
        return (
            event is not None
            and (not about.agreement or event.agreement == about.agreement)
            and (not about.service or event.service == about.service)
        )


def day(at: int) -> str:
    """The day of a time of the log, as 2026-11-22; empty for a time that no calendar has."""
    try:
        return datetime.datetime.fromtimestamp(at, datetime.UTC).date().isoformat()
    except (OverflowError, OSError, ValueError):
        return ""


def _state(checkpoint: str) -> tuple[str, int | None]:
    if not checkpoint:
        return "", None
    state = Checkpoint.parse(notes.parse(checkpoint).text)
    return f"{state.origin} {state.size} {encode64(state.root)}", state.size
