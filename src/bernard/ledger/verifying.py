"""Verify a log from its files: signatures, witnesses, every tile, every entry, and what was seen before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from bernard.errors import InputInvalid, LogBroken, NotFound
from bernard.ledger.audit import Audit, AuditReport
from bernard.ledger.tlog import (
    Checkpoint,
    LogFiles,
    Note,
    Policy,
    Prover,
    Verified,
    consistency_holds,
    verify_files,
)
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.checkpoint import cosigned_by
from bernard.ledger.tlog.durable import write_durably
from bernard.ledger.tlog.files import CHECKPOINT

_TELL_EVERY = 4096


@dataclass(frozen=True)
class Outcome:
    """What came of reading a log.

    Attributes:
        verified: what holds, and the first fault if any.
        report: what the entries say, as far as they were read.
        cosigned: the policy's witnesses that saw it, with the time each says.
        extends: the size seen before, 0 where none was.
        kept: where the contradicting checkpoint is kept, if there is one.
    """

    verified: Verified
    report: AuditReport
    cosigned: dict[str, int] = field(default_factory=dict)
    extends: int = 0
    kept: Path | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.verified.fault and self.report.holds


def verify_log(
    files: LogFiles,
    policy: Policy,
    seen: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Outcome:
    """Read the whole log and check it against its policy and what was seen of it before.

    Args:
        seen: a file, or a folder with a file for each log, that keeps the last checkpoint seen; it
            is written where the log holds, whatever its entries say.
        progress: is told the entries read so far, and how many there are.

    Raises:
        InputInvalid: what was seen before cannot be used.
        LogUnreachable: a file could not be had, which says nothing about the log.
    """
    data = files.checkpoint()
    origin, size = _claimed(data)
    path = seen_file(seen, origin) if seen and origin else None
    before = _read(path)
    audit = Audit()

    def look(number: int, body: bytes) -> str:
        if number % _TELL_EVERY == 0:
            progress(number, size)
        return audit.note(number, body)

    once = LogFiles(lambda at: data if at == CHECKPOINT else files.read(at))
    verified = verify_files(once, policy, before, look)
    kept = None
    if verified.fault:
        if path and before and _is_signed(data, policy) and _contradicts(before, data, files):
            kept = path.with_name(f"{path.name}.contradicted")
            _write(kept, data)
    elif path:
        _write(path, verified.checkpoint.encode())
    return Outcome(
        verified,
        audit.report(),
        cosigned_by(notes.parse(data), policy.witnesses) if not verified.fault else {},
        Checkpoint.parse(notes.parse(before).text).size if before else 0,
        kept,
    )


def seen_file(seen: Path, origin: str) -> Path:
    """Where the last checkpoint of this log is kept: the file itself, or one in the folder."""
    if not seen.is_dir():
        return seen
    return seen / f"{sha256(origin.encode()).hexdigest()[:16]}.checkpoint"


def _claimed(data: bytes) -> tuple[str, int]:
    """The origin and the size that a checkpoint claims; nothing is checked yet."""
    try:
        checkpoint = Checkpoint.parse(notes.parse(data).text)
    except InputInvalid:
        return "", 0
    return checkpoint.origin, checkpoint.size


def _read(path: Path | None) -> str:
    if path is None or not path.exists():
        return ""
    try:
        text = path.read_text(encoding="utf-8")
        Checkpoint.parse(notes.parse(text).text)
    except (OSError, UnicodeDecodeError, InputInvalid) as error:
        raise InputInvalid(
            f"What was seen last cannot be read from {str(path)!r}: {error} Name another file with "
            "--seen to begin anew."
        ) from error
    return text


def _write(path: Path, data: bytes) -> None:
    try:
        write_durably(path, data)
    except OSError as error:
        raise InputInvalid(
            f"{str(path)!r} cannot be written: {error.strerror}. Name another file with --seen."
        ) from error


def _contradicts(before: str, data: bytes, files: LogFiles) -> bool:
    """Whether two signed checkpoints are of two histories, and not the files merely damaged."""
    old, new = (Checkpoint.parse(notes.parse(text).text) for text in (before, data))
    if old.size >= new.size:
        return old.size > new.size or old.root != new.root
    try:
        proof = Prover(files.tile).consistency(old.size, new.size)
    except (LogBroken, NotFound):
        return False
    return not consistency_holds(old.size, new.size, proof, old.root, new.root)


def _is_signed(data: bytes, policy: Policy) -> bool:
    try:
        note: Note = notes.parse(data)
        return bool(notes.check(note, policy.logs))
    except (InputInvalid, LogBroken):
        return False
