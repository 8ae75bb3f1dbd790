"""kill -9 in the middle of an import: another worker finishes it, nothing twice, nothing missing."""

import os
import subprocess
import sys
import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from bernard.accounts.unlocked import unlocked
from bernard.assembly import open_bernard
from bernard.config import from_text
from bernard.store import documents
from bernard.store.tables import passages

DOCUMENTS = 60
WAIT_S = 120


def environment(settings):
    mine = {f"BERNARD_{name.upper()}": value for name, value in settings.items()}
    return {**os.environ, **mine}


def start_worker(settings):
    return subprocess.Popen(
        [sys.executable, "-m", "bernard", "worker"],
        env=environment(settings),
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def chosen(request, tmp_path):
    """Settings for one worker on SQLite, and for two on PostgreSQL."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    return {
        "home": str(tmp_path / "home"),
        "database": url,
        "embedding_model": "none",
        "lease_s": "2",
    }


def states(bernard, collection):
    with bernard.store.read() as c:
        return Counter(documents.counts(c, collection))


def wait_until(true, why):
    end = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < end, why
        time.sleep(0.05)


def test_a_killed_import_is_finished_by_another_worker(chosen, tmp_path):
    workers = 2 if chosen["database"] else 1
    folder = tmp_path / "folder"
    folder.mkdir()
    for n in range(DOCUMENTS):
        (folder / f"{n}.txt").write_text(f"Document {n} tells of the number {n * n}.")
    with open_bernard(from_text(chosen)) as bernard:
        collection = bernard.library.collection(unlocked(bernard.store, "t").id, "c").id
        bernard.library.sync(collection, folder)
        running = [start_worker(chosen) for _ in range(workers)]
        try:
            wait_until(
                lambda: states(bernard, collection)["ready"] >= 5, "the import did not begin"
            )
            running[0].kill()
            before = states(bernard, collection)["ready"]
            assert before < DOCUMENTS, "too quick to be killed in the middle"
            if workers == 1:
                running.append(start_worker(chosen))
            wait_until(
                lambda: states(bernard, collection)["ready"] == DOCUMENTS,
                f"not finished: {states(bernard, collection)}",
            )
        finally:
            for process in running:
                process.kill()
                process.wait()
        with bernard.store.read() as c:
            per_document = c.execute(
                select(passages.c.document, func.count()).group_by(passages.c.document)
            ).all()
        assert len(per_document) == DOCUMENTS
        assert {count for _, count in per_document} == {1}
        hits = bernard.library.search(f"number {59 * 59}", [collection])
        assert [hit.name for hit in hits[:1]] == ["59.txt"]
        assert not bernard.ledger.verify().fault
