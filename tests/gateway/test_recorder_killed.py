"""kill -9, two processes at once, and a disk that fills: no intent and no budget is lost."""

import collections
import json
import os
import random
import subprocess
import sys
import time

import pytest

from bernard.accounts.budgets import usage
from bernard.gateway.recorder import Recorder
from bernard.ledger import Entry, StoredLedger
from bernard.store.database import open_store

HEAD = """
import asyncio, json, resource, sys
from pathlib import Path
from bernard.accounts.budgets import Charge, Limit
from bernard.config import Settings
from bernard.errors import LogUnwritable, OverBudget
from bernard.gateway.recorder import Recorder
from bernard.ledger import Entry, StoredLedger
from bernard.store.database import open_store

store = open_store(Settings(home=Path({home!r}), database={database!r}))
ledger = StoredLedger(store)
recorder = Recorder(store, ledger)

def entry(key, tokens, pence):
    return Entry("intent", 0, key=key, estimated_tokens=tokens, estimated_pence=pence)

def charges(key, tokens, pence, limit=()):
    return [Charge("key:" + key, limit, 1, tokens, 0, pence), Charge("clause:a/b", (), 1, tokens, 0, pence)]
"""
# Each call says its number once it has been acknowledged, then settles for a third of it.
LOAD = """
async def caller(key):
    limit = (Limit("day", tokens=10**9), Limit("minute", pence=10**9))
    for n in range(10**9):
        tokens, pence = 30 + n % 7 * 3, 0.25
        logged = await recorder.intent(entry(key, tokens, pence), taken := charges(key, tokens, pence, limit))
        print(logged.number, flush=True)
        spent = Entry("outcome", 0, of=logged.number, key=key, prompt_tokens=tokens // 3, pence=pence)
        recorder.outcome(spent, [Charge(c.account, c.limits, 1, tokens // 3, 0, pence).less(c) for c in taken])

async def main():
    await asyncio.gather(*(caller(f"k{n % 3}") for n in range(24)))

asyncio.run(main())
"""
# As many calls as it can make under one limit that several processes share.
SPEND = """
async def caller(key):
    made = 0
    while True:
        try:
            await recorder.intent(entry(key, 3, 0.5), charges(key, 3, 0.5, (Limit("total", calls=300),)))
        except OverBudget:
            return made
        made += 1

async def main():
    print(sum(await asyncio.gather(*(caller("shared") for _ in range(8)))), flush=True)

sys.stdin.readline()
asyncio.run(main())
recorder.close()
"""
# The limit stands in for a full disk: a write beyond it fails until the limit is lifted.
FULL = """
first = recorder.intent_now(entry("k", 3, 0.5), charges("k", 3, 0.5))
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
size = max(path.stat().st_size for path in Path({home!r}).iterdir())
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 60_000, hard))
failed = 0
while failed < 3:
    try:
        recorder.intent_now(entry("k" * 2000, 3, 0.5), charges("k", 3, 0.5))
    except LogUnwritable as error:
        failed += 1
        message = str(error)
recorder.outcome(Entry("outcome", 0, of=first.number, key="k" * 60_000))
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
last = recorder.intent_now(entry("k", 3, 0.5), charges("k", 3, 0.5))
recorder.close()
print(json.dumps([message, last.number]))
"""


@pytest.fixture
def start(settings):
    begun = []

    def start(code):
        head = HEAD.replace("{home!r}", repr(str(settings.home)))
        code = (head + code).replace("{database!r}", repr(settings.database))
        process = subprocess.Popen(
            [sys.executable, "-c", code.replace("{home!r}", repr(str(settings.home)))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        return process

    yield start
    for process in begun:
        process.kill()
        process.communicate()


def in_the_log(ledger):
    """What the entries say was taken from each account: calls, tokens and millionths of a penny."""
    taken = collections.defaultdict(lambda: [0, 0, 0])
    estimates = {}
    for logged in ledger.all():
        entry = logged.entry
        accounts = (f"key:{entry['key']}", "clause:a/b")
        if entry["event"] == "intent":
            tokens, pence = entry["estimated_tokens"], entry["estimated_pence"]
            estimates[logged.number] = tokens, pence
            change = (1, tokens, round(pence * 1e6))
        else:
            tokens, pence = estimates.pop(entry["of"])
            change = (0, entry["prompt_tokens"] - tokens, round((entry["pence"] - pence) * 1e6))
        for account in accounts:
            taken[account] = [a + b for a, b in zip(taken[account], change, strict=True)]
    return {account: tuple(sums) for account, sums in taken.items()}, len(estimates)


def counted(store, accounts, window="total"):
    rows = {a: {r.window: r for r in usage(store, a)} for a in accounts}
    return {a: (r[window].calls, r[window].tokens, r[window].micropence) for a, r in rows.items()}


def test_kill_9_under_load_loses_no_intent_and_no_budget(settings, start):
    seed = random.Random(os.getpid())
    acknowledged = []
    for _ in range(3):
        process = start(LOAD)
        acknowledged.append(int(process.stdout.readline()))
        time.sleep(seed.uniform(0.1, 0.6))
        process.kill()
        # The last line may be cut off: then nobody was told.
        acknowledged += [int(n) for n in process.stdout.read().split("\n")[:-1]]
    store = open_store(settings)
    ledger = StoredLedger(store)
    assert ledger.verify().fault == ""
    intents = {e.number for e in ledger.all() if e.entry["event"] == "intent"}
    assert len(acknowledged) > 50 and set(acknowledged) <= intents
    taken, without_outcome = in_the_log(ledger)
    assert counted(store, taken) == taken
    # Those in flight keep their estimate and have no outcome; nothing is made up for them.
    assert 0 < without_outcome <= 3 * 24
    # The next process goes on at once, in the same chain.
    recorder = Recorder(store, ledger)
    assert recorder.intent_now(Entry("intent", 0, key="k0")).number == ledger.verify().entries - 1
    recorder.close()
    store.close()


def test_two_processes_share_one_limit_exactly(settings, start):
    processes = [start(SPEND) for _ in range(3)]
    time.sleep(1.5)
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    made = [int(process.communicate(timeout=100)[0]) for process in processes]
    assert sum(made) == 300
    store = open_store(settings)
    ledger = StoredLedger(store)
    assert ledger.verify().fault == ""
    events = collections.Counter(e.entry["event"] for e in ledger.all())
    assert events == {"intent": 300, "refusal": 24}
    assert counted(store, ["key:shared"]) == {"key:shared": (300, 900, 150_000_000)}
    store.close()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_full_disk_and_then_a_freed_one(settings, start):
    message, last = json.loads(start(FULL).communicate(timeout=60)[0])
    assert "The log could not be written" in message
    store = open_store(settings)
    ledger = StoredLedger(store)
    entries = [e.entry for e in ledger.all()]
    assert ledger.verify().fault == "" and last == len(entries) - 1
    assert sum(e["event"] == "outcome" and e["of"] == 0 for e in entries) == 1
    intents = sum(e["event"] == "intent" for e in entries)
    assert counted(store, ["key:k"]) == {"key:k": (intents, 3 * intents, intents * 500_000)}
    store.close()
