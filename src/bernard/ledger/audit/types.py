"""What an audit of a log gives."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal[
    "entry",  # not a canonical entry of a known event, with known words alone
    "agreement",  # an event of an agreement that cannot be: a text that its hash does not name
    "unknown-agreement",  # a call under an agreement that is not in the log by then
    "not-in-force",  # a call under one that was suspended, withdrawn, replaced or outside its term
    "not-allowed",  # a call that no clause of the agreement it names allows
    "other-clause",  # a call that another clause allows than the one that it names
    "measure",  # what left is not what was given to the model, or a place that is not among the places
    "publicity",  # more of a call is public than its agreement says
    "outcome",  # an outcome of no intent, or a second one
    "sequence",  # a gap or a repeat in the numbers of a key
    "review",  # of an entry that is not there yet
    "refused",  # a refusal of what the agreement would have allowed
    "unproven",  # a call from before sequence numbers were kept
]


class Finding(msgspec.Struct, frozen=True):
    """One thing that an entry does not fulfil.

    Attributes:
        weak: it may have a reason that the log does not show, so it does not break its promise.
    """

    number: int
    kind: Kind
    sentence: str
    weak: bool = False


class AgreementUse(msgspec.Struct, frozen=True):
    """What a log holds of one version of an agreement.

    Attributes:
        first: number of the entry with which its text is in the log.
        standing: at the end of the log.
    """

    agreement: str
    version: int
    sha256: str
    first: int
    standing: str
    intents: int
    refusals: int


class KeyUse(msgspec.Struct, frozen=True):
    """What a log holds of one key of a service; `bernard` is that of its own tools.

    Attributes:
        last: the highest sequence number.
        missing: numbers under it that no entry has.
    """

    key: str
    intents: int
    refusals: int
    last: int
    missing: int


class AuditReport(msgspec.Struct, frozen=True):
    """What came of reading a whole log.

    Attributes:
        entries: how many were read; `events` by kind.
        faults: how many findings break the promise of the log; `weak` how many may have a reason.
        findings: the first of them; `kinds` counts them all.
        open: intents without an outcome; `open_ages` by age at the end of the log: `hour` for those
            under an hour old, `day`, `older`.
        oldest_open: number of the first of them, None where there is none.
        sealed: entries of which only a hash is public.
        unproven: calls from before sequence numbers were kept.
    """

    entries: int
    events: dict[str, int]
    faults: int
    weak: int
    findings: tuple[Finding, ...]
    kinds: dict[str, int]
    agreements: tuple[AgreementUse, ...]
    keys: tuple[KeyUse, ...]
    open: int
    open_ages: dict[str, int]
    oldest_open: int | None
    sealed: int
    unproven: int

    @property
    def holds(self) -> bool:
        """Whether nothing breaks the promise of the log."""
        return self.faults == 0
