"""The one road to a model, in five steps: decide, minimise, call, restore, record.

    asked ─ minimise ─ decide ─ intent in the log ─ call ─ restore ─ outcome in the log ─ answered

Text is looked through before the agreement is asked, since what is found in it is part of the
question. A refusal at any step means that nothing is sent. The entry of intent is on the disk
before a byte leaves this machine, and nothing that happens afterwards can take it away.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from functools import partial

from bernard.agreements.schema import Privacy
from bernard.agreements.types import Decider, Decision
from bernard.agreements.vocabulary import words
from bernard.errors import (
    AgreementInvalid,
    CaseChanged,
    Error,
    FieldInvalid,
    Refused,
    Untranslatable,
)
from bernard.gateway import reply
from bernard.gateway.account import Permit, Records
from bernard.gateway.case_turns import Turns
from bernard.gateway.cases import Case, Cases, Keeping
from bernard.gateway.describe import Described
from bernard.gateway.frames import Frames
from bernard.gateway.looking import Look, Looks
from bernard.gateway.minimise import (
    Minimised,
    Originals,
    is_large,
    may_be_marked,
    minimise,
    outgoing,
    untouched,
)
from bernard.gateway.parts import wants_json
from bernard.gateway.recorder import Recorder
from bernard.gateway.routing import Routes
from bernard.gateway.standing import Standing
from bernard.gateway.types import Answered, Asked, Receipt, Spent
from bernard.ledger.reasons import UNREADABLE
from bernard.ledger.types import Outcome
from bernard.models.suppliers.types import Answer, Supplier, SupplierFailed
from bernard.models.types import THIS_MACHINE
from bernard.privacy import Detector
from bernard.wire.registry import dialect
from bernard.wire.types import Body, ChatCall, Event

HERE = (THIS_MACHINE,)
# How often a call of a case begins again because others changed it, and the first pause.
MOST_BEGINNINGS = 20
PAUSE_S = 0.002
OnReceipt = Callable[[Receipt], None]


class Allowed:
    """A deployment that the agreement allows for a call, and the clause under which it does."""

    __slots__ = ("decision", "described", "sent", "supplier")

    def __init__(
        self, supplier: Supplier, decision: Decision, described: Described, sent: Minimised
    ) -> None:
        self.supplier = supplier
        self.decision = decision
        self.described = described
        self.sent = sent


class Opened:
    """A call whose answer has begun, and what is needed to hand it on and to close it.

    Attributes:
        spoken: the dialect that the supplier answers in.
        call: the request in no dialect, where the caller's dialect is another.
    """

    __slots__ = ("answer", "asked", "call", "originals", "permit", "spent", "spoken", "supplier")

    def __init__(
        self,
        asked: Asked,
        supplier: Supplier,
        permit: Permit,
        answer: Answer,
        spoken: str,
        call: ChatCall | None,
        originals: Originals,
    ) -> None:
        self.asked = asked
        self.supplier = supplier
        self.permit = permit
        self.answer = answer
        self.spoken = spoken
        self.call = call
        self.originals = originals
        self.spent = Spent()


class Exchange:
    """Makes calls. Every door and every tool has one, and nothing else reaches a supplier."""

    def __init__(
        self,
        routes: Routes,
        agreements: Decider,
        detector: Detector,
        recorder: Recorder,
        clock: Callable[[], float] = time.time,
        cases: Cases | None = None,
        standing: Standing | None = None,
    ) -> None:
        """Route by these routes, decide by these agreements, record with this recorder.

        Args:
            cases: that calls may name; without them they can name none.
            standing: tells the log of agreements before calls are made under them.
        """
        self.routes = routes
        self._agreements = agreements
        self._looks = Looks(detector)
        self._records = Records(recorder, clock, standing)
        self._cases = cases
        self._turns = Turns()
        # One thread: more would only take the processor from the calls that need no thread.
        self._looker = ThreadPoolExecutor(1, "bernard-look")

    async def call(self, asked: Asked, on_receipt: OnReceipt | None = None) -> Answered:
        """The answer to one call, in the dialect it was asked in.

        Args:
            on_receipt: is given the receipt just before anything is sent.

        Raises:
            Refused: no agreement allows it. The refusal is in the log; nothing was sent.
            OverBudget: a limit of the key or of the clause is reached; the same holds.
            LogUnwritable: the call could not be recorded, so it was not made.
            ModelMissing: there is no such model.
            ModelFailed: every deployment that may be asked failed.
        """
        opened = await self.open(asked, on_receipt)
        receipt = opened.permit.receipt
        if asked.stream:
            events = self.events(opened)
            said = reply.frames(events, opened.spoken, asked, opened.call)
            frames = Frames(said, partial(self._abandon, opened))
            return Answered(receipt, frames=frames, spent=opened.spent)
        body = self.body(opened)
        if opened.call is not None:
            body = reply.translated(body, opened.spoken, asked.dialect, opened.call)
        said_whole = reply.as_json(body)
        return Answered(receipt, said_whole, None, opened.answer.vectors, opened.spent)

    async def refuse(self, asked: Asked, reason: str) -> int:
        """Log that a call is refused before it is looked at; gives the number of the entry.

        Args:
            reason: a word of `bernard.ledger.reasons`.

        Raises:
            LogUnwritable: it could not be logged; nothing was sent either way.
        """
        described = Described(asked, untouched(asked.body))
        decision = Decision(allowed=False)
        return (await self._records.refuse(described, None, decision, (reason,))).number

    async def open(self, asked: Asked, on_receipt: OnReceipt | None = None) -> Opened:
        """A call decided, minimised, recorded and sent, its answer begun.

        What it gives must go through `body` or `events`, which record the outcome.

        Raises:
            As for `call`.
        """
        if not asked.case:
            return await self._open(asked, None, on_receipt)
        if self._cases is None:
            raise FieldInvalid(f"There are no cases here, so none is named {asked.case!r}.")
        for attempt in range(MOST_BEGINNINGS):
            # Who must begin again does so in turn, so that only other processes can come between.
            turn = await self._turns.take(asked) if attempt else None
            try:
                case = await self._cases.open(asked.caller, asked.case, turn)
                return await self._open(asked, case, on_receipt)
            except CaseChanged:
                if attempt:
                    await asyncio.sleep(random.uniform(0, PAUSE_S * attempt))  # noqa: S311
            finally:
                if turn:
                    turn.leave()
        raise CaseChanged()

    async def _open(self, asked: Asked, case: Case | None, on_receipt: OnReceipt | None) -> Opened:
        started = time.perf_counter()
        allowed = await self._allowed(asked, case)
        failure: Error | None = None
        for number, one in enumerate(allowed, 1):
            if failure is not None and not await self._still_allowed(asked, one):
                continue
            try:
                return await self._send(asked, one, number, started, on_receipt)
            except Error as error:
                if not self.routes.falls_back(error):
                    raise
                failure = error
        assert failure is not None
        raise failure

    def body(self, opened: Opened) -> Body:
        """The whole reply in the supplier's dialect, originals restored; the outcome is recorded."""
        outcome: Outcome = "failed"
        try:
            body = reply.whole(opened.answer, opened.spoken, opened.originals, opened.spent)
            outcome = "finished"
        finally:
            self._records.close(opened.permit, outcome, opened.spent)
        return body

    async def events(self, opened: Opened) -> AsyncGenerator[Event, None]:
        """The events in the supplier's dialect, originals restored; the outcome is recorded.

        Closing the iterator stops the model.
        """
        assert opened.answer.events is not None
        outcome: Outcome = "failed"
        permit, spent = opened.permit, opened.spent
        failure: Error | None = None
        said = reply.restored(
            opened.answer.events, opened.spoken, opened.originals, spent, permit.started
        )
        try:
            async with aclosing(said):
                async for event in said:
                    yield event
            outcome = "finished"
        except Error as error:
            failure = error
            raise
        except BaseException:
            outcome = "stopped"
            raise
        finally:
            if outcome != "stopped":
                self.routes.report(opened.supplier, failure)
            self._records.close(permit, outcome, spent)

    async def _abandon(self, opened: Opened) -> None:
        """End a stream that nobody began to read."""
        await opened.answer.close()
        self._records.close(opened.permit, "stopped", opened.spent)

    async def _still_allowed(self, asked: Asked, one: Allowed) -> bool:
        """Whether nothing has changed in the agreement while another deployment was tried."""
        attested, before = one.supplier.attested, one.decision
        decision = await self._decide(asked, one.supplier, one.described)
        if not decision.allowed:
            await self._records.refuse(one.described, attested, decision)
        same = (decision.sha256, decision.clause) == (before.sha256, before.clause)
        return decision.allowed and same

    async def _allowed(self, asked: Asked, case: Case | None) -> list[Allowed]:
        """The deployments that may be asked, in order; where there is none the refusal is logged."""
        name = asked.caller.agreement
        section = self._agreements.privacy(name)
        allowed, refused = await self._find_allowed(asked, section, case)
        # To decide may read an agreement again; what it now takes out must be out of this text.
        while section != (section := self._agreements.privacy(name)):
            allowed, refused = await self._find_allowed(asked, section, case)
        if not allowed:
            assert refused is not None
            supplier, decision, described = refused
            logged = await self._records.refuse(described, supplier.attested, decision)
            said = ("Nothing was sent.", *decision.reasons, described.found)
            refusal = Refused(" ".join(filter(None, said)))
            refusal.entry = logged.number
            raise refusal
        return allowed

    async def _find_allowed(
        self, asked: Asked, section: Privacy, case: Case | None
    ) -> tuple[list[Allowed], tuple[Supplier, Decision, Described] | None]:
        """Who may be asked, where this may stay in the text; and the first refusal."""
        candidates = self.routes.candidates(asked.model, asked.operation)
        looked: Minimised | None = None
        allowed: list[Allowed] = []
        refused: tuple[Supplier, Decision, Described] | None = None
        for supplier in candidates:
            here = supplier.attested.places == HERE
            if here and (one := self._unlooked(asked, supplier)):
                allowed.append(one)
                continue
            if looked is None:
                looked = await self._minimise(asked, section, case)
            described = Described(asked, looked, leaves=not here)
            decision = await self._decide(asked, supplier, described)
            if decision.allowed:
                sent = untouched(asked.body) if here and not _masks(decision) else looked
                allowed.append(Allowed(supplier, decision, described, sent))
            else:
                refused = refused or (supplier, decision, described)
        return allowed, refused

    async def _minimise(self, asked: Asked, section: Privacy, case: Case | None) -> Minimised:
        """Look through a body; a large one in a thread, as every other call would wait for it here."""
        look, body = self._looks.ready(section), asked.body
        who = asked.caller.key or asked.caller.service
        if look is not None and not is_large(body):
            return _looked_through(body, look, who, case)
        loop = asyncio.get_running_loop()
        if look is None:
            look = await loop.run_in_executor(self._looker, self._looks.open, section)
        return await loop.run_in_executor(self._looker, _looked_through, body, look, who, case)

    def _unlooked(self, asked: Asked, supplier: Supplier) -> Allowed | None:
        """A model on this machine that is allowed whatever the text holds need not wait for a look.

        Looking for personal data costs time, and here nothing leaves and nothing is taken out. A
        marking decides here too, so a text that may carry one is looked at.
        """
        if may_be_marked(asked.body):
            return None
        sent = untouched(asked.body)
        described = Described(asked, sent)
        described.suppose(words("categories"))
        try:
            decision = self._agreements.decide(
                described.call(supplier.attested), asked.caller.agreement
            )
        except AgreementInvalid:
            return None
        if not decision.allowed or _masks(decision):
            return None
        return Allowed(supplier, decision, Described(asked, sent), sent)

    async def _decide(self, asked: Asked, supplier: Supplier, described: Described) -> Decision:
        try:
            return self._agreements.decide(
                described.call(supplier.attested), asked.caller.agreement
            )
        except AgreementInvalid as error:
            # Nobody can say what is allowed, so nothing is. That it was tried belongs in the log.
            logged = await self._records.refuse(
                described, supplier.attested, Decision(allowed=False), (UNREADABLE,)
            )
            error.entry = logged.number
            raise

    async def _send(
        self,
        asked: Asked,
        one: Allowed,
        attempt: int,
        started: float,
        on_receipt: OnReceipt | None,
    ) -> Opened:
        supplier, decision = one.supplier, one.decision
        spoken = supplier.dialect(asked.operation, asked.dialect)
        if not spoken:
            raise Untranslatable(
                f"The model {asked.model!r} does not do this ({asked.operation}). Choose another."
            )
        body = outgoing(asked, one.sent.body, decision.safeguards)
        call = None
        if spoken != asked.dialect:
            call = dialect(asked.dialect).read_request(body)
            body = dialect(spoken).write_request(call)
            if one.sent.found:
                # Some dialects say in the reply what was asked: in the caller's own words.
                call = dialect(asked.dialect).read_request(outgoing(asked, asked.body, ()))
        permit = await self._records.intend(
            one.described,
            supplier.attested,
            decision,
            body,
            attempt,
            one.sent.pseudonyms.taken_out,
            started,
            _keeping(one.sent, decision),
        )
        if one.sent.case and one.sent.case.turn:
            one.sent.case.turn.leave()
        if on_receipt:
            on_receipt(permit.receipt)
        originals = Originals(one.sent.pseudonyms, decision.links, json=wants_json(asked.body))
        outcome: Outcome = "stopped"
        spent = Spent()
        try:
            answer = await self.routes.send(
                supplier, asked.operation, spoken, body, stream=asked.stream
            )
        except Error as error:
            outcome = "failed"
            error.entry = permit.receipt.entry
            spent.sent = not isinstance(error, SupplierFailed) or error.sent
            raise
        else:
            outcome = ""
        finally:
            if outcome:
                self._records.close(permit, outcome, spent)
        opened = Opened(asked, supplier, permit, answer, spoken, call, originals)
        opened.spent.tries = answer.tries
        return opened


def _looked_through(body: Body, look: Look, who: str, case: Case | None) -> Minimised:
    begin = partial(case.pseudonyms, policy=look.policy) if case else partial(look.begin, who=who)
    looked = minimise(body, look.detector, look.seen, begin)
    looked.case = case
    looked.detector, looked.policy = look.mode, look.words
    return looked


def _keeping(sent: Minimised, decision: Decision) -> Keeping | None:
    """What the call adds to its case, where it has one and was looked through.

    Raises:
        Refused: the agreement lets nothing be kept of what is sent.
    """
    if sent.case is None:
        return None
    if decision.content_days == 0:
        raise Refused(
            "Nothing was sent. X-Bernard-Case names a case, and the agreement "
            f"{decision.agreement!r} lets nothing be kept of what is sent (retain_content_days is "
            "0). Leave the header out."
        )
    return sent.case.keeping(sent.pseudonyms, decision.content_days)


def _masks(decision: Decision) -> bool:
    return "mask-identifiers" in decision.safeguards
