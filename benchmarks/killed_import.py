"""Import documents, kill the worker in the middle, and count what is there when another has finished.

    .venv/bin/python benchmarks/killed_import.py [--documents 1000] [--database postgresql://...]

On SQLite one worker is killed and one more is started; on PostgreSQL two share the work, one is
killed and the other finishes. Prints seconds and counts; exits 1 if anything is missing or double.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from bernard.accounts.unlocked import unlocked
from bernard.assembly import open_bernard
from bernard.config import from_text
from bernard.store import documents
from bernard.store.tables import passages


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=1000)
    options.add_argument("--database", default="")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        sys.exit(run(Path(place), chosen.documents, chosen.database))


def run(place, count, database):
    folder = place / "documents"
    folder.mkdir()
    for n in range(count):
        body = "\n\n".join(f"Paragraph {p} of document {n}: the sum is {n * p}." for p in range(12))
        (folder / f"{n:05}.txt").write_text(body)
    settings = {"home": str(place / "home"), "database": database, "lease_s": "5"}
    with open_bernard(from_text(settings)) as bernard:
        collection = bernard.library.collection(unlocked(bernard.store, "benchmark").id, "c").id
        started = time.monotonic()
        bernard.library.sync(collection, folder)
        print(f"accepted {count} documents in {time.monotonic() - started:.1f} s")
        workers = [start(settings) for _ in range(2 if database else 1)]
        wait(lambda: ready(bernard, collection) >= count // 3)
        workers[0].kill()
        print(f"killed a worker at {ready(bernard, collection)} of {count}")
        if not database:
            workers.append(start(settings))
        wait(lambda: ready(bernard, collection) == count)
        print(f"all read after {time.monotonic() - started:.1f} s")
        for worker in workers:
            worker.kill()
        return check(bernard, count)


def start(settings):
    mine = {f"BERNARD_{name.upper()}": value for name, value in settings.items()}
    return subprocess.Popen([sys.executable, "-m", "bernard", "worker"], env={**os.environ, **mine})


def ready(bernard, collection):
    with bernard.store.read() as c:
        return documents.counts(c, collection).get("ready", 0)


def wait(true):
    while not true():
        time.sleep(0.1)


def check(bernard, count):
    with bernard.store.read() as c:
        query = select(passages.c.document, passages.c.start, func.count())
        spans = c.execute(query.group_by(passages.c.document, passages.c.start)).all()
    twice = [span for span in spans if span[2] > 1]
    there = len(Counter(span[0] for span in spans))
    verified = bernard.ledger.verify()
    print(f"documents with passages: {there} of {count}; passages there twice: {len(twice)}")
    print(f"log: {verified.entries} entries, {verified.fault or 'holds'}")
    return int(there != count or bool(twice) or bool(verified.fault))


if __name__ == "__main__":
    main()
