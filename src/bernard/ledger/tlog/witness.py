"""The witness: it cosigns a log's checkpoint when that extends the last one it saw.

A witness that keeps its memory cannot be brought to sign two histories of one log. What it hears
and answers is bytes; a server carries them.

Source: C2SP tlog-witness, https://c2sp.org/tlog-witness.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import NamedTuple

from bernard.errors import Busy, InputInvalid, LogBroken
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.checkpoint import Checkpoint, is_witness_key, parse_number
from bernard.ledger.tlog.keys import Algorithm, SignerKey, VerifierKey
from bernard.ledger.tlog.note import Note, decode_hashes, encode64, parse_signature
from bernard.ledger.tlog.proofs import consistency_holds
from bernard.ledger.tlog.tree import EMPTY_ROOT
from bernard.ledger.tlog.witness_memory import Memory, Seen

MOST_HASHES = 63
PATH = "/add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
_TEXT_TYPE = "text/plain; charset=utf-8"
_OLD = "old "
_ATTEMPTS = 3


class Submission(NamedTuple):
    """What a log sends to a witness: the size it last cosigned, the proof, the checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: Note

    def __bytes__(self) -> bytes:
        """The body of the request."""
        proof = "".join(f"{encode64(hash)}\n" for hash in self.proof)
        return f"{_OLD}{self.old}\n{proof}\n{self.checkpoint}".encode()


class Answer(NamedTuple):
    """What a witness answers.

    Attributes:
        body: cosignature lines, or the size last seen, or why not.
        forked: whether the log signed two histories, which is worth keeping as evidence.
    """

    status: HTTPStatus
    body: str
    media_type: str = _TEXT_TYPE
    forked: bool = False


def parse_submission(body: bytes) -> Submission:
    """A request from its body.

    Raises:
        InputInvalid: it is not of the form that C2SP tlog-witness asks for.
    """
    try:
        head, empty, checkpoint = body.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise InputInvalid("The request is not UTF-8.") from error
    lines = head.split("\n")
    if not empty or not lines[0].startswith(_OLD) or len(lines) > MOST_HASHES + 1:
        raise InputInvalid("The request is not an old size, a proof and a checkpoint.")
    old = parse_number(lines[0].removeprefix(_OLD))
    return Submission(old, decode_hashes(lines[1:]), notes.parse(checkpoint))


def cosign(note: Note, answer: str, witnesses: Iterable[VerifierKey]) -> Note:
    """The note with the cosignatures of an answer that are by these witnesses and hold.

    Raises:
        LogBroken: none of them is.
        InputInvalid: the answer is not lines of signatures.
    """
    lines = answer.split("\n")
    if lines.pop() or not lines:
        raise InputInvalid("The witness did not answer with signature lines.")
    given = Note(note.text, tuple(parse_signature(line) for line in lines))
    signed = {(key.name, key.key_id) for key in notes.check(given, witnesses)}
    kept = [s for s in given.signatures if (s.name, s.key_id) in signed]
    if not kept:
        raise LogBroken("The answer holds no cosignature of a witness that is known here.")
    old = [s for s in note.signatures if (s.name, s.key_id) not in signed]
    return Note(note.text, (*old, *kept))


class Witness:
    """Cosigns checkpoints of the logs that it was told of; any thread may use it."""

    def __init__(
        self,
        signers: Iterable[SignerKey],
        logs: Iterable[VerifierKey],
        memory: Memory,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Watch these logs.

        Args:
            signers: the witness's keys; each of them cosigns.
            logs: the keys of the logs, each named by its log's origin; several may share one.

        Raises:
            InputInvalid: a key is of the wrong kind.
        """
        self._signers = tuple(signers)
        self._logs: dict[str, list[VerifierKey]] = {}
        for key in logs:
            self._logs.setdefault(key.name, []).append(key)
        self._memory = memory
        self._clock = clock
        if not self._signers or not all(is_witness_key(key.verifier) for key in self._signers):
            raise InputInvalid("A witness needs a key that makes cosignatures.")
        if any(key.algorithm is not Algorithm.ED25519 for key in self._logs_keys()):
            raise InputInvalid("The key of a log makes signatures, not cosignatures.")

    def add_checkpoint(self, body: bytes) -> Answer:
        """The answer to a request; a cosigned checkpoint is in the memory before this returns.

        Raises:
            Busy: others submitted for the same log without a pause.
        """
        try:
            submission = parse_submission(body)
            origin = submission.checkpoint.text.split("\n", 1)[0]
            checkpoint = self._opened(submission.checkpoint, origin)
        except InputInvalid as error:
            return Answer(HTTPStatus.BAD_REQUEST, f"{error}\n")
        except LogBroken as error:
            return Answer(HTTPStatus.FORBIDDEN, f"{error}\n")
        if checkpoint is None:
            return Answer(HTTPStatus.NOT_FOUND, f"The log {origin!r} is not watched here.\n")
        for _ in range(_ATTEMPTS):
            seen = self._memory.last_seen(origin)
            refusal = _refusal(submission, checkpoint, seen)
            if refusal:
                return refusal
            new = Seen(checkpoint.size, checkpoint.root, str(submission.checkpoint))
            if self._memory.replace(origin, seen, new):
                return Answer(HTTPStatus.OK, self._cosignatures(checkpoint.text))
        raise Busy()

    def _opened(self, note: Note, origin: str) -> Checkpoint | None:
        keys = self._logs.get(origin)
        if keys is None:
            return None
        if not notes.check(note, keys):
            raise LogBroken(f"The checkpoint is not signed by {origin!r}.")
        return Checkpoint.parse(note.text)

    def _cosignatures(self, text: str) -> str:
        signed = notes.sign(text, self._signers, int(self._clock()))
        return "".join(signature.line for signature in signed.signatures)

    def _logs_keys(self) -> list[VerifierKey]:
        return [key for keys in self._logs.values() for key in keys]


def _refusal(submission: Submission, checkpoint: Checkpoint, seen: Seen | None) -> Answer | None:
    """Why the checkpoint is not cosigned, None where it is."""
    old = seen.size if seen else 0
    if submission.old > checkpoint.size:
        return Answer(HTTPStatus.BAD_REQUEST, "The old size is more than the checkpoint's.\n")
    if submission.old != old:
        return Answer(HTTPStatus.CONFLICT, f"{old}\n", SIZE_TYPE)
    root = seen.root if seen else EMPTY_ROOT
    if old == checkpoint.size and root != checkpoint.root:
        return Answer(HTTPStatus.CONFLICT, f"{old}\n", SIZE_TYPE, forked=True)
    if not consistency_holds(old, checkpoint.size, submission.proof, root, checkpoint.root):
        reason = f"The proof does not show that the log extends its first {old} entries.\n"
        # Of the very checkpoint that was cosigned, a false proof says nothing about the log.
        return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, reason, forked=0 < old < checkpoint.size)
    return None
