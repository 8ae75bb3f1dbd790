"""What a call is, what is decided of it, and what is found in an agreement file."""

from __future__ import annotations

from typing import Protocol

import msgspec

from bernard.agreements.schema import Limit, Privacy, TimeStep

Value = str | int | bool | tuple[str, ...] | None
NONE: frozenset[str] = frozenset()


class Call(msgspec.Struct, frozen=True, gc=False):
    """Everything that an agreement may ask about one call.

    Attributes:
        service, purpose, operation: declared by who calls.
        supplier, model, version, places: attested by the register of deployments; `places` is every
            place where the text may be processed, and all of them must be allowed.
        tier, sensitive, descriptors, caveats: the marking; unmarked text counts as
            OFFICIAL-SENSITIVE.
        categories, special, offence, subjects, identifiability: what the text holds as it would be
            sent; declared, and raised by the gateway's detector.
        training, human_review, retention_s: the most that the supplier does with it; attested.
        safeguards: those that will have run on the text before it is sent.
        involvement, effect: of a person in the use of the reply, and of the reply on a person.
        tools: those that the model is offered; `outside_effects` if one changes something outside.
        bytes: of text in this call.
        untrusted: some of the text came from somebody whom nobody vouches for.
    """

    service: str
    purpose: str
    operation: str
    supplier: str
    model: str
    version: str
    places: frozenset[str]
    tier: str = "OFFICIAL"
    sensitive: bool = True
    descriptors: frozenset[str] = NONE
    caveats: frozenset[str] = NONE
    categories: frozenset[str] = NONE
    special: frozenset[str] = NONE
    offence: bool = False
    subjects: frozenset[str] = NONE
    identifiability: str = "anonymous"
    training: str = "never"
    human_review: str = "never"
    retention_s: int = 0
    safeguards: frozenset[str] = NONE
    involvement: str = "none"
    effect: str = "none"
    tools: frozenset[str] = NONE
    outside_effects: bool = False
    bytes: int = 0
    untrusted: bool = False


class Failed(msgspec.Struct, frozen=True):
    """One dimension in which a call falls outside one clause.

    Attributes:
        clause: id of the clause; empty for a rule that stands above any agreement.
        dimension: name of a dimension of `dimensions.py`, or of the rule.
        value: what the call has; of a set, only the words that are not allowed.
        allowed: what the clause has.
        sentence: the same in plain English.
        agreement: id of the agreement.
    """

    clause: str
    dimension: str
    value: Value
    allowed: Value
    sentence: str
    agreement: str = ""


class Decision(msgspec.Struct, frozen=True):
    """Allowed under a clause, or every reason why not.

    Attributes:
        agreement, version, sha256: the agreement that decided; of a refusal, the nearest one.
        clause: id of the clause that allows the call, empty when refused.
        safeguards: what must run before anything is sent.
        reasons: why not, a sentence each.
        failed: every dimension of every clause that the call falls outside.
        limits: of the clause; the account that they count on is `account`.
        forbidden_by: id of the `forbid` box that the call is inside.
        links: hosts that links in the reply may point to; `any` for every one.
        content_days: how long what was sent may be kept, None where the agreement does not say.
        tools: that the clause names.
        time, sealed: how coarse the time in the log is, None where the agreement does not say; and
            whether no more of the entry is public than a commitment to it.
    """

    allowed: bool
    agreement: str = ""
    version: int = 0
    sha256: str = ""
    clause: str = ""
    safeguards: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    failed: tuple[Failed, ...] = ()
    limits: tuple[Limit, ...] = ()
    forbidden_by: str = ""
    links: tuple[str, ...] = ()
    content_days: int | None = None
    tools: tuple[str, ...] = ()
    time: TimeStep | None = None
    sealed: bool = False

    @property
    def account(self) -> str:
        """The name under which the use of the clause is counted against its limits."""
        return f"clause:{self.agreement}/{self.clause}"


class Fault(msgspec.Struct, frozen=True):
    """Something wrong in an agreement file, or left unsaid by it.

    Attributes:
        line: from 1; of the nearest part that the file has.
        message: what is wrong.
        remedy: what to do.
    """

    line: int
    message: str
    remedy: str = ""


class Decider(Protocol):
    """Decides calls. The gateway knows no more of an agreement than this."""

    def decide(self, call: Call, agreement: str = "") -> Decision:
        """Whether this call may be made, now; under the agreement of this id if one is given."""
        ...

    def privacy(self, agreement: str = "") -> Privacy:
        """What may stay in a text, now, whichever agreement allows the call."""
        ...
