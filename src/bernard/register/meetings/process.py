"""Releases read in processes of their own, since the files come from outside."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

import bernard
from bernard.config import Settings
from bernard.confined.process import Confined, Died, Late
from bernard.errors import DocumentUnreadable
from bernard.library.convert import Limits
from bernard.library.convert.intake import read_bytes
from bernard.register.meetings.types import FileFault, Reading, joined
from bernard.register.meetings.wire import Done, Task

CPU_S = 3600
MAX_WORKERS = 4
_MOST_EXTRA = 64_000_000
_decode = msgspec.msgpack.Decoder(Done).decode

# The child imports what reads tables and not the rest of these rooms, which would bring databases and
# models into the one process that should hold nothing; so they stand in as empty shells.
_BOOT = """
import sys, types
source, memory_mb, cpu_s = sys.argv[1:]
sys.path.append(source)
for room in ("library", "library.convert", "register", "register.meetings"):
    shell = types.ModuleType("bernard." + room)
    shell.__path__ = [source + "/bernard/" + room.replace(".", "/")]
    sys.modules["bernard." + room] = shell
from bernard.register.meetings.worker import main
main(int(memory_mb), int(cpu_s))
"""


class ReleaseReader(Confined):
    """A confined process that reads one release after another."""

    def __init__(self, limits: Limits) -> None:
        """Start it.

        Raises:
            Error: it does not start.
        """
        source = str(Path(bernard.__file__).parent.parent)
        super().__init__("reader of releases", _BOOT, [source, str(limits.memory_mb), str(CPU_S)])

    def read(self, name: str, data: bytes, limits: Limits) -> Reading:
        """All rows of a file.

        Raises:
            Died: the process ended.
            Late: the file took too long.
        """
        message = msgspec.msgpack.encode(Task(name, data, limits))
        try:
            done = _decode(self.ask(message, limits.timeout_s, limits.max_bytes + _MOST_EXTRA))
        except msgspec.DecodeError as error:
            raise Died("its answer makes no sense") from error
        return Reading(faults=(FileFault(name, done.fault),)) if done.fault else done.reading


def read_releases(
    paths: Sequence[Path],
    settings: Settings | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Reading:
    """All rows of these files, and of the files in these folders and archives, in order of name.

    A file that cannot be opened is among the faults, and the others are read all the same.

    Args:
        progress: told how many files are read, of how many.
    """
    limits = Limits.from_settings(settings or Settings())
    files = list(_files(paths))
    with _Readers(limits, min(MAX_WORKERS, os.cpu_count() or 1, len(files) or 1)) as readers:
        readings = []
        for done, reading in enumerate(readers.map(files), 1):
            readings.append(reading)
            progress(done, len(files))
    return joined(readings)


def _files(paths: Sequence[Path]) -> list[tuple[str, Path]]:
    """Each file with the name that it is shown by; of a folder all that are in it, however deep."""
    found: list[tuple[str, Path]] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(
                p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")
            )
            found += [(f"{path.name}/{p.relative_to(path).as_posix()}", p) for p in inside]
        else:
            found.append((path.name, path))
    return found


class _Readers:
    """A few processes; one that crashes, hangs or is in doubt is replaced."""

    def __init__(self, limits: Limits, number: int) -> None:
        self._limits = limits
        self._idle: queue.SimpleQueue[ReleaseReader | None] = queue.SimpleQueue()
        for _ in range(number):
            self._idle.put(None)
        self._threads = ThreadPoolExecutor(number)

    def __enter__(self) -> _Readers:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)
        while not self._idle.empty():
            if reader := self._idle.get():
                reader.close()

    def map(self, files: list[tuple[str, Path]]) -> Sequence[Reading]:
        return self._threads.map(self._read, files)  # type: ignore[return-value]

    def _read(self, file: tuple[str, Path]) -> Reading:
        name, path = file
        try:
            data = read_bytes(name, path, self._limits)
        except DocumentUnreadable as error:
            return Reading(faults=(FileFault(name, str(error).removeprefix(f"{name!r} ")),))
        reader = self._idle.get()
        try:
            reader = reader if reader and reader.alive else ReleaseReader(self._limits)
            return reader.read(name, data, self._limits)
        except (Died, Late) as error:
            assert reader
            reader.close()
            reader = None
            return Reading(faults=(FileFault(name, _why(error, self._limits)),))
        finally:
            self._idle.put(reader)


def _why(error: Exception, limits: Limits) -> str:
    if isinstance(error, Late):
        return f"took longer than {limits.timeout_s:g} seconds. Split it, or raise BERNARD_CONVERT_TIMEOUT_S."
    return (
        f"made its reader crash: it is damaged, harmful, or needs more than {limits.memory_mb:,} MB. "
        "Open it in a spreadsheet program and save it again."
    )
