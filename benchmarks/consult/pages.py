"""How long pages and the gateway take while a large consultation is worked through in `bernard serve`.

    .venv/bin/python benchmarks/consult/pages.py ../shared/data/consultations 20000 [--seconds 300]

A house of its own holds the sample consultation, worked through. A file of that many responses is queued,
`bernard serve` is started, and until its run is over (or the seconds are) one page after another is asked
for, and beside that one call after another of the gateway, whose supplier answers at once.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from os import environ
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "gateway"))

from bernard_home import AGREEMENT, Home  # noqa: E402
from corpus import write  # noqa: E402
from processes import Program, free_port  # noqa: E402

from bernard import samples  # noqa: E402
from bernard.accounts import sessions  # noqa: E402
from bernard.assembly import open_bernard  # noqa: E402
from bernard.config import load  # noqa: E402
from bernard.server import consult_desk  # noqa: E402
from bernard.store import consultations, jobs, people  # noqa: E402

# Beside the supplier's: the models on this machine, for the run itself.
LOCAL = """\
  - id: local
    purposes: [any]
    services: [any]
    operations: [any]
    suppliers: [embedded]
    models: [any]
    places: [this-machine]
    marking: {tier: OFFICIAL, sensitive: true, descriptors: [any]}
    data: {categories: [any], subjects: [any], identifiability: identifiable}
"""
PAUSE_S = 0.1
CORES = os.sched_getaffinity(0)
SAY = json.dumps(
    {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "When is it open?"}]}
).encode()


def prepared(bernard, shared, count, folder):
    """(cookie, id of the sample worked through, id of the large one that waits to be run)."""
    with bernard.store.write() as c:
        owner = people.create(c, "ann", "not a hash", is_admin=True)
        cookie = sessions.begin(c, owner.id, 1)
    desk = consult_desk(bernard)
    small = desk.take(owner.id, "Harbour Street", *samples.consultation()).id
    desk.drain(small)
    desk.confirm(small, "ann", desk.preview(small).columns)
    desk.drain(small)
    file = folder / "large.csv"
    write(shared, count, file)
    large = desk.take(owner.id, "Large", file.name, file.read_bytes()).id
    desk.drain(large)
    desk.confirm(large, "ann", desk.preview(large).columns)
    return cookie, small, large


def timed(request, into):
    """Ask, and keep how long the answer took in milliseconds; None where there was none."""
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=120) as answer:
        answer.read()
    into.append(1000 * (time.perf_counter() - began))


def until(over, requests, found):
    """Ask for each in turn until it is over."""
    while not over.is_set():
        for name, request in requests.items():
            timed(request, found.setdefault(name, []))
            time.sleep(PAUSE_S)


def wait(url):
    """Until the server answers."""
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The server did not come up.")


def measured(bernard, home, cookie, small, large, seconds):
    """Milliseconds by what was asked for; how far the run came, by stage."""
    port = free_port()
    root = f"http://127.0.0.1:{port}"
    paths = {
        "list": "/consultations",
        "overview": f"/consultations/{small}",
        "responses": f"/consultations/{small}/responses",
    }
    signed_in = {"Cookie": f"bernard_session={cookie}"}
    pages = {n: urllib.request.Request(root + p, headers=signed_in) for n, p in paths.items()}
    key = {"Authorization": f"Bearer {home.key}", "Content-Type": "application/json"}
    calls = {"gateway": urllib.request.Request(f"{root}/v1/chat/completions", SAY, key)}
    found, over, stages = {}, threading.Event(), []
    command = [sys.executable, "-m", "bernard", "serve", "--port", str(port)]
    program = Program(command, cores=CORES, environ=home.environ, output=home.folder / "output",
                      folder=home.folder)  # fmt: skip
    try:
        wait(f"{root}/sign-in")
        for request in (*pages.values(), *calls.values()):
            timed(request, [])
        threads = [threading.Thread(target=until, args=(over, asked, found))
                   for asked in (pages, calls)]  # fmt: skip
        for thread in threads:
            thread.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with bernard.store.read() as c:
                state = consultations.get(c, large).state
                note = jobs.progress(c, f"run-consultation-{large}").note.split(":")[0]
            if note and note not in stages:
                stages.append(note)
            if state != "running":
                break
            time.sleep(1)
        over.set()
        for thread in threads:
            thread.join()
    finally:
        program.stop()
    return found, stages


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shared", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--seconds", type=float, default=1800)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        port = free_port()
        supplier = Program([sys.executable, str(HERE.parent / "gateway/supplier.py"), str(port)],
                           cores=CORES, environ=dict(environ), output=folder / "supplier",
                           folder=folder)  # fmt: skip
        try:
            home = home_at(folder / "house", f"http://127.0.0.1:{port}")
            environ.update(home.environ)
            with open_bernard(load()) as bernard:
                put = prepared(bernard, given.shared, given.count, folder)
                found, stages = measured(bernard, home, *put, given.seconds)
        finally:
            supplier.stop()
    print("; ".join(stages))
    print("| | asked for | p50, ms | p95, ms | longest, ms |\n|---|---|---|---|---|")
    for name, took in sorted(found.items()):
        cuts = statistics.quantiles(took, n=20)
        print(f"| {name} | {len(took):,} | {cuts[9]:,.0f} | {cuts[18]:,.0f} | {max(took):,.0f} |")


def home_at(folder, supplier):
    """A house whose agreement allows the models on this machine too."""
    import bernard_home

    bernard_home.AGREEMENT = AGREEMENT + LOCAL
    return Home(folder, supplier, dict(environ))


if __name__ == "__main__":
    main()
