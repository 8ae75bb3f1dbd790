"""The files of a report, made by a job and kept, so that a page only hands out what is there.

What is made says which version of the consultation it was made of. Files with personal data in them
are one person's, and are deleted an hour after they were made.
"""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
from collections.abc import Mapping
from importlib import metadata

import msgspec
from sqlalchemy import Connection

from bernard.store import jobs
from bernard.store.database import Store
from bernard.store.jobs import OPEN, Job
from bernard.tools.consult.checking import sample_of
from bernard.tools.consult.quality import Quality, assess
from bernard.tools.consult.shelf import StoreShelf
from bernard.tools.consult.types import Analysis

MASKED, ALL = "masked", "all.zip"
UNMASKED_FOR_S = 3600.0
_PREFIX = "download-"


class Report(msgspec.Struct, frozen=True):
    """The files of a report as they are kept.

    Attributes:
        kind: `masked`, or whose decision it is that personal data stays in (`kind_of`).
        version: of the consultation. `bernard`: the version that made it.
        files: name to what it is kept under.
    """

    kind: str
    version: int
    bernard: str
    by: str
    at: float
    files: dict[str, str]

    def is_of(self, version: int) -> bool:
        """Whether it shows the consultation as it is at this version."""
        return (self.version, self.bernard) == (version, metadata.version("bernard"))

    @property
    def is_over(self) -> bool:
        """Whether it is to be deleted by now."""
        return self.kind != MASKED and time.time() > self.at + UNMASKED_FOR_S


def kind_of(by: str, *, masked: bool) -> str:
    """Which report: the masked one is everybody's, an unmasked one is the person's."""
    return MASKED if masked else f"unmasked-{hashlib.sha256(by.encode()).hexdigest()[:20]}"


def kept(store: Store, id: str, kind: str) -> Report | None:
    """The report of this kind that was made last; None before the first, or when its time is over."""
    data = StoreShelf(store, id).get(_name(kind))
    report = None if data is None else msgspec.msgpack.decode(data, type=Report)
    return None if report is None or report.is_over else report


def keep(
    store: Store, id: str, kind: str, version: int, by: str, files: Mapping[str, bytes]
) -> None:
    """Keep the files, then say that they are there, then delete those of before.

    One with personal data in it is kept packed, and no other way.
    """
    shelf, stamp = StoreShelf(store, id), f"{_name(kind)}-{time.time_ns()}"
    packed = {ALL: _zip(files)}
    names: dict[str, str] = {}
    whole = {**files, **packed} if kind == MASKED else packed
    for number, (name, data) in enumerate(whole.items()):
        names[name] = f"{stamp}-{number:04d}"
        shelf.put(names[name], data)
    report = Report(kind, version, metadata.version("bernard"), by, time.time(), names)
    shelf.put(_name(kind), msgspec.msgpack.encode(report))
    _forget(shelf, kind, set(names.values()))


def file_of(store: Store, id: str, report: Report, name: str) -> bytes | None:
    """A file of the report; None where it holds none of that name, or is deleted meanwhile."""
    under = report.files.get(name)
    return None if under is None else StoreShelf(store, id).get(under)


def forget_over(store: Store, id: str) -> None:
    """Delete what has personal data in it and whose hour is over, or that no report came of."""
    shelf, before = StoreShelf(store, id), time.time_ns() - int(UNMASKED_FOR_S * 1e9)
    for name in shelf.names(_name("unmasked-")):
        stamp = name.split("-")[3:4]
        data = None if stamp else shelf.get(name)
        of_report = data is not None and msgspec.msgpack.decode(data, type=Report).is_over
        if of_report or (stamp and int(stamp[0]) < before):
            shelf.remove(name)


def job_of(c: Connection, group: str, kind: str) -> Job | None:
    """The job that makes a report of this kind, the newest; None where none was asked for."""
    found = jobs.listing(c, group=group)
    return next((job for job in found if job.payload.get("kind") == kind), None)


def is_open(job: Job | None) -> bool:
    """Whether the job waits or runs."""
    return job is not None and job.state in OPEN


def qualities(store: Store, id: str, analysis: Analysis) -> dict[str, Quality]:
    """By name of a question's column, what the check of its mapping found, where there was one."""
    found = {}
    for number, analysed in enumerate(analysis.questions, 1):
        if any(one.blind for one in analysed.decided):
            sample = sample_of(store, id, str(number))
            drawn = sample.drawn if sample else None
            found[analysed.column.name] = assess(analysed, analysis.consultation, drawn=drawn)
    return found


def _name(kind: str) -> str:
    return f"{_PREFIX}{kind}"


def _forget(shelf: StoreShelf, kind: str, apart_from: set[str]) -> None:
    for name in shelf.names(f"{_name(kind)}-"):
        if name not in apart_from:
            shelf.remove(name)


def _zip(files: Mapping[str, bytes]) -> bytes:
    """The files packed; the same files make the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name in sorted(files):
            out.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name])
    return packed.getvalue()
