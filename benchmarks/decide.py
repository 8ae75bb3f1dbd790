"""How long a decision takes with many agreements in force, from files that are looked at each time.

    python benchmarks/decide.py

Prints microseconds for a call; the figures stand in `docs/reference/measurements.md`.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bernard.agreements import Agreements, Call
from bernard.agreements.vocabulary import words

AGREEMENTS = 50
CLAUSES = 4
ROUNDS = 100
CALLS = 2_000
PURPOSES = sorted(words("purposes"))


def text(number: int, *, alike: bool) -> str:
    """An agreement of four clauses; alike ones all name the same purposes and suppliers."""
    clauses = []
    for clause in range(CLAUSES):
        first = 0 if alike else (number * CLAUSES + clause) % len(PURPOSES)
        purposes = ", ".join(PURPOSES[(first + n) % len(PURPOSES)] for n in range(6))
        categories = "commercial-information" if alike and number < AGREEMENTS - 1 else "any"
        clauses.append(
            f"""
  - id: c{clause}
    purposes: [{purposes}]
    services: [ask, service-{0 if alike else number}]
    operations: [chat, embed]
    suppliers: [{"server" if alike else f"server-{number}"}]
    models: [llama, "qwen@3*"]
    places: [own-network, this-machine]
    marking: {{tier: OFFICIAL, sensitive: true, descriptors: [COMMERCIAL]}}
    data: {{categories: [{categories}], subjects: [staff], identifiability: pseudonymised}}
    supplier_use: {{retention_s: 86400}}
    safeguards: [mask-identifiers]
    human: {{effect: support}}
    bytes_per_call: 1000000"""
        )
    return f"""schema: bernard-agreement/1
id: agreement-{number:02}
version: 1
title: An agreement
summary: One of many.
status: signed
parties: {{public_body: {{name: A made-up council}}}}
term: {{start: 2020-01-01, end: 2099-01-01}}
forbid:
  - {{id: no-tools, summary: No tools., outside_effects: true}}
  - {{id: no-children, summary: No data on children., subjects: [children, pupils]}}
clauses:{"".join(clauses)}
"""


def call(number: int, *, alike: bool, **changes: object) -> Call:
    """A call that the agreement of this number allows."""
    fields: dict[str, object] = {
        "service": "ask",
        "purpose": PURPOSES[0 if alike else number * CLAUSES % len(PURPOSES)],
        "operation": "chat",
        "supplier": "server" if alike else f"server-{number}",
        "model": "qwen",
        "version": "3.5",
        "places": frozenset({"own-network"}),
        "categories": frozenset({"personal-identifiers", "contact-details"}),
        "subjects": frozenset({"staff"}),
        "identifiability": "pseudonymised",
        "safeguards": frozenset({"mask-identifiers"}),
        "bytes": 417,
    }
    return Call(**{**fields, **changes})  # type: ignore[arg-type]


def best_us(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Microseconds a call, of the quietest round; short rounds, so that one falls between others' work."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        for _ in range(CALLS):
            work()
        times.append((time.perf_counter() - started) / CALLS * 1e6)
    return min(times)


def in_force(folder: Path, *, alike: bool) -> Agreements:
    """Fifty agreements in a folder, last changed a while ago."""
    for number in range(AGREEMENTS):
        path = folder / f"{number:02}.yaml"
        path.write_text(text(number, alike=alike))
        os.utime(path, (1_700_000_000, 1_700_000_000))
    time.sleep(0.2)
    return Agreements(folder)


def main() -> None:
    """Measure, and print a table."""
    print(f"{AGREEMENTS} agreements of {CLAUSES} clauses; Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as name:
        started = time.perf_counter()
        agreements = in_force(Path(name), alike=False)
        print(f"read and compiled        {(time.perf_counter() - started - 0.2) * 1000:8.0f} ms")
        mine = call(AGREEMENTS - 1, alike=False)
        assert agreements.decide(mine).allowed
        us = best_us(lambda: agreements.decide(mine))
        print(f"allowed                  {us:8.2f} us")
        us = best_us(lambda: agreements.decide(mine, f"agreement-{AGREEMENTS - 1}"))
        print(f"allowed, agreement named {us:8.2f} us")
        print(f"  of which stat, twice   {best_us(lambda: (os.stat(name), os.stat(name))):8.2f} us")
        fresh = iter([call(AGREEMENTS - 1, alike=False, retention_s=n) for n in range(60_000)])
        us = best_us(lambda: agreements.decide(next(fresh)), rounds=30)
        print(f"allowed, never seen yet  {us:8.2f} us")
        refused = call(AGREEMENTS - 1, alike=False, training="always")
        assert not agreements.decide(refused).allowed
        started = time.perf_counter()
        for _ in range(20):
            agreements.decide(refused)
        print(f"refused, with every why  {(time.perf_counter() - started) / 20 * 1e6:8.0f} us")
        started = time.perf_counter()
        for _ in range(20):
            agreements.decide(refused, f"agreement-{AGREEMENTS - 1}")
        print(f"refused, one agreement   {(time.perf_counter() - started) / 20 * 1e6:8.0f} us")
    with tempfile.TemporaryDirectory() as name:
        agreements = in_force(Path(name), alike=True)
        mine = call(0, alike=True)
        assert agreements.decide(mine).agreement == f"agreement-{AGREEMENTS - 1}"
        us = best_us(lambda: agreements.decide(mine))
        print(f"allowed by the last of {AGREEMENTS * CLAUSES} clauses that all might {us:8.2f} us")


if __name__ == "__main__":
    main()
