"""An entry that waits for the recorder, and who waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

from msgspec.structs import replace
from sqlalchemy import Connection

from bernard.accounts.budgets import Charge, Over
from bernard.errors import Error, OverBudget
from bernard.ledger import Entry, Logged
from bernard.ledger.publicity import OPEN, Private
from bernard.ledger.reasons import BUDGET


class Beside(Protocol):
    """What is written in the transaction of an entry, or the entry is not.

    Attributes:
        subject: what it is about. Of those about one thing, a group takes one that changes it.
        changes: whether it does.
    """

    subject: str
    changes: bool

    def check(self, c: Connection) -> None:
        """Raise one of our errors where it cannot be written; then this entry alone is not."""
        ...

    def write(self, c: Connection) -> None:
        """Write it."""
        ...

    def written(self) -> None:
        """Hear that the transaction is over and it is in the store."""
        ...


class Waiting:
    """An entry that waits to be written, and who waits for it.

    Attributes:
        draft: what is written: the entry, or a refusal in its place.
    """

    __slots__ = (
        "_private", "beside", "charges", "draft", "durable", "entry", "future", "logged", "loop",
        "over", "settle", "unwritten"
    )  # fmt: skip

    def __init__(
        self,
        entry: Entry,
        charges: Sequence[Charge] = (),
        *,
        settle: Sequence[Charge] = (),
        beside: Beside | None = None,
        private: Private = OPEN,
        durable: bool = True,
        future: asyncio.Future[Logged] | Future[Logged] | None = None,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.entry = self.draft = entry
        self.charges = charges
        self.settle = settle
        self.beside = beside
        self._private = private
        self.durable = durable
        self.future = future
        self.loop = loop
        self.logged: Logged | None = None
        self.over: OverBudget | None = None
        self.unwritten: Error | None = None

    def refuse(self, over: Over) -> None:
        """Write a refusal in place of the intent."""
        self.over = OverBudget(f"Nothing was sent. {over.sentence}", over.retry_after_s)
        reasons = (*self.entry.reasons, BUDGET)
        self.draft = replace(self.entry, event="refusal", reasons=reasons, content="")

    @property
    def private(self) -> Private:
        """What of it is not public; where nothing is sent there is nothing to commit to."""
        if self.over is None:
            return self._private
        return replace(self._private, salt=b"", until=None)


def answer(items: Iterable[Waiting], error: Error | None = None) -> None:
    """Wake those who wait, in the thread or the event loop that they wait in."""
    for item in items:
        future: Any = item.future
        if future is None or future.done():
            continue
        # Each has an error of its own, since raising one writes into it.
        found = type(error)(str(error)) if error else item.unwritten or item.over
        if found:
            if error:
                found.__cause__ = error.__cause__
            future.set_exception(found)
        else:
            future.set_result(item.logged)
