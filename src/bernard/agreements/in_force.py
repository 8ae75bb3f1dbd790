"""The agreements in force: one file or a folder of them, as the files are at each call."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from msgspec.structs import replace

from bernard.agreements.decide import Table
from bernard.agreements.one_file import AgreementFile, agreement_files
from bernard.agreements.schema import Agreement, Privacy
from bernard.agreements.sign import Keys
from bernard.agreements.types import Call, Decision, Fault
from bernard.errors import AgreementInvalid

# How often every file of a folder is looked at, and how soon again for a call that is refused.
_LOOK_S = 1.0
_LOOK_AGAIN_S = 0.05


class Agreements:
    """Decides calls by the agreements in a file or in a folder.

    Suspending an agreement is an edit to its file, so the next call must see the edit. Before a
    call is allowed, the file that allows it is looked at; every second, every file is, and the
    folder for files that came or went. A file that has not changed is not read again.
    """

    def __init__(self, path: Path, keys: Keys = frozenset()) -> None:
        """Read the agreements once, so that a fault is known before the first call.

        Args:
            keys: those that may sign agreements; empty means any key that the file itself names.

        Raises:
            AgreementInvalid: there is none there, or none can be used.
        """
        self.path = path
        self._keys = keys
        self._lock = threading.Lock()
        self._files: dict[Path, AgreementFile] = {}
        self._by_ready: dict[int, AgreementFile] = {}
        self._kept: dict[str, Agreement] = {}
        self._twice: tuple[str, ...] = ()
        self._table = Table((), 0)
        self._look_at = self._looked = 0.0
        self._is_folder = path.is_dir()
        self._read_all()
        if not self._by_ready:
            raise AgreementInvalid(self._nothing_usable())

    def decide(self, call: Call, agreement: str = "") -> Decision:
        """Whether this call may be made, now; if not, why.

        Args:
            agreement: id of the only agreement to ask; else the first that allows the call decides.

        Raises:
            AgreementInvalid: no agreement that could allow it can be read.
        """
        return self.allowed(call, agreement) or self._refusal(call, agreement)

    def allowed(self, call: Call, agreement: str = "") -> Decision | None:
        """The decision if the call may be made, now; None, and no reasons, if it may not."""
        now = time.time()
        if now >= self._look_at:
            self._read_all()
        found = self._table.find(call, agreement)
        file = self._by_ready.get(id(found.ready)) if found is not None else None
        if found is not None and file is not None and not file.changed:
            return found.decision
        if found is None and self._is_folder and now < self._looked + _LOOK_AGAIN_S:
            return None
        self._read_all()
        found = self._table.find(call, agreement)
        return found.decision if found is not None else None

    def privacy(self, agreement: str = "") -> Privacy:
        """What may stay in a text, now: the strictest of what the agreements in force say.

        Args:
            agreement: id of the only agreement to ask.
        """
        if time.time() >= self._look_at:
            self._read_all()
        return self._table.privacy(agreement)

    def all(self) -> tuple[Agreement, ...]:
        """Every agreement that can be used or is a draft, in the order in which they are asked."""
        self._read_all()
        return tuple(ready.agreement for ready in self._table.agreements)

    def by_sha256(self, sha256: str) -> Agreement | None:
        """The agreement with this hash, as long as this process has read it once."""
        return self._kept.get(sha256)

    def faults(self) -> dict[str, list[Fault]]:
        """What is wrong, by file."""
        self._read_all()
        found = {str(file.path): file.faults for file in self._files.values() if file.faults}
        for said in self._twice:
            found.setdefault(str(self.path), []).append(Fault(1, said, "Keep one of the files."))
        return found

    def _refusal(self, call: Call, agreement: str) -> Decision:
        broken = [f for f in self._files.values() if f.fault and agreement in ("", f.id)]
        usable = [r for r in self._table.agreements if agreement in ("", r.agreement.id)]
        if broken and not usable:
            raise AgreementInvalid(" ".join(file.fault for file in broken))
        if not self._table.agreements:
            raise AgreementInvalid(self._nothing_usable())
        if agreement and not usable:
            said = f"There is no agreement {agreement!r} in force here."
            return Decision(False, agreement, reasons=(said, *self._twice))
        refused = self._table.refusal(call, agreement)
        return _with_reasons(refused, [file.fault for file in broken] + list(self._twice))

    def _nothing_usable(self) -> str:
        said = " ".join(file.fault for file in self._files.values())
        return said or f"There is no agreement file (.yaml) in {str(self.path)!r}."

    def _read_all(self) -> None:
        with self._lock:
            changed = self._look_for_files()
            for file in self._files.values():
                if file.changed:
                    before = file.ready, file.stops, file.id
                    file.read()
                    changed |= (file.ready, file.stops, file.id) != before
            if changed or time.time() >= self._table.until:
                self._arrange()
            self._looked = time.time()
            self._look_at = min(self._table.until, self._looked + _LOOK_S)

    def _look_for_files(self) -> bool:
        """Take up files that came and drop those that went."""
        there = set(agreement_files(self.path)) if self._is_folder else {self.path}
        gone, new = self._files.keys() - there, sorted(there - self._files.keys())
        if gone or new:
            kept = {path: file for path, file in self._files.items() if path in there}
            files = {**kept, **{path: AgreementFile(path, self._keys) for path in new}}
            self._files = dict(sorted(files.items()))
        return bool(gone or new)

    def _arrange(self) -> None:
        by_id: dict[str, list[AgreementFile]] = {}
        stopped = {file.id for file in self._files.values() if file.stops}
        for file in self._files.values():
            if file.ready is not None and file.ready.agreement.id not in stopped:
                by_id.setdefault(file.ready.agreement.id, []).append(file)
        chosen, twice = [], []
        for name, files in by_id.items():
            newest, said = _newest(name, files)
            chosen += newest
            twice += said
        chosen.sort(key=lambda file: file.path)
        ready = [file.ready for file in chosen if file.ready is not None]
        self._kept |= {r.agreement.sha256: r.agreement for r in ready}
        self._twice = tuple(twice)
        self._by_ready = {id(file.ready): file for file in chosen}
        self._table = Table(ready, time.time())


def _newest(name: str, files: list[AgreementFile]) -> tuple[list[AgreementFile], list[str]]:
    """Of the versions of one agreement the newest that is no draft; two that differ stop both."""
    if len(files) == 1:
        return files, []
    by_version: dict[int, list[AgreementFile]] = {}
    drafts = []
    for file in files:
        assert file.ready is not None
        agreement = file.ready.agreement
        if agreement.status == "draft":
            drafts.append(file)
        else:
            by_version.setdefault(agreement.version, []).append(file)
    if not by_version:
        return drafts[-1:], []
    top = by_version[max(by_version)]
    if len(top) == 1:
        return top, []
    listed = " and ".join(file.path.name for file in top)
    return [], [f"{listed} both hold version {max(by_version)} of {name!r}, so neither is used."]


def _with_reasons(decision: Decision, more: list[str]) -> Decision:
    if not more:
        return decision
    return replace(decision, reasons=(*decision.reasons, *more))
