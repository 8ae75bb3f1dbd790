"""The log keeps every entry in its place, and shows a change to any of them."""

import subprocess
import sys

import pytest
from sqlalchemy import delete, update

from bernard.config import from_text
from bernard.errors import LogUnwritable, NotFound, StoreUnavailable
from bernard.ledger import Entry, StoredLedger, canonical
from bernard.store.database import open_store
from bernard.store.tables import entries


@pytest.fixture
def store(tmp_path):
    store = open_store(from_text({"home": str(tmp_path)}))
    yield store
    store.close()


@pytest.fixture
def ledger(store):
    ledger = StoredLedger(store)
    for number in range(5):
        ledger.append(Entry("refusal", at=number, service="ask"), durable=number == 2)
    return ledger


def test_entries_are_numbered_from_0_and_linked(ledger):
    logged = list(ledger.all())
    assert [entry.number for entry in logged] == [0, 1, 2, 3, 4]
    assert [entry.previous for entry in logged[1:]] == [entry.hash for entry in logged[:-1]]
    assert logged[3].entry == {"event": "refusal", "at": 3, "service": "ask"}
    verified = ledger.verify()
    assert (verified.entries, verified.head, verified.fault) == (5, logged[-1].hash, "")


def test_newest_come_first_and_page(ledger):
    assert [entry.number for entry in ledger.newest(2)] == [4, 3]
    assert [entry.number for entry in ledger.newest(10, before=3)] == [2, 1, 0]
    assert ledger.newest(10, before=0) == []


def test_many_entries_are_part_of_their_transaction(store, ledger):
    bodies = [canonical(Entry("intent", at=n, purpose=f"é{n}" * 40)) for n in range(700)]
    with pytest.raises(ZeroDivisionError), store.write() as c:
        ledger.append_many(c, bodies)
        raise ZeroDivisionError
    assert ledger.verify().entries == 5
    with store.write() as c:
        logged = ledger.append_many(c, bodies)
        assert ledger.append_many(c, []) == []
    assert [entry.number for entry in logged] == list(range(5, 705))
    assert [entry.body for entry in logged] == bodies
    assert list(ledger.all())[5:] == logged and ledger.verify().fault == ""


def test_fields_at_their_defaults_are_left_out_and_the_rest_are_sorted():
    entry = Entry("outcome", 5, of=0, taken_out={"b": 1, "a": 2}, pence=0.25, key="k")
    assert canonical(entry) == (
        '{"at":5,"event":"outcome","key":"k","of":0,"pence":0.25,"taken_out":{"a":2,"b":1}}'
    )


@pytest.mark.parametrize("before", [6, 1000, 10**30])
def test_what_is_under_a_number_beyond_the_end_is_the_newest(ledger, before):
    assert [entry.number for entry in ledger.newest(2, before=before)] == [4, 3]


def test_an_entry_that_is_not_there(ledger):
    assert ledger.get(4).number == 4
    for number in (5, 10**30):
        with pytest.raises(NotFound):
            ledger.get(number)


def test_an_empty_log_holds(store):
    assert StoredLedger(store).verify().entries == 0
    assert StoredLedger(store).newest(3) == []


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (
            update(entries).where(entries.c.number == 2).values(body='{"at":9,"event":"refusal"}'),
            "Entry 2 was changed after it was written.",
        ),
        (update(entries).where(entries.c.number == 2).values(hash="0" * 64), "Entry 2 was changed"),
        (update(entries).where(entries.c.number == 2).values(previous="0" * 64), "Entry 2 does"),
        (delete(entries).where(entries.c.number == 2), "Entry 2 is missing"),
        (delete(entries).where(entries.c.number == 0), "Entry 0 is missing"),
    ],
)
def test_tampering_shows(store, ledger, tamper, fault):
    with store.write() as c:
        c.execute(tamper)
    assert fault in ledger.verify().fault


APPEND = """
import sys
from bernard.config import from_text
from bernard.ledger import Entry, StoredLedger
from bernard.store.database import open_store

ledger = StoredLedger(open_store(from_text({"home": sys.argv[1]})))
for number in range(30):
    ledger.append(Entry("refusal", at=number), durable=False)
"""


def test_processes_share_one_chain(tmp_path, store):
    workers = [subprocess.Popen([sys.executable, "-c", APPEND, str(tmp_path)]) for _ in range(3)]
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    verified = StoredLedger(store).verify()
    assert (verified.entries, verified.fault) == (90, "")


def test_a_log_that_cannot_be_written_says_so(store):
    ledger = StoredLedger(store)
    with store.write() as c:
        c.exec_driver_sql("DROP TABLE entries")
    with pytest.raises((LogUnwritable, StoreUnavailable)):
        ledger.append(Entry("refusal", at=0), durable=True)
