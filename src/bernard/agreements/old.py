"""What an agreement says, what a call is, and what is decided of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal, Protocol

import msgspec

Status = Literal["draft", "signed", "suspended", "ended"]


class Party(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One side of the agreement."""

    name: str
    country: str = ""
    contact: str = ""
    role: str = ""


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From `start` up to, not including, `end`."""

    start: datetime.date
    end: datetime.date | None = None
    review_by: datetime.date | None = None


class Clause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A box of allowed calls: a call is inside when every one of its attributes is.

    Attributes:
        marking: the highest marking allowed.
        categories: kinds of data allowed; a call may hold no other.
        safeguards: steps that must have run on the text before it is sent.
    """

    id: str
    services: tuple[str, ...]
    purposes: tuple[str, ...]
    operations: tuple[str, ...]
    providers: tuple[str, ...]
    places: tuple[str, ...]
    marking: str
    categories: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    safeguards: tuple[str, ...] = ()
    summary: str = ""


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An agreement: what is allowed is the union of its clauses, and nothing else is.

    Attributes:
        supplier: who receives what is sent; None where nothing leaves the body's own machine.
        sha256: of the file it was read from; the agreement's real identity in the log.
    """

    schema: Literal["bernard-agreement/0"]
    id: str
    version: int
    title: str
    summary: str
    status: Status
    public_body: Party
    term: Term
    clauses: tuple[Clause, ...]
    supplier: Party | None = None
    sha256: str = ""


@dataclass(frozen=True)
class Call:
    """Everything about a call that an agreement may ask.

    Attributes:
        service, purpose, marking, categories: declared by the caller; the gateway may add
            categories that its detector found, never take one away.
        operation: `chat` or `embed`.
        model, provider, place: attested by the register of models.
    """

    service: str
    purpose: str
    operation: str
    marking: str
    model: str
    provider: str
    place: str
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """Allowed under a clause, or every reason why not, clause by clause.

    Attributes:
        agreement, sha256: the agreement that decided, by name and by hash of its file.
        clause: id of the clause that allows the call, empty when refused.
        safeguards: what must run before anything is sent.
    """

    allowed: bool
    agreement: str
    sha256: str
    clause: str = ""
    safeguards: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """A fault in an agreement file."""

    line: int
    message: str


class Decider(Protocol):
    """Decides calls. The gateway knows no more of an agreement than this."""

    def decide(self, call: Call) -> Decision:
        """Whether this call may be made, now."""
        ...
