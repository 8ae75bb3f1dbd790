"""The log tells once of each agreement and deployment, and of nothing twice."""

import hashlib

import pytest

from bernard.agreements import Agreements, default_path
from bernard.agreements.canonical import canonical
from bernard.agreements.read import read
from bernard.errors import LogUnwritable
from bernard.gateway.standing import PART_BYTES, Standing, with_text
from bernard.ledger import Entry, StoredLedger
from bernard.ledger.vocabulary import check
from bernard.ledger.writing import Writer
from bernard.models.suppliers.types import Attested

NOON = 1_795_348_800
HERE = Attested("m", "embedded", "m", ("this-machine",), training="never", sha256="a" * 64)


class House:
    def __init__(self, store, path):
        self.store, self.path = store, path
        self.ledger = StoredLedger(store)

    def opened(self):
        writer = Writer(self.ledger)
        return Standing(self.store, writer, Agreements(self.path), lambda: NOON)

    def said(self, event="agreement"):
        found = [one.entry for one in self.ledger.all() if one.entry["event"] == event]
        return [entry["change"] for entry in found]

    def write(self, old, new):
        self.file.write_text(self.file.read_text().replace(old, new))


@pytest.fixture
def house(store, tmp_path):
    folder = tmp_path / "agreements"
    folder.mkdir()
    house = House(store, folder)
    house.file = folder / "ours.yaml"
    house.file.write_bytes(default_path().read_bytes())
    return house


class TestAgreements:
    def test_come_into_force_once_with_their_text(self, house):
        for _ in range(3):
            standing = house.opened()
            standing.look([])
            standing.look([])
        [entry] = [one.entry for one in house.ledger.all()]
        assert (entry["event"], entry["change"]) == ("agreement", "in-force")
        assert hashlib.sha256(entry["text"].encode()).hexdigest() == entry["agreement_sha256"]
        assert entry["text"] == canonical(read(house.file)).decode()

    def test_are_suspended_resumed_changed_and_withdrawn(self, house):
        standing = house.opened()
        for old, new in (
            ("status: signed", "status: suspended"),
            ("status: suspended", "status: signed"),
            ("version: 1", "version: 2"),
            ("status: signed", "status: ended"),
            ("status: ended", "status: signed"),
        ):
            standing.look([])
            house.write(old, new)
        standing.look([])
        house.file.rename(house.file.with_suffix(".old"))
        standing.look([])
        assert house.said() == [
            *("in-force", "suspended", "resumed", "in-force", "withdrawn", "in-force", "withdrawn")
        ]
        texts = [one.entry for one in house.ledger.all() if one.entry.get("text")]
        assert len(texts) == len({entry["agreement_sha256"] for entry in texts}) == 2

    def test_that_are_drafts_or_not_begun(self, house):
        house.write("status: signed", "status: draft")
        standing = house.opened()
        standing.look([])
        assert house.said() == []
        house.write("status: draft", "status: signed")
        house.write("start: ", "start: 2098-01-01  # ")
        standing.look([])
        assert house.said() == ["signed"]

    def test_are_told_of_before_a_call_under_them(self, house):
        standing = house.opened()
        sha256 = read(house.file).sha256
        assert not standing.is_told(sha256)
        standing.tell(sha256)
        assert standing.is_told(sha256) and house.said() == ["in-force"]
        standing.look([])
        house.opened().tell(sha256)
        assert house.said() == ["in-force"]

    def test_no_call_where_the_log_cannot_be_written(self, house):
        standing = house.opened()
        with house.store.write() as c:
            c.exec_driver_sql("ALTER TABLE entries RENAME TO away")
        sha256 = read(house.file).sha256
        with pytest.raises(LogUnwritable):
            standing.tell(sha256)
        standing.look([])
        assert not standing.is_told(sha256)
        with house.store.write() as c:
            c.exec_driver_sql("ALTER TABLE away RENAME TO entries")
        standing.look([])
        assert house.said() == ["in-force"]

    @pytest.mark.parametrize("size", [1, PART_BYTES, PART_BYTES + 1, 5 * PART_BYTES])
    def test_whose_text_is_long_have_parts_that_fit(self, house, size):
        text = '"é\\' * (size // 4) + "x" * (size % 4)
        entry = Entry("agreement", 0, agreement="a", agreement_sha256="a" * 64, change="in-force")
        parts = list(with_text(entry, text))
        assert "".join(part.text for part in parts) == text
        assert [part.part for part in parts if part.parts] == [*range(1, parts[0].parts + 1)]
        with house.store.write() as c:
            for part in parts:
                if part.parts:
                    check(part)
                    Writer(house.ledger).write_one(c, part)


class TestDeployments:
    def test_are_added_changed_and_removed(self, house):
        changed = Attested("m", "embedded", "m", ("this-machine",), training="opt-in")
        for deployments in ([HERE], [HERE], [changed], [], [], [HERE]):
            house.opened().look(deployments)
        assert house.said("deployment") == ["added", "changed", "removed", "added"]
        entries = [e.entry for e in house.ledger.all() if e.entry["event"] == "deployment"]
        assert entries[0]["weights_sha256"] == "a" * 64
        assert (entries[2]["training"], entries[2]["place"]) == ("opt-in", "this-machine")

    def test_nobody_has_said_where_it_runs(self, house):
        house.opened().look([Attested("m", "own", "m", ())])
        [entry] = [e.entry for e in house.ledger.all() if e.entry["event"] == "deployment"]
        assert entry["place"] == "unknown"
