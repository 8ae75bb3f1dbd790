"""kill -9 at any point: what was acknowledged is there, and every job takes effect once."""

import collections
import os
import random
import signal
import time

import pytest
from sqlalchemy import text

from bernard.store import documents, files, people, work
from bernard.store.database import open_store

JOBS, STEPS = 6, 5

# Each step notes itself in a table that would take a second note, too.
WORKER = f"""
    import threading
    from bernard.store import people, work

    store = open_store(settings)
    store.lease_s = 1.0

    def steps(job):
        for step in range({STEPS}):
            with store.write() as c:
                job.keep(c)
                if not people.attempts_since(c, 0.0, name=f"{{job.payload['n']}}/{{step}}"):
                    people.add_attempt(c, f"{{job.payload['n']}}/{{step}}", "", 1.0)
            print(job.payload["n"], flush=True)
            time.sleep(0.1)
            job.report(step + 1, {STEPS})

    work.run_worker(store, {{"steps": steps}}, threading.Event(), poll_s=0.05)
"""


@pytest.fixture
def queued(store):
    with store.write() as c:
        for n in range(JOBS):
            work.enqueue(c, "steps", {"n": n}, group="g")
    return store


def wait(store, timeout_s=40.0):
    """Until the group is finished; gives how often each step took effect, and the attempts."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        with store.read() as c:
            if work.progress(c, "g").is_finished:
                noted = c.execute(text("SELECT name FROM sign_in_attempts")).scalars()
                counts = collections.Counter(noted)
                assert work.progress(c, "g").counts == {"done": JOBS}
                return counts, sorted(job.attempts for job in work.listing(c, group="g"))
        time.sleep(0.05)
    raise AssertionError("the jobs were not finished")


class TestWorkers:
    def test_the_other_worker_takes_up_a_dead_ones_job(self, queued, settings, start):
        first, second = start(settings, WORKER), start(settings, WORKER)
        first.stdout.readline()
        second.stdout.readline()
        first.send_signal(signal.SIGKILL)
        counts, attempts = wait(queued)
        assert set(counts.values()) == {1} and len(counts) == JOBS * STEPS
        assert attempts == [1] * (JOBS - 1) + [2]
        assert second.poll() is None

    def test_a_worker_that_wakes_up_late_does_nothing_twice(self, queued, settings, start):
        first, second = start(settings, WORKER), start(settings, WORKER)
        first.stdout.readline()
        first.send_signal(signal.SIGSTOP)
        counts, attempts = wait(queued)
        first.send_signal(signal.SIGCONT)
        time.sleep(0.5)
        counts, again = wait(queued)
        assert set(counts.values()) == {1} and len(counts) == JOBS * STEPS
        assert attempts == again and attempts[-1] <= 2
        assert first.poll() is None and second.poll() is None

    def test_a_new_worker_finishes_what_the_only_one_left(self, queued, settings, start):
        only = start(settings, WORKER)
        for _ in range(STEPS + 2):
            only.stdout.readline()
        only.kill()
        only.wait()
        start(settings, WORKER)
        counts, _ = wait(queued)
        assert set(counts.values()) == {1} and len(counts) == JOBS * STEPS


class TestWrites:
    CODE = """
        from bernard.store import collections, documents, files, people

        store = open_store(settings)
        with store.write() as c:
            owner = people.by_name(c, "ann") or people.create(c, "ann", "")
            mine = collections.by_name(c, owner.id, "Rules")
            mine = mine or collections.create(c, owner.id, "Rules")
        n = 0
        while True:
            data = b"x" * 20_000 + str(time.time_ns()).encode()
            with store.write(durable=n % 2 == 0) as c:
                sha256 = files.put(c, data)
                new = documents.put(
                    c, mine.id, sha256, media_type="", sha256=sha256, size=len(data)
                )
                documents.set_state(c, new.id, "ready")
            print(sha256, flush=True)
            n += 1
    """

    def test_what_was_acknowledged_is_there(self, settings, start):
        seed = random.Random(os.getpid())
        acknowledged = []
        for _ in range(4):
            process = start(settings, self.CODE)
            acknowledged.append(process.stdout.readline().strip())
            time.sleep(seed.uniform(0.05, 0.4))
            process.kill()
            # The last line may be cut off: then its writer never heard that it was kept.
            acknowledged += [x for x in process.stdout.read().split("\n")[:-1] if len(x) == 64]
        store = open_store(settings)
        with store.read() as c:
            [mine] = [row.id for row in c.execute(text("SELECT id FROM collections"))]
            kept = {d.sha256: d for d in documents.in_collection(c, mine)}
            assert len(acknowledged) > 10 and set(acknowledged) <= set(kept)
            # All of a transaction or nothing: none is there without its second half.
            assert {d.state for d in kept.values()} == {"ready"}
            assert all(len(files.get(c, sha256)) == d.size for sha256, d in kept.items())
            if store.dialect == "sqlite":
                assert c.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert people.by_name(c, "ann")
        store.close()
