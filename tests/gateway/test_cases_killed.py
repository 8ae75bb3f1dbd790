"""kill -9, two processes at once, and a disk that fills: no stand-in that left is lost or shared."""

import asyncio
import json
import os
import random
import subprocess
import sys
import time

import pytest

from bernard.gateway import Caller
from bernard.gateway.case_house import HouseKeys
from bernard.gateway.case_upkeep import CaseUpkeep
from bernard.gateway.cases import Cases
from bernard.ledger import StoredLedger
from bernard.privacy import StructuredDetector
from bernard.store.database import open_store

CALLER = Caller(service="helpdesk", purpose="answer-questions", key="k1")
HEAD = """
import asyncio, json, random, resource, sys
from pathlib import Path
from bernard.config import Settings
from bernard.errors import CaseChanged, LogUnwritable
from bernard.gateway import Caller
from bernard.gateway.case_house import HouseKeys
from bernard.gateway.case_upkeep import CaseUpkeep
from bernard.gateway.cases import Cases
from bernard.gateway.recorder import Recorder
from bernard.ledger import Entry, StoredLedger
from bernard.privacy import StructuredDetector
from bernard.store.database import open_store

settings = Settings(home=Path({home!r}), database={database!r})
store = open_store(settings)
ledger = StoredLedger(store)
recorder = Recorder(store, ledger)
cases = Cases(store, HouseKeys(store, settings.cases_key), CaseUpkeep(store, ledger, 30.0))
caller = Caller(service="helpdesk", purpose="answer-questions", key="k1")
detector = StructuredDetector()

async def send(text):
    "What would leave, once it may."
    while True:
        case = await cases.open(caller, "1234")
        pseudonyms = case.pseudonyms(detector)
        masked = pseudonyms.mask(text)
        try:
            await recorder.intent(Entry("intent", 0), beside=case.keeping(pseudonyms))
        except CaseChanged:
            await asyncio.sleep(random.uniform(0, 0.01))
            continue
        return masked
"""
# Values of its own, and values that both processes find: each says what left and for what.
LOAD = """
async def call(mine):
    for n in range(10**9):
        value = f"{mine}.{n}@example.org" if n % 2 else f"shared.{n}@example.org"
        print(json.dumps([value, await send(value)]), flush=True)

async def main():
    await asyncio.gather(*(call(f"{sys.argv[1]}.{n}") for n in range(3)))

asyncio.run(main())
"""
# The limit stands in for a full disk: a write beyond it fails until the limit is lifted.
FULL = """
async def main():
    first = await send("a.person@example.org")
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    size = max(path.stat().st_size for path in Path({home!r}).iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    message = ""
    for n in range(200):
        try:
            await send(" ".join(f"{m}.n{n}@example.org" for m in range(60)))
        except LogUnwritable as error:
            message = str(error)
            break
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    again = await send("a.person@example.org")
    print(json.dumps([message, first, again, await send("b.person@example.org")]))

asyncio.run(main())
recorder.close()
"""


@pytest.fixture
def start(settings):
    begun = []

    def start(code, *arguments):
        code = (HEAD + code).replace("{home!r}", repr(str(settings.home)))
        code = code.replace("{database!r}", repr(settings.database))
        begun.append(
            subprocess.Popen(
                [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True
            )
        )
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.communicate()


@pytest.fixture
def restore(settings):
    """What the case, read anew, puts in place of a stand-in."""
    store = open_store(settings)
    upkeep = CaseUpkeep(store, StoredLedger(store), 30.0)
    cases = Cases(store, HouseKeys(store, settings.cases_key), upkeep)

    def restore(marks):
        cases.forget()
        case = asyncio.run(cases.open(CALLER, "1234"))
        pseudonyms = case.pseudonyms(StructuredDetector())
        return [pseudonyms.restore(mark) for mark in marks]

    yield restore
    store.close()


def test_kill_9_with_two_processes_at_once(start, restore):
    seed = random.Random(os.getpid())
    sent = []
    for turn in range(3):
        processes = [start(LOAD, f"p{turn}{n}") for n in range(2)]
        sent += [json.loads(process.stdout.readline()) for process in processes]
        time.sleep(seed.uniform(0.2, 0.8))
        for process in processes:
            process.kill()
        for process in processes:
            # The last line may be cut off: then nobody was told.
            sent += [json.loads(one) for one in process.stdout.read().split("\n")[:-1]]
    values = {}
    for value, mark in sent:
        # One value never had two.
        assert values.setdefault(value, mark) == mark
    # No two values had one.
    assert len(set(values.values())) == len(values) > 6
    assert restore(values.values()) == list(values)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_full_disk_and_then_a_freed_one(start, restore):
    message, first, again, other = json.loads(start(FULL).communicate(timeout=120)[0])
    assert "could not be written" in message
    assert first == again != other
    assert restore([first, other]) == ["a.person@example.org", "b.person@example.org"]
