"""Cases: the same person has the same stand-in in all calls that name one case.

What stands for whom is personal data. It lies in the store under a key of the case, which the house's key
wraps (`bernard.gateway.case_keys`), and goes when its time is over (`bernard.gateway.case_upkeep`).

Calls of one case do not wait for one another. Each begins from what was known when it came, and what
it adds is written in the transaction of its entry in the log, if nobody has added anything meanwhile;
otherwise nothing is sent, and it begins again from what there is now (`CaseChanged`).
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

import msgspec
from sqlalchemy import Connection

from bernard.errors import CaseChanged, CaseDamaged, FieldInvalid, InputInvalid
from bernard.gateway.case_house import HouseKeys
from bernard.gateway.case_keys import new_case_key, seal, unseal
from bernard.gateway.case_turns import Turn, whose
from bernard.gateway.case_upkeep import DAY_S, CaseUpkeep
from bernard.gateway.types import Caller
from bernard.privacy import Detector, Policy, Pseudonyms
from bernard.privacy.state import State, decode, encode
from bernard.store import cases as rows
from bernard.store.cases import CaseRow, House
from bernard.store.database import Store

LONGEST_NAME = 200
MOST_BYTES = 8_000_000
NEW = 0
# A case stays open in memory for so long after it was read or written, so that a conversation need
# not read it again; and so many at most.
OPEN_S = 60.0
MOST_OPEN = 256
# When a case was used is written down this often in the time that it is kept.
_MARKS = 100
_DEFAULT = Policy()


class Held(msgspec.Struct, frozen=True):
    """A case as it was read or written last.

    Attributes:
        row: as it lies in the store, without its mapping; of version `NEW` where it does not yet.
        key: of the case.
        state: what stands for whom, as bytes too.
        until: when it is read anew, by `time.monotonic`.
        house: of a new case, the key that wraps its own.
    """

    row: CaseRow
    key: bytes
    state: State
    encoded: bytes
    until: float
    house: House | None = None


class Cases:
    """Opens cases, and writes what calls add to them; any thread and event loop may use it."""

    def __init__(
        self,
        store: Store,
        house: HouseKeys,
        upkeep: CaseUpkeep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Keep cases in this store, for as long as `upkeep` leaves them."""
        self._store = store
        self._house = house
        self._upkeep = upkeep
        self._open: OrderedDict[str, Held] = OrderedDict()
        self._lock = threading.Lock()
        self.kept_s = upkeep.kept_s
        self.clock = clock

    async def open(self, caller: Caller, name: str, turn: Turn | None = None) -> Case:
        """The case that a call names.

        Args:
            turn: that the call has at it, to leave as soon as it has written what it adds.

        Raises:
            FieldInvalid: it can have no such name, or there are no cases here.
            CaseKeyInvalid: the key file is missing or is another one.
            CaseDamaged: what is kept of it was changed.
            StoreUnavailable: the store does not answer.
        """
        check_name(name)
        if self.kept_s <= 0:
            raise FieldInvalid(
                "X-Bernard-Case: no cases are kept here (BERNARD_CASES_KEPT_DAYS is 0). Leave it "
                "out.",
                "#/X-Bernard-Case",
            )
        held = self._opened(whose(caller), name)
        if held is None:
            held = await asyncio.to_thread(self._read, whose(caller), name, caller.service)
        return Case(self, held, turn)

    def destroy(self, caller: Caller, name: str) -> bool:
        """Destroy the case that a caller names; whether there was one. For a thread that may block.

        Raises:
            CaseKeyInvalid: the key file is missing or is another one, so nobody knows which it is.
        """
        id = self._house.row_id(whose(caller), name)
        destroyed = self._upkeep.destroy([id], self.clock())
        self.forget(id)
        return bool(destroyed)

    def close_idle(self) -> None:
        """Take out of memory what has been there for its time."""
        now = time.monotonic()
        with self._lock:
            for id in [id for id, held in self._open.items() if held.until <= now]:
                del self._open[id]

    def forget(self, id: str = "") -> None:
        """Read this case anew when it is next named; all of them where none is given."""
        with self._lock:
            if id:
                self._open.pop(id, None)
            else:
                self._open.clear()

    def keep(self, held: Held) -> None:
        """Remember the case as it is in the store now."""
        with self._lock:
            known = self._open.get(held.row.id)
            if known and known.key == held.key and known.row.version > held.row.version:
                return
            self._open[held.row.id] = held
            self._open.move_to_end(held.row.id)
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)

    def _opened(self, whose: str, name: str) -> Held | None:
        file = self._house.file
        held = self._open.get(file.row_id(whose, name)) if file else None
        return held if held and held.until > time.monotonic() else None

    def _read(self, whose: str, name: str, service: str) -> Held:
        with self._store.read() as c:
            file, house = self._house.fitting(c)
            id = file.row_id(whose, name)
            row = rows.get(c, id)
        now = self.clock()
        if row and row.used + min(row.kept_s, self.kept_s) <= now:
            # Nobody has come by to destroy it, and it must not live on.
            self._upkeep.destroy_over(now)
            row = None
        if row is None:
            key = new_case_key()
            wrapped = file.wrap(house.key, id, key)
            new = CaseRow(id, service, NEW, b"", now, now, self.kept_s, house.key, wrapped)
            return Held(new, key, State(), b"", 0.0, house)
        key = self._house.unwrap(file, id, row.house, row.wrapped)
        encoded = unseal(key, row.mapping, _bound_to(id, row.version))
        row = row._replace(mapping=b"")
        held = Held(row, key, _state(encoded), encoded, time.monotonic() + OPEN_S)
        self.keep(held)
        return held


class Case:
    """A case in the hands of one call."""

    __slots__ = ("cases", "held", "is_kept", "turn")

    def __init__(self, cases: Cases, held: Held, turn: Turn | None = None) -> None:
        """Go on from what is held."""
        self.cases = cases
        self.held = held
        self.turn = turn
        self.is_kept = False

    def pseudonyms(self, detector: Detector, policy: Policy = _DEFAULT) -> Pseudonyms:
        """The stand-ins of the case so far, to go on with."""
        seed = hmac.digest(self.held.key, b"stand-ins", "sha256")
        return Pseudonyms(detector, seed=seed, policy=policy, state=self.held.state)

    def keeping(self, pseudonyms: Pseudonyms, content_days: int | None = None) -> Keeping | None:
        """What is written beside the entry of the call; None where there is nothing to keep.

        Args:
            content_days: how long the agreement lets it be kept, where it says. For a case the
                shortest time counts that any of its calls was under.

        Raises:
            InputInvalid: there is more in the case than is kept.
        """
        held, row = self.held, self.held.row
        state = pseudonyms.state()
        # Where the call is tried at another deployment, it is in the store already.
        if self.is_kept or (row.version == NEW and state == held.state):
            return None
        encoded = encode(state)
        if len(encoded) > MOST_BYTES:
            raise InputInvalid(
                f"The case holds more than {MOST_BYTES // 1_000_000} MB of stand-ins, so nothing was "
                "sent. Begin another case."
            )
        now = self.cases.clock()
        most = min(row.kept_s, self.cases.kept_s)
        if content_days is not None:
            most = min(most, content_days * DAY_S)
        if encoded != held.encoded:
            version = row.version + 1 if row.version != NEW else secrets.randbelow(1 << 62) + 1
            mapping = seal(held.key, encoded, _bound_to(row.id, version))
            row = row._replace(version=version, mapping=mapping, used=now, kept_s=most)
        elif now - row.used > most / _MARKS or most < row.kept_s:
            row = row._replace(used=now, kept_s=most)
        return Keeping(self, Held(row, held.key, state, encoded, 0.0))


class Keeping:
    """What a call adds to its case, to be written with its entry in the log."""

    __slots__ = ("_before", "_case", "_now", "changes", "subject")

    def __init__(self, case: Case, now: Held) -> None:
        """Write `now` if the store still holds what the call began from."""
        self._case = case
        self._before = case.held
        self._now = now
        self.subject = now.row.id
        self.changes = self._before.row.version != now.row.version

    def check(self, c: Connection) -> None:
        """Make sure that nobody changed the case meanwhile, nor the house its key.

        Raises:
            CaseChanged: somebody did; it is read anew when it is next opened.
        """
        before = self._before
        found = rows.version(c, before.row.id)
        same = (NEW if found is None else found) == before.row.version
        if same and before.house is not None:
            same = rows.house(c) in (None, before.house)
        if not same:
            self._case.cases.forget(before.row.id)
            raise CaseChanged()

    def write(self, c: Connection) -> None:
        """Write it, in the transaction in which it was checked."""
        before, row = self._before, self._now.row
        if before.house is not None:
            if rows.house(c) is None:
                rows.set_house(c, before.house)
            rows.add(c, row)
        elif row.version != before.row.version:
            rows.put(c, row)
        elif row != before.row:
            rows.touch(c, row.id, row.used, row.kept_s)

    def written(self) -> None:
        """Remember it as it was written, once the transaction is over."""
        row = self._now.row._replace(mapping=b"")
        until = time.monotonic() + OPEN_S
        self._case.is_kept = True
        self._case.cases.keep(msgspec.structs.replace(self._now, row=row, until=until))


def check_name(name: str) -> None:
    """Make sure that a case can be named so.

    Raises:
        FieldInvalid: it is empty, too long, or holds what nobody can see.
    """
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or name != name.strip():
        raise FieldInvalid(
            f"X-Bernard-Case: Name the case in 1 to {LONGEST_NAME} characters that can be seen.",
            "#/X-Bernard-Case",
        )


def _state(encoded: bytes) -> State:
    try:
        return decode(encoded)
    except InputInvalid as error:
        raise CaseDamaged() from error


def _bound_to(id: str, version: int) -> bytes:
    return f"bernard case\0{id}\0{version}".encode()
