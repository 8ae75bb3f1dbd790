"""What a tool says when it wants a model, and what it gets back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from bernard.models.suppliers.types import Operation
from bernard.models.types import StopReason, Usage
from bernard.wire.types import Body


@dataclass(frozen=True)
class Caller:
    """Who wants the model and what for; the agreement decides on these words.

    Attributes:
        service: the tool or program that calls: `ask`, `library`.
        purpose: a word of the purposes vocabulary: `answer-questions`, `index-documents`.
        marking: the highest marking of the text, as declared.
        categories: kinds of data that the text is declared to hold.
        person: id of the account on whose behalf, kept out of the log.
    """

    service: str
    purpose: str
    marking: str = "OFFICIAL-SENSITIVE"
    categories: tuple[str, ...] = ()
    person: str = ""


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
    """

    caller: Caller
    operation: Operation
    dialect: str
    model: str
    body: Body
    stream: bool = False


class Answered:
    """What comes back: a body, or frames of server-sent events, in the dialect that was asked in.

    Attributes:
        body: as bytes of JSON; None for a stream.
        frames: the stream, each item whole events ready to send. Closing it stops the model.
        vectors: as `Answer.vectors`.
    """

    __slots__ = ("body", "frames", "receipt", "vectors")

    def __init__(
        self,
        receipt: Receipt,
        body: bytes | None = None,
        frames: AsyncIterator[bytes] | None = None,
        vectors: Any = None,
    ) -> None:
        self.receipt = receipt
        self.body = body
        self.frames = frames
        self.vectors = vectors
