"""What the doors need from the house, and what a surface is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from bernard.accounts.keys import Key
from bernard.gateway.types import Answered, Asked, Caller
from bernard.privacy import Detector, Policy

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
        default_model: meant where a caller names none; empty where a caller must.
    """

    path: str
    dialect: str
    operation: Literal["chat", "embed", "moderate"]
    protocol: Protocols
    streams: bool = True
    default_model: str = ""


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

    async def refuse(self, asked: Asked, reason: str) -> int:
        """Log that a call is refused; gives the number of the entry."""
        ...


class Model(Protocol):
    """A name that may be asked for."""

    @property
    def name(self) -> str:
        """As callers write it."""
        ...

    @property
    def supplier(self) -> str:
        """Who answers for it."""
        ...


class House(Protocol):
    """What is behind the doors."""

    def checks(self) -> Mapping[str, str]:
        """What is needed to take calls, each with what is wrong with it, or nothing."""
        ...

    def notes(self) -> Mapping[str, str]:
        """What is wrong although calls can be taken."""
        ...

    async def reload(self, *, force: bool = False) -> None:
        """Take up files that have changed; calls go on meanwhile."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...

    def models(self) -> Sequence[Model]:
        """Every name that may be asked for."""
        ...

    async def destroy_case(self, caller: Caller, name: str) -> None:
        """Destroy what stands for whom in a case of this caller. Raises NotFound."""
        ...

    async def receipt(self, id: str, key: Key) -> Any:
        """What the log holds of a call of this key. Raises NotFound."""
        ...

    async def entry(self, number: int) -> str:
        """An entry of the log as its hash covers it. Raises NotFound."""
        ...

    async def proof(self, number: int) -> str:
        """Proof that an entry is in the log, as C2SP tlog-proof writes it. Raises NotFound."""
        ...

    def published(self) -> Mapping[str, float]:
        """Numbers of what is published of the log."""
        ...

    def looking(self, agreement: str = "") -> tuple[Detector, Policy]:
        """How texts are looked through now, by the agreements in force or the one named.

        Raises DetectorFailed.
        """
        ...
