"""API keys of services: each is bound to a service, its purposes and what it declares of its calls.

A key is 256 random bits, so nobody can try them all, and a fast hash is the right one to keep: a
slow hash protects what people choose. The store holds the SHA-256, and no log or error holds more
than the first characters.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
import time
from typing import NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from bernard.accounts.budgets import Limit
from bernard.accounts.key_form import SHOWN, looks_like_a_key, new_secret
from bernard.errors import InputInvalid, KeyInvalid, StoreUnavailable
from bernard.store import keys as rows
from bernard.store.database import Store
from bernard.store.keys import KeyRow, Secret

__all__ = [
    "Key",
    "Keys",
    "Made",
    "get",
    "listing",
    "looks_like_a_key",
    "make",
    "new_secret",
    "revoke",
    "rotate",
]

LONGEST_NAME = 100
POLL_S = 0.4
# A revocation counts within a second, also where the thread that looks for it is held up.
STALE_S = 1.0
# So often at most is the store asked for a key that nobody knows yet.
NEW_S = 0.01
_NONE: frozenset[str] = frozenset()
_log = logging.getLogger(__name__)


class Key(msgspec.Struct, frozen=True, omit_defaults=True):
    """A service's key, and what it declares for calls that do not say it themselves.

    Attributes:
        service: which the calls are counted and decided as.
        purposes: that it may name; the first is meant where a call names none.
        agreement: id of the one its calls are under; empty means whichever allows them.
        models: names that it may ask for; empty means any that the agreement allows.
        tier, sensitive, descriptors, caveats: the marking of its text.
        categories, special, offence, subjects, identifiability: what its text holds.
        involvement, effect: of a person in the use of the reply, and of the reply on a person.
        limits: on all its calls together.
        created, expires, revoked: in seconds since 1970; None for never.
    """

    id: str
    name: str
    service: str
    purposes: tuple[str, ...]
    agreement: str = ""
    models: tuple[str, ...] = ()
    tier: str = "OFFICIAL"
    sensitive: bool = True
    descriptors: frozenset[str] = _NONE
    caveats: frozenset[str] = _NONE
    categories: frozenset[str] = _NONE
    special: frozenset[str] = _NONE
    offence: bool = False
    subjects: frozenset[str] = _NONE
    identifiability: str = "identifiable"
    involvement: str = "none"
    effect: str = "none"
    limits: tuple[Limit, ...] = ()
    created: float = 0.0
    expires: float | None = None
    revoked: float | None = None

    @property
    def account(self) -> str:
        """What its use is counted under."""
        return f"key:{self.id}"


class Made(NamedTuple):
    """A key, and the secret that is shown this once."""

    key: Key
    secret: str


def make(store: Store, key: Key) -> Made:
    """A new key; its id and the time are given here.

    Raises:
        InputInvalid: it names no service or purpose, its name will not do, or it ends in the past.
    """
    key = _check(replace(key, id=secrets.token_hex(6), created=time.time(), revoked=None))
    with store.write(durable=True) as c:
        rows.add(c, _row(key))
        secret = _add_secret(c, key.id)
    return Made(key, secret)


def rotate(store: Store, name: str, overlap_hours: float = 0.0) -> Made:
    """A new secret for a key; the old ones hold for so long, so that a service can change over.

    Raises:
        NotFound: there is no such key.
        InputInvalid: it was revoked or has run out.
    """
    now = time.time()
    with store.write(durable=True) as c:
        key = _key(rows.named(c, name))
        if key.revoked is not None or (key.expires is not None and key.expires <= now):
            raise InputInvalid(f"The key {key.name!r} holds no longer. Make a new one.")
        rows.end_secrets(c, key.id, now + max(0.0, overlap_hours) * 3600)
        secret = _add_secret(c, key.id)
    return Made(key, secret)


def revoke(store: Store, name: str) -> Key:
    """Take a key back; within a second no process takes it any more.

    Raises:
        NotFound: there is no such key.
    """
    now = time.time()
    with store.write(durable=True) as c:
        row = rows.named(c, name)
        rows.revoke(c, row.id, now)
        rows.end_secrets(c, row.id, now)
        return _key(rows.named(c, row.id))


def listing(store: Store) -> list[Key]:
    """Every key, those that hold no longer too."""
    with store.read() as c:
        return [_key(row) for row in rows.everything(c)]


def get(store: Store, name: str) -> tuple[Key, list[Secret]]:
    """A key by name or id, and what is kept of its secrets.

    Raises:
        NotFound: there is no such key.
    """
    with store.read() as c:
        row = rows.named(c, name)
        return _key(row), rows.secrets_of(c, row.id)


class _Held(NamedTuple):
    key: Key
    until: float


class Keys:
    """The keys that hold, in memory, and never more than a second behind the store."""

    def __init__(self, store: Store) -> None:
        """Read them, and start the thread that looks for changes.

        Raises:
            StoreUnavailable: they cannot be read.
        """
        self._store = store
        self._held: dict[bytes, _Held] = {}
        self._revision = -1
        self._checked = 0.0
        self._fault = ""
        self._reading = threading.Lock()
        self._stop = threading.Event()
        self.refresh()
        self._thread = threading.Thread(target=self._watch, name="keys", daemon=True)
        self._thread.start()

    def find(self, secret: str) -> Key:
        """The key with this secret.

        Raises:
            KeyInvalid: there is none, or it has run out or was revoked.
            StoreUnavailable: the store does not answer, so nobody knows whether it was revoked.
        """
        if time.monotonic() - self._checked > STALE_S:
            self._catch_up()
        digest = hashlib.sha256(secret.encode(errors="replace")).digest()
        held = self._held.get(digest)
        if held is None and looks_like_a_key(secret) and self._may_be_new():
            # It may have been made a moment ago, by a command that has just printed it.
            self._catch_up()
            held = self._held.get(digest)
        if held is None or held.until <= time.time():
            raise KeyInvalid()
        return held.key

    def refresh(self) -> None:
        """Read again what has changed. A door calls it after it changed a key itself.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        with self._reading:
            begun = time.monotonic()
            with self._store.read() as c:
                revision = rows.revision(c)
                found = None if revision == self._revision else rows.in_use(c, time.time())
            if found is not None:
                self._held = {bytes.fromhex(s.hash): _held(s, row) for s, row in found}
                self._revision = revision
            self._checked, self._fault = begun, ""

    def close(self) -> None:
        """Stop looking for changes."""
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(POLL_S):
            try:
                self.refresh()
            except StoreUnavailable as error:
                if not self._fault:
                    _log.warning("The keys cannot be read again. %s", error)
                self._fault = str(error)
            except Exception:
                # Without this thread no revocation would be seen; `find` refuses meanwhile.
                _log.exception("The keys cannot be read again")
                self._fault = "The keys cannot be read."

    def _may_be_new(self) -> bool:
        """Whether the store was last read long enough ago; who tries keys makes few readings."""
        return time.monotonic() - self._checked > NEW_S

    def _catch_up(self) -> None:
        """The thread is late: because the store is away, or because it was not let run."""
        if self._fault:
            raise StoreUnavailable(f"The key cannot be checked. {self._fault}")
        self.refresh()


def _add_secret(c: Connection, key: str) -> str:
    secret = new_secret()
    hash = hashlib.sha256(secret.encode()).hexdigest()
    rows.add_secret(c, Secret(hash, key, secret[:SHOWN], time.time(), None))
    return secret


def _check(key: Key) -> Key:
    name = " ".join(key.name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InputInvalid(f"Give the key a name of 1 to {LONGEST_NAME} characters.")
    if not key.service:
        raise InputInvalid("Name the service that will use the key.")
    if not key.purposes:
        raise InputInvalid("Name at least one purpose that the key is for.")
    if key.expires is not None and key.expires <= key.created:
        raise InputInvalid("The key would have run out already. Give a later date.")
    return replace(key, name=name)


def _row(key: Key) -> KeyRow:
    declares = msgspec.json.encode(key, order="sorted").decode()
    return KeyRow(key.id, key.name, declares, key.created, key.expires, key.revoked)


def _key(row: KeyRow) -> Key:
    key = msgspec.json.decode(row.declares, type=Key)
    return replace(key, expires=row.expires, revoked=row.revoked)


def _held(secret: Secret, row: KeyRow) -> _Held:
    ends = [time for time in (secret.ends, row.expires) if time is not None]
    return _Held(_key(row), min(ends, default=float("inf")))
