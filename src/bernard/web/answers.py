"""Answer the questions that wait in the store: one worker at a time each, and none is lost."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Self

import msgspec

from bernard.errors import Error, StoreUnavailable
from bernard.store import collections, conversations
from bernard.store.conversations import Turn
from bernard.store.sql import new_id
from bernard.tools import ask
from bernard.tools.ask.types import Answer

if TYPE_CHECKING:
    from bernard.assembly import Bernard

IDLE_S = 0.1
AGAIN_S = 1.0
# How often a draft is kept: often enough to read along, seldom enough to be no load.
DRAFT_S = 0.25
BROKEN = "Something went wrong in Bernard while it answered. Ask again."

log = logging.getLogger(__name__)


def work(bernard: Bernard, stop: threading.Event) -> None:
    """Answer waiting questions until `stop` is set; many processes may do so at once."""
    worker = new_id()
    while not stop.is_set():
        try:
            answered = answer_next(bernard, worker, stop)
        except StoreUnavailable as error:
            # The pages say so too; the question waits in the store, or its lease runs out.
            log.warning("The store is out of reach: %s", error)
            answered = False
            stop.wait(AGAIN_S)
        except Exception:
            # Nobody would answer any more if this thread ended; the question's lease runs out.
            log.exception("A question could not be taken up or its answer not be kept")
            answered = False
            stop.wait(AGAIN_S)
        if not answered:
            stop.wait(IDLE_S)


def answer_next(bernard: Bernard, worker: str, stop: threading.Event) -> bool:
    """Answer the question that has waited longest; False where none waits."""
    with bernard.store.read() as c:
        if not conversations.any_free(c):
            return False
    with bernard.store.write() as c:
        turn = conversations.claim(c, worker, bernard.store.lease_s)
    if turn is None:
        return False
    with _Draft(bernard, turn.id, worker, stop) as draft:
        result = _answer(bernard, turn, draft)
    with bernard.store.write(durable=True) as c:
        if isinstance(result, Answer):
            text = msgspec.json.encode(result).decode()
            conversations.finish(c, turn.id, worker, text)
        elif draft.is_stopped:
            conversations.hand_back(c, turn.id, worker)
        else:
            conversations.fail(c, turn.id, worker, result)
    return True


def _answer(bernard: Bernard, turn: Turn, draft: _Draft) -> Answer | str:
    """The answer, or why there is none."""
    try:
        with bernard.store.read() as c:
            conversation = conversations.get(c, turn.conversation)
            earlier = conversations.turns_of(c, turn.conversation)[: turn.number]
            mine = {own.id for own in collections.of_owner(c, conversation.owner)}
        return ask.ask(
            turn.question,
            bernard.library,
            bernard.gateway,
            [id for id in conversation.collections if id in mine],
            history=_history(earlier),
            on_text=draft.add,
            on_found=draft.begin_with,
        )
    except Error as error:
        return str(error)
    except _Stopping:
        return BROKEN
    except Exception:
        # A fault of ours: the person is told, and this worker lives to answer the next.
        log.exception("Turn %s could not be answered", turn.id)
        return BROKEN


def _history(earlier: list[Turn]) -> list[tuple[str, str]]:
    """The questions before this one with their answers, for those that have one."""
    return [
        (turn.question, msgspec.json.decode(turn.answer, type=Answer).answer)
        for turn in earlier
        if turn.answer
    ]


class _Stopping(BaseException):
    """This process is to stop, so the model must too. Not an error: nobody else may catch it."""


class _Draft:
    """What is written so far, kept in the store now and then by a thread that renews the lease."""

    def __init__(self, bernard: Bernard, turn: str, worker: str, stop: threading.Event) -> None:
        self._bernard, self._turn, self._worker, self._stop = bernard, turn, worker, stop
        self._found = ""
        self._pieces: list[str] = []
        self._ended = threading.Event()
        self._lost = False
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    @property
    def is_stopped(self) -> bool:
        """Whether the answer was given up because this process is to stop."""
        return self._stop.is_set()

    def begin_with(self, found: Answer) -> None:
        """Show the documents' own words until the model has written something."""
        self._found = found.answer

    def add(self, piece: str) -> None:
        """Take a piece of the answer as the model writes it."""
        if self._stop.is_set() or self._lost:
            raise _Stopping
        self._pieces.append(piece)

    def __enter__(self) -> Self:
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._keeper.join()

    def _keep(self) -> None:
        kept, renewed, lease_s = "", time.monotonic(), self._bernard.store.lease_s
        while not self._ended.wait(DRAFT_S):
            text = "".join(self._pieces) or self._found
            if text == kept and time.monotonic() - renewed < lease_s / 4:
                continue
            try:
                with self._bernard.store.write() as c:
                    mine = conversations.write_draft(c, self._turn, self._worker, text, lease_s)
            except StoreUnavailable as error:
                log.warning("A draft could not be kept: %s", error)
                continue
            self._lost = not mine
            kept, renewed = text, time.monotonic()
