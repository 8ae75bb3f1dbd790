import hashlib
import json

from sqlalchemy import update

from bernard.ledger import Entry, canonical
from bernard.ledger.publicity import Private
from bernard.ledger.tlog import Tree
from bernard.ledger.writing import Alone, Writer
from bernard.store.tables import entries


def append(bernard, count=1, **values):
    for _ in range(count):
        entry = Entry(
            "intent",
            1_790_000_000,
            service="ask",
            operation="chat",
            model="some-model",
            provider="a-supplier",
            place="GB",
            clause="clause-1",
            left_bytes=2048,
            **values,
        )
        bernard.ledger.append(entry, durable=False)


def test_empty_log(ann):
    page = ann.get("/log")
    assert "The log is empty" in page.words and "0 entries" in page.words


def test_entries_in_words_newest_first_a_page_at_a_time(ann, bernard):
    append(bernard, 60)
    page = ann.get("/log")
    assert "60 entries" in page.words and "Holds" in page.words
    first = page.soup.find("ol", class_="app-rows").li
    assert first.get_text().startswith(
        "Entry 59: Ask asked some-model to word an answer, under clause clause-1: "
        "2 KB went to a-supplier (GB)."
    )
    older = ann.get(page.soup.find("a", string="Older entries")["href"])
    assert older.soup.find("a", string="Entry 0")
    assert not older.soup.find("a", string="Older entries")


def test_entry_as_it_stands(ann, bernard):
    append(bernard)
    bernard.ledger.append(
        Entry("refusal", 1_790_000_000, service="ask", reasons=("Place 'US' is not allowed.",)),
        durable=False,
    )
    page = ann.get("/log/0")
    shown = json.loads(page.soup.find("pre").get_text())
    assert canonical(Entry(**shown)) == bernard.ledger.get(0).body
    page = ann.get("/log/1")
    assert "Place 'US' is not allowed." in page.words and "nothing was sent" in page.words
    assert page.soup.find_all("dd")[0].get_text() == bernard.ledger.get(1).hash


def test_sealed_entries_and_reasons_are_told_here(ann, bernard):
    refusal = Entry("refusal", 1_790_000_001, service="ask", reasons=("places", "forbid:no-health"))
    sealed = Entry("intent", 1_790_000_002, service="ask", operation="chat", model="m", clause="c")
    with bernard.store.write() as c:
        drafts = [Alone(refusal), Alone(sealed, Private(sealed=True))]
        Writer(bernard.ledger).write(c, drafts)
    page = ann.get("/log/0")
    assert "The place is not what the agreement allows." in page.words
    assert "It is inside what 'no-health' forbids." in page.words
    assert json.loads(page.soup.find("pre").get_text())["at"] % 3600 == 0
    page = ann.get("/log/1")
    assert "This entry is sealed" in page.words and "Ask asked m" in page.words
    shown = json.loads(page.soup.find("pre").get_text())
    assert shown.keys() == {"event", "commitment"}
    assert "Ask asked m" in ann.get("/log").words


def test_no_such_entry(ann):
    for number in ("7", "x", "-1", "9" * 40):
        ann.get(f"/log/{number}", status=404)


def test_download_lets_anybody_check(ann, bernard):
    append(bernard, 3)
    lines = ann.raw("GET", "/log/download").text.splitlines()
    found = [json.loads(line) for line in lines]
    hashes = [hashlib.sha256(b"\0" + logged["body"].encode()) for logged in found]
    assert [logged["hash"] for logged in found] == [hash.hexdigest() for hash in hashes]
    root = Tree().append(b"".join(hash.digest() for hash in hashes)).tree.root
    assert root.hex() in ann.get("/log").text


def test_changed_log_says_so(ann, bernard):
    append(bernard, 3)
    with bernard.store.write() as c:
        c.execute(update(entries).where(entries.c.number == 1).values(body="{}"))
    page = ann.get("/log")
    assert "Does not hold" in page.words
    assert "Entry 1 : This entry cannot be read." in page.words
    assert "{}" in ann.get("/log/1").text
    assert "Entry 1 does not have the hash" in page.words


def test_long_log_is_checked_when_asked(ann, bernard, monkeypatch):
    monkeypatch.setattr("bernard.web.pages.logbook.QUICK", 2)
    append(bernard, 3)
    page = ann.get("/log")
    assert "3 entries" in page.words and "Holds" not in page.words
    page = ann.get(page.soup.find("a", href="/log?check=all")["href"])
    assert "Holds" in page.words
