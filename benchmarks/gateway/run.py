"""Bernard's gateway beside its peers, in one run.

    python benchmarks/gateway/run.py --peers FOLDER [--rounds 3] [--seconds 10] [--only "NAME;NAME"]

Each round measures every gateway once, one after another, so that what else the machine does falls on
all alike; the table has medians. A gateway has one core, the supplier and the load another. Every
answer is looked at, and Bernard's log afterwards: an intent for each answer, the chain unbroken.
docs/reference/gateway-performance.md says how to make FOLDER, and what is on in each gateway.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import report
from figures import Cores, Round, direct, disk
from gateways import ALL, Bernard, Direct
from processes import Program, free_port

HERE = Path(__file__).parent
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")
# Beyond this many seconds for the whole of it, the long run of calls is left out.
LONGEST_S = 120


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", type=lambda p: Path(p).absolute(), help="folder of the peers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each load")
    parser.add_argument("--calls", type=int, default=100_000, help="of the long run; 0: none")
    parser.add_argument("--only", default="", help="names, with semicolons between")
    parser.add_argument("--folder", help="on the disk that is to hold the log")
    parser.add_argument("--json", type=Path, help="write every figure of every round there")
    return parser.parse_args()


def chosen(given, folder, supplier, environ):
    """The gateways that can be measured; the others are named with their reason."""
    wanted = [name.strip().lower() for name in given.only.split(";") if name.strip()]
    there = []
    for kind in ALL:
        if wanted and kind.name.lower() not in wanted:
            continue
        if reason := kind.absent(given.peers):
            report.note(f"{kind.name} is left out: {reason}.")
            continue
        there.append(kind(folder, given.peers, supplier, environ))
    return there


def measure(given, folder, supplier, environ, cores):
    """Every figure, round by round, and the report."""
    gateways = chosen(given, folder, supplier, environ)
    found = {gateway.name: [] for gateway in gateways}
    alone, synced, faults = [], [], {}
    for number in range(given.rounds):
        report.note(f"Round {number + 1} of {given.rounds}")
        alone.append(direct(Direct(folder, None, supplier, environ), cores, given.seconds))
        synced.append(disk(folder))
        for gateway in gateways:
            one = Round(gateway, cores, given.seconds)
            figures = one.run()
            if gateway.most_workers > 1:
                figures |= one.workers(2)
            found[gateway.name].append(figures)
            finish(gateway, one, faults)
    lasting = {} if not given.calls else long_runs(gateways, found, cores, given, faults)
    logs = {g.name: logged(g) for g in gateways if isinstance(g, Bernard)}
    report.tell(given, alone, synced, found, lasting, faults, logs)


def logged(gateway):
    """What its log says, beside what was answered."""
    intents, outcomes, fault = gateway.home.verified()
    return {
        "answered": gateway.answered, "intents": intents, "outcomes": outcomes,
        "fault of the chain": fault or "none", "holds": intents >= gateway.answered and not fault,
    }  # fmt: skip


def finish(gateway, one, faults):
    """Add up what was answered and what was not, over all rounds."""
    gateway.answered += one.answered
    for came, times in one.faults.items():
        of = faults.setdefault(gateway.name, {})
        of[came] = of.get(came, 0) + times
    report.note(f"  {gateway.name}: {json.dumps({k: round(v, 3) for k, v in one.found.items()})}")


def long_runs(gateways, found, cores, given, faults):
    """Memory as many calls go by, of the gateways that answer them in reasonable time."""
    lasting = {}
    for gateway in gateways:
        if given.calls / found[gateway.name][-1]["per s"] < LONGEST_S:
            one = Round(gateway, cores, given.seconds)
            lasting[gateway.name] = one.lasting(given.calls)
            finish(gateway, one, faults)
    return lasting


def main():
    given = arguments()
    cores = Cores()
    environ = {name: os.environ[name] for name in KEPT if name in os.environ}
    with tempfile.TemporaryDirectory(prefix="gateways-", dir=given.folder) as folder:
        port = free_port()
        supplier = Program(
            [sys.executable, str(HERE / "supplier.py"), str(port)],
            cores=cores.others, environ=environ, output=Path(folder) / "supplier",
        )  # fmt: skip
        os.sched_setaffinity(0, cores.others)
        try:
            measure(given, folder, f"http://127.0.0.1:{port}", environ, cores)
        finally:
            supplier.stop()
            shutil.rmtree(f"/dev/shm/{Path(folder).name}", ignore_errors=True)


if __name__ == "__main__":
    main()
