"""Rows of cases: not in a backup, and no key of a destroyed one in the database's files."""

import zipfile

import pytest
from sqlalchemy import select, text

from bernard.config import Settings
from bernard.store import backup as copies
from bernard.store import cases as rows
from bernard.store.database import open_store
from bernard.store.tables import case_houses, case_keys, cases

WRAPPED = b"the wrapped key of a case"
MAPPING = b"what stands for whom, sealed" * 300


def row(n, **changes):
    found = rows.CaseRow(f"{n:064x}", "desk", 7, MAPPING, 1.0, 2.0, 3.0, "h1", WRAPPED)
    return found._replace(**changes)


@pytest.fixture
def filled(store):
    with store.write() as c:
        rows.add(c, row(1))
        rows.add(c, row(2, service="housing", wrapped=b"another key"))
        rows.set_house(c, rows.House("h1", "s"))
    return store


def test_a_row_comes_back_as_it_was_written(filled):
    with filled.read() as c:
        assert rows.get(c, f"{1:064x}") == row(1)
        assert rows.get(c, "x") is None is rows.version(c, "x")
        assert rows.version(c, f"{1:064x}") == 7
        assert rows.house(c) == rows.House("h1", "s")
        assert [one.service for one in rows.listing(c, "housing")] == ["housing"]
        assert {one.bytes for one in rows.listing(c)} == {len(MAPPING)}


def test_a_change_is_of_one_row(filled):
    with filled.write() as c:
        rows.put(c, row(1, version=8, mapping=b"new", used=9.0, kept_s=1.0))
        rows.touch(c, f"{2:064x}", 5.0, 4.0)
    with filled.read() as c:
        assert rows.get(c, f"{1:064x}") == row(1, version=8, mapping=b"new", used=9.0, kept_s=1.0)
        assert rows.get(c, f"{2:064x}")[5:7] == (5.0, 4.0)
        assert rows.over(c, 9.5, 100.0) == [f"{2:064x}"]
        assert len(rows.over(c, 12.0, 100.0)) == 2


def test_what_wraps_the_keys_is_changed_for_all_at_once(filled):
    with filled.write() as c:
        rows.rewrap(c, [(id, "h2", b"new") for id, _, _ in rows.keys(c)])
    with filled.read() as c:
        assert {(house, wrapped) for _, house, wrapped in rows.keys(c)} == {("h2", b"new")}


@pytest.mark.parametrize("restored", ["sqlite"])
def test_a_backup_holds_no_case(filled, restored, tmp_path):
    file = tmp_path / "monday.zip"
    made = copies.backup(filled, file)
    assert not {"cases", "case_keys", "case_houses"} & set(made.rows)
    with zipfile.ZipFile(file) as packed:
        data = packed.read("bernard.db")
    assert WRAPPED not in data and MAPPING[:60] not in data and b"another key" not in data
    home = tmp_path / "new home"
    copies.restore(Settings(home=home), file)
    store = open_store(Settings(home=home))
    with store.read() as c:
        for table in (cases, case_keys, case_houses):
            assert c.execute(select(table)).all() == []
    store.close()
    # It left the cases where they were.
    with filled.read() as c:
        assert len(rows.listing(c)) == 2


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_postgresql_keeps_no_key_of_a_destroyed_case_in_its_table(filled):
    file = text("SELECT pg_read_binary_file(pg_relation_filepath('case_keys'))")

    def stored():
        with filled.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
            c.execute(text("CHECKPOINT"))
            return bytes(c.scalar(file))

    assert WRAPPED in stored()
    with filled.write() as c:
        assert rows.remove(c, [f"{1:064x}"]) == [f"{1:064x}"]
    assert rows.wipe(filled)
    left = stored()
    assert WRAPPED not in left and b"another key" in left
