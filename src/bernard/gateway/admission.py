"""Before a call: decide, minimise, and write the intent down. After it: record the outcome."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace as with_fields

from bernard.agreements import Call, Decider, Decision
from bernard.agreements.vocabulary import personal_categories, words
from bernard.errors import AgreementInvalid, LogUnwritable, Refused
from bernard.gateway.types import Caller, Receipt
from bernard.ledger.types import Entry, Ledger, Logged, Outcome
from bernard.models.types import THIS_MACHINE, Deployment, Usage
from bernard.privacy import Detector, Pseudonyms

IDENTIFIERS = "personal-identifiers"
MASK = "mask-identifiers"


@dataclass(frozen=True)
class Permit:
    """A call that may be made: its texts as they may be sent, and its entry of intent."""

    texts: Sequence[str]
    pseudonyms: Pseudonyms
    intent: Logged
    receipt: Receipt
    started: float


class Admission:
    """The door: nothing reaches a model without a permit from here."""

    def __init__(
        self,
        agreement: Decider,
        detector: Detector,
        ledger: Ledger,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Decide by this agreement, minimise with this detector, record in this ledger."""
        self._agreement = agreement
        self._detector = detector
        self._ledger = ledger
        self._clock = clock

    def admit(
        self, caller: Caller, operation: str, deployment: Deployment, texts: Sequence[str]
    ) -> Permit:
        """A permit for a call, once its intent is in the log.

        Raises:
            Refused: the agreement does not allow it. The refusal is in the log; nothing was sent.
            LogUnwritable: the intent could not be written, so there is no permit.
        """
        call = _call(caller, operation, deployment)
        try:
            call, decision = self._decide(call, texts)
        except AgreementInvalid as error:
            # Nobody can say what is allowed, so nothing is. That it was tried belongs in the log.
            unreadable = Decision(False, reasons=(str(error),))
            self._refuse(self._entry(caller, call, deployment, unreadable), unreadable)
            raise
        entry = self._entry(caller, call, deployment, decision)
        if not decision.allowed:
            self._refuse(entry, decision)
            raise Refused("Nothing was sent. " + " ".join(decision.reasons))
        pseudonyms = Pseudonyms(self._detector)
        if MASK in call.safeguards:
            texts = [pseudonyms.mask(text) for text in texts]
        leaves = deployment.place != THIS_MACHINE
        left = sum(len(text.encode()) for text in texts) if leaves else 0
        entry = with_fields(
            entry,
            taken_out=pseudonyms.taken_out,
            texts=len(texts),
            characters=sum(map(len, texts)),
            left_bytes=left,
        )
        # A power cut cannot un-send what has left, so the entry must be on the disk before it.
        intent = self._append(entry, "The call was not made.", durable=leaves)
        receipt = _receipt(intent, decision, deployment, left, pseudonyms.taken_out)
        return Permit(texts, pseudonyms, intent, receipt, time.monotonic())

    def close(self, permit: Permit, outcome: Outcome, usage: Usage) -> None:
        """Record how a permitted call ended.

        Raises:
            LogUnwritable: it could not be written; the call was made all the same.
        """
        entry = Entry(
            "outcome",
            int(self._clock()),
            of=permit.intent.number,
            outcome=outcome,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            milliseconds=int((time.monotonic() - permit.started) * 1000),
        )
        self._append(entry, "The call was made; how it ended is not in the log.", durable=False)

    def _append(self, entry: Entry, consequence: str, *, durable: bool) -> Logged:
        try:
            return self._ledger.append(entry, durable=durable)
        except LogUnwritable as error:
            raise LogUnwritable(f"{consequence} {error}") from error

    def _refuse(self, entry: Entry, decision: Decision) -> None:
        refusal = with_fields(entry, event="refusal", reasons=decision.reasons)
        self._append(refusal, "The call was not made.", durable=True)

    def _decide(self, call: Call, texts: Sequence[str]) -> tuple[Call, Decision]:
        """The decision, and the call with the categories that the detector added.

        Looking for personal data costs time, so a call that is allowed whatever its text holds,
        with nothing to take out, is not looked through.
        """
        whatever = with_fields(call, categories=words("categories"), identifiability="identifiable")
        decision = self._agreement.decide(whatever)
        if decision.allowed:
            return call, decision
        if any(self._detector.find(text) for text in texts):
            call = with_fields(call, categories=call.categories | {IDENTIFIERS})
        if call.categories & personal_categories():
            call = with_fields(call, identifiability="identifiable")
        decision = self._agreement.decide(call)
        if decision.allowed:
            return call, decision
        masked = with_fields(call, safeguards=frozenset({MASK}))
        if call.identifiability == "identifiable":
            masked = with_fields(masked, identifiability="pseudonymised")
        return masked, self._agreement.decide(masked)

    def _entry(
        self, caller: Caller, call: Call, deployment: Deployment, decision: Decision
    ) -> Entry:
        return Entry(
            "intent",
            int(self._clock()),
            agreement=decision.agreement,
            agreement_sha256=decision.sha256,
            clause=decision.clause,
            service=call.service,
            purpose=call.purpose,
            operation=call.operation,
            marking=caller.marking,
            declared=caller.categories,
            derived=tuple(sorted(call.categories.difference(caller.categories))),
            model=deployment.model,
            model_version=deployment.version,
            provider=deployment.provider,
            place=deployment.place,
            safeguards=tuple(sorted(call.safeguards)),
        )


def _call(caller: Caller, operation: str, deployment: Deployment) -> Call:
    return Call(
        service=caller.service,
        purpose=caller.purpose,
        operation=operation,
        supplier=deployment.provider,
        model=deployment.model,
        version=deployment.version,
        places=frozenset({deployment.place}),
        tier=caller.marking.removesuffix("-SENSITIVE"),
        sensitive=caller.marking.endswith("-SENSITIVE"),
        categories=frozenset(caller.categories),
    )


def _receipt(
    intent: Logged,
    decision: Decision,
    deployment: Deployment,
    left: int,
    taken_out: dict[str, int],
) -> Receipt:
    return Receipt(
        entry=intent.number,
        hash=intent.hash,
        model=deployment.model,
        provider=deployment.provider,
        place=deployment.place,
        clause=decision.clause,
        agreement=decision.agreement,
        left=left,
        taken_out=taken_out,
    )
