"""Consultations and what is kept of each, the same on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bernard.config import Settings
from bernard.errors import ConsultationChanged, NotFound
from bernard.store import consultations, people
from bernard.store.backup import backup, restore
from bernard.store.database import open_store


@pytest.fixture
def parks(store, ann):
    """A consultation that Ann leads."""
    with store.write() as c:
        return consultations.create(c, ann.id, "Parks", "parks.csv")


class TestPeople:
    def test_whoever_makes_it_leads_it(self, store, ann, parks):
        with store.read() as c:
            assert consultations.of_account(c, ann.id) == [(parks, "lead")]
            assert consultations.role_of(c, parks.id, ann.id) == "lead"

    def test_a_stranger_is_not_told_that_it_exists(self, store, bob, parks):
        with store.read() as c:
            with pytest.raises(NotFound) as not_mine:
                consultations.role_of(c, parks.id, bob.id)
            with pytest.raises(NotFound) as nowhere:
                consultations.role_of(c, "f" * 32, bob.id)
        assert str(not_mine.value).replace(parks.id, "f" * 32) == str(nowhere.value)

    def test_a_role_is_changed_and_taken_away(self, store, ann, bob, parks):
        with store.write() as c:
            consultations.set_role(c, parks.id, bob.id, "viewer")
            consultations.set_role(c, parks.id, bob.id, "checker")
            there = [(one.name, one.role) for one in consultations.people(c, parks.id)]
            assert there == [("ann", "lead"), ("bob", "checker")]
            consultations.leave(c, parks.id, bob.id)
            assert consultations.of_account(c, bob.id) == []


class TestParts:
    def test_a_part_is_replaced_by_a_newer_one_of_its_name(self, store, parks):
        with store.write() as c:
            consultations.put_part(c, parks.id, "source", b"a\0b")
            consultations.put_part(c, parks.id, "source", b"c")
            consultations.put_part(c, parks.id, "found/1", b"")
            assert consultations.part(c, parks.id, "source") == b"c"
            assert consultations.part(c, parks.id, "found/1") == b""
            assert consultations.part(c, parks.id, "found/2") is None
            assert consultations.part_names(c, parks.id) == ["found/1", "source"]
            consultations.remove_part(c, parks.id, "found/1")
            assert consultations.part_names(c, parks.id) == ["source"]


class TestChanges:
    def test_two_people_cannot_take_the_same_number(self, store, parks):
        def change(by: str) -> str:
            try:
                with store.write() as c:
                    consultations.add_change(c, parks.id, "q1", 1, 0.0, by, "{}")
            except ConsultationChanged:
                return "late"
            return "kept"

        with ThreadPoolExecutor(4) as pool:
            said = sorted(pool.map(change, "abcd"))
        assert said == ["kept", "late", "late", "late"]
        with store.read() as c:
            assert len(consultations.changes(c, parks.id, "q1")) == 1
            assert consultations.changes(c, parks.id, "q2") == []

    def test_every_decision_is_kept_and_counts_the_version_on(self, store, parks):
        with store.write() as c:
            for by in ("ann", "bob", "ann"):
                consultations.add_decision(c, parks.id, "q1", 7, 1.0, by, "{}")
            found = consultations.decisions(c, parks.id, "q1", 7)
            assert [one.by for one in found] == ["ann", "bob", "ann"]
            assert consultations.decisions(c, parks.id, "q1", 8) == []
            assert consultations.count_decisions(c, parks.id, "q1") == 3
            assert consultations.get(c, parks.id).version == parks.version + 3


class TestStates:
    def test_a_state_moves_only_from_one_of_those_named(self, store, parks):
        with store.write() as c:
            assert not consultations.move(c, parks.id, ("review",), "running")
            assert consultations.move(c, parks.id, ("reading",), "review")
            assert consultations.get(c, parks.id).state == "review"

    def test_nothing_of_it_is_left_when_it_is_removed(self, store, ann, parks):
        with store.write() as c:
            consultations.put_part(c, parks.id, "source", b"x")
            consultations.add_change(c, parks.id, "q1", 1, 0.0, "ann", "{}")
            consultations.add_decision(c, parks.id, "q1", 1, 0.0, "ann", "{}")
            consultations.remove(c, parks.id)
            with pytest.raises(NotFound):
                consultations.get(c, parks.id)
            assert consultations.part_names(c, parks.id) == []
            assert consultations.changes(c, parks.id, "q1") == []
            assert consultations.decisions(c, parks.id, "q1") == []
            assert people.get(c, ann.id) == ann


def test_a_backup_holds_them(store, ann, parks, tmp_path):
    with store.write() as c:
        for number in range(9):
            consultations.put_part(c, parks.id, f"part/{number}", bytes([number]) * 1000)
        consultations.add_decision(c, parks.id, "q1", 1, 0.0, "ann", "{}")
    backup(store, tmp_path / "all.zip")
    restore(Settings(home=tmp_path / "new"), tmp_path / "all.zip")
    new = open_store(Settings(home=tmp_path / "new"))
    try:
        with new.read() as c:
            assert consultations.part(c, parks.id, "part/8") == bytes([8]) * 1000
            assert consultations.count_decisions(c, parks.id, "q1") == 1
            assert consultations.role_of(c, parks.id, ann.id) == "lead"
    finally:
        new.close()
