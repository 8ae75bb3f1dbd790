"""Entries a second through the recorder: on the disk, in the tree, under a signed checkpoint."""

import asyncio
import gc
import os
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import uvloop

from bernard.accounts.budgets import Charge, Limit
from bernard.api.gateway.serving import COLLECT
from bernard.config import Settings
from bernard.gateway.recorder import Recorder
from bernard.ledger import Entry, StoredLedger, canonical
from bernard.store.database import open_store

LIMITS = (Limit("minute", calls=10**9), Limit("day", calls=10**9, pence=1e9))
FLUSHES = 40


class Appends(NamedTuple):
    """Of one run: entries a second, waits and one flush in milliseconds, CPU microseconds an entry."""

    rate: float
    p50_ms: float
    p99_ms: float
    flush_ms: float
    cpu_us: float


def intent(now):
    """An entry of an ordinary size, about 650 bytes."""
    return Entry(
        "intent", now, agreement="benchmark", agreement_sha256="a" * 64, clause="chat",
        service="helpdesk", purpose="answer-questions", operation="chat", marking="OFFICIAL",
        declared=("public-information",), model="gpt-5", model_version="2025-08-07", provider="openai",
        place="GB", safeguards=("mask-identifiers",), taken_out={"EMAIL": 2, "NAME": 1}, texts=3,
        characters=417, left_bytes=417, key="0123456789ab", attempt=1, estimated_tokens=600,
        estimated_pence=0.2, sensitive=True, places=("GB",), training="never",
        attested_attributes=("places", "training", "human_review", "retention_s"),
    )  # fmt: skip


def flush_ms(folder):
    """What the disk takes for 4 KB more and a flush, by the median."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(FLUSHES):
            begun = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1e3


async def asking(recorder, until, waits):
    """One caller: an intent, and when it is there the next."""
    while time.monotonic() < until:
        begun = time.perf_counter()
        await recorder.intent(intent(int(time.time())))
        waits.append(time.perf_counter() - begun)


async def calling(recorder, until, waits, key):
    """One caller with a budget: an intent that charges two accounts, and an outcome that settles."""
    while time.monotonic() < until:
        charges = [
            Charge(f"key:{key % 16}", LIMITS, 1, 600, 417, 0.2),
            Charge("clause:benchmark/chat", (), 1, 600, 417, 0.2),
        ]
        begun = time.perf_counter()
        logged = await recorder.intent(intent(int(time.time())), charges)
        waits.append(time.perf_counter() - begun)
        outcome = Entry(
            "outcome", int(time.time()), of=logged.number, outcome="finished", prompt_tokens=110,
            completion_tokens=300, milliseconds=900, pence=0.11, energy_wh=0.3, co2e_g=0.05,
        )  # fmt: skip
        recorder.outcome(outcome, [Charge(c.account, c.limits, 0, -190, 0, -0.09) for c in charges])


def appends(folder, waiting, seconds, calls=False):
    """One run in a new log in this folder; `calls` with budgets and outcomes."""
    with tempfile.TemporaryDirectory(dir=folder) as home:
        store = open_store(Settings(home=Path(home)))
        ledger = StoredLedger(store)
        recorder = Recorder(store, ledger)
        # The vocabularies are read and the log's key is made with the first.
        recorder.intent_now(intent(0))
        # As the gateway does when it begins to serve.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT)
        waits = []

        async def run():
            until = time.monotonic() + seconds
            await asyncio.gather(
                *(
                    calling(recorder, until, waits, n) if calls else asking(recorder, until, waits)
                    for n in range(waiting)
                )
            )

        before = flush_ms(folder)
        begun, cpu = time.perf_counter(), time.process_time()
        uvloop.run(run())
        recorder.close()
        took, cpu = time.perf_counter() - begun, time.process_time() - cpu
        flush = statistics.mean((before, flush_ms(folder)))
        verified = ledger.verify()
        count = verified.entries - 1
        assert verified.fault == "" and count >= len(waits)
        store.close()
    waits.sort()
    p99 = waits[int(len(waits) * 0.99)] * 1e3
    return Appends(count / took, statistics.median(waits) * 1e3, p99, flush, cpu / count * 1e6)


def bare_sqlite(folder, batch, seconds):
    """Rows a second of the same text into a table of nothing else, a transaction a batch."""
    body = canonical(intent(1_763_769_600))
    with tempfile.TemporaryDirectory(dir=folder) as home:
        c = sqlite3.connect(Path(home) / "bare.db", isolation_level=None)
        c.execute("PRAGMA journal_mode = WAL")
        c.execute("PRAGMA synchronous = FULL")
        c.execute("CREATE TABLE entries (number INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        number, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < seconds:
            c.execute("BEGIN IMMEDIATE")
            rows = [(n, body) for n in range(number, number + batch)]
            c.executemany("INSERT INTO entries VALUES (?, ?)", rows)
            c.execute("COMMIT")
            number += batch
        rate = number / (time.perf_counter() - begun)
        c.close()
    return rate
