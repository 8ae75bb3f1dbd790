"""A backup brings everything back, on either database from either."""

import json
import threading
import zipfile

import numpy as np
import pytest
from sqlalchemy import select

from bernard.config import Settings
from bernard.errors import InputInvalid, NotFound
from bernard.store import backup as copies
from bernard.store import (
    collections,
    conversations,
    documents,
    files,
    keys,
    passages,
    people,
    usage,
    work,
)
from bernard.store.database import open_store
from bernard.store.index import open_index
from bernard.store.passages import DocumentText, NewPassage
from bernard.store.tables import metadata

ANSWER = {
    "answer": "25 days.",
    "claims": [{"citations": [{"name": "a.txt", "page": "3", "quote": "25\ndays"}]}],
}
# A step between two of the values that the index keeps is 1/127 here.
VECTORS = np.array([[1, 0, 0, 0], [0, 0.6, 0, -0.8]], np.float32)


@pytest.fixture
def filled(store, ann, bob, rules, put):
    """A store with something in every table that matters."""
    with store.write() as c:
        outer = put(c, rules, "z/../leave?.txt", sha256=files.put(c, b"25 days of leave"))
        inner = put(c, rules, "a.txt", parent=outer, sha256=files.put(c, b"inner"))
        put(c, rules, "record", parent=outer, sha256="c" * 64)
        text = DocumentText("25 days of leave", ((0, "3"),), ((0, 2, 1),))
        new = [NewPassage(i, i + 7, "3", "", f"days of leave {i}") for i in range(3)]
        ids = passages.replace(c, outer.id, text, new)
        open_index(store).add(c, ids[:2], VECTORS, "minilm")
        open_index(store).add(c, ids[2:], None)
        documents.set_state(c, outer.id, "ready", notes=["£"])
        talk = conversations.create(c, ann.id, "Leave: how\nlong?", [rules.id])
        turn = conversations.add_turn(c, talk.id, "How long?")
        conversations.claim(c, "w", 30.0)
        conversations.finish(c, turn.id, "w", json.dumps(ANSWER))
        others = collections.create(c, bob.id, "Bob's")
        put(c, others, "secret.txt", sha256=files.put(c, b"bob"))
        work.enqueue(c, "add", {"n": inner.id}, key="k")
        people.add_session(c, "h", ann.id, "csrf", 5.0)
        keys.add(c, keys.KeyRow("k1", "helpdesk", "{}", 1.0, 2.0, None))
        keys.add_secret(c, keys.Secret("5" * 64, "k1", "bernard_aaaa", 1.0, None))
        usage.add(c, [("key:k1", window, 1, 2, 3, 4) for window in ("day:2026-11-22", "total")])
        usage.set_clock(c, 5)
    return store


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """Settings for somewhere to restore to."""
    database = (
        request.getfixturevalue("second_postgres_url") if request.param == "postgresql" else ""
    )
    return Settings(home=tmp_path / "new home", database=database)


def rows(store):
    with store.read() as c:
        return {
            table.name: sorted(map(tuple, c.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
            if table.name != "files"
        }


def found(store):
    """What the index says of every passage."""
    index = open_index(store)
    with store.read() as c:
        ids = [row.id for row in _passages(c)]
        similar = index.similarities(c, VECTORS[1], ids, "minilm")
        return index.words_of(c, ids), {id: round(value, 2) for id, value in similar.items()}


class TestBackup:
    def test_everything_comes_back_on_either_database(self, filled, empty, tmp_path):
        file = tmp_path / "monday.zip"
        made = copies.backup(filled, file)
        assert copies.verify(file) == made == copies.restore(empty, file)
        assert made.rows["documents"] == 4 and file.stat().st_mode & 0o777 == 0o600
        restored = open_store(empty)
        assert rows(restored) == rows(filled)
        assert found(restored) == found(filled)
        assert [len(part) for part in found(restored)] == [3, 2]
        with restored.write() as c, filled.read() as old:
            assert files.kept(c) == files.kept(old) != []
            assert files.get(c, files.kept(c)[0]) == files.get(old, files.kept(c)[0])
            # New rows are numbered after those that were brought in.
            work.enqueue(c, "add", {})
            document = documents.get_many(c, [row.document for row in _passages(c)])
            [id] = passages.replace(
                c, next(iter(document)), DocumentText("x"), [NewPassage(0, 1, "", "", "x")]
            )
            assert id > 3
        restored.close()
        assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []

    def test_nothing_is_overwritten(self, filled, settings, tmp_path):
        file = tmp_path / "monday.zip"
        copies.backup(filled, file)
        with pytest.raises(InputInvalid, match=r"monday\.zip' exists"):
            copies.backup(filled, file)
        before = rows(filled)
        with pytest.raises(InputInvalid, match="already"):
            copies.restore(settings, file)
        assert rows(filled) == before

    def test_others_write_meanwhile(self, filled, ann, tmp_path):
        stop = threading.Event()

        def write():
            n = 0
            while not stop.is_set():
                with filled.write() as c:
                    collections.create(c, ann.id, f"{n}")
                    conversations.create(c, ann.id, f"{n}", [])
                n += 1

        writer = threading.Thread(target=write)
        writer.start()
        try:
            made = [copies.backup(filled, tmp_path / f"{n}.zip").rows for n in range(3)]
        finally:
            stop.set()
            writer.join()
        # Two of each were there before; both kinds were always added together.
        assert all(one["collections"] == one["conversations"] + 1 for one in made)


class TestDamage:
    @pytest.fixture
    def file(self, sqlite_store, tmp_path):
        with sqlite_store.write() as c:
            ann = people.create(c, "ann", "")
            one = collections.create(c, ann.id, "Rules")
            sha256 = files.put(c, b"0123456789" * 1000)
            documents.put(c, one.id, "a", media_type="", sha256=sha256, size=1)
        copies.backup(sqlite_store, tmp_path / "monday.zip")
        return tmp_path / "monday.zip"

    def test_no_such_file(self, tmp_path):
        with pytest.raises(InputInvalid, match="There is no file"):
            copies.verify(tmp_path / "none.zip")

    def test_something_else(self, tmp_path):
        (tmp_path / "x.zip").write_bytes(b"PK hello")
        with pytest.raises(InputInvalid, match=r"x\.zip' is damaged or is no backup"):
            copies.verify(tmp_path / "x.zip")
        with zipfile.ZipFile(tmp_path / "y.zip", "w") as packed:
            packed.writestr("manifest.json", "{}")
        with pytest.raises(InputInvalid, match="is damaged or is no backup"):
            copies.verify(tmp_path / "y.zip")

    def test_every_damaged_byte_is_found_or_does_not_matter(self, file, tmp_path):
        whole = file.read_bytes()
        summary = copies.verify(file)
        bad, found = tmp_path / "bad.zip", 0
        for place in range(10, len(whole), len(whole) // 200):
            changed = bytearray(whole)
            changed[place] ^= 0x55
            bad.write_bytes(changed)
            try:
                assert copies.verify(bad) == summary
            except InputInvalid:
                found += 1
        assert found > 150

    def test_cut_short(self, file, tmp_path):
        file.write_bytes(file.read_bytes()[:-100])
        with pytest.raises(InputInvalid, match="damaged"):
            copies.restore(Settings(home=tmp_path / "new"), file)
        assert not (tmp_path / "new" / "bernard.db").exists()

    @pytest.mark.parametrize(
        "name", ["../escape", "files/../../x", "/etc/passwd", "files/" + "a" * 64]
    )
    def test_a_part_that_does_not_belong(self, file, tmp_path, name):
        with zipfile.ZipFile(file) as packed:
            manifest = json.loads(packed.read("manifest.json"))
        manifest["members"][name] = "b" * 64
        with zipfile.ZipFile(tmp_path / "bad.zip", "w") as packed:
            packed.writestr("manifest.json", json.dumps(manifest))
        with pytest.raises(InputInvalid, match="does not belong"):
            copies.restore(Settings(home=tmp_path / "new"), tmp_path / "bad.zip")

    def test_made_by_a_newer_program(self, file, tmp_path):
        with zipfile.ZipFile(file) as packed:
            manifest = json.loads(packed.read("manifest.json")) | {"format": 2}
        with zipfile.ZipFile(tmp_path / "new.zip", "w") as packed:
            packed.writestr("manifest.json", json.dumps(manifest))
        with pytest.raises(InputInvalid, match="newer Bernard"):
            copies.verify(tmp_path / "new.zip")


class TestExport:
    def test_an_account_gets_all_that_is_its_own_and_no_more(self, filled, ann, tmp_path):
        file = tmp_path / "mine.zip"
        assert copies.export(filled, ann.id, file) == 6
        with zipfile.ZipFile(file) as packed:
            read = {name: packed.read(name).decode() for name in packed.namelist()}
        assert sorted(read) == sorted(
            [
                "documents/Rules/a.txt",
                "documents/Rules/z/_/leave_.txt",
                "texts/Rules/z/_/leave_.txt.txt",
                next(name for name in read if name.endswith("Leave_ how_long_.json")),
                next(name for name in read if name.endswith("Leave_ how_long_.md")),
                "index.json",
            ]
        )
        assert read["documents/Rules/z/_/leave_.txt"] == "25 days of leave"
        index = json.loads(read["index.json"])
        assert index["collections"][0]["documents"][0]["name"] == "a.txt"
        assert "bob" not in "".join(read.values()).casefold()
        assert "hash" not in index["account"]
        [markdown] = [text for name, text in read.items() if name.endswith(".md")]
        assert markdown == (
            "# Leave: how long?\n\n## How long?\n\n25 days.\n\n> 25 days\n>\n> a.txt, page 3\n"
        )

    def test_names_that_agree_but_for_capitals_stay_apart(self, store, ann, rules, put, tmp_path):
        with store.write() as c:
            for name in ("a.txt", "A.txt", "A.TXT"):
                put(c, rules, name, sha256=files.put(c, name.encode()))
        copies.export(store, ann.id, tmp_path / "mine.zip")
        with zipfile.ZipFile(tmp_path / "mine.zip") as packed:
            names = [name for name in packed.namelist() if name != "index.json"]
        assert len(names) == len({name.casefold() for name in names}) == 3

    def test_nobody(self, store, tmp_path):
        with pytest.raises(NotFound):
            copies.export(store, "f" * 32, tmp_path / "mine.zip")
        assert list(tmp_path.glob("*mine*")) == []


def _passages(c):
    return c.execute(select(metadata.tables["passages"])).all()
