"""What is kept is whole or not there, on disk and in the database, whatever stops it."""

import errno
import os
import subprocess
import sys
import textwrap

import pytest

from bernard.errors import FolderInUse, InputInvalid, NotFound, StoreUnavailable
from bernard.store import consultations, people
from bernard.tools.consult import shelf as shelves
from bernard.tools.consult.shelf import FolderShelf, StoreShelf, sole, write_whole
from bernard.tools.consult.stages import Clock, Stages, code_of, key_of


@pytest.fixture
def folder_shelf(tmp_path):
    return FolderShelf(tmp_path / "shelf")


@pytest.fixture
def store_shelf(store, monkeypatch):
    monkeypatch.setattr(shelves, "_PIECE_BYTES", 7)
    with store.write() as c:
        owner = people.create(c, "ann", "hash").id
        return StoreShelf(store, consultations.create(c, owner, "Parks", "parks.csv").id)


def contract(shelf):
    """What every shelf does."""
    assert shelf.get("q1-themes-abc") is None
    for data in (b"of more than one piece", b"", b"one"):
        shelf.put("q1-themes-abc", data)
        assert shelf.get("q1-themes-abc") == data
    shelf.put("q1-mapping-abc", b"x")
    shelf.put("q1-themes-abc-00001", b"y" * 20)
    assert shelf.names("q1-themes-") == ["q1-themes-abc", "q1-themes-abc-00001"]
    shelf.remove("q1-themes-abc-00001")
    shelf.remove("q1-themes-abc-00001")
    assert shelf.get("q1-themes-abc-00001") is None
    assert shelf.names() == ["q1-mapping-abc", "q1-themes-abc"]


def test_a_folder_is_a_shelf(folder_shelf):
    contract(folder_shelf)


def test_the_database_is_a_shelf(store_shelf):
    contract(store_shelf)


@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b[:10], lambda b: b + b"x", bytes])
def test_a_file_that_was_cut_or_changed_counts_as_none(folder_shelf, tmp_path, spoil):
    folder_shelf.put("reading-abc", b"responses")
    path = tmp_path / "shelf" / "reading-abc"
    path.write_bytes(spoil(path.read_bytes()) if spoil is not bytes else b"")
    assert folder_shelf.get("reading-abc") is None


def test_a_full_disk_is_said_and_what_was_there_stays(folder_shelf, tmp_path, monkeypatch):
    folder_shelf.put("reading-abc", b"responses")

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnavailable, match=r"disk is full.*goes on where it stopped"):
        folder_shelf.put("reading-abc", b"others")
    assert folder_shelf.get("reading-abc") == b"responses"
    assert os.listdir(tmp_path / "shelf") == ["reading-abc"]


def test_a_folder_that_cannot_be_made_or_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputInvalid, match=r"'.*file/shelf' cannot be made"):
        FolderShelf(tmp_path / "file" / "shelf")
    with pytest.raises(StoreUnavailable, match=r"'.*nowhere/x' cannot be written"):
        write_whole(tmp_path / "nowhere" / "x", b"")


def test_one_run_at_a_time_in_a_folder(tmp_path):
    other = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(f"""
            import pathlib
            from bernard.tools.consult.shelf import sole
            with sole(pathlib.Path({str(tmp_path)!r})):
                print("held", flush=True)
                input()
        """),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(FolderInUse, match=r"Another run.*--out"), sole(tmp_path):
            pass
        other.kill()
        other.wait()
    with sole(tmp_path):
        pass


class Counted:
    """An encoder's receipts, without the encoder."""

    def __init__(self):
        self.calls = []

    def take_receipts(self):
        taken, self.calls = tuple(self.calls), []
        return taken


class TestStages:
    def test_a_stage_is_made_once_and_its_calls_are_remembered(self, folder_shelf):
        encoder = Counted()

        def make():
            encoder.calls.append("12 abcd")
            return b"made"

        stages = Stages(folder_shelf, encoder)
        assert stages.kept("q1-themes", "k", make) == b"made"
        again = Stages(folder_shelf)
        assert again.kept("q1-themes", "k", pytest.fail) == b"made"
        assert [r for _, r in stages.called] == ["12 abcd"] and again.called == stages.called
        assert again.again("q1-themes", "k") == b"made"

    def test_other_inputs_are_another_stage(self, folder_shelf):
        stages = Stages(folder_shelf)
        stages.kept("q1-themes", "old", lambda: b"old")
        stages.kept("q1-themes", "old", lambda: b"older", 3)
        assert stages.kept("q1-themes", "new", lambda: b"new") == b"new"
        stages.forget_others("q1-themes", "new")
        assert folder_shelf.names() == ["q1-themes-new"]
        with pytest.raises(NotFound, match="analysed again"):
            stages.again("q1-themes", "old")

    def test_a_key_tells_inputs_and_their_joints_apart(self):
        assert key_of("ab", "c") != key_of("a", "bc")
        assert key_of("a", b"b") == key_of(b"a", "b")

    def test_code_and_versions_are_inputs(self):
        themes = code_of(("bernard.tools.consult.themes",))
        assert themes == code_of(("bernard.tools.consult.themes",))
        assert themes != code_of(("bernard.tools.consult.themes",), ("numpy",))
        assert themes != code_of(("bernard.tools.consult:types",))


def test_the_share_done_rises_over_stages_and_questions():
    told = []
    clock = Clock(told.append, {"personal data": 1.0, "themes": 3.0}, 2)
    for question in (1, 2):
        for stage in ("personal data", "themes"):
            clock.tell(stage, question, 0, 10)
            clock.tell(stage, question, 10, 10)
    assert [step.share for step in told] == [0, 0.125, 0.125, 0.5, 0.5, 0.625, 0.625, 1]
    assert told[0].in_words() == "Personal data, question 1 of 2: 0 of 10"
