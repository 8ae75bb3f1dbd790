"""Put the log where others read it: newest checkpoint, witnesses, static files; again and again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bernard.errors import (
    Busy,
    Error,
    NotFound,
    SettingInvalid,
    TooFewWitnesses,
)
from bernard.ledger.folder_lock import alone_in
from bernard.ledger.published import Source, check_extends, checkpoint_in, size_of
from bernard.ledger.tlog import Note, VerifierKey, publish
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.files import CHECKPOINT
from bernard.ledger.witnessing import Asked, Witnesses
from bernard.look.words import plural

_logger = logging.getLogger(__name__)
# A log that nothing happens in is cosigned anew this often, so that it is seen to be watched.
FRESH_S = 3600.0
STOP_WITHIN_S = 5.0


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
        log: what is published.
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
        self.log = log
        self._witnesses = witnesses
        self._every_s = every_s
        self._clock = clock
        self._told: dict[str, str] = {}
        self._mine = 0
        self._asked = 0.0

    def check(self) -> None:
        """Refuse to go on where the store does not hold what others have seen of the log.

        Raises:
            LogBroken: an old backup was restored, or the folder is another log's.
        """
        before = checkpoint_in(self.folder)
        if before is not None:
            check_extends(self.log, self.folder, before)

    def publish(
        self, wait_s: float = 0.0, *, anew: bool = False, without_witnesses: bool = False
    ) -> Published:
        """Publish the newest checkpoint, if it is not published yet.

        Args:
            wait_s: for another that publishes into the folder just now.
            anew: also if it is, which shows that the witnesses are there.
            without_witnesses: replace a checkpoint that was cosigned by one that is not.

        Raises:
            Busy: another is still publishing.
            LogBroken: the store is not what was published.
            LogUnwritable: the folder cannot be written.
            SettingInvalid: no policy is set, and witnesses cosigned what is published.
            TooFewWitnesses: the policy asks for more.
            StoreUnavailable: the store cannot be read.
        """
        with alone_in(self.folder, wait_s):
            published = self._publish(anew, without_witnesses)
            self._mine = self._written()
        self.published, self.at = published, self._clock()
        return published

    @contextmanager
    def running(self) -> Iterator[None]:
        """Publish every few seconds, in a thread, until the end of the block."""
        stop = threading.Event()
        thread = threading.Thread(target=self.work, args=(stop,), name="publisher", daemon=True)
        if self._every_s > 0:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            if self._every_s > 0:
                thread.join(timeout=STOP_WITHIN_S)

    def work(self, stop: threading.Event) -> None:
        """Publish every few seconds until told to stop. What goes wrong is logged once."""
        while not stop.is_set():
            self.turn()
            stop.wait(self._every_s)

    def turn(self) -> None:
        """One try, whose fault is kept in `fault` and logged where it is a new one."""
        try:
            faults = {} if self._is_recent() else dict(self.publish().faults)
            self.fault = ""
        except Busy:
            return
        except Error as error:
            self.fault, faults = str(error), {"": str(error)}
        except Exception:
            # The loop goes on: what fails once may hold the next time, and somebody should look.
            _logger.exception("The log is not published, by a fault of Bernard's.")
            self.fault, faults = "Bernard failed; its log says where.", {}
        self._tell(faults)

    def notes(self) -> dict[str, str]:
        """What is wrong, in words; empty where nothing is."""
        said = {"publishing": self.fault} if self.fault else {}
        faults = self.published.faults
        if faults:
            said["witnesses"] = "; ".join(f"{n}: {_open(fault)}" for n, fault in faults.items())
        return said

    def numbers(self) -> dict[str, float]:
        """What there is to watch, by the names of metrics."""
        try:
            before = checkpoint_in(self.folder)
        except Error:
            before = None
        return {
            "published_entries": size_of(before) if before else 0,
            "published_timestamp_seconds": self._written() / 1e9,
            "witnesses_cosigned": len(self.published.cosigned),
            "publishing_failed": bool(self.fault),
        }

    def _is_recent(self) -> bool:
        """Whether another process has just published."""
        written = self._written()
        age_s = self._clock() - written / 1e9
        return written not in (0, self._mine) and 0 <= age_s < self._every_s / 2

    def _written(self) -> int:
        """When the published checkpoint was written, in nanoseconds; 0 where there is none."""
        try:
            return (self.folder / CHECKPOINT).stat().st_mtime_ns
        except OSError:
            return 0

    def _publish(self, anew: bool, without_witnesses: bool) -> Published:
        before = checkpoint_in(self.folder)
        try:
            checkpoint = self.log.checkpoint()
        except NotFound:
            if before:
                check_extends(self.log, self.folder, before)
            return Published()
        stands = before is not None and before.text == checkpoint.text and not anew
        if before and stands and self._is_fresh(before):
            return self._as_it_stands(before)
        if before:
            check_extends(self.log, self.folder, before)
            if self._witnesses is None and not without_witnesses:
                self._refuse_bare(before)
        asked = self._cosigned(checkpoint)
        publish(self.folder, asked.note, self.log.tile, self.log.bodies)
        return Published(size_of(asked.note), asked.cosigned, asked.faults, is_new=True)

    def _refuse_bare(self, before: Note) -> None:
        """Whoever checks by a policy would refuse what stands where a cosigned checkpoint stood."""
        own = VerifierKey.parse(self.log.vkey).name
        others = [one.name for one in before.signatures if one.name != own]
        if others:
            raise SettingInvalid(
                f"The log was published with the cosignatures of {', '.join(others)}, and "
                "BERNARD_LEDGER_POLICY is not set here, so nothing was published without them. Set it "
                "to the policy file that the server has. To publish without witnesses from now on, run "
                "`bernard ledger publish --without-witnesses`."
            )

    def _cosigned(self, checkpoint: Note) -> Asked:
        if self._witnesses is None:
            return Asked(checkpoint, {}, {}, is_enough=True)
        logs = self._witnesses.policy.logs
        if logs and VerifierKey.parse(self.log.vkey) not in logs:
            raise SettingInvalid(
                "BERNARD_LEDGER_POLICY names other logs, so nobody could check this one by it. Put the "
                "key that `bernard ledger key` prints into its `log` line."
            )
        asked = self._witnesses.ask(checkpoint, self.log.consistency)
        newer = self.log.checkpoint()
        if not asked.is_enough and newer.text != checkpoint.text:
            # Another machine may have had a newer one cosigned meanwhile.
            asked = self._witnesses.ask(newer, self.log.consistency)
        self._asked = self._clock()
        if not asked.is_enough:
            why = "; ".join(f"{name}: {_open(fault)}" for name, fault in asked.faults.items())
            raise TooFewWitnesses(
                f"{plural(len(asked.cosigned), 'witness', 'witnesses')} cosigned the log and the "
                f"policy asks for more, so it was not published. {why}."
            )
        return asked

    def _is_fresh(self, before: Note) -> bool:
        """Whether what is published is enough by the policy, and of late."""
        if self._witnesses is None:
            return True
        seen = self._seen(before)
        enough = self._witnesses.policy.is_met(set(seen))
        last = max(self._asked, min(seen.values(), default=0))
        return enough and self._clock() - last < FRESH_S

    def _as_it_stands(self, before: Note) -> Published:
        seen = self._seen(before)
        left = {n: f for n, f in self.published.faults.items() if n not in seen}
        return Published(size_of(before), seen, left)

    def _seen(self, note: Note) -> dict[str, int]:
        witnesses = self._witnesses.policy.witnesses if self._witnesses else {}
        signed = notes.check(note, witnesses.values())
        return {name: signed[key] for name, key in witnesses.items() if key in signed}

    def _tell(self, faults: dict[str, str]) -> None:
        for name, fault in faults.items():
            if self._told.get(name) != fault:
                said = (
                    f"The witness {name!r} did not cosign" if name else "The log is not published"
                )
                _logger.error("%s: %s", said, fault)
        if self._told and not faults:
            _logger.warning("The log is published again.")
        self._told = faults


def _open(fault: str) -> str:
    """A fault without its full stop, as it stands in a list."""
    return fault.rstrip(".")
