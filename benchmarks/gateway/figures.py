"""The figures of one gateway in one round."""

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import load
from gateways import wait_for

HERE = Path(__file__).parent


class Cores:
    """Which cores the gateway has, and which the supplier and the load share."""

    def __init__(self):
        mine = sorted(os.sched_getaffinity(0))
        self.all = set(mine)
        self.gateway, self.others = ({mine[-1]}, {mine[0]}) if len(mine) > 1 else (mine, mine)


def loaded(gateway, cores, *arguments):
    """What `load.py` says of one run, on the cores of the load."""
    headers = [word for header in gateway.headers for word in ("--header", header)]
    command = [sys.executable, str(HERE / "load.py"), gateway.url, *arguments]
    done = subprocess.run(
        [*command, "--model", gateway.model, *headers],
        capture_output=True, text=True, preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"load: {done.stderr}")
    return json.loads(done.stdout)


def answers(gateway):
    """Whether the gateway gives a right answer now."""
    question = load.Question(
        gateway.url, gateway.headers, gateway.model, stream=False, at_once=False, personal=False
    )
    _, _, body = question.next().partition(b"\r\n\r\n")
    headers = dict(h.split(": ", 1) for h in gateway.headers)
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    try:
        headers["content-type"] = "application/json"
        connection.request("POST", gateway.path, body, headers)
        reply = connection.getresponse()
        return question.right(reply.read()) and reply.status == 200
    except OSError:
        return False
    finally:
        connection.close()


class Watched:
    """CPU used and the most memory while something runs."""

    def __init__(self, program):
        self._program = program
        self._over = threading.Event()
        self.memory_mb = 0.0

    def __enter__(self):
        self._cpu_s = self._program.cpu_s()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.cpu_s = self._program.cpu_s() - self._cpu_s
        self._over.set()
        self._thread.join()

    def _look(self):
        while not self._over.is_set():
            self.memory_mb = max(self.memory_mb, self._program.memory_mb())
            self._over.wait(1.0)


class Round:
    """Measures one gateway, on its own core, beside an idle machine."""

    def __init__(self, gateway, cores, seconds):
        self.gateway, self.cores, self.seconds = gateway, cores, seconds
        self.found = {}
        self.answered = 0
        self.faults = {}

    def run(self):
        program = self.gateway.start(self.cores.gateway)
        try:
            began = time.perf_counter()
            self._wait_for(program)
            self.found["start s"] = time.perf_counter() - began
            time.sleep(1.0)
            self.found["idle MB"] = program.memory_mb()
            self._most(program)
            self._paced(program)
            self._streams(program)
            self._at_once(program)
        finally:
            program.stop()
        return self.found

    def lasting(self, calls):
        """Memory as calls go by: [(calls, MB)]."""
        program, seen, done = self.gateway.start(self.cores.gateway), [], 0
        try:
            self._wait_for(program)
            for _ in range(10):
                done += self._load("closed", "--seconds", "600", "--calls", str(calls // 10))[
                    "answered"
                ]
                seen.append((done, program.memory_mb()))
        finally:
            program.stop()
        return seen

    def workers(self, number):
        """Answers a second of so many workers, nothing pinned."""
        program = self.gateway.start(self.cores.all, number)
        try:
            self._wait_for(program)
            with Watched(program) as used:
                got = self._load("closed", "--seconds", str(self.seconds), cores=self.cores.all)
        finally:
            program.stop()
        return {
            f"{number} workers/s": got["per_s"],
            f"{number} workers/core": got["answered"] / used.cpu_s,
            f"{number} workers MB": used.memory_mb,
        }

    def _wait_for(self, program):
        wait_for(self.gateway, program, lambda: answers(self.gateway))
        self.answered += 1

    def _most(self, program):
        self._load("closed", "--seconds", "1")  # Warm, as a program is after its first second.
        with Watched(program) as used:
            got = self._load("closed", "--seconds", str(self.seconds))
        self.found |= {
            "per s": got["per_s"],
            "per core": got["answered"] / used.cpu_s,
            "CPU ms": used.cpu_s / got["answered"] * 1e3,
            "load MB": used.memory_mb,
        }

    def _paced(self, program):
        got = self._load("paced", "--rate", "50", "--seconds", str(2 * self.seconds))
        self.found |= {"p50 ms": got["end_p50"], "p99 ms": got["end_p99"]}

    def _streams(self, program):
        with Watched(program) as used:
            got = self._load("paced", "--stream", "--rate", "25", "--seconds", str(self.seconds))
        self.found |= {
            "first p50 ms": got["first_p50"],
            "first p99 ms": got["first_p99"],
            "event ms": used.cpu_s / (got["answered"] or 1) / load.EVENTS * 1e3,
        }

    def _at_once(self, program):
        with Watched(program) as used:
            seconds = str(self.seconds / 2)
            got = self._load("closed", "--stream", "--at-once", "--seconds", seconds)
        self.found |= {
            "event at once ms": used.cpu_s / (got["answered"] or 1) / load.EVENTS * 1e3,
            "streams/s": got["per_s"],
        }

    def _load(self, *arguments, cores=None):
        got = loaded(self.gateway, cores or self.cores.others, *arguments)
        self.answered += got["answered"]
        for came, times in got["came"].items():
            if came != "200":
                self.faults[came] = self.faults.get(came, 0) + times
        return got


def direct(gateway, cores, seconds):
    """What calls take without a gateway."""
    paced = loaded(gateway, cores.others, "paced", "--rate", "50", "--seconds", str(2 * seconds))
    streams = loaded(
        gateway, cores.others, "paced", "--stream", "--rate", "25", "--seconds", str(seconds)
    )
    most = loaded(gateway, cores.others, "closed", "--seconds", str(seconds))
    return {
        "per s": most["per_s"], "p50 ms": paced["end_p50"], "p99 ms": paced["end_p99"],
        "first p50 ms": streams["first_p50"], "first p99 ms": streams["first_p99"],
        "body bytes": paced["body_bytes"],
    }  # fmt: skip


def disk(folder, times=400):
    """(p50, p99) in ms of writing 4 KiB durably, fifty times a second."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(times):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - began) * 1e3)
            time.sleep(0.02)
    return statistics.median(took), load.quantile(took, 0.99)
