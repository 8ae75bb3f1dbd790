"""What a model is to the rest of Bernard: three small Protocols and the words they use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    # Only the words are needed: the gateway alone runs without NumPy, and starts in half the time.
    import numpy as np
    from numpy.typing import NDArray

Role = Literal["system", "user", "assistant", "tool"]
StopReason = Literal["end", "length", "stop", "tool_call"]
THIS_MACHINE = "this-machine"


@dataclass(frozen=True)
class Message:
    """One message of a conversation with a model."""

    role: Role
    text: str


@dataclass(frozen=True)
class Deployment:
    """Where a model runs and who answers for it; the agreement decides on these facts.

    Attributes:
        model: the name used in `bernard models list` and in agreements.
        provider: who runs it: `embedded` for this process, else the supplier's name.
        place: `this-machine`, an ISO 3166 country code, or `unknown`.
        sha256: of the weights, empty where a server keeps them.
    """

    model: str
    provider: str
    place: str
    version: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class ChatRequest:
    """What a chat model is asked.

    Attributes:
        schema: a JSON Schema that the reply must follow, or None for free text.
    """

    messages: Sequence[Message]
    max_tokens: int = 512
    temperature: float = 0.0
    seed: int = 0
    stop: Sequence[str] = ()
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Usage:
    """Tokens read and written."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True)
class ChatDelta:
    """A piece of a reply. The last one has a stop reason and the usage."""

    text: str = ""
    stop_reason: StopReason | None = None
    usage: Usage = field(default_factory=Usage)


@runtime_checkable
class ChatModel(Protocol):
    """A model that writes."""

    @property
    def deployment(self) -> Deployment:
        """Where it runs and who answers for it."""
        ...

    def chat(self, request: ChatRequest) -> Iterator[ChatDelta]:
        """The reply in pieces as they come; closing the iterator stops the model.

        Raises:
            ModelTimeout: no first piece in time.
            ModelFailed: the model or its server stopped, or answered with an error.
        """
        ...


@runtime_checkable
class EmbeddingModel(Protocol):
    """A model that turns text into vectors."""

    @property
    def deployment(self) -> Deployment:
        """Where it runs and who answers for it."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector a text: shape (len(texts), dimensions), rows of length 1."""
        ...
