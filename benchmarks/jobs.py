"""What a job costs: `python benchmarks/jobs.py [POSTGRESQL_ADDRESS_OF_AN_EMPTY_DATABASE]`."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bernard.config import Settings
from bernard.store import jobs, work
from bernard.store.database import Store, open_store

JOBS, STEPS = 200, 20


def main() -> None:
    """Print one line for each thing that was measured."""
    address = sys.argv[1] if len(sys.argv) > 1 else ""
    with tempfile.TemporaryDirectory() as home:
        store = open_store(Settings(home=Path(home), database=address))
        measure("queue a job", JOBS, lambda: queue(store, "steps"))
        measure("do a step", JOBS * STEPS, lambda: work.drain(store, {"steps": steps}, "steps"))
        queue(store, "empty")
        measure("do an empty job", JOBS, lambda: work.drain(store, {"empty": nothing}, "empty"))
        measure("ask for work in vain", JOBS, lambda: ask(store))
        store.close()


def measure(what: str, times: int, call: Callable[[], object]) -> None:
    """Print how long it took, each time."""
    begun = time.perf_counter()
    call()
    print(f"{(time.perf_counter() - begun) / times * 1000:8.2f} ms  {what}")


def queue(store: Store, name: str) -> None:
    """Queue many jobs in one transaction."""
    with store.write() as c:
        for n in range(JOBS):
            work.enqueue(c, name, {"n": n}, group=name)


def steps(job: work.Running) -> None:
    """Report many times."""
    for n in range(STEPS):
        job.report(n + 1, STEPS)


def nothing(job: work.Running) -> None:
    """Do nothing."""


def ask(store: Store) -> None:
    """Look for work where there is none."""
    for _ in range(JOBS):
        with store.read() as c:
            jobs.any_due(c, ["steps", "empty"])


if __name__ == "__main__":
    main()
