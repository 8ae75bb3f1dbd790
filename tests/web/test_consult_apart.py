"""Jobs of consultations are done in a process of their own, which is replaced where it dies."""

import multiprocessing
import threading
import time

from bernard import server


def wait_until(true):
    """Wait for something that another process does."""
    for _ in range(1200):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("It did not come.")


def test_a_process_does_the_jobs_and_another_takes_its_place(consult, monkeypatch):
    monkeypatch.setattr(server, "RESTART_S", 0.0)
    stop = threading.Event()
    settings = consult.bernard.settings
    thread = threading.Thread(target=server.work_apart, args=(settings, stop))
    thread.start()
    try:
        wait_until(multiprocessing.active_children)
        [first] = multiprocessing.active_children()
        first.kill()
        consult.desk.ask_report(consult.id, "lead")
        wait_until(lambda: consult.desk.report(consult.id, "lead"))
        [second] = multiprocessing.active_children()
        assert second.pid != first.pid
    finally:
        stop.set()
        thread.join(60)
    assert multiprocessing.active_children() == []
