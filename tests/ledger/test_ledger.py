"""The log keeps every entry in its place, and shows a change to any of them."""

import subprocess
import sys

import pytest
from sqlalchemy import delete, insert, select, update

from bernard.config import from_text
from bernard.errors import (
    InputInvalid,
    LogBroken,
    LogKeyInvalid,
    LogUnwritable,
    NotFound,
    StoreUnavailable,
)
from bernard.ledger import Entry, StoredLedger, canonical
from bernard.ledger.key_file import KeyFile
from bernard.ledger.tlog import (
    SignerKey,
    Tree,
    check_receipt,
    hash_leaves,
    parse_policy,
    parse_receipt,
    verify_files,
)
from bernard.store.database import open_store
from bernard.store.tables import entries, log_head, tiles


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


def test_entries_are_numbered_from_0_and_in_the_tree(ledger):
    logged = list(ledger.all())
    assert [entry.number for entry in logged] == [0, 1, 2, 3, 4]
    assert logged[3].entry == {"event": "refusal", "at": 3, "service": "ask"}
    root = Tree().append(hash_leaves([entry.body.encode() for entry in logged])).tree.root
    verified = ledger.verify()
    assert (verified.entries, verified.root, verified.fault) == (5, root.hex(), "")
    assert verify_files(ledger.files(), ledger.vkey) == verified


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
            "Entry 2 does not have the hash",
        ),
        (delete(entries).where(entries.c.number == 2), "tile/entries/000"),
        (delete(entries).where(entries.c.number == 0), "tile/entries/000"),
        (delete(entries).where(entries.c.number == 4), "5 entries are signed for and 4 are there"),
        (insert(entries).values(number=5, body="{}"), "5 entries are signed for and 6 are there"),
        (update(tiles).values(hashes=b"\0" * 160), "Entry 0 does not have the hash"),
        (delete(tiles), "tile/0/000"),
        (update(log_head).values(root=b"\0" * 32, size=4), "4 entries are signed for"),
        (update(log_head).values(note="bernard\n"), "signature lines"),
        (delete(log_head), "0 entries are signed for and 5 are there"),
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


def test_processes_share_one_tree(tmp_path, store):
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


@pytest.mark.parametrize(
    "tamper",
    [
        delete(entries).where(entries.c.number == 4),
        insert(entries).values(number=5, body="{}"),
        update(entries).where(entries.c.number == 4).values(body="{}"),
        update(tiles).values(hashes=b"\0" * 160),
        delete(tiles),
        update(log_head).values(root=b"\0" * 32),
    ],
)
def test_nothing_is_added_to_a_log_that_is_not_what_was_signed(store, ledger, tamper):
    with store.write() as c:
        c.execute(tamper)
    for opened in (StoredLedger(store), StoredLedger(store)):
        with pytest.raises(LogBroken):
            opened.check()
        with pytest.raises(LogBroken):
            opened.append(Entry("refusal", at=9), durable=False)


def test_a_receipt_proves_an_entry_to_who_has_nothing_but_the_key(store, ledger):
    policy = parse_policy(f"log {ledger.vkey}\nquorum none\n")
    for number in range(300):
        ledger.append(Entry("refusal", at=number), durable=False)
    for number in (0, 4, 255, 256, 304):
        receipt = parse_receipt(str(ledger.receipt(number)))
        [entry] = ledger.bodies(number, number + 1)
        assert check_receipt(receipt, entry, policy).size == 305
        with pytest.raises(LogBroken):
            check_receipt(receipt, entry + b" ", policy)
    with pytest.raises(NotFound):
        ledger.receipt(305)


def test_a_checkpoint_that_is_shown_is_flushed_with_all_before_it(store, ledger):
    ledger.append(Entry("refusal", at=8), durable=False)
    written = (store.home / "bernard.db-wal").stat().st_size
    shown = ledger.checkpoint()
    # SQLite flushes where a transaction writes something, and else not at all.
    assert (store.home / "bernard.db-wal").stat().st_size > written
    assert ledger.checkpoint() == shown == StoredLedger(store).checkpoint()


def test_older_checkpoints_are_extended(store, ledger):
    seen = str(ledger.checkpoint())
    for number in range(260):
        ledger.append(Entry("refusal", at=number), durable=False)
    assert verify_files(ledger.files(), ledger.vkey, seen).fault == ""


def test_the_files_of_a_log_that_grows_fit_every_checkpoint_of_it(store, ledger):
    files = ledger.files()
    before = {path: files.read(path) for path in ("tile/0/000.p/5", "tile/entries/000.p/5")}
    ledger.append(Entry("refusal", at=7), durable=False)
    assert {path: files.read(path) for path in before} == before
    for path in ("tile/0/000", "tile/0/000.p/7", "tile/9/000", "tile/0/x000/000", "../x", "tile"):
        with pytest.raises(NotFound):
            files.read(path)


def test_a_log_without_a_tree_is_taken_into_one(store, ledger):
    with store.write() as c:
        c.execute(delete(log_head))
        c.execute(delete(tiles))
        many = [{"number": n, "body": canonical(Entry("refusal", at=n))} for n in range(5, 1300)]
        c.execute(insert(entries), many)
    opened = StoredLedger(store)
    opened.append(Entry("refusal", at=1), durable=False)
    verified = opened.verify()
    assert (verified.entries, verified.fault) == (1301, "")


def test_the_key_is_for_this_account_alone_and_is_kept(tmp_path, store, ledger):
    file = tmp_path / "ledger.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert StoredLedger(store).vkey == ledger.vkey
    assert StoredLedger(store).origin in ledger.vkey


@pytest.mark.parametrize("now", [None, "", "PRIVATE+KEY+x+00000000+AAAA\n", b"\xff\x00", "another"])
def test_without_its_key_nothing_is_added(tmp_path, store, ledger, now):
    file = tmp_path / "ledger.key"
    if now == "another":
        now = SignerKey.generate("elsewhere").private_text
    file.unlink()
    if now is not None:
        file.write_bytes(now if isinstance(now, bytes) else now.encode())
    opened = StoredLedger(store)
    with pytest.raises(LogKeyInvalid, match=r"ledger\.key"):
        opened.append(Entry("refusal", at=9), durable=False)
    # What is there can be read and checked all the same.
    assert opened.verify().entries == 5
    assert file.exists() is (now is not None)


def test_a_renewed_log_has_another_name_and_the_same_entries(tmp_path, store, ledger):
    old, seen = ledger.vkey, str(ledger.checkpoint())
    (tmp_path / "ledger.key").unlink()
    opened = StoredLedger(store)
    assert opened.renew() == opened.vkey != old
    opened.append(Entry("refusal", at=9), durable=False)
    assert (opened.verify().entries, opened.verify().fault) == (6, "")
    assert "not signed by any log" in verify_files(opened.files(), old).fault
    with pytest.raises(InputInvalid):
        verify_files(opened.files(), opened.vkey, seen)


def test_the_origin_is_the_one_that_was_set(tmp_path, store):
    key = KeyFile(tmp_path / "own.key", "data.example/log")
    ledger = StoredLedger(store, key)
    ledger.append(Entry("refusal", at=0), durable=False)
    assert ledger.origin == "data.example/log"
    with pytest.raises(LogKeyInvalid, match="BERNARD_LEDGER_ORIGIN"):
        StoredLedger(store, KeyFile(tmp_path / "own.key", "other.example/log")).check()
    with pytest.raises(LogKeyInvalid, match="spaces"):
        KeyFile(tmp_path / "bad.key", "a b").key()


def test_an_entry_that_is_too_long_is_refused(store, ledger):
    with pytest.raises(InputInvalid, match="65535"):
        ledger.append(Entry("refusal", at=0, service="x" * 65_536), durable=False)
    assert ledger.verify().entries == 5


def test_an_older_database_in_the_place_of_this_one_is_not_signed_for(store, ledger):
    ledger.checkpoint()
    with store.write() as c:
        older = c.execute(select(log_head)).one()._asdict()
    opened = StoredLedger(store)
    opened.append(Entry("refusal", at=9), durable=False)
    opened.checkpoint()
    with store.write() as c:
        c.execute(delete(entries).where(entries.c.number == 5))
        c.execute(update(log_head).values(**older))
    with pytest.raises(LogBroken, match="older backup"):
        opened.checkpoint()
    with pytest.raises(LogBroken, match="older backup"):
        opened.receipt(4)
