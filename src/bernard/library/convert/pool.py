"""Many files to text at once, each read by a process in a sandbox."""

from __future__ import annotations

import os
import threading
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Self

from bernard.config import Settings
from bernard.confined.process import Died, Late
from bernard.errors import DocumentTooLarge, DocumentUnreadable, Error
from bernard.library.convert import ocr
from bernard.library.convert.draft import one_line
from bernard.library.convert.intake import read_bytes
from bernard.library.convert.limits import MEGABYTE, Limits
from bernard.library.convert.process import ConverterProcess
from bernard.library.convert.read import too_many_bytes
from bernard.library.convert.wire import Outcome, Task
from bernard.library.types import Extracted

MAX_FILES = 500
CPU_ROUNDS = 20
# Each is a thread that takes address space, of which the process has little.
MAX_OCR_JOBS = 4


class Converter:
    """Reads files in up to `workers` processes, started when needed and used again.

    It may be called from several threads at once. A process that crashes, hangs or grows is
    replaced, and only the file that it was reading is in error.
    """

    def __init__(self, settings: Settings | None = None, workers: int = 0) -> None:
        """Take the limits from the settings; nothing is started yet.

        Args:
            workers: files read at once; 0 for one on each core.
        """
        settings = settings or Settings()
        tesseract = ocr.find() if settings.ocr else ""
        cores = os.cpu_count() or 1
        self.limits = Limits.from_settings(settings, tesseract, min(cores, MAX_OCR_JOBS))
        self._idle: deque[ConverterProcess] = deque()
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(workers or cores)
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the idle processes; those at work end with their file."""
        with self._lock:
            self._closed = True
            idle = [self._idle.popleft() for _ in range(len(self._idle))]
        for process in idle:
            process.close()

    def convert(self, name: str, source: bytes | Path, limits: Limits | None = None) -> Extracted:
        """The text of a file and its places.

        Args:
            name: what the reader calls it; its ending tells kinds of text apart.
            source: the bytes, or the path of a plain file.

        Raises:
            DocumentUnreadable: it cannot be read; the message says why and what to do.
            DocumentTooLarge: it is over a limit on size, pages, nesting, memory or time.
        """
        limits = limits or self.limits
        data = read_bytes(name, source, limits) if isinstance(source, Path) else source
        if len(data) > limits.max_bytes:
            raise DocumentTooLarge(f"{one_line(name, 200)!r} {too_many_bytes(limits)}")
        outcome = self._run(Task(name, data, limits))
        if outcome.error == "too large":
            raise DocumentTooLarge(outcome.message)
        if outcome.error or outcome.extracted is None:
            raise DocumentUnreadable(outcome.message)
        return _checked(outcome.extracted, name)

    def _run(self, task: Task) -> Outcome:
        """The task done by a process of its own choosing; a broken process is not kept."""
        shown = one_line(task.name, 200)
        with self._room:
            process = self._take(task.limits)
            try:
                outcome = process.convert(task, _honest_length(task.limits))
            except Late as error:
                process.close()
                raise DocumentTooLarge(
                    f"{shown!r} took longer than {task.limits.timeout_s:g} seconds to read. "
                    "Split it, or raise BERNARD_CONVERT_TIMEOUT_S."
                ) from error
            except Died as error:
                process.close()
                raise DocumentUnreadable(
                    f"{shown!r} made its reader crash; it is damaged, harmful, or needs more than "
                    f"{task.limits.memory_mb:,} MB of memory. Open it in the program that made it "
                    "and save it again."
                ) from error
            except BaseException:
                process.close()
                raise
            self._give_back(process, outcome)
            return outcome

    def _take(self, limits: Limits) -> ConverterProcess:
        with self._lock:
            if self._closed:
                raise Error("The converter is closed.")
            while self._idle:
                process = self._idle.pop()
                if process.alive:
                    return process
                process.close()
        cpu_s = int(CPU_ROUNDS * self.limits.timeout_s + self.limits.ocr_timeout_s) + 60
        return ConverterProcess(self.limits.memory_mb, cpu_s, self.limits.tesseract)

    def _give_back(self, process: ConverterProcess, outcome: Outcome) -> None:
        with self._lock:
            tired = (
                process.files >= MAX_FILES
                or process.busy_s > CPU_ROUNDS / 2 * self.limits.timeout_s
            )
            if not (outcome.spent or tired or self._closed):
                self._idle.append(process)
                return
        process.close()


def _honest_length(limits: Limits) -> int:
    return limits.max_bytes + 6 * limits.max_text + 64 * MEGABYTE


def _checked(extracted: Extracted, name: str) -> Extracted:
    """The answer, if its places lie in its text: a converter may have been taken over."""
    length = len(extracted.text)
    starts = [page.start for page in extracted.pages]
    spans = [(h.start, h.end) for h in extracted.headings]
    good = (
        starts == sorted(starts)
        and all(0 <= start <= length for start in starts)
        and all(0 <= start < end <= length for start, end in spans)
    )
    if not good:
        raise DocumentUnreadable(f"{one_line(name, 200)!r} gave text whose places make no sense.")
    return extracted
