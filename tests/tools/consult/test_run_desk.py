"""The desk: files come in, are worked through, and are changed by several people at once."""

import io
import threading
import time

import msgspec
import pytest
import xlsxwriter
from msgspec.structs import replace

from bernard.accounts.demo import account
from bernard.errors import ConsultationChanged, DocumentTooLarge, InputInvalid, NotFound
from bernard.ledger import StoredLedger
from bernard.models.scripted import ScriptedEmbedder
from bernard.privacy import StructuredDetector
from bernard.store import consultations, jobs
from bernard.tools.consult import downloads
from bernard.tools.consult import opened as opened_module
from bernard.tools.consult.desk import FORGET, MAP, RUN, Desk
from bernard.tools.consult.framework import Begin, Discard, Given, Merge, Rename
from bernard.tools.consult.shelf import StoreShelf
from bernard.tools.consult.types import Decided, Span

SAID = (
    "More trees would make the park cooler in summer.",
    "The gates should stay open later at night for people who work shifts.",
    "Dogs must be kept on leads near the playground.",
    "The cafe is too dear for most families.",
    "n/a",
)
ROWS = [f'{n},North,"{SAID[n % 5]} {SAID[n * 3 % 4]}"' for n in range(40)]
FILE = ("id,Where do you live?,What would you change about the park?\n" + "\n".join(ROWS)).encode()


@pytest.fixture
def owner(sqlite_store):
    return account(sqlite_store).id


@pytest.fixture
def make_desk(sqlite_store, sqlite_settings, gateway_over):
    gateway = gateway_over(sqlite_store, embedder=ScriptedEmbedder())

    def make():
        ledger = StoredLedger(sqlite_store)
        return Desk(sqlite_store, gateway, ledger, StructuredDetector(), sqlite_settings)

    return make


@pytest.fixture
def desk(make_desk):
    return make_desk()


@pytest.fixture
def ready(desk, owner):
    """A consultation that is worked through."""
    id = desk.take(owner, "Parks", "parks.csv", FILE).id
    desk.drain(id)
    desk.confirm(id, "ann", desk.preview(id).columns)
    desk.drain(id)
    themes = tuple(Given(title, id=f"G{n}") for n, title in enumerate(SAID[:4]))
    desk.change(id, "1", "ann", Begin(themes), 0)
    desk.remap(id, "1")
    desk.drain(id)
    return id


def state_of(store, id):
    with store.read() as c:
        return consultations.get(c, id)


def themes_of(desk, id):
    return desk.opened(id).questions[0].framework.themes


def test_from_upload_to_results(desk, owner, sqlite_store):
    new = desk.take(owner, "Parks", "parks.csv", FILE)
    with pytest.raises(InputInvalid, match="still being looked at"):
        desk.preview(new.id)
    with pytest.raises(InputInvalid, match="not worked through"):
        desk.opened(new.id)
    desk.drain(new.id)
    assert state_of(sqlite_store, new.id).state == "review"
    columns = desk.preview(new.id).columns
    assert [c.kind for c in columns] == ["identifier", "demographic", "open"]
    with pytest.raises(InputInvalid, match="at least one as open"):
        desk.confirm(new.id, "ann", columns[:2])
    desk.confirm(new.id, "ann", columns)
    with pytest.raises(InputInvalid, match="confirmed already"):
        desk.confirm(new.id, "ann", columns)
    desk.drain(new.id)
    assert state_of(sqlite_store, new.id).state == "ready"
    analysis = desk.opened(new.id)
    [question] = analysis.questions
    assert len(question.mapped) == len(analysis.consultation.responses) == 40
    assert question.framework.themes and question.machine == question.mapped
    assert analysis.made.receipts and desk.opened(new.id) is analysis
    assert desk.sentences(new.id, "1").vectors.shape[0] > 40
    assert desk.progress(new.id).is_finished and not desk.is_behind(new.id, "1")


def test_a_file_that_cannot_be_read_says_why_and_may_be_tried_again(desk, owner, sqlite_store):
    id = desk.take(owner, "Parks", "parks.csv", b"\x89PNG and so on").id
    desk.drain(id)
    kept = state_of(sqlite_store, id)
    assert kept.state == "failed" and "picture" in kept.error
    desk.retry(id)
    assert state_of(sqlite_store, id).state == "reading"
    with pytest.raises(InputInvalid, match="has failed"):
        desk.retry(id)


def test_vectors_of_an_earlier_model_are_not_compared_with_new_ones(make_desk, ready, sqlite_store):
    shelf = StoreShelf(sqlite_store, ready)
    pointers = msgspec.msgpack.decode(shelf.get(opened_module.MADE), type=opened_module.Pointers)
    made = replace(pointers.made, models={"scripted-embedder": "another"})
    shelf.put(opened_module.MADE, msgspec.msgpack.encode(replace(pointers, made=made)))
    desk = make_desk()
    assert desk.opened(ready).questions[0].mapped
    with pytest.raises(InputInvalid, match=r"earlier version.*upload the file again"):
        desk.encoder(ready)(["trees"])


def test_too_large_a_file_is_refused(desk, owner, sqlite_settings, monkeypatch):
    monkeypatch.setattr(desk, "_settings", type("S", (), {"max_file_mb": 0.0001})())
    with pytest.raises(DocumentTooLarge, match=r"'parks.csv' is over"):
        desk.take(owner, "Parks", "parks.csv", FILE)


def test_two_people_change_a_framework(desk, ready):
    one, two, *_ = themes_of(desk, ready)
    first = desk.change(ready, "1", "ann", Rename(one.id, title="Shade"), 1)
    assert first.version == 2 and themes_of(desk, ready)[0].title == "Shade"
    # Bob has not seen it, and changes another theme.
    second = desk.change(ready, "1", "bob", Rename(two.id, title="Hours"), 1)
    assert second.version == 3
    with pytest.raises(ConsultationChanged, match="ann"):
        desk.change(ready, "1", "bob", Rename(one.id, title="Trees"), 1)
    assert [c.by for c in desk.changes(ready, "1")] == ["ann", "ann", "bob"]
    assert desk.state(ready, "1").last == 3
    with pytest.raises(NotFound, match="question '9'"):
        desk.change(ready, "9", "ann", Discard(one.id), 0)


def test_changes_at_the_same_moment_are_all_kept(desk, ready):
    themes = themes_of(desk, ready)
    start = threading.Barrier(len(themes))

    def rename(place):
        start.wait()
        desk.change(ready, "1", "ann", Rename(themes[place].id, title=f"Theme {place}"), 1)

    threads = [threading.Thread(target=rename, args=(n,)) for n in range(len(themes))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    titles = [theme.title for theme in themes_of(desk, ready)]
    assert titles == [f"Theme {n}" for n in range(len(themes))]


def test_what_is_merged_or_discarded_counts_at_once_and_is_mapped_again(desk, ready):
    one, two, *rest = themes_of(desk, ready)
    before = desk.opened(ready).questions[0].mapped
    had = {m.response for m in before if {one.id, two.id} & {a.theme for a in m.themes}}
    desk.change(ready, "1", "ann", Merge(one.id, (two.id,)), 1)
    question = desk.opened(ready).questions[0]
    assert {m.response for m in question.mapped if one.id in {a.theme for a in m.themes}} == had
    assert two.id not in {a.theme for m in question.mapped for a in m.themes}
    desk.change(ready, "1", "ann", Discard(rest[0].id), 2)
    question = desk.opened(ready).questions[0]
    assert rest[0].id not in {a.theme for m in question.mapped for a in m.themes}
    assert all(m.themes or m.outcome != "themes" for m in question.mapped)
    assert desk.is_behind(ready, "1")
    desk.remap(ready, "1")
    desk.remap(ready, "1")
    desk.drain(ready)
    assert not desk.is_behind(ready, "1")
    assert len(desk.opened(ready).questions[0].mapped) == 40


def test_what_people_decide_stands_over_what_the_machine_says(desk, ready):
    theme = themes_of(desk, ready)[0]
    decided = Decided(3, "themes", {theme.id: Span(0, 10)}, "ann", 1.0)
    desk.decide(ready, "1", decided)
    desk.decide(ready, "1", replace(decided, response=4, outcome="none of these", themes={}))
    question = desk.opened(ready).questions[0]
    said = question.mapped[3]
    assert said.by == "ann" and said.themes[0].confidence == 1.0 and said.themes[0].end == 10
    assert question.mapped[4].outcome == "none of these"
    assert question.machine[3].by == "" and len(question.decided) == 2


def test_the_last_ones_are_held_open_and_no_more(desk, owner, ready, monkeypatch):
    monkeypatch.setattr(opened_module, "MOST_BYTES", 100)
    other = desk.take(owner, "Parks again", "parks.csv", FILE).id
    desk.drain(other)
    desk.confirm(other, "ann", desk.preview(other).columns)
    desk.drain(other)
    first = desk.opened(ready)
    second = desk.opened(other)
    assert desk.opened(other) is second
    assert desk.opened(ready) is not first


def made(desk, id, by="ann", masked=True):
    """The report's files, made now."""
    desk.ask_report(id, by, masked=masked)
    desk.drain(id)
    report = desk.report(id, by, masked=masked)
    return report, {name: desk.report_file(id, report, name) for name in report.files}


def test_a_report_is_made_once_and_says_when_it_is_old(desk, ready, sqlite_store):
    assert desk.report(ready, "ann") is None and desk.report_job(ready, "ann") is None
    desk.ask_report(ready, "ann")
    desk.ask_report(ready, "bob")
    desk.drain(ready)
    report, files = made(desk, ready)
    assert report.by == "ann" and {"report.docx", "themes.xlsx", "all.zip"} <= set(files)
    assert desk.report_job(ready, "bob").state == "done"
    version = state_of(sqlite_store, ready).version
    assert report.is_of(version)
    desk.decide(ready, "1", Decided(3, "none of these", {}, "ann", 1.0))
    assert not report.is_of(state_of(sqlite_store, ready).version)
    assert desk.report_file(ready, desk.report(ready, "ann"), "report.docx")
    again, _ = made(desk, ready)
    assert again.is_of(version + 1)
    kept = StoreShelf(sqlite_store, ready).names("download-")
    assert len(kept) == len(again.files) + 1, "files of before are deleted"
    assert desk.report_file(ready, report, "report.docx") is None


def test_a_report_is_the_same_twice(make_desk, ready, sqlite_store):
    _, first = made(make_desk(), ready)
    with sqlite_store.write() as c:
        consultations.change(c, ready, {})
    _, second = made(make_desk(), ready)
    assert first == second


def test_a_report_that_is_killed_is_made_by_the_next_worker(desk, ready, sqlite_store, monkeypatch):
    put = StoreShelf.put

    def killed(self, name, data):
        if name == "download-masked":
            raise KeyboardInterrupt
        put(self, name, data)

    desk.ask_report(ready, "ann")
    monkeypatch.setattr(StoreShelf, "put", killed)
    with pytest.raises(KeyboardInterrupt):
        desk.drain(ready)
    monkeypatch.undo()
    assert desk.report(ready, "ann") is None
    desk.drain(ready)
    report = desk.report(ready, "ann")
    kept = StoreShelf(sqlite_store, ready).names("download-")
    assert len(kept) == len(report.files) + 1


def test_files_with_personal_data_are_one_persons_for_an_hour(
    desk, ready, sqlite_store, monkeypatch
):
    _, files = made(desk, ready, masked=False)
    assert set(files) == {"all.zip"} and files["all.zip"]
    assert desk.report(ready, "bob", masked=False) is None
    assert desk.report(ready, "ann") is None
    with sqlite_store.read() as c:
        [job] = jobs.listing(c, group=f"{FORGET}-{ready}")
    assert job.state == "waiting" and job.due > time.time() + 3500
    later = time.time() + 3700
    monkeypatch.setattr(downloads.time, "time", lambda: later)
    monkeypatch.setattr(downloads.time, "time_ns", lambda: int(later * 1e9))
    assert desk.report(ready, "ann", masked=False) is None
    downloads.forget_over(sqlite_store, ready)
    assert StoreShelf(sqlite_store, ready).names("download-") == []


def test_another_sheet_and_other_headings_are_read(desk, owner):
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as out:
        for name, said in (("Long", SAID * 3), ("Short", SAID[:2])):
            sheet = out.add_worksheet(name)
            sheet.write_row(0, 0, ["id", f"What of {name}?"])
            for row, text in enumerate(said, 1):
                sheet.write_row(row, 0, [str(row), text])
        out.add_worksheet("Empty").write(0, 0, "Nothing here")
    id = desk.take(owner, "Parks", "parks.xlsx", book.getvalue()).id
    desk.drain(id)
    assert (desk.preview(id).sheet, desk.preview(id).rows) == ("Long", 15)
    desk.look_again(id, "Short")
    desk.drain(id)
    assert (desk.preview(id).sheet, desk.preview(id).rows) == ("Short", 2)
    desk.look_again(id, "Empty", 1)
    desk.drain(id)
    seen = desk.preview(id)
    assert seen.sheet == "Short" and seen.faults[0].where == "sheet 'Empty'"
    columns = [replace(c, kind="open") if "What" in c.name else c for c in seen.columns]
    desk.confirm(id, "ann", columns)
    with pytest.raises(InputInvalid, match="confirmed already"):
        desk.look_again(id, "Long")
    desk.drain(id)
    assert len(desk.opened(id).consultation.responses) == 2


def test_pages_of_one_go_on_while_another_is_opened(desk, owner, ready, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    other = desk.take(owner, "Parks again", "parks.csv", FILE).id
    desk.drain(other)
    desk.confirm(other, "ann", desk.preview(other).columns)
    desk.drain(other)
    first = desk.opened(ready)
    opening = opened_module.Opened._open

    def slow(self, id):
        begun.set()
        assert go_on.wait(30)
        return opening(self, id)

    monkeypatch.setattr(opened_module.Opened, "_open", slow)
    thread = threading.Thread(target=desk.opened, args=(other,))
    thread.start()
    assert begun.wait(30)
    assert desk.opened(ready) is first
    go_on.set()
    thread.join()
    assert desk._opened._locks == {}


def test_what_is_removed_is_gone_with_its_jobs(desk, ready, sqlite_store):
    desk.remap(ready, "1")
    desk.remove(ready)
    with sqlite_store.read() as c:
        assert jobs.progress(c, f"{MAP}-{ready}").counts == {"cancelled": 1, "done": 1}
        assert jobs.progress(c, f"{RUN}-{ready}").counts == {"done": 1}
    with pytest.raises((NotFound, InputInvalid)):
        desk.opened(ready)
