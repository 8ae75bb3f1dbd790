"""What the doors need from the house, and what a surface is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Literal, NamedTuple, Protocol

from bernard.accounts.keys import Key
from bernard.gateway.types import Answered, Asked
from bernard.models.suppliers.types import Operation

Protocols = Literal["openai", "openai-responses", "anthropic"]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]


class Surface(NamedTuple):
    """One path that takes calls.

    Attributes:
        dialect: of the body and of what comes back, as `wire` names it.
        protocol: whose shape errors have.
        streams: whether a caller may ask for the reply in pieces.
    """

    path: str
    dialect: str
    operation: Operation
    protocol: Protocols
    streams: bool = True


class Keys(Protocol):
    """Where callers' keys are looked up."""

    def find(self, secret: str) -> Key:
        """The key with this secret. Raises KeyInvalid."""
        ...


class Exchange(Protocol):
    """Where calls go."""

    async def call(self, asked: Asked) -> Answered:
        """Make the call, or raise one of our errors."""
        ...
