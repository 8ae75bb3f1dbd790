"""Who calls: the key, and what it says of the calls made with it."""

from __future__ import annotations

from typing import NamedTuple

from bernard.accounts.keys import Key
from bernard.api.gateway.declared import declare
from bernard.api.gateway.types import Keys
from bernard.errors import Forbidden, KeyInvalid
from bernard.gateway.types import Caller

MOST_SECRET = 200
# Combinations of a key and what calls declare that are kept put together.
MOST_KEPT = 4096
NO_KEY = (
    "Send a key: `Authorization: Bearer KEY` or `x-api-key: KEY`. `bernard keys make` makes one."
)
Declared = dict[bytes, bytes]


class Known(NamedTuple):
    """A key and the caller that it makes."""

    key: Key
    caller: Caller

    def may_use(self, model: str) -> bool:
        """Whether the key is for this model."""
        return not self.key.models or model in self.key.models

    def no_model(self, name: str) -> Forbidden:
        """The error that says that the key is not for this model."""
        listed = ", ".join(self.key.models)
        return Forbidden(f"This key is not for the model {name!r:.80}, only for: {listed}.")


class Callers:
    """Finds who calls; what a key says is put together once, not for every call."""

    def __init__(self, keys: Keys) -> None:
        """Look keys up here."""
        self._find = keys.find
        self._kept: dict[object, Known] = {}

    def find(self, secret: bytes, declared: Declared | None) -> Known:
        """Who calls.

        Raises:
            KeyInvalid: there is no such key.
            Forbidden: the key is not bound to what the call declares.
            FieldInvalid: what the call declares is in no vocabulary.
        """
        if not secret or len(secret) > MOST_SECRET:
            raise KeyInvalid(NO_KEY)
        key = self._find(secret.decode("latin-1"))
        index = (key.id, *declared.items()) if declared else key.id
        known = self._kept.get(index)
        if known is None or known.key is not key:
            known = Known(key, declare(key, caller_of(key), declared or {}))
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[index] = known
        return known


def caller_of(key: Key) -> Caller:
    """What the key says of a call that says nothing of itself."""
    return Caller(
        service=key.service,
        purpose=key.purposes[0],
        marking=f"{key.tier}-SENSITIVE" if key.sensitive else key.tier,
        categories=_listed(key.categories),
        descriptors=_listed(key.descriptors),
        caveats=_listed(key.caveats),
        special=_listed(key.special),
        offence=key.offence,
        subjects=_listed(key.subjects),
        identifiability=key.identifiability,
        involvement=key.involvement,
        effect=key.effect,
        agreement=key.agreement,
        key=key.id,
        limits=key.limits,
    )


def _listed(words: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(words))
