"""How many entries a second the recorder writes, durably, and what one costs.

    python benchmarks/recorder.py [--processes 2] [--waiting 1,64,256,1024] [--folder DIR]
    python benchmarks/recorder.py --database postgresql://user@host/name

Each caller writes an intent that charges two accounts, one of them with limits, waits until it is
on the disk, then queues an outcome that settles both, and begins again. The disk matters: give a
folder on the one that will hold the log. CPU is that of the whole process (the event loop and the
callers too) and of the recorder's thread.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import tempfile
import time
from pathlib import Path

import uvloop
from ledger.appends import calling

from bernard.config import Settings
from bernard.gateway.recorder import Recorder
from bernard.ledger import StoredLedger
from bernard.store.database import open_store


class Timed(Recorder):
    """A recorder that knows what its thread has used."""

    cpu_s = 0.0

    def _write(self, group):
        begun = time.thread_time()
        super()._write(group)
        self.cpu_s += time.thread_time() - begun


def measure(settings, waiting, seconds):
    """Entries a second, microseconds of CPU an entry (all, thread), waits in milliseconds."""
    store = open_store(settings)
    recorder = Timed(store, StoredLedger(store))
    waits = []

    async def run():
        until = time.monotonic() + seconds
        await asyncio.gather(*(calling(recorder, until, waits, n) for n in range(waiting)))

    begun, cpu = time.perf_counter(), time.process_time()
    uvloop.run(run())
    recorder.close()
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    store.close()
    entries = 2 * len(waits)
    waits.sort()
    return (
        entries / took,
        cpu / entries * 1e6,
        recorder.cpu_s / entries * 1e6,
        statistics.median(waits) * 1e3,
        waits[int(len(waits) * 0.99)] * 1e3,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--waiting", default="1,64,256,1024")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    print("| waiting | entries/s | CPU us/entry | of it the thread | wait p50 ms | p99 ms |")
    print("|---|---|---|---|---|---|")
    for waiting in map(int, given.waiting.split(",")):
        with tempfile.TemporaryDirectory(dir=given.folder) as home:
            settings = Settings(home=Path(home), database=given.database)
            open_store(settings).close()
            work = [(settings, waiting, given.seconds)] * given.processes
            with multiprocessing.get_context("spawn").Pool(given.processes) as pool:
                found = pool.starmap(measure, work)
            store = open_store(settings)
            assert StoredLedger(store).verify().fault == ""
            store.close()
        rate = sum(row[0] for row in found)
        rest = [statistics.mean(row[n] for row in found) for n in range(1, 5)]
        print(f"| {waiting} | {rate:,.0f} |" + "".join(f" {x:,.1f} |" for x in rest), flush=True)


if __name__ == "__main__":
    main()
