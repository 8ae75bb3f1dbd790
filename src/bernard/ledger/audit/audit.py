"""Audit a log as it is read, entry after entry, from what is public."""

from __future__ import annotations

from collections import Counter

from bernard.agreements.schema import ANY
from bernard.ledger.audit.decide import allowed, clause_unlooked, first, places
from bernard.ledger.audit.decide import refused_though_allowed as would_be
from bernard.ledger.audit.pairs import Pairs
from bernard.ledger.audit.reading import Reader, Shape
from bernard.ledger.audit.sequences import MOST_KEYS, Counted, Sequences
from bernard.ledger.audit.texts import InLog, Texts
from bernard.ledger.audit.types import AgreementUse, AuditReport, Finding, KeyUse, Kind
from bernard.ledger.publicity import STEPS
from bernard.ledger.reasons import BUDGET, NO_AGREEMENT, UNBOUND, UNREADABLE
from bernard.ledger.types import Entry

MOST_FINDINGS = 100
_HERE = ("this-machine",)
# Why a call may be refused that the words of the agreement allow, or that this cannot decide again.
_BESIDE = frozenset(
    {BUDGET, UNBOUND, UNREADABLE, NO_AGREEMENT, "bytes", "status", "signatures", "parties"}
)


class Audit:
    """Checks entries in their order. What it keeps grows by a dozen bytes an entry.

    >>> audit = Audit()
    >>> audit.check(0, b'{"at":0,"event":"outcome","of":5}')
    'It is the outcome of entry 5, which does not come before it.'
    >>> audit.report().faults
    1
    """

    def __init__(self, most_findings: int = MOST_FINDINGS) -> None:
        """Begin before the first entry of a log.

        Args:
            most_findings: to keep; all are counted.
        """
        self._most = most_findings
        self._reader = Reader()
        self._texts = Texts()
        self._sequences = Sequences()
        self._pairs = Pairs()
        self._events: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._findings: list[Finding] = []
        self._faults = self._now = self._sealed = self._unproven = 0
        self._fault = ""
        self._number = 0

    def check(self, number: int, body: bytes) -> str:
        """The first thing in this entry that breaks the promise of the log; empty where nothing does.

        Args:
            number: of the entry; they come one after another, from 0.
            body: its bytes as they are in the log.
        """
        assert number == len(self._pairs), "entries are told one after another"
        self._number, self._fault = number, ""
        entry, shape, fault = self._reader.read(body)
        if fault:
            self._find("entry", fault)
        if entry is None:
            self._pairs.other()
            return self._fault
        if shape.fault and not self._sequences.is_old(entry):
            self._find("entry", shape.fault)
        event = entry.event
        self._events[event] += 1
        if entry.at > self._now:
            self._now = entry.at
        if event == "intent" or event == "refusal":
            self._call(entry, shape)
        elif event == "outcome":
            self._outcome(entry)
        else:
            self._other(entry)
        return self._fault

    def note(self, number: int, body: bytes) -> str:
        """As `check`, and always empty: for who reads to the end whatever is found."""
        self.check(number, body)
        return ""

    def report(self) -> AuditReport:
        """What was found so far."""
        ages, oldest = self._pairs.open(self._now)
        return AuditReport(
            len(self._pairs),
            dict(self._events),
            self._faults,
            self._kinds.total() - self._faults,
            tuple(self._findings),
            dict(self._kinds),
            tuple(_agreement_use(sha256, known) for sha256, known in self._texts.all()),
            tuple(
                KeyUse(key, c.intents, c.refusals, c.last, c.missing)
                for key, c in sorted(self._sequences.by_key.items())
            ),
            sum(ages.values()),
            ages,
            oldest,
            self._sealed,
            self._unproven,
        )

    def _find(self, kind: Kind, sentence: str, *, weak: bool = False) -> None:
        self._kinds[kind] += 1
        if not weak:
            self._faults += 1
            self._fault = self._fault or sentence
        if len(self._findings) < self._most:
            self._findings.append(Finding(self._number, kind, sentence, weak))

    def _call(self, entry: Entry, shape: Shape) -> None:
        counted = self._sequences.of(entry.key)
        if counted is None:
            self._find("sequence", f"The log has more than {MOST_KEYS:,} keys.")
            counted = Counted(-1)
        is_intent = entry.event == "intent"
        if is_intent:
            counted.intents += 1
            self._pairs.intent(entry.at, counted.index)
        else:
            counted.refusals += 1
            self._pairs.other()
        if self._sequences.is_old(entry):
            self._unproven += 1
            self._find("unproven", "The log kept no sequence numbers yet.", weak=True)
            return
        if fault := self._sequences.take(entry.key, counted, entry.sequence):
            self._find("sequence", fault)
        known = self._texts.get(entry.agreement_sha256)
        if is_intent:
            self._intent(entry, known, shape)
        elif known:
            known.refusals += 1
            self._refusal(entry, known)

    def _intent(self, entry: Entry, known: InLog | None, shape: Shape) -> None:
        self._measures(entry)
        if known is None:
            self._find("unknown-agreement", _unknown(entry))
            return
        known.intents += 1
        agreement = known.agreement
        if entry.agreement != agreement.id:
            self._find("unknown-agreement", _unknown(entry))
        if known.standing != "in force":
            # What was decided just before may be written just after, and the time is coarse.
            self._find(
                "not-in-force",
                f"The agreement {agreement.id!r} version {agreement.version} was {known.standing}.",
                weak=entry.at < _over(known.since),
            )
        if not known.ready.start <= entry.at < known.ready.end:
            self._find("not-in-force", f"It is outside the term of the agreement {agreement.id!r}.")
        if known.closed:
            self._publicity(entry, known)
        found = shape.allowed
        if found is None:
            found = shape.allowed = allowed(known, entry)
        clause = first(found, entry.characters)
        if clause == entry.clause and clause:
            return
        if not clause:
            self._find("not-allowed", f"No clause of the agreement {agreement.id!r} allows it.")
        elif entry.clause not in (name for name, most in found if entry.characters <= most):
            self._find(
                "other-clause", f"It names the clause {entry.clause!r}; {clause!r} allows it."
            )
        elif entry.clause != clause_unlooked(known, entry):
            self._find(
                "other-clause", f"It names the clause {entry.clause!r}; {clause!r} comes first."
            )

    def _refusal(self, entry: Entry, known: InLog) -> None:
        if known.closed:
            self._publicity(entry, known)
        # Where a clause is named the agreement allowed it, and a limit stood against it.
        if entry.clause or known.standing != "in force" or not _BESIDE.isdisjoint(entry.reasons):
            return
        if known.ready.start <= entry.at < known.ready.end and (clause := would_be(known, entry)):
            why = ", ".join(entry.reasons) or "none"
            said = (
                f"The clause {clause!r} would have allowed what was refused. Reasons given: {why}."
            )
            self._find("refused", said, weak=True)

    def _publicity(self, entry: Entry, known: InLog) -> None:
        publication = known.agreement.publication
        step = STEPS[publication.time] if publication.time else 1
        if entry.at % step:
            self._find("publicity", f"Its time is finer than the {publication.time}.")
        if publication.sealed and {ANY, entry.clause} & set(publication.sealed):
            self._find("publicity", f"The agreement {known.agreement.id!r} says to seal it.")

    def _measures(self, entry: Entry) -> None:
        if entry.places and entry.place not in entry.places:
            self._find("measure", f"The place {entry.place!r} is not among {entry.places!r}.")
        left = 0 if places(entry) == _HERE else entry.characters
        if entry.left_bytes != left:
            self._find(
                "measure",
                f"It says that {entry.left_bytes:,} bytes left, of {entry.characters:,} at "
                f"{entry.place!r}.",
            )

    def _outcome(self, entry: Entry) -> None:
        counted = self._sequences.by_key.get(entry.key) if entry.key else None
        index = counted.index if counted else -1 if entry.key else None
        fault = self._pairs.end(entry.of, index)
        if fault:
            self._find("outcome", fault)
        self._pairs.other()

    def _other(self, entry: Entry) -> None:
        if entry.event == "agreement":
            fault = self._texts.take(self._number, entry)
            if fault:
                self._find("agreement", fault)
        elif entry.event == "review" and (entry.of is None or not 0 <= entry.of < self._number):
            self._find("review", f"It reviews entry {entry.of}, which does not come before it.")
        elif entry.event == "sealed":
            self._sealed += 1
        self._pairs.other(sealed=entry.event == "sealed")


def _over(at: int) -> int:
    """The end of the hour, minute or second that a coarse time may stand for."""
    return at + (3600 if at % 3600 == 0 else 60 if at % 60 == 0 else 1)


def _unknown(entry: Entry) -> str:
    return (
        f"It names the agreement {entry.agreement!r} ({entry.agreement_sha256[:12]!r}), "
        "which is not in the log before it."
    )


def _agreement_use(sha256: str, known: InLog) -> AgreementUse:
    return AgreementUse(
        known.agreement.id,
        known.agreement.version,
        sha256,
        known.first,
        known.standing,
        known.intents,
        known.refusals,
    )
