"""The desk: nothing is lost, decisions hold, and the log tells how much without telling what."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from hashlib import sha256

import pypdfium2 as pdfium
import pytest

from bernard.accounts.demo import account
from bernard.errors import DocumentTooLarge, InputInvalid, NotFound
from bernard.ledger import StoredLedger
from bernard.ledger.erasing import opens_entry
from bernard.privacy import open_detector
from bernard.privacy.documents import Box
from bernard.store import jobs, redactions
from bernard.tools.redact.desk import Desk

LINE = "My NHS number is 943 476 5919, my mail ann.example@example.com."


@pytest.fixture
def desk(store, settings):
    return Desk(store, StoredLedger(store), open_detector("rules"), settings)


@pytest.fixture
def owner(store):
    return account(store).id


def kept(store, id):
    with store.read() as c:
        return redactions.get(c, id)


def result(store, id):
    with store.read() as c:
        return redactions.result(c, id)


def text_of(data):
    return " ".join(p.get_textpage().get_text_range() for p in pdfium.PdfDocument(data))


def test_read_decide_make(desk, store, owner, pdf_maker):
    pdf = pdf_maker().page([LINE, "Operation Nightjar."]).page(["nightjar again"]).finish()
    new = desk.take(owner, "letter.pdf", pdf)
    desk.drain(new.id)
    assert kept(store, new.id).state == "review"
    assert [p.kind for p in desk.proposals(new.id)] == ["NHS-NUMBER", "EMAIL"]
    desk.decide(new.id, 0, [0])
    assert desk.add_words(new.id, "nightjar") == 2
    assert desk.add_words(new.id, "nightjar") == 0
    desk.add_area(new.id, 1, Box(0, 500, 100, 600))
    desk.finish(new.id)
    with pytest.raises(InputInvalid, match="worked on"):
        desk.decide(new.id, 0, [])
    desk.drain(new.id)
    done = kept(store, new.id)
    assert done.state == "done"
    text = text_of(result(store, new.id))
    assert "ann.example@example.com" in text
    assert "5919" not in text
    assert "ightjar" not in text
    assert "[redacted: area]" in text
    entry = StoredLedger(store).get(done.entry).entry
    assert entry["taken_out"] == {"AREA": 1, "NHS-NUMBER": 1, "WORDS-YOU-ADDED": 2}
    assert entry["left_in"] == {"EMAIL": 1}
    assert entry["looked_at"] == 1
    assert entry["by"].startswith("p-") and owner not in str(entry)
    assert "ann" not in str(entry)
    made = result(store, new.id)
    assert opens_entry(store, done.entry, made) and not opens_entry(store, done.entry, made + b" ")
    assert sha256(made).hexdigest() not in str(entry)


def test_a_new_decision_takes_the_old_file_away(desk, store, owner, pdf_maker):
    new = desk.take(owner, "letter.pdf", pdf_maker().page([LINE]).finish())
    desk.drain(new.id)
    desk.finish(new.id)
    desk.drain(new.id)
    desk.decide(new.id, 0, [])
    assert kept(store, new.id).state == "review"
    assert result(store, new.id) is None


def test_what_cannot_be_read_fails_and_says_why(desk, store, owner):
    new = desk.take(owner, "broken.pdf", b"%PDF-1.7 broken")
    desk.drain(new.id)
    failed = kept(store, new.id)
    assert failed.state == "failed"
    assert "damaged" in failed.error
    with pytest.raises(DocumentTooLarge):
        desk.take(owner, "big.txt", b"x" * (desk.max_bytes + 1))


def test_documents_are_deleted_by_themselves(desk, store, owner):
    new = desk.take(owner, "note.txt", b"Hello")
    with store.write() as c:
        assert redactions.remove_expired(c, time.time()) == 0
        assert redactions.remove_expired(c, time.time() + 73 * 3600) == 1
    with pytest.raises(NotFound):
        kept(store, new.id)


def test_kill_9_while_it_reads(sqlite_settings, sqlite_store, pdf_maker):
    desk = Desk(sqlite_store, StoredLedger(sqlite_store), open_detector("rules"), sqlite_settings)
    pdf = pdf_maker()
    for number in range(12):
        pdf.page([f"Page {number}. {LINE}"])
    new = desk.take(account(sqlite_store).id, "letter.pdf", pdf.finish())
    script = f"""
        from pathlib import Path
        import threading
        from bernard.config import Settings
        from bernard.ledger import StoredLedger
        from bernard.privacy import open_detector
        from bernard.store.database import open_store
        from bernard.tools.redact.desk import Desk
        settings = Settings(home=Path({str(sqlite_settings.home)!r}))
        store = open_store(settings)
        Desk(store, StoredLedger(store), open_detector("rules"), settings).work(threading.Event())
    """
    worker = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)])
    try:
        wait(lambda: pages(sqlite_store, new.id) >= 2)
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    done = pages(sqlite_store, new.id)
    with sqlite_store.write() as c:
        # Its lease would run out by itself, after half a minute.
        for job in jobs.listing(c):
            jobs.change(c, job.id, job.worker, {"due": 0.0})
    desk.drain(new.id)
    assert done >= 2
    assert kept(sqlite_store, new.id).state == "review"
    assert len(desk.proposals(new.id)) == 24


def pages(store, id):
    with store.read() as c:
        return redactions.count_pages(c, id)


def wait(true, seconds=120):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)
