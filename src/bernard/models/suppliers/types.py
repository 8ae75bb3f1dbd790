"""What a supplier is to the gateway: a deployment with its attested facts, and one way to send."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal, Protocol

import msgspec

from bernard.errors import ModelFailed, ModelTimeout
from bernard.wire.types import Body, Event

Operation = Literal["chat", "embed", "moderate", "transcribe", "speak", "image"]


class Price(msgspec.Struct, frozen=True):
    """Pence for a million tokens; None where nobody has said. `cached` is for those of a prompt."""

    prompt: float | None = None
    completion: float | None = None
    cached: float | None = None


class Attested(msgspec.Struct, frozen=True):
    """One deployment of a model and what its register attests; the agreement decides on these.

    Attributes:
        name: the word that callers and aliases use.
        supplier: id of the supplier as agreements name it; `embedded` for this process.
        model, version: as agreements name them.
        places: where text may be processed: `this-machine`, `own-network`, ISO 3166-1 codes;
            empty means that nobody has said, and nothing is sent.
        training, human_review: what the supplier may do with what it gets: never, opt-in, always.
        retention_s: seconds that the supplier keeps it.
        source: where the attested facts were read, and when.
        active_parameters_b: billions of parameters at work for each token, for the energy estimate.
    """

    name: str
    supplier: str
    model: str
    places: tuple[str, ...]
    operations: tuple[Operation, ...] = ("chat",)
    version: str = ""
    training: str = "always"
    human_review: str = "always"
    retention_s: int = 0
    source: str = ""
    sha256: str = ""
    price: Price = Price()
    active_parameters_b: float | None = None
    total_parameters_b: float | None = None


class Answer:
    """What a supplier answered: a body, or a stream of events. Close it when done with it.

    Attributes:
        vectors: the embedding model in this process gives its array here, so that it need not
            become text and back; None otherwise.
        tries: how often the request was sent until this came.
    """

    __slots__ = ("body", "events", "headers", "tries", "vectors")

    def __init__(
        self,
        body: Body | None = None,
        events: AsyncIterator[Event] | None = None,
        headers: Mapping[str, str] | None = None,
        vectors: Any = None,
    ) -> None:
        self.body = body
        self.events = events
        self.headers = headers or {}
        self.vectors = vectors
        self.tries = 1

    async def close(self) -> None:
        """Stop the stream, if there is one: an unfinished one is broken off at the supplier."""
        aclose = getattr(self.events, "aclose", None)
        if aclose is not None:
            await aclose()


class SupplierFailed(ModelFailed):
    """The supplier's server did not answer as it should.

    Attributes:
        sent: whether any byte of the request may have left; False lets another try be free.
        retry: whether the same call may succeed later (429, 5xx, a lost connection).
        retry_after_s: what the supplier asked for, None where it did not.
        upstream_status: its HTTP status, 0 where there was none.
    """

    def __init__(
        self,
        message: str = "",
        *,
        sent: bool = True,
        retry: bool = False,
        retry_after_s: float | None = None,
        upstream_status: int = 0,
        kind: str = "",
    ) -> None:
        """Take what happened."""
        super().__init__(message)
        self.sent = sent
        self.retry = retry
        self.retry_after_s = retry_after_s
        self.upstream_status = upstream_status
        self.kind = kind


class SupplierTimeout(SupplierFailed, ModelTimeout):
    """The supplier's server did not answer in time. Try again later."""


class Supplier(Protocol):
    """One deployment that can be called."""

    @property
    def attested(self) -> Attested:
        """What the register says of it."""
        ...

    def dialect(self, operation: Operation, wanted: str) -> str:
        """The dialect to send in: `wanted` if it takes that, else its own. '' if it cannot do it."""
        ...

    async def send(self, operation: Operation, dialect: str, body: Body, *, stream: bool) -> Answer:
        """Send the body and give the answer, its stream already begun.

        Raises:
            SupplierFailed: it refused, broke off, or answered with something else.
            ModelTimeout: no first byte in time, or not finished in time.
        """
        ...

    async def close(self) -> None:
        """Give back its connections."""
        ...
