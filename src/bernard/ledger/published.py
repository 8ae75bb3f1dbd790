"""The log as it is published: the checkpoint that others have seen, and what the store owes to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from bernard.errors import InputInvalid, LogBroken, LogUnwritable, NotFound
from bernard.ledger.tlog import (
    At,
    Checkpoint,
    Note,
    Policy,
    Receipt,
    VerifierKey,
    check_receipt,
    consistency_holds,
    files_in,
    open_checkpoint,
)
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.files import CHECKPOINT


class Source(Protocol):
    """The log that is published; `StoredLedger` is one."""

    @property
    def vkey(self) -> str:
        """The public key that it is signed with."""
        ...

    def checkpoint(self) -> Note:
        """The newest checkpoint that is on the disk; NotFound while the log is empty."""
        ...

    def tile(self, at: At) -> bytes:
        """The hashes of a tile."""
        ...

    def bodies(self, start: int, end: int) -> list[bytes]:
        """The entries from one number up to another."""
        ...

    def consistency(self, old: int, new: int) -> Sequence[bytes]:
        """The proof that the log of `new` entries extends the one of `old`."""
        ...

    def receipt(self, number: int, checkpoint: Note | None = None) -> Receipt:
        """Proof that an entry is in the log."""
        ...


def checkpoint_in(folder: Path) -> Note | None:
    """The published checkpoint, None before the first.

    Raises:
        LogBroken: it is none.
        LogUnwritable: the folder cannot be read.
    """
    try:
        return notes.parse(files_in(folder).checkpoint())
    except NotFound:
        return None
    except InputInvalid as error:
        raise LogBroken(
            f"The published checkpoint, {str(folder / CHECKPOINT)!r}, cannot be read: {error} "
            "Put back the file from a copy, such as one that a witness kept."
        ) from error
    except OSError as error:
        raise LogUnwritable(f"{str(folder)!r} cannot be read. {error}") from error


def size_of(note: Note) -> int:
    """How many entries a checkpoint is of."""
    return Checkpoint.parse(note.text).size


def check_extends(log: Source, folder: Path, note: Note) -> None:
    """Refuse where the store does not extend the checkpoint that was published in the folder.

    Raises:
        LogBroken: an old backup was restored, or the folder is another log's.
    """
    origin = note.text.split("\n", 1)[0]
    key = VerifierKey.parse(log.vkey)
    if origin != key.name:
        raise LogBroken(
            f"{str(folder)!r} holds the log {origin!r}, and this one is {key.name!r}. Keep that "
            "folder as it is, and set BERNARD_LEDGER_FOLDER to another one."
        )
    before = open_checkpoint(note, key)
    try:
        now = Checkpoint.parse(log.checkpoint().text)
    except NotFound:
        now = Checkpoint(origin, 0, b"")
    if not _extends(log, before, now):
        raise not_extended(before.size, now.size, folder)


def receipt_of(log: Source, folder: Path, number: int) -> Receipt:
    """Proof that an entry is in the log, under the published checkpoint as soon as it covers it.

    Raises:
        LogBroken: an old backup was restored, so the store does not have what was published.
        NotFound: there is no such entry.
    """
    published = checkpoint_in(folder)
    if published is None or number >= size_of(published) or not _is_of(log, published):
        return log.receipt(number)
    try:
        receipt = log.receipt(number, published)
        [body] = log.bodies(number, number + 1) or [b""]
        check_receipt(receipt, body, Policy(logs=[VerifierKey.parse(log.vkey)]))
    except LogBroken:
        # Rather than which hash is not there, why.
        check_extends(log, folder, published)
        raise
    return receipt


def _is_of(log: Source, note: Note) -> bool:
    return note.text.split("\n", 1)[0] == VerifierKey.parse(log.vkey).name


def _extends(log: Source, before: Checkpoint, now: Checkpoint) -> bool:
    if before.size > now.size:
        return False
    proof = log.consistency(before.size, now.size)
    return consistency_holds(before.size, now.size, proof, before.root, now.root)


def not_extended(published: int, here: int, folder: Path) -> LogBroken:
    """What is said where the store holds less than others have seen, or something else."""
    return LogBroken(
        f"{published} entries of the log are published in {str(folder)!r}, and the {here} in this "
        "database do not extend them: an older backup may have been restored. To go on under the same "
        "name would show two histories. Put back the newest database; where it is lost, keep that "
        "folder as evidence, run `bernard ledger renew` to go on as a new log, and set "
        "BERNARD_LEDGER_FOLDER to another folder."
    )
