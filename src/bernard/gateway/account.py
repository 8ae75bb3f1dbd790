"""Step five: what goes into the log before a call and after it, and what it takes from budgets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any, cast

from msgspec.structs import replace

from bernard.accounts.budgets import Charge, Limit
from bernard.agreements.types import Decision
from bernard.errors import LogUnwritable
from bernard.gateway.describe import Described
from bernard.gateway.recorder import Recorder
from bernard.gateway.standing import Standing
from bernard.gateway.types import Receipt, Spent
from bernard.gateway.waiting import Beside
from bernard.ledger.commitments import NOTHING, Commitment, committed
from bernard.ledger.publicity import Private
from bernard.ledger.reasons import words_of
from bernard.ledger.types import Entry, Event, Logged, Outcome
from bernard.ledger.vocabulary import OTHER, OWN_KEY
from bernard.models.suppliers.energy import footprint
from bernard.models.suppliers.types import Attested
from bernard.models.types import THIS_MACHINE
from bernard.wire.types import Body, Usage

# What the register of deployments vouches for in every entry.
ATTESTED = ("supplier", "model", "version", "places", "training", "human_review", "retention_s")
# A token of English is about four bytes. It only holds a place in a budget until the count is known.
_BYTES_A_TOKEN = 4
_MOST = ("max_completion_tokens", "max_tokens", "max_output_tokens", "maxOutputTokens")
# More than any model reads or writes in one call. Beyond the database's integers budgets would break.
_MOST_TOKENS = 1_000_000_000
# A text this large would hold up every other call while it is hashed.
_LARGE = 1_000_000
_DAY_S = 86_400


class Permit:
    """A call that may be made: its intent is in the log and its estimate is taken.

    Attributes:
        estimate: the tokens that were taken.
        private: what of its outcome is not to be public.
        started: when it was asked, by `time.perf_counter`.
    """

    __slots__ = ("attested", "charges", "estimate", "key", "private", "receipt", "started")

    def __init__(
        self,
        attested: Attested,
        receipt: Receipt,
        charges: Sequence[Charge],
        estimate: Usage,
        key: str,
        private: Private,
        started: float,
    ) -> None:
        self.attested = attested
        self.estimate = estimate
        self.receipt = receipt
        self.charges = charges
        self.key = key
        self.private = private
        self.started = started


class Records:
    """Writes the entries of calls."""

    def __init__(
        self,
        recorder: Recorder,
        clock: Callable[[], float] = time.time,
        standing: Standing | None = None,
    ) -> None:
        """Write with this recorder.

        Args:
            clock: gives the time that entries carry.
            standing: has the log tell of an agreement before a call is made under it.
        """
        self._recorder = recorder
        self._standing = standing
        self._clock = clock

    async def refuse(
        self,
        described: Described,
        attested: Attested | None,
        decision: Decision,
        reasons: tuple[str, ...] = (),
    ) -> Logged:
        """The refusal, on the disk.

        Args:
            reasons: words of `bernard.ledger.reasons`; left out, those of the decision.

        Raises:
            LogUnwritable: it could not be written; nothing was sent either way.
        """
        entry = self._entry(
            "refusal",
            described,
            attested or _NO_DEPLOYMENT,
            decision,
            reasons=reasons or words_of(decision),
        )
        private = Private(decision.time, decision.sealed)
        return await self._recorder.refusal(entry, private=private)

    async def intend(
        self,
        described: Described,
        attested: Attested,
        decision: Decision,
        body: Body,
        attempt: int,
        taken_out: dict[str, int],
        started: float,
        beside: Beside | None = None,
    ) -> Permit:
        """A permit for the call, once its intent is in the log and its estimate is taken.

        Args:
            beside: what is written with the intent.

        Raises:
            OverBudget: a limit leaves no room for it. The refusal is in the log.
            LogUnwritable: the intent could not be written, so there is no permit.
            CaseChanged: what was to be written with it does not fit what is there now.
        """
        leaves = attested.places != (THIS_MACHINE,)
        estimate = Usage(described.size // _BYTES_A_TOKEN, _most_tokens(body))
        charges = self._charges(described, attested, decision, estimate)
        left = described.size if leaves else 0
        if self._standing and not self._standing.is_told(decision.sha256):
            await asyncio.to_thread(self._standing.tell, decision.sha256)
        content = await _committed(described, body)
        private = self._private(decision)
        entry = self._entry(
            "intent",
            described,
            attested,
            decision,
            taken_out=taken_out,
            attempt=attempt,
            texts=_texts(body),
            characters=described.size,
            left_bytes=left,
            estimated_tokens=charges[0].tokens,
            estimated_pence=charges[0].pence,
            content=content.value,
        )
        try:
            # A power cut cannot un-send what has left, so the entry must be on the disk before it.
            logged = await self._recorder.intent(
                entry,
                charges,
                beside=beside,
                private=_with_salt(private, content),
                durable=leaves,
            )
        except LogUnwritable as error:
            raise LogUnwritable(f"The call was not made. {error}") from error
        receipt = Receipt(
            logged.number,
            logged.hash,
            attested.model,
            attested.supplier,
            place_of(attested),
            decision.clause,
            decision.agreement,
            left,
            taken_out,
        )
        key = described.caller.key or OWN_KEY
        return Permit(attested, receipt, charges, estimate, key, private, started)

    def close(self, permit: Permit, outcome: Outcome, spent: Spent) -> None:
        """Queue how a permitted call ended, and give back what it did not use."""
        usage = _used(permit.estimate, outcome, spent)
        calls = 1 if spent.sent else 0
        seconds = time.perf_counter() - permit.started
        cost = footprint(permit.attested, usage, seconds)
        spent.pence = cost.pence
        content = spent.content.commitment() if spent.content else NOTHING
        entry = Entry(
            "outcome",
            int(self._clock()),
            of=permit.receipt.entry,
            outcome=outcome,
            key=permit.key,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            milliseconds=int(seconds * 1000),
            first_token_ms=spent.first_ms,
            tries=spent.tries if spent.tries > 1 else 0,
            pence=cost.pence,
            energy_wh=cost.energy_wh,
            co2e_g=cost.co2e_g,
            content=content.value,
        )
        tokens = usage.prompt_tokens + usage.completion_tokens
        settle = [
            Charge(c.account, c.limits, calls, tokens, c.bytes * calls, cost.pence).less(c)
            for c in permit.charges
        ]
        self._recorder.outcome(entry, settle, _with_salt(permit.private, content))

    def _private(self, decision: Decision) -> Private:
        """What of the entries of a call is not to be public; `until` is 0 where nothing is kept."""
        days = decision.content_days
        until = self._clock() + days * _DAY_S if days else days
        return Private(decision.time, decision.sealed, until=until)

    def _charges(
        self, described: Described, attested: Attested, decision: Decision, usage: Usage
    ) -> list[Charge]:
        caller = described.caller
        tokens = usage.prompt_tokens + usage.completion_tokens
        pence = footprint(attested, usage).pence
        # The form of a limit is the same in an agreement and in a key; the rooms are apart.
        limits = cast(tuple[Limit, ...], decision.limits)
        charges = [Charge(decision.account, limits, 1, tokens, described.size, pence)]
        if caller.key:
            charges.append(
                Charge(f"key:{caller.key}", caller.limits, 1, tokens, described.size, pence)
            )
        return charges

    def _entry(
        self,
        event: Event,
        described: Described,
        a: Attested,
        decision: Decision,
        **more: Any,
    ) -> Entry:
        caller = described.caller
        found = described.categories
        return Entry(
            event,
            int(self._clock()),
            agreement=decision.agreement,
            agreement_sha256=decision.sha256,
            clause=decision.clause,
            service=caller.service,
            purpose=caller.purpose,
            operation=described.operation,
            marking=described.marking.tier,
            sensitive=described.marking.sensitive,
            descriptors=tuple(sorted(described.descriptors)),
            caveats=tuple(sorted(described.caveats)),
            declared=caller.categories,
            derived=tuple(sorted(found.difference(caller.categories))) if found else (),
            special=tuple(sorted(described.special)),
            offence=described.offence,
            subjects=caller.subjects,
            identifiability=described.identifiability,
            involvement=caller.involvement,
            effect=caller.effect,
            tools=_named(described.tools, decision.tools) if described.tools else (),
            outside_effects=described.outside_effects,
            untrusted=described.untrusted,
            model=a.model,
            model_version=a.version,
            provider=a.supplier,
            place=place_of(a),
            places=a.places if len(a.places) > 1 else (),
            training=a.training,
            human_review=a.human_review,
            retention_s=a.retention_s,
            safeguards=decision.safeguards,
            detector=described.detector,
            policy=described.policy,
            key=caller.key or OWN_KEY,
            derived_attributes=described.derived,
            attested_attributes=ATTESTED,
            **more,
        )


def place_of(attested: Attested) -> str:
    """Where a deployment runs, in one word: `unknown` where nobody has said."""
    return attested.places[0] if attested.places else "unknown"


async def _committed(described: Described, body: Body) -> Commitment:
    """The commitment to what is sent."""
    if described.size > _LARGE:
        return await asyncio.to_thread(committed, body)
    return committed(body)


def _with_salt(private: Private, content: Commitment) -> Private:
    """The same with the salt, where the agreement lets what opens content be kept."""
    if private.until == 0 or not content.salt:
        return replace(private, until=None)
    return replace(private, salt=content.salt)


def _named(tools: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """Tools that the agreement names; a name that only the caller has thought of may say anything."""
    return tuple(sorted({tool if tool in known else OTHER for tool in tools}))


def _texts(body: Body) -> int:
    given = body.get("messages") or body.get("input") or body.get("contents") or ()
    return len(given) if isinstance(given, list) else 1


def _most_tokens(body: Body) -> int:
    """The most that the reply may hold: the greatest that is named, for each answer asked for."""
    settings = body.get("generationConfig")
    given = {**body, **settings} if isinstance(settings, dict) else body
    most = max(_count(given.get(name)) for name in _MOST)
    answers = max(1, _count(given.get("n")), _count(given.get("candidateCount")))
    return min(most * answers, _MOST_TOKENS)


def _count(value: Any) -> int:
    """A number that a client or a supplier wrote, within reason."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        return 0
    return int(min(value, _MOST_TOKENS))


def _used(estimate: Usage, outcome: Outcome, spent: Spent) -> Usage:
    """The tokens of a call: as the supplier counts, estimated where it broke off before it did."""
    if not spent.sent:
        return Usage()
    said, written = spent.usage, spent.bytes // _BYTES_A_TOKEN
    if said is None:
        return Usage(estimate.prompt_tokens, max(estimate.completion_tokens, written))
    prompt, completion = _count(said.prompt_tokens), _count(said.completion_tokens)
    if outcome != "finished":
        # Many count only at the end, and what was read before is not free.
        completion = max(completion, written)
    return Usage(prompt, completion, _count(said.cached_tokens), _count(said.reasoning_tokens))


_NO_DEPLOYMENT = Attested(name="", supplier="", model="", places=(), training="", human_review="")
