"""Jobs are done once in effect, whatever happens to those who do them."""

import threading
import time

import pytest
from sqlalchemy import insert, select

from bernard.errors import InputInvalid, ModelFailed, NotFound
from bernard.store import jobs, people, work
from bernard.store.tables import accounts

QUICK = {"poll_s": 0.02}


def queue(store, count, group="g", name="add", **more):
    with store.write() as c:
        return [work.enqueue(c, name, {"n": n}, group=group, **more) for n in range(count)]


def status(store, job):
    with store.read() as c:
        return work.status(c, job)


class TestQueue:
    def test_a_job_and_what_it_is_about_are_kept_together(self, store):
        with pytest.raises(ZeroDivisionError), store.write() as c:
            people.create(c, "ann", "")
            work.enqueue(c, "add", {})
            raise ZeroDivisionError
        with store.read() as c:
            assert work.listing(c) == [] and people.everyone(c) == []

    def test_the_same_key_is_the_same_job(self, store):
        with store.write() as c:
            first = work.enqueue(c, "add", {"n": 1}, key="k")
            assert work.enqueue(c, "add", {"n": 2}, key="k") == first
            other = work.enqueue(c, "add", {"n": 2})
            assert other != first != work.enqueue(c, "add", {"n": 2})
            assert work.status(c, first).payload == {"n": 1}

    def test_a_failed_job_is_begun_again_under_its_key(self, store):
        with store.write() as c:
            first = work.enqueue(c, "add", {"n": 1}, key="k")
            work.cancel(c, first)
            assert work.enqueue(c, "add", {"n": 2}, key="k") == first
            assert work.status(c, first)[2:7:4] == ({"n": 2}, "waiting")

    def test_urgent_jobs_go_first_and_others_in_their_order(self, store):
        slow = queue(store, 2, priority=5)
        urgent = queue(store, 2)
        with store.write() as c:
            order = [jobs.claim(c, ["add"], "w", 30.0).id for _ in range(4)]
        assert order == urgent + slow

    def test_a_worker_takes_only_what_it_can_do(self, store):
        queue(store, 1, name="other")
        with store.write() as c:
            assert not jobs.any_due(c, ["add"])
            assert jobs.claim(c, ["add"], "w", 30.0) is None
            assert jobs.claim(c, [], "w", 30.0) is None

    def test_finished_jobs_are_forgotten(self, store):
        done, waiting = queue(store, 2)
        with store.write() as c:
            work.cancel(c, done)
            assert work.forget_finished(c, time.time() + 60) == 1
            assert work.status(c, waiting).state == "waiting"
            with pytest.raises(NotFound, match=str(done)):
                work.status(c, done)


class TestHandlers:
    def test_jobs_are_done_and_say_how_far_they_are(self, store):
        seen = []

        def add(job):
            job.report(1, 2, f"Reading {job.payload['n']}")
            with store.read() as c:
                seen.append(work.progress(c, "g"))
            job.report(2, 2)

        ids = queue(store, 2, total=2)
        end = work.drain(store, {"add": add}, "g", **QUICK)
        assert end.counts == {"done": 2} and (end.done, end.total) == (4, 4)
        assert seen[0].note == "Reading 0" and not seen[0].is_finished
        assert seen[0].counts == {"running": 1, "waiting": 1}
        assert (seen[0].done, seen[0].total) == (1, 4)
        assert [status(store, id).attempts for id in ids] == [1, 1]

    def test_bad_input_fails_at_once_and_the_rest_goes_on(self, store):
        def add(job):
            if job.payload["n"] == 1:
                raise InputInvalid("The file 'x' is empty.")

        end = work.drain(store, {"add": add}, queue(store, 3) and "g", **QUICK)
        assert end.counts == {"done": 2, "failed": 1}
        assert end.errors == ("The file 'x' is empty.",)

    @pytest.mark.parametrize("error", [ModelFailed("The server is away."), KeyError("oops")])
    def test_what_may_pass_is_tried_again(self, store, monkeypatch, error):
        monkeypatch.setattr(work, "RETRY_S", 0.01)
        calls = []

        def add(job):
            calls.append(job.job.attempts)
            if len(calls) < 3:
                raise error

        queue(store, 1)
        assert work.drain(store, {"add": add}, "g", **QUICK).counts == {"done": 1}
        assert calls == [1, 2, 3]

    def test_what_never_passes_fails_in_the_end(self, store, monkeypatch):
        monkeypatch.setattr(work, "RETRY_S", 0.01)

        def add(job):
            raise KeyError("oops")

        [id] = queue(store, 1)
        end = work.drain(store, {"add": add}, "g", **QUICK)
        assert end.errors == ("Bernard has a fault: KeyError: 'oops'",)
        assert status(store, id).attempts == jobs.MAX_ATTEMPTS

    def test_a_cancelled_job_stops_at_its_next_report(self, store):
        def add(job):
            with store.write() as c:
                assert work.cancel_group(c, "g") == 2
            job.report(1, 2)
            raise AssertionError("was not stopped")

        ids = queue(store, 2)
        assert work.drain(store, {"add": add}, "g", **QUICK).counts == {"cancelled": 2}
        with store.write() as c:
            assert not work.cancel(c, ids[0])

    def test_a_stopping_worker_leaves_its_job_to_another(self, store):
        stop = threading.Event()

        def add(job):
            stop.set()
            job.report(1, 2)
            raise AssertionError("was not stopped")

        [id] = queue(store, 1)
        work.run_worker(store, {"add": add}, stop, **QUICK)
        assert (status(store, id).state, status(store, id).attempts) == ("waiting", 0)
        assert work.drain(store, {"add": lambda job: None}, "g", **QUICK).counts == {"done": 1}

    def test_an_interrupted_program_leaves_its_job_to_another(self, store):
        def add(job):
            raise KeyboardInterrupt

        [id] = queue(store, 1)
        with pytest.raises(KeyboardInterrupt):
            work.drain(store, {"add": add}, "g", **QUICK)
        assert status(store, id).state == "waiting"


class TestLeases:
    def test_a_living_worker_keeps_a_job_longer_than_its_lease(self, store):
        calls = []
        store.lease_s = 0.6

        def add(job):
            calls.append(job.job.id)
            time.sleep(1.5)

        queue(store, 1)
        threads = [
            threading.Thread(target=work.drain, args=(store, {"add": add}, "g"), kwargs=QUICK)
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(calls) == 1

    def test_a_worker_taken_for_dead_changes_nothing_any_more(self, store):
        [id] = queue(store, 1)
        with store.write() as c:
            job = jobs.claim(c, ["add"], "w1", -1.0)
            assert jobs.claim(c, ["add"], "w2", 30.0).id == id
        late = work.Running(store, job, "w1", threading.Event())
        with pytest.raises(work.Interrupted), store.write() as c:
            people.create(c, "ann", "")
            late.keep(c)
        with pytest.raises(work.Interrupted):
            late.report(1, 1)
        with store.read() as c:
            assert people.everyone(c) == []

    def test_a_job_that_kills_its_workers_fails_in_the_end(self, store):
        [id] = queue(store, 1)
        with store.write() as c:
            for n in range(jobs.MAX_ATTEMPTS):
                assert jobs.claim(c, ["add"], f"w{n}", -1.0).id == id
            assert jobs.claim(c, ["add"], "w", 30.0) is None
        assert status(store, id).state == "failed"
        assert "3 times" in status(store, id).error

    def test_many_workers_share_the_jobs(self, store):
        def add(job):
            with store.write() as c:
                job.keep(c)
                name = str(job.payload["n"])
                row = {"id": name, "name": name, "password": "", "is_admin": False, "created": 0}
                c.execute(insert(accounts).values(row))

        queue(store, 40)
        threads = [
            threading.Thread(target=work.drain, args=(store, {"add": add}, "g"), kwargs=QUICK)
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.read() as c:
            assert work.progress(c, "g").counts == {"done": 40}
            assert len(c.execute(select(accounts)).all()) == 40
