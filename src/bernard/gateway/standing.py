"""What calls may be made under and with: agreements and deployments, as the log tells of them.

The log says once that an agreement came into force, with its text, and that a deployment came,
changed or went; what it said last stands beside it, so that a start says nothing anew. No call is
logged under an agreement whose text is not in the log before it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bernard.agreements.canonical import canonical
from bernard.agreements.compiled import compiled
from bernard.agreements.in_force import Agreements
from bernard.agreements.schema import Agreement
from bernard.errors import Error, LogUnwritable, StoreUnavailable
from bernard.ledger.types import Change, Entry
from bernard.ledger.writing import Writer
from bernard.models.suppliers.types import Attested
from bernard.store import entries, private
from bernard.store.database import Store

# Half of what an entry takes, since JSON writes two characters for a quotation mark.
PART_BYTES = 32_000
_AGREEMENT, _TEXT, _DEPLOYMENT = "agreement:", "text:", "deployment:"

_log = logging.getLogger(__name__)


class Standing:
    """Tells the log of agreements and deployments. Any thread may use it, and it may block."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        agreements: Agreements,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Tell of these agreements, through this writer."""
        self._store = store
        self._writer = writer
        self._agreements = agreements
        self._clock = clock
        # By id: of two versions the log holds as in force only the one that it was told of last.
        self._told: dict[str, str] = {}
        self._seen: object = None

    def is_told(self, sha256: str) -> bool:
        """Whether the log holds that this agreement is in force, as far as this process knows."""
        return sha256 in self._told.values()

    def tell(self, sha256: str) -> None:
        """Have the log hold that this agreement is in force, and its text.

        Raises:
            LogUnwritable: it could not be written.
        """
        agreement = self._agreements.by_sha256(sha256)
        if agreement is not None:
            try:
                with self._store.write(durable=True) as c:
                    entries.lock(c)
                    self._tell_agreement(c, agreement, "in-force")
            except (StoreUnavailable, SQLAlchemyError) as error:
                raise LogUnwritable(f"The log could not be written. {error}") from error
        # A new one each time, since other threads read it.
        self._told = {**self._told, agreement.id if agreement else "": sha256}

    def look(self, deployments: Iterable[Attested]) -> None:
        """Tell of everything that is otherwise than the log said last; quick where nothing is.

        Where the log cannot be written it is told later.
        """
        now = self._clock()
        standing = [(one, _change(one, now)) for one in self._agreements.all()]
        there = {one.name: _described(one) for one in deployments}
        seen = ([(a.id, a.sha256, change) for a, change in standing], there)
        if seen == self._seen:
            return
        try:
            with self._store.write(durable=True) as c:
                entries.lock(c)
                self._tell_agreements(c, standing)
                self._tell_deployments(c, there)
        except (Error, SQLAlchemyError) as error:
            _log.warning("The log does not tell yet of a change. %s", error)
            return
        self._seen = seen
        self._told = {one.id: one.sha256 for one, change in standing if change == "in-force"}

    def _tell_agreements(self, c: Connection, standing: Iterable[tuple[Agreement, Change]]) -> None:
        gone = private.states(c, _AGREEMENT)
        for agreement, change in standing:
            gone.pop(_AGREEMENT + agreement.id, None)
            if change:
                self._tell_agreement(c, agreement, change)
        for name, value in gone.items():
            before, _, sha256 = value.partition(" ")
            if before != "withdrawn":
                id = name.removeprefix(_AGREEMENT)
                self._say(c, agreement=id, agreement_sha256=sha256, change="withdrawn")
                private.set_state(c, name, f"withdrawn {sha256}")

    def _tell_agreement(self, c: Connection, agreement: Agreement, change: Change) -> None:
        name, now = _AGREEMENT + agreement.id, f"{change} {agreement.sha256}"
        before = private.state(c, name)
        if before == now or (change == "withdrawn" and not before):
            return
        private.set_state(c, name, now)
        text = _TEXT + agreement.sha256
        known = bool(private.state(c, text))
        if change == "in-force" and before == f"suspended {agreement.sha256}" and known:
            change = "resumed"
        said = Entry(
            "agreement",
            0,
            agreement=agreement.id,
            agreement_sha256=agreement.sha256,
            change=change,
        )
        if change != "in-force" or known:
            self._write(c, said)
            return
        for entry in with_text(said, canonical(agreement).decode()):
            self._write(c, entry)
        private.set_state(c, text, "told")

    def _tell_deployments(self, c: Connection, there: dict[str, Entry]) -> None:
        known = private.states(c, _DEPLOYMENT)
        for name, entry in there.items():
            before, now = known.pop(_DEPLOYMENT + name, ""), _kept(entry)
            if before != now:
                self._write(c, replace(entry, change="changed" if before else "added"))
                private.set_state(c, _DEPLOYMENT + name, now)
        for name, before in known.items():
            self._write(c, replace(msgspec.json.decode(before, type=Entry), change="removed"))
            private.set_state(c, name, "")

    def _say(self, c: Connection, **fields: str) -> None:
        self._write(c, msgspec.convert({"event": "agreement", "at": 0, **fields}, Entry))

    def _write(self, c: Connection, entry: Entry) -> None:
        self._writer.write_one(c, replace(entry, at=int(self._clock())))


def with_text(entry: Entry, text: str) -> Iterator[Entry]:
    """The entry with the text of its agreement: one, or as many as there must be parts."""
    parts = list(_parts(text))
    if len(parts) == 1:
        yield replace(entry, text=text)
        return
    for number, part in enumerate(parts, 1):
        yield replace(entry, text=part, part=number, parts=len(parts))


def _parts(text: str) -> Iterator[str]:
    data, start = text.encode(), 0
    while start < len(data):
        end = min(start + PART_BYTES, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        yield data[start:end].decode()
        start = end


def _change(agreement: Agreement, now: float) -> Change:
    """How the agreement stands; empty for one that was never in force and is not."""
    ready = compiled(agreement)
    if agreement.status == "suspended":
        return "suspended"
    if ready.standing or now >= ready.end:
        return "withdrawn"
    return "signed" if now < ready.start else "in-force"


def _described(a: Attested) -> Entry:
    return Entry(
        "deployment",
        0,
        model=a.model,
        model_version=a.version,
        provider=a.supplier,
        place=a.places[0] if a.places else "unknown",
        places=a.places if len(a.places) > 1 else (),
        training=a.training,
        human_review=a.human_review,
        retention_s=a.retention_s,
        weights_sha256=a.sha256,
    )


def _kept(entry: Entry) -> str:
    return msgspec.json.encode(entry, order="sorted").decode()
