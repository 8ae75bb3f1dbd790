"""What the ledger can do on this machine: appends, proofs, verification, beside others.

    python benchmarks/ledger/run.py [--entries 1000000] [--rounds 3] [--seconds 3] [--folder DIR]
        [--oracle PYTHON] [--parts appends,tree,million,others]

The disk matters: give a folder on the one that will hold the log. Rounds go through everything in
turn, so that a busy minute of the machine meets all alike; the tables hold medians. PYTHON is one of
another environment, which has pymerkle (its licence is the GPL, so it is none of our dependencies).
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import proofs
from appends import Appends, appends, bare_sqlite

WAITING = (1, 8, 64, 256, 1024)
BESIDE = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--oracle", default="")
    parser.add_argument("--parts", default="appends,tree,million,others")
    asked = parser.parse_args()
    load = ", ".join(f"{n:.1f}" for n in os.getloadavg())
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {load}", flush=True)
    parts = asked.parts.split(",")
    if "appends" in parts:
        print_appends(asked)
    if "tree" in parts:
        grown, signed = proofs.nodes()
        print(
            f"\ntree: {grown:,.0f} entries/s, with root and signature for each 256: {signed:,.0f}"
        )
    if "million" in parts:
        print_million(asked)
    if "others" in parts and asked.oracle:
        print_others(asked)


def print_appends(asked) -> None:
    """A table of appends, each beside a bare insert by SQLite in groups of the same size."""
    runs: dict[object, list] = {}
    for _ in range(asked.rounds):
        for waiting in WAITING:
            run = appends(asked.folder, waiting, asked.seconds)
            runs.setdefault(waiting, []).append(run)
            runs.setdefault(("bare", waiting), []).append(
                bare_sqlite(asked.folder, waiting, asked.seconds / 3)
            )
        runs.setdefault("calls", []).append(appends(asked.folder, 256, asked.seconds, calls=True))
    print(
        "\n| waiting | entries/s | best round | p50 | p99 | a flush | p50 in flushes | CPU an entry "
        "| bare SQLite |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for waiting in WAITING:
        bare = statistics.median(runs["bare", waiting])
        print(row(str(waiting), runs[waiting], f"{bare:,.0f} rows/s"))
    print(row("256 with budgets and outcomes", runs["calls"], ""), flush=True)


def row(name: str, runs: list[Appends], last: str) -> str:
    m = Appends(*(statistics.median(values) for values in zip(*runs, strict=True)))
    best = max(runs)
    flushes = statistics.median(run.p50_ms / run.flush_ms for run in runs)
    return (
        f"| {name} | {m.rate:,.0f} | {best.rate:,.0f} | {m.p50_ms:.1f} ms | {m.p99_ms:.1f} ms "
        f"| {m.flush_ms:.1f} ms | {flushes:.1f} | {m.cpu_us:.0f} us | {last} |"
    )


def print_million(asked) -> None:
    """Times of proofs and verification on a stored log."""
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        home, folder = Path(name) / "home", Path(name) / "log"
        store, ledger, rate = proofs.build(home, asked.entries)
        print(f"\na log of {asked.entries:,} entries, built at {rate:,.0f} entries/s", flush=True)
        print("| | CPU | clock |\n|---|---|---|")
        for what, (cpu, wall) in proofs.prove(ledger, asked.entries).items():
            print(f"| {what} | {cpu:.0f} us | {wall:.0f} us |", flush=True)
        for what, seconds in proofs.verify(ledger, folder, asked.entries).items():
            print(f"| {what} | | {seconds:.1f} s |", flush=True)
        if Path(proofs.CHROMIUM).exists():
            seconds = proofs.verify_in_page(ledger, folder, asked.entries, Path(name))
            print(f"| verified by the page in Chromium | | {seconds:.1f} s |", flush=True)
        store.close()


def print_others(asked) -> None:
    """The same by pymerkle, on a smaller log: its proofs take longer the larger the tree is."""
    child = Path(__file__).parent / "strangers.py"
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        words = [asked.oracle, str(child), str(BESIDE), folder]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    print(f"\npymerkle, {BESIDE:,} entries")
    for what, rate in json.loads(done.stdout).items():
        print(f"| {what} | {rate:,.0f} |")


if __name__ == "__main__":
    main()
