"""The recorder: entries of the log, and what they take from budgets, in one transaction a group.

Calls do not wait for one another's flush. One thread takes all that waits, writes it as one group,
and wakes them; while it writes, the next group gathers. The intents of a group and their budgets
are in one transaction, so neither can be there without the other, whatever is killed when.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future

from msgspec.structs import replace
from sqlalchemy import Connection

from bernard.accounts import budgets
from bernard.accounts.budgets import Budgets, Charge
from bernard.agreements.schema import TimeStep
from bernard.errors import (
    Busy,
    CaseChanged,
    Error,
    LogBroken,
    LogKeyInvalid,
    LogUnwritable,
    StoreUnavailable,
)
from bernard.gateway.waiting import Beside, Waiting, answer
from bernard.ledger import Entry, Logged, StoredLedger
from bernard.ledger.publicity import DEFAULT, OPEN, Private
from bernard.ledger.vocabulary import check, fitted
from bernard.ledger.writing import Writer
from bernard.store.database import Store
from bernard.store.entries import lock

# A transaction is kept short enough for others who write to wait for.
MOST_AT_ONCE = 1024
# How long outcomes wait for an intent to be written with, so that a call takes one group, not two.
LINGER_S = 0.02
# How long outcomes wait for a disk that takes nothing, where no new call asks before.
RETRY_S = 1.0
# Intents remembered until their outcome; a call that never ends must not fill the memory.
MOST_OPEN = 100_000
_FORGET_EVERY_MIN = 60
# An outcome holds nothing that a caller wrote.
_MAY_HOLD_WORDS = frozenset({"intent", "refusal"})

_log = logging.getLogger(__name__)


class Recorder:
    """Writes entries in groups; any thread and any event loop may use it."""

    def __init__(
        self,
        store: Store,
        ledger: StoredLedger,
        *,
        max_waiting: int = 10_000,
        clock: Callable[[], float] = time.time,
        time: TimeStep = DEFAULT,
    ) -> None:
        """Write into this ledger and its store, from a thread that starts now.

        Args:
            max_waiting: entries that may wait; a call beyond that is told to come back.
            time: how coarse the time in an entry is where no agreement says.
        """
        self._store = store
        self.writer = Writer(ledger, time)
        self._max_waiting = max_waiting
        self._clock = clock
        self._waiting: list[Waiting] = []
        self._held: list[Waiting] = []
        self._open: dict[int, tuple[int, Sequence[Charge]]] = {}
        self._forgotten = 0
        self._closed = self._failing = False
        self._bell = threading.Condition(threading.Lock())
        self._urgent = self._asleep = False
        self._to_ring: set[asyncio.AbstractEventLoop] = set()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    async def intent(
        self,
        entry: Entry,
        charges: Sequence[Charge] = (),
        *,
        beside: Beside | None = None,
        private: Private = OPEN,
        durable: bool = True,
    ) -> Logged:
        """Write an intent and take what it charges; both are in the store when this returns.

        A caller that is cancelled while it waits has sent nothing: an outcome says so, and gives
        back what was taken.

        Args:
            beside: what is written with it, or neither is. Where there is no room it is not.
            private: what of it is not to be public.
            durable: on the disk too, so that a power cut cannot lose it; without it, it outlasts a
                killed program.

        Raises:
            CaseChanged: what was to be written beside it does not fit what is there now.
            OverBudget: a limit leaves no room. A refusal is in the log in place of the intent.
            Busy: too many are waiting; nothing was written.
            LogUnwritable: it could not be written.
        """
        return await self._wait(entry, charges, durable, beside, private)

    async def refusal(
        self, entry: Entry, *, private: Private = OPEN, durable: bool = True
    ) -> Logged:
        """Write a refusal; it is in the log when this returns.

        Raises:
            Busy: too many are waiting; nothing was written.
            LogUnwritable: it could not be written.
        """
        return await self._wait(entry, (), durable, None, private)

    def intent_now(
        self, entry: Entry, charges: Sequence[Charge] = (), *, durable: bool = True
    ) -> Logged:
        """As `intent`, for a thread that may block."""
        future: Future[Logged] = Future()
        self._put(Waiting(entry, charges, durable=durable, future=future))
        return future.result()

    def refusal_now(self, entry: Entry, *, durable: bool = True) -> Logged:
        """As `refusal`, for a thread that may block."""
        return self.intent_now(entry, durable=durable)

    def event_now(self, entry: Entry, private: Private = OPEN) -> Logged:
        """Write what is no call: a review, a publication, a reconciliation, an evaluation.

        It is on the disk when this returns. For a thread that may block.

        Raises:
            InputInvalid: it holds a word that its vocabulary has not.
            Busy, LogUnwritable: nothing was written.
        """
        check(entry)
        future: Future[Logged] = Future()
        self._put(Waiting(entry, private=private, future=future))
        return future.result()

    def outcome(self, entry: Entry, settle: Sequence[Charge] = (), private: Private = OPEN) -> None:
        """Queue an outcome, which is written with the next group.

        Where the disk takes nothing it is kept and tried again.

        Args:
            settle: for each charge of the intent, what was used less what was taken
                (`Charge.less`); `calls` is 0 where the call was made.
        """
        with self._bell:
            item = Waiting(entry, settle=settle, private=private, durable=False)
            self._waiting.append(item)
            if self._asleep:
                self._bell.notify()

    def outcome_now(self, entry: Entry, settle: Sequence[Charge] = ()) -> Logged:
        """Write an outcome; it is in the log when this returns. For a thread that may block."""
        future: Future[Logged] = Future()
        self._put(Waiting(entry, settle=settle, durable=False, future=future))
        return future.result()

    @property
    def waiting(self) -> int:
        """How many entries wait to be written."""
        return len(self._waiting) + len(self._held)

    def close(self) -> None:
        """Write what waits, then stop; what comes later is refused as `LogUnwritable`."""
        with self._bell:
            self._closed = True
            self._bell.notify()
        self._thread.join()

    async def _wait(
        self,
        entry: Entry,
        charges: Sequence[Charge],
        durable: bool,
        beside: Beside | None,
        private: Private,
    ) -> Logged:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Logged] = loop.create_future()
        item = Waiting(
            entry,
            charges,
            beside=beside,
            private=private,
            durable=durable,
            future=future,
            loop=loop,
        )
        self._put(item)
        try:
            return await future
        except asyncio.CancelledError:
            # It may come in the moment between the answer and its arrival.
            if not future.cancelled():
                self._undo(item)
            raise

    def _put(self, item: Waiting) -> None:
        with self._bell:
            if self._closed:
                raise LogUnwritable("Bernard is closing, so the call was not made. Try again.")
            if len(self._waiting) >= self._max_waiting:
                raise Busy()
            self._waiting.append(item)
        if item.loop is None:
            self._ring()
        elif item.loop not in self._to_ring:
            # Only when the loop has done what it has in hand, so that calls which came together
            # are one group: rung at the first, the thread would take that one alone.
            self._to_ring.add(item.loop)
            item.loop.call_soon(self._ring, item.loop)

    def _ring(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        """Have written what waits, as soon as what is being written now is done."""
        if loop:
            self._to_ring.discard(loop)
        with self._bell:
            if self._waiting and not self._urgent:
                self._urgent = True
                self._bell.notify()

    def _run(self) -> None:
        try:
            while (group := self._next()) is not None:
                if group:
                    self._write(group)
        finally:
            self._end()

    def _end(self) -> None:
        """Leave nobody waiting, also where the thread ends by a fault: then no call is made."""
        with self._bell:
            self._closed = True
            left, self._waiting = self._waiting, []
        waiters = [item for item in left if item.future]
        self._answer_all(waiters, LogUnwritable("The log is closed, so the call was not made."))
        lost = len(self._held) + len(left) - len(waiters)
        if lost:
            _log.error("%d outcomes could not be written before the end", lost)

    def _next(self) -> list[Waiting] | None:
        """What is to be written now, None at the end."""
        with self._bell:
            if not self._waiting and not self._closed:
                self._asleep = True
                self._bell.wait(RETRY_S if self._held else None)
                self._asleep = False
            if not self._urgent and not self._closed:
                self._bell.wait(LINGER_S)
            taken, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            self._urgent = bool(self._waiting)
            if self._closed and not taken and not self._held:
                return None
        held, self._held = self._held, []
        group = held + [item for item in taken if self._fit(item)]
        if self._closed and not taken:
            self._write(group)
            return None
        return group

    def _fit(self, item: Waiting) -> bool:
        """Whether somebody still waits for it and it can be written; its words are looked at."""
        if item.future and item.future.cancelled():
            return False
        try:
            if item.entry.event in _MAY_HOLD_WORDS:
                item.entry = fitted(item.entry)
        except (TypeError, ValueError) as error:
            _log.warning("An entry holds what cannot be written: %s", type(error).__name__)
            self._answer_all([item], LogUnwritable("The entry holds what cannot be written."))
            return False
        return True

    def _write(self, group: list[Waiting]) -> None:
        try:
            self._commit(group)
        except (StoreUnavailable, LogKeyInvalid, LogBroken) as error:
            self._fail(group, error)
        except Exception as error:
            if len(group) > 1:
                # One of them has something that the database does not take: the others go on.
                for item in group:
                    self._write([item])
                return
            _log.exception("An entry could not be written")
            self._answer_all(
                group, error if isinstance(error, Error) else LogUnwritable(str(error))
            )
        else:
            if self._failing:
                _log.warning("The log can be written again.")
            self._failing = False
            self._answer_all(group)

    def _commit(self, group: list[Waiting]) -> None:
        for item in group:
            # It may be the second time, with what refused it the first time gone.
            item.draft, item.over, item.unwritten = item.entry, None, None
        with self._store.write(durable=any(item.durable for item in group)) as c:
            going = _checked(c, group)
            minute = self._take(c, going)
            logged = self.writer.write(c, going)
            for item in going:
                if item.beside and not item.over:
                    item.beside.write(c)
        for item, entry in zip(going, logged, strict=True):
            item.logged = entry
            if item.beside and not item.over:
                item.beside.written()
            if item.over:
                item.over.entry = entry.number
            if item.charges and not item.over:
                self._open[entry.number] = (minute, item.charges)
            elif item.entry.of is not None:
                self._open.pop(item.entry.of, None)
        while len(self._open) > MOST_OPEN:
            del self._open[next(iter(self._open))]

    def _take(self, c: Connection, group: Iterable[Waiting]) -> int:
        charging = [item for item in group if item.charges]
        settling = [item for item in group if item.settle]
        if not charging and not settling:
            return 0
        # Before anything is read, so that no other process takes the same room.
        lock(c)
        books = Budgets(c, now := self._clock())
        for item in settling:
            minute, estimates = self._open.get(item.entry.of or 0, (int(now) // 60, ()))
            books.settle(item.settle, minute, estimates)
        books.read(item.charges for item in charging)
        for item in charging:
            over = books.take(item.charges)
            if over:
                item.refuse(over)
        books.write()
        if books.minute - self._forgotten >= _FORGET_EVERY_MIN:
            self._forgotten = books.minute
            budgets.forget_old(c, books.minute)
        return books.minute

    def _fail(self, group: Iterable[Waiting], error: Error) -> None:
        """What takes no entry now may take them later: outcomes are kept until then."""
        if not self._failing:
            _log.warning("The log cannot be written, so no call is made. %s", error)
        self._failing = True
        waiters = [item for item in group if item.future]
        self._held += [item for item in group if not item.future]
        del self._held[: max(0, len(self._held) - MOST_OPEN)]
        if isinstance(error, StoreUnavailable):
            unwritable = LogUnwritable(f"The log could not be written. {error}")
            unwritable.__cause__ = error
            error = unwritable
        self._answer_all(waiters, error)

    def _answer_all(self, group: Iterable[Waiting], error: Error | None = None) -> None:
        """Wake the waiters: each event loop once for all of its own."""
        by_loop: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}
        blocked = []
        for item in group:
            if item.loop:
                by_loop.setdefault(item.loop, []).append(item)
            elif item.future:
                blocked.append(item)
        for loop, items in by_loop.items():
            try:
                loop.call_soon_threadsafe(self._answer_in_loop, items, error)
            except RuntimeError:  # The loop is closed, so nobody waits any more.
                for item in items:
                    self._undo(item)
        answer(blocked, error)

    def _answer_in_loop(self, items: Iterable[Waiting], error: Error | None) -> None:
        gone = [item for item in items if item.future and item.future.cancelled()]
        answer(items, error)
        for item in gone:
            self._undo(item)

    def _undo(self, item: Waiting) -> None:
        """Say of an intent that nobody waited for that nothing was sent, and give back its charges."""
        if item.logged is None or item.over or item.entry.event != "intent":
            return
        stopped = Entry("outcome", int(self._clock()), of=item.logged.number, outcome="stopped")
        nothing = [Charge(charge.account, calls=0).less(charge) for charge in item.charges]
        self.outcome(stopped, nothing, replace(item.private, salt=b"", until=None))


def _checked(c: Connection, group: list[Waiting]) -> list[Waiting]:
    """Those that can be written with what belongs beside them."""
    if not any(item.beside for item in group):
        return group
    # As for budgets: what is read here must be so until the end of the transaction.
    lock(c)
    going: list[Waiting] = []
    changed: set[str] = set()
    for item in group:
        beside = item.beside
        try:
            if beside and beside.changes:
                if beside.subject in changed:
                    raise CaseChanged()
                beside.check(c)
                changed.add(beside.subject)
            elif beside:
                beside.check(c)
            going.append(item)
        except StoreUnavailable:
            raise
        except Error as error:
            item.unwritten = error
    return going
