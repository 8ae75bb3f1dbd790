"""Programs under measurement: started in a session of their own, on cores of their own."""

import contextlib
import os
import signal
import socket
import subprocess
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE_S = 20.0


class Program:
    """A running program with all its processes."""

    def __init__(self, command, *, cores, environ, output, folder=None):
        self.output = Path(output)
        with self.output.open("wb") as sink:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT,
                env=environ, cwd=folder, start_new_session=True,
                preexec_fn=lambda: os.sched_setaffinity(0, cores),
            )  # fmt: skip

    def said(self):
        return self.output.read_text(errors="replace")

    @property
    def ended(self):
        return self._process.poll() is not None

    def processes(self):
        """The numbers of all processes in its session."""
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    if os.getsid(int(entry)) == self._process.pid:
                        found.append(int(entry))
        return found

    def cpu_s(self):
        """Processor seconds that they have used, those of children that ended included."""
        ticks = 0
        for number in self.processes():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
                ticks += sum(map(int, fields[11:15]))
        return ticks / TICKS

    def memory_mb(self):
        """Memory that they use, pages that several share counted in shares (PSS)."""
        kilobytes = 0
        for number in self.processes():
            with contextlib.suppress(OSError):
                for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        kilobytes += int(line.split()[1])
        return kilobytes / 1024

    def stop(self):
        for name in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, name)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE_S)
                return


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
