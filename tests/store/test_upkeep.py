"""What was deleted is gone."""

import os
import threading
import time

from bernard.store import documents, files, jobs, work
from bernard.store.upkeep import KEEP_JOBS_S, upkeep


class TestUpkeep:
    def test_originals_that_nothing_names_are_deleted(self, store, rules, put):
        with store.write() as c:
            used, left_over = files.put(c, b"used"), files.put(c, b"left over")
            put(c, rules, "a.txt", sha256=used)
            assert files.unused(c) == [left_over]
        upkeep(store)
        with store.read() as c:
            assert files.kept(c) == [used]

    def test_halves_of_files_are_deleted_once_they_are_old(self, sqlite_store):
        with sqlite_store.write() as c:
            sha256 = files.put(c, b"x")
            place = files.folder(c) / sha256[:2]
        for name, age_s in ((".new-old", 200_000), (".new-young", 0)):
            (place / name).write_bytes(b"half")
            os.utime(place / name, (time.time() - age_s,) * 2)
        upkeep(sqlite_store)
        assert [path.name for path in place.iterdir()] == [".new-young"]

    def test_old_jobs_are_forgotten(self, store):
        with store.write() as c:
            young, old = (work.enqueue(c, "add", {}, group="g") for _ in range(2))
            work.cancel_group(c, "g")
            jobs_table = jobs.jobs
            gone = jobs_table.update().where(jobs_table.c.id == old)
            c.execute(gone.values(finished=time.time() - KEEP_JOBS_S - 1))
        upkeep(store)
        with store.read() as c:
            assert [job.id for job in work.listing(c)] == [young]

    def test_an_idle_worker_does_it(self, store):
        with store.write() as c:
            files.put(c, b"left over")
        stop = threading.Event()
        worker = threading.Thread(target=work.run_worker, args=(store, {}, stop))
        worker.start()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with store.read() as c:
                if not files.kept(c):
                    break
            time.sleep(0.05)
        stop.set()
        worker.join()
        with store.read() as c:
            assert files.kept(c) == []

    def test_a_document_added_meanwhile_keeps_its_original(self, store, rules, put):
        with store.write() as c:
            sha256 = files.put(c, b"x")
        with store.read() as c:
            left_over = files.unused(c)
        with store.write() as c:
            put(c, rules, "a.txt", sha256=files.put(c, b"x"))
        with store.write() as c:
            assert files.remove_unused(c, left_over) == 0
            assert documents.in_collection(c, rules.id) and files.has(c, sha256)
