"""The owner's side of one converter process: hand it a file, wait longer while it reads scans."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

import bernard
from bernard.confined.process import Confined, Died
from bernard.library.convert.wire import LENGTH, Outcome, Task, pack

# The child imports the converters and not the rest of the library, which would bring databases
# and models into the one process that should hold nothing; so the room stands in as an empty shell.
_BOOT = """
import sys, types
source, memory_mb, cpu_s, tesseract = sys.argv[1:]
sys.path.append(source)
room = types.ModuleType("bernard.library")
room.__path__ = [source + "/bernard/library"]
sys.modules["bernard.library"] = room
from bernard.library.convert.worker import main
main(int(memory_mb), int(cpu_s), tesseract)
"""


class ConverterProcess(Confined):
    """A converter in a confined process."""

    def __init__(self, memory_mb: int, cpu_s: int, tesseract: str) -> None:
        """Start the process and wait until its walls stand.

        Raises:
            Error: it does not start.
        """
        source = str(Path(bernard.__file__).parent.parent)
        self.files = 0
        self.busy_s = 0.0
        arguments = [source, str(memory_mb), str(cpu_s), tesseract]
        super().__init__("document converter", _BOOT, arguments)

    def convert(self, task: Task, most: int) -> Outcome:
        """What came of the task.

        Args:
            most: bytes of answer that are believed to be honest.

        Raises:
            Died: the process ended without an answer.
            Late: the task's time ran out.
        """
        begun = time.monotonic()
        deadline = begun + task.limits.timeout_s
        self.files += 1
        self.send(pack(task), deadline)
        while not (length := LENGTH.unpack(self.receive(LENGTH.size, deadline))[0]):
            latest = begun + task.limits.ocr_timeout_s
            deadline = min(time.monotonic() + task.limits.timeout_s, latest)
        if length > most:
            raise Died("its answer is too long")
        try:
            outcome = msgspec.msgpack.decode(self.receive(length, deadline), type=Outcome)
            self.busy_s += time.monotonic() - begun
            return outcome
        except msgspec.DecodeError as error:
            raise Died("its answer makes no sense") from error
