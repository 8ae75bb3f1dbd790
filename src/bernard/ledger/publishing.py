"""Put the log where others read it: newest checkpoint, witnesses, static files; again and again."""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bernard.errors import (
    Busy,
    Error,
    InputInvalid,
    LogBroken,
    LogUnwritable,
    NotFound,
    TooFewWitnesses,
)
from bernard.ledger.tlog import (
    At,
    Checkpoint,
    Note,
    VerifierKey,
    consistency_holds,
    files_in,
    open_checkpoint,
    publish,
)
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.files import CHECKPOINT
from bernard.ledger.witnessing import Asked, Witnesses

_log = logging.getLogger(__name__)
# A log that nothing happens in is cosigned anew this often, so that it is seen to be watched.
FRESH_S = 3600.0
# An empty file beside the log's: whoever holds it publishes.
LOCK = ".publishing"
_LOOK_EVERY_S = 0.1


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


@dataclass(frozen=True)
class Published:
    """What is published.

    Attributes:
        size: how many entries.
        cosigned: names of the witnesses that cosigned, with the time each says.
        faults: of the others, why not.
        is_new: whether this time wrote it.
    """

    size: int = 0
    cosigned: dict[str, int] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    is_new: bool = False


class Publisher:
    """Publishes one log into one folder; many processes may have one, and take turns.

    Attributes:
        folder: where the static files are.
        fault: why the last try failed; empty where it did not.
        published: what the last try that did not fail found.
        at: when that was, seconds since 1970; 0 before the first.
    """

    def __init__(
        self,
        log: Source,
        folder: Path,
        witnesses: Witnesses | None = None,
        every_s: float = 10.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Publish this log here.

        Args:
            witnesses: that cosign it first, by a policy; None asks nobody.
            every_s: seconds between two tries.
        """
        self.folder = folder
        self.fault = ""
        self.published = Published()
        self.at = 0.0
        self._log = log
        self._witnesses = witnesses
        self._every_s = every_s
        self._clock = clock
        self._told: dict[str, str] = {}

    def check(self) -> None:
        """Refuse to go on where the store does not hold what others have seen of the log.

        Raises:
            LogBroken: an old backup was restored, or the folder is another log's.
        """
        before = self._before()
        if before is not None:
            self._check_extends(before)

    def publish(self, wait_s: float = 0.0) -> Published:
        """Publish the newest checkpoint, if it is not published yet.

        Args:
            wait_s: for another that publishes into the folder just now.

        Raises:
            Busy: another is still publishing.
            LogBroken: the store is not what was published.
            LogUnwritable: the folder cannot be written.
            TooFewWitnesses: the policy asks for more.
            StoreUnavailable: the store cannot be read.
        """
        with _alone(self.folder, wait_s):
            published = self._publish()
        self.published, self.at = published, self._clock()
        return published

    def work(self, stop: threading.Event) -> None:
        """Publish every few seconds until told to stop. What goes wrong is logged once."""
        while not stop.wait(self._every_s):
            self.turn()

    def turn(self) -> None:
        """One try, whose fault is kept in `fault` and logged where it is a new one."""
        try:
            faults = dict(self.publish().faults)
            self.fault = ""
        except Busy:
            return
        except Error as error:
            self.fault, faults = str(error), {}
        self._tell({**faults, "": self.fault} if self.fault else faults)

    def notes(self) -> dict[str, str]:
        """What is wrong, in words; empty where nothing is."""
        said = {"publishing": self.fault} if self.fault else {}
        faults = self.published.faults
        if faults:
            said["witnesses"] = "; ".join(f"{name}: {fault}" for name, fault in faults.items())
        return said

    def _publish(self) -> Published:
        before = self._before()
        try:
            checkpoint = self._log.checkpoint()
        except NotFound:
            if before:
                self._check_extends(before)
            return Published()
        if before and before.text == checkpoint.text and self._is_fresh(before):
            return self._as_it_stands(before)
        if before:
            self._check_extends(before)
        asked = self._cosigned(checkpoint)
        publish(self.folder, asked.note, self._log.tile, self._log.bodies)
        return Published(_size(checkpoint), asked.cosigned, asked.faults, is_new=True)

    def _cosigned(self, checkpoint: Note) -> Asked:
        if self._witnesses is None:
            return Asked(checkpoint, {}, {}, is_enough=True)
        asked = self._witnesses.ask(checkpoint, self._log.consistency)
        if not asked.is_enough:
            why = "; ".join(f"{name}: {fault}" for name, fault in asked.faults.items())
            raise TooFewWitnesses(
                f"{len(asked.cosigned)} witnesses cosigned the log and the policy asks for more, so it "
                f"was not published. {why}."
            )
        return asked

    def _is_fresh(self, before: Note) -> bool:
        """Whether what is published is enough by the policy, and of late."""
        if self._witnesses is None:
            return True
        seen = self._seen(before)
        enough = self._witnesses.policy.is_met(set(seen))
        return enough and self._clock() - min(seen.values(), default=0) < FRESH_S

    def _as_it_stands(self, before: Note) -> Published:
        seen = self._seen(before)
        left = {n: f for n, f in self.published.faults.items() if n not in seen}
        return Published(_size(before), seen, left)

    def _seen(self, note: Note) -> dict[str, int]:
        witnesses = self._witnesses.policy.witnesses if self._witnesses else {}
        signed = notes.check(note, witnesses.values())
        return {name: signed[key] for name, key in witnesses.items() if key in signed}

    def _before(self) -> Note | None:
        """The published checkpoint, None before the first."""
        try:
            return notes.parse(files_in(self.folder).checkpoint())
        except NotFound:
            return None
        except InputInvalid as error:
            raise LogBroken(
                f"The published checkpoint, {str(self.folder / CHECKPOINT)!r}, cannot be read: {error} "
                "Put back the file from a copy, such as one that a witness kept."
            ) from error
        except OSError as error:
            raise LogUnwritable(f"{str(self.folder)!r} cannot be read. {error}") from error

    def _check_extends(self, note: Note) -> None:
        origin = note.text.split("\n", 1)[0]
        key = VerifierKey.parse(self._log.vkey)
        if origin != key.name:
            raise LogBroken(
                f"{str(self.folder)!r} holds the log {origin!r}, and this one is {key.name!r}. Keep that "
                "folder as it is, and set BERNARD_LEDGER_FOLDER to another one."
            )
        before = open_checkpoint(note, key)
        try:
            now = Checkpoint.parse(self._log.checkpoint().text)
        except NotFound:
            now = Checkpoint(origin, 0, b"")
        if not self._extends(before, now):
            raise LogBroken(_restored(before.size, now.size, self.folder))

    def _extends(self, before: Checkpoint, now: Checkpoint) -> bool:
        if before.size > now.size:
            return False
        proof = self._log.consistency(before.size, now.size)
        return consistency_holds(before.size, now.size, proof, before.root, now.root)

    def _tell(self, faults: dict[str, str]) -> None:
        for name, fault in faults.items():
            if self._told.get(name) != fault:
                said = (
                    f"The witness {name!r} did not cosign" if name else "The log is not published"
                )
                _log.error("%s: %s", said, fault)
        if self._told and not faults:
            _log.warning("The log is published again.")
        self._told = faults


def _size(note: Note) -> int:
    return Checkpoint.parse(note.text).size


def _restored(published: int, here: int, folder: Path) -> str:
    return (
        f"{published} entries of the log are published in {str(folder)!r}, and the {here} in this "
        "database do not extend them: an older backup may have been restored. To go on under the same "
        "name would show two histories. Put back the newest database; where it is lost, keep that "
        "folder as evidence, run `bernard ledger renew` to go on as a new log, and set "
        "BERNARD_LEDGER_FOLDER to another folder."
    )


@contextmanager
def _alone(folder: Path, wait_s: float) -> Iterator[None]:
    """Hold the folder's lock, which goes with the process however that ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOCK).open("w") as file:
            _lock(file.fileno(), time.monotonic() + wait_s)
            yield
    except OSError as error:
        raise LogUnwritable(f"{str(folder)!r} cannot be written. {error}") from error


def _lock(handle: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise Busy("Another process is publishing the log just now.") from None
        time.sleep(_LOOK_EVERY_S)
