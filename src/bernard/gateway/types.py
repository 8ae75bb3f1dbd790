"""What a tool says when it wants a model, and what it gets back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from bernard.accounts.budgets import Limit
from bernard.ledger.commitments import Received, Whole
from bernard.models.suppliers.types import Operation
from bernard.models.types import StopReason, Usage
from bernard.wire.types import Body
from bernard.wire.types import Usage as Used


@dataclass(frozen=True, slots=True)
class Caller:
    """Who wants the model, what for, and what it says of its text; the agreement decides on these.

    What is found in the text may raise what is said here, and never lower it.

    Attributes:
        service: the tool or program that calls: `ask`, `library`.
        purpose: a word of the purposes vocabulary: `answer-questions`, `index-documents`.
        marking: the highest marking of the text: its tier, with -SENSITIVE where it has that.
        descriptors, caveats: the additional markings.
        categories, special, offence, subjects: kinds of data that the text holds, and whom it is
            about, in the words of the vocabularies.
        identifiability: the form of the data about people in the text. A text of which nobody says
            otherwise may name them.
        involvement, effect: of a person in the use of the reply; of the reply on a person.
        outside_effects: whether a tool offered to the model changes something outside the
            conversation; None where nobody says, which counts as yes if any tool is offered.
        agreement: id of the agreement that the key is bound to; empty for any in force.
        key: id of the key; empty for our own tools.
        limits: of the key.
        person: id of the account on whose behalf, kept out of the log.
    """

    service: str
    purpose: str
    marking: str = "OFFICIAL-SENSITIVE"
    categories: tuple[str, ...] = ()
    person: str = ""
    descriptors: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    special: tuple[str, ...] = ()
    offence: bool = False
    subjects: tuple[str, ...] = ()
    identifiability: str = "identifiable"
    involvement: str = "none"
    effect: str = "none"
    outside_effects: bool | None = None
    agreement: str = ""
    key: str = ""
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """Where the log holds this call.

    Attributes:
        entry: sequence number of the entry of intent, from 0.
        hash: of that entry, hexadecimal SHA-256.
        left: bytes that left this machine (0 for a model on it).
        taken_out: how many pieces of personal data of each kind were replaced before sending.
    """

    entry: int
    hash: str
    model: str
    provider: str
    place: str
    clause: str
    agreement: str
    left: int = 0
    taken_out: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """A finished answer of a chat model, originals restored."""

    text: str
    stop_reason: StopReason
    usage: Usage
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Asked:
    """One call as a door hands it in.

    Attributes:
        dialect: the shape of `body` and of what comes back: `openai-chat`, `openai-responses`,
            `anthropic-messages`, `openai-embeddings`, `openai-moderations`.
        model: a deployment's name or an alias.
        body: the gateway's to change; the door does not use it again.
        case: in which the same person has the same stand-in from call to call; empty for none.
    """

    caller: Caller
    operation: Operation
    dialect: str
    model: str
    body: Body
    stream: bool = False
    case: str = ""


class Spent:
    """What a call turned out to use, filled in as its answer is read.

    Attributes:
        usage: as the supplier counted; None while it has not said.
        bytes: of a stream's text; tokens are estimated by it where the supplier counts none.
        sent: False where nothing can have left, so that the call used nothing.
        first_ms: until the first piece of the answer.
        pence: what it cost, by the price file; once it is over.
        tries: how often the request was sent to the deployment.
        content: commits to what came back; None where nothing did.
    """

    __slots__ = ("bytes", "content", "first_ms", "pence", "sent", "tries", "usage")

    def __init__(self) -> None:
        self.usage: Used | None = None
        self.bytes = 0
        self.content: Whole | Received | None = None
        self.first_ms = 0
        self.pence = 0.0
        self.sent = True
        self.tries = 1


class Answered:
    """What comes back: a body, or frames of server-sent events, in the dialect that was asked in.

    Attributes:
        body: as bytes of JSON; None for a stream.
        frames: the stream, each item whole events ready to send. Closing it stops the model.
        vectors: as `Answer.vectors`.
        spent: what the call uses, known when all of it has been read.
    """

    __slots__ = ("body", "frames", "receipt", "spent", "vectors")

    def __init__(
        self,
        receipt: Receipt,
        body: bytes | None = None,
        frames: AsyncIterator[bytes] | None = None,
        vectors: Any = None,
        spent: Spent | None = None,
    ) -> None:
        self.receipt = receipt
        self.spent = spent
        self.body = body
        self.frames = frames
        self.vectors = vectors
