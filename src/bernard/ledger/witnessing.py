"""Ask witnesses to cosign a checkpoint, all at once, and count those that did.

Source: C2SP tlog-witness, https://c2sp.org/tlog-witness.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from queue import Empty, SimpleQueue
from typing import NamedTuple, Protocol

from bernard.errors import Error, InputInvalid, LogBroken, LogUnreachable
from bernard.ledger.addresses import check_address
from bernard.ledger.tlog import Checkpoint, Note, Policy, Submission, VerifierKey, cosign
from bernard.ledger.tlog.checkpoint import cosigned_by, parse_number
from bernard.ledger.tlog.witness import PATH

MOST_ANSWER_BYTES = 64 * 1024
_TRIES = 3
# What the others may take still, when enough have cosigned.
GRACE_S = 1.0


class Web(Protocol):
    """Whoever carries what is asked; `WebClient` does."""

    def post(self, url: str, body: bytes, most_bytes: int) -> tuple[int, bytes]:
        """Status and body of the answer. Raises LogUnreachable."""
        ...


Consistency = Callable[[int, int], Sequence[bytes]]
_REASONS: dict[int, str] = {
    HTTPStatus.NOT_FOUND: "it does not watch this log: give it the key that `bernard ledger key` prints",
    HTTPStatus.FORBIDDEN: "it does not take the log's signature: give it the key that `bernard "
    "ledger key` prints",
    HTTPStatus.UNPROCESSABLE_ENTITY: "it says that the log no longer extends what it cosigned",
}


@dataclass(frozen=True)
class Asked:
    """What came of asking.

    Attributes:
        note: the checkpoint with the cosignatures that came.
        cosigned: names of the witnesses that cosigned, with the time each says.
        faults: of the others, by name, why not.
        is_enough: whether the policy is met.
    """

    note: Note
    cosigned: dict[str, int]
    faults: dict[str, str]
    is_enough: bool


@dataclass
class _Desk:
    """One address with the keys that answer there, and the size that it cosigned last."""

    url: str
    keys: dict[str, VerifierKey] = field(default_factory=dict)
    size: int = 0
    thread: threading.Thread | None = None

    @property
    def is_busy(self) -> bool:
        return self.thread is not None and self.thread.is_alive()


class _Answered(NamedTuple):
    desk: _Desk
    note: Note | None
    fault: str = ""


class Witnesses:
    """The witnesses of a policy."""

    def __init__(self, policy: Policy, web: Web, within_s: float = 15.0) -> None:
        """Ask those that the policy has an address for.

        Raises:
            InputInvalid: an address cannot be used, or those with one are not enough.
        """
        self.policy = policy
        self._web = web
        self._within_s = within_s
        self._proving = threading.Lock()
        self._desks = _desks(policy)
        reachable = {name for desk in self._desks for name in desk.keys}
        if not policy.is_met(reachable):
            raise InputInvalid(
                "The policy asks for more witnesses than it gives addresses of. Write the address of "
                "each at the end of its line."
            )

    def ask(self, checkpoint: Note, consistency: Consistency) -> Asked:
        """Have the checkpoint cosigned; returns soon after enough have, and in any case in time.

        Args:
            checkpoint: signed by the log.
            consistency: the proof that the log of one size extends the one of another.
        """
        answers: SimpleQueue[_Answered] = SimpleQueue()
        faults: dict[str, str] = {}
        note = checkpoint
        asked = [desk for desk in self._desks if not desk.is_busy]
        for desk in self._desks:
            why = "it has not answered yet" if desk.is_busy else "it did not answer in time"
            faults |= dict.fromkeys(desk.keys, why)
        for desk in asked:
            self._start(desk, checkpoint, consistency, answers)
        end, is_enough = time.monotonic() + self._within_s, False
        for _ in asked:
            try:
                answer = answers.get(timeout=max(0.0, end - time.monotonic()))
            except Empty:
                break
            if answer.note is None:
                faults |= dict.fromkeys(answer.desk.keys, answer.fault)
                continue
            note = Note(note.text, (*note.signatures, *answer.note.signatures))
            if not is_enough and self._is_met(note):
                is_enough = True
                end = min(end, time.monotonic() + GRACE_S)
        cosigned = cosigned_by(note, self.policy.witnesses)
        left = {name: fault for name, fault in faults.items() if name not in cosigned}
        return Asked(note, cosigned, left, self.policy.is_met(set(cosigned)))

    def _is_met(self, note: Note) -> bool:
        return self.policy.is_met(set(cosigned_by(note, self.policy.witnesses)))

    def _start(
        self,
        desk: _Desk,
        checkpoint: Note,
        consistency: Consistency,
        answers: SimpleQueue[_Answered],
    ) -> None:
        def run() -> None:
            try:
                answers.put(_Answered(desk, self._cosigned(desk, checkpoint, consistency)))
            except Error as error:
                answers.put(_Answered(desk, None, str(error)))

        # A daemon: a server that never ends its answer must not keep the program from ending.
        desk.thread = threading.Thread(target=run, name=f"witness {desk.url}", daemon=True)
        desk.thread.start()

    def _cosigned(self, desk: _Desk, checkpoint: Note, consistency: Consistency) -> Note:
        """The new cosignatures alone. Any error of ours says why there are none."""
        now = Checkpoint.parse(checkpoint.text)
        for _ in range(_TRIES):
            with self._proving:
                proof = tuple(consistency(desk.size, now.size))
            body = bytes(Submission(desk.size, proof, checkpoint))
            status, answer = self._web.post(desk.url + PATH, body, MOST_ANSWER_BYTES)
            if status == HTTPStatus.CONFLICT:
                desk.size = _size_seen(answer, desk.size, now.size)
                continue
            if status != HTTPStatus.OK:
                raise LogUnreachable(_REASONS.get(status, f"it answered {status}"))
            signed = cosign(Note(checkpoint.text, ()), _text(answer), desk.keys.values())
            desk.size = now.size
            return signed
        raise LogUnreachable("it names another size each time that it is asked")


def _desks(policy: Policy) -> list[_Desk]:
    desks: dict[str, _Desk] = {}
    for name, key in policy.witnesses.items():
        if key in policy.urls:
            url = check_address(policy.urls[key])
            desks.setdefault(url, _Desk(url)).keys[name] = key
    return list(desks.values())


def _size_seen(answer: bytes, said: int, size: int) -> int:
    """The size that the witness cosigned last, to prove from."""
    try:
        seen = parse_number(_text(answer).removesuffix("\n"))
    except InputInvalid as error:
        raise LogUnreachable("it does not say which size it cosigned last") from error
    if seen > size:
        raise LogBroken(
            f"it has cosigned {seen} entries of this log, and was shown {size}: an old backup may have "
            "been restored, unless another machine has just published more"
        )
    if seen == said:
        raise LogBroken(
            f"it has cosigned another log of {seen} entries under this name: two histories were shown"
        )
    return seen


def _text(answer: bytes) -> str:
    try:
        return answer.decode()
    except UnicodeDecodeError as error:
        raise InputInvalid("its answer is not UTF-8") from error
