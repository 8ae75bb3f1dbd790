import io
import subprocess
import sys
import threading
import time

import pytest
from docx import Document as Word

from bernard import samples
from bernard.accounts.demo import account
from bernard.errors import InputInvalid
from bernard.library import intake
from bernard.store import conversations
from bernard.web import answers


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_ask_and_see_the_answer_with_its_source(ann, put, permits, answer_all):
    document = put(ann, *permits)
    page = ann.post("/conversations", {"question": "How long does a mooring permit last?"})
    assert page.heading == "How long does a mooring permit last?"
    assert "Your question has been received" in page.words
    check = page.soup.find("a", string="Check if your answer is ready")
    answer_all()
    page = ann.get(page.path + check["href"].partition("#")[0])
    assert "A permit lasts for 12 months" in page.words
    assert "Quoted" in page.words and "for answer 1 Nothing." in page.words
    cite = page.soup.find("a", class_="app-cite")
    source = page.soup.find(id=cite["href"][1:])
    quote = " ".join(source.find("q").get_text().split())
    link = source.find("a")["href"]
    assert link.startswith(f"/documents/{document.id}?start=")
    read = ann.get(link.partition("#")[0])
    marked = "".join(mark.get_text() for mark in read.soup.find_all("mark"))
    assert " ".join(marked.split()) == quote
    assert read.soup.find(id="quote").name == "mark"


def test_source_names_its_page_and_headings_as_they_are(ann, put, answer_all):
    put(ann, "travel-and-expenses.pdf", dict(samples.files())["travel-and-expenses.pdf"])
    page = ann.post("/conversations", {"question": "How much is the island allowance a night?"})
    answer_all()
    page = ann.get(page.path)
    place = page.soup.find(class_="app-source__place").get_text()
    assert place == "Page 2 · Travel and expenses policy > 4. Staying overnight"


def test_answer_shows_states_sources_warnings_and_receipt(ann, keep, answer):
    conversation, _ = keep(ann, answer)
    page = ann.get(f"/conversations/{conversation.id}")
    for words in (
        "Quoted",
        "Supported by",
        "No source found",
        "The quote does not say “manager”.",
        "Page 3 is a scan.",
        "2 KB went to a-supplier (GB)",
        "See entry 7 in the log",
        "2 × name",
        "clause-1",
        "Worded by a model",
        "Leave policy.pdf",
        "Page 3",
    ):
        assert words in page.words, words
    assert [c.get_text() for c in page.soup.find_all(class_="app-cite")] == [
        "Source [1]",
        "Source [1]",
        "Source [2]",
    ]
    assert len(page.soup.find_all(class_="app-source")) == 2
    assert "true" not in page.words.casefold().split()


def test_refusal_says_so_and_offers_passages(ann, put, permits, answer_all):
    put(ann, *permits)
    page = ann.post("/conversations", {"question": "Who won the football final of 1966?"})
    answer_all()
    page = ann.get(page.path)
    assert "No answer in your documents" in page.words
    assert page.soup.find("a", class_="app-cite") is None


def test_follow_up_goes_into_the_same_conversation(ann, put, permits, answer_all):
    put(ann, *permits)
    first = ann.post("/conversations", {"question": "How long does a mooring permit last?"})
    answer_all()
    page = ann.post(f"{first.path}/questions", {"question": "And what does it cost?"})
    assert page.path == first.path
    assert [h.get_text() for h in page.soup.find_all("h2")].count("And what does it cost?") == 1
    answer_all()
    assert "has been received" not in ann.get(first.path).words
    listed = ann.get("/conversations")
    assert listed.soup.find("a", string="How long does a mooring permit last?")


@pytest.mark.parametrize(
    ("question", "error"),
    [
        ("", "Enter a question."),
        (" \u200b\n", "Enter a question."),
        ("x" * 2001, "Question must be 2,000 characters or fewer; it has 2,001."),
    ],
)
def test_question_that_cannot_be_asked(ann, put, permits, question, error):
    put(ann, *permits)
    page = ann.post("/conversations", {"question": question}, status=422)
    assert page.errors == [error]
    assert page.soup.find(id="question-error").get_text(strip=True).endswith(error)


def test_hidden_characters_are_taken_out_of_a_question(ann, bernard):
    hidden = "".join(chr(0xE0000 + ord(c)) for c in "ignore")
    page = ann.post("/conversations", {"question": f"What{hidden} now?\u202e"})
    with bernard.store.read() as c:
        [turn] = conversations.turns_of(c, page.path.rpartition("/")[2])
    assert turn.question == "What now?"


def test_downloads_keep_the_citations(ann, keep, answer):
    _, [turn] = keep(ann, answer)
    word = ann.raw("GET", f"/answers/{turn.id}/word")
    assert word.headers["content-disposition"].startswith("attachment")
    text = "\n".join(p.text for p in Word(io.BytesIO(word.content)).paragraphs)
    markdown = ann.raw("GET", f"/answers/{turn.id}/markdown").text
    for out in (text, markdown):
        assert "You may carry over up to 8 days." in out
        assert "Leave policy.pdf" in out


def test_no_download_before_the_answer(ann, keep):
    page = ann.post("/conversations", {"question": "Anything?"})
    turn = page.soup.find("app-answer")["src"].split("/")[2]
    ann.get(f"/answers/{turn}/word", status=404)


def test_conversation_is_deleted_after_a_question(ann, keep, answer):
    conversation, _ = keep(ann, answer)
    page = ann.get(f"/conversations/{conversation.id}/delete")
    assert page.heading == "Delete this conversation?"
    ann.post(f"/conversations/{conversation.id}/delete")
    ann.get(f"/conversations/{conversation.id}", status=404)


def events(response):
    found = []
    for block in response.text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in lines:
            found.append((lines["event"], lines["data"]))
    return found


def test_events_end_with_the_finished_html(ann, keep, answer):
    import json

    _, [turn] = keep(ann, answer)
    response = ann.raw("GET", f"/answers/{turn.id}/events")
    assert response.headers["content-type"].startswith("text/event-stream")
    [(name, data)] = events(response)
    assert name == "done"
    assert "app-answer__heading" in json.loads(data)["html"]


def test_events_follow_a_draft_that_another_process_writes(ann, bernard, keep, answer, monkeypatch):
    import msgspec

    page = ann.post("/conversations", {"question": "Anything?"})
    turn = page.soup.find("app-answer")["src"].split("/")[2]

    def write():
        with bernard.store.write() as c:
            conversations.claim(c, "other", 60)
            conversations.write_draft(c, turn, "other", "You may <b>carry", 60)
        time.sleep(0.5)
        with bernard.store.write() as c:
            conversations.finish(c, turn, "other", msgspec.json.encode(answer).decode())

    writer = threading.Thread(target=write)
    writer.start()
    seen = events(ann.raw("GET", f"/answers/{turn}/events"))
    writer.join()
    assert seen[-1][0] == "done"
    assert ("draft", '{"text":"You may <b>carry"}') in seen


def test_worker_answers_soon_after_the_question(ann, bernard, put, permits, monkeypatch):
    monkeypatch.setattr("bernard.web.pages.asking.MOMENT_S", 30)
    put(ann, *permits)
    stop = threading.Event()
    worker = threading.Thread(target=answers.work, args=(bernard, stop))
    worker.start()
    try:
        page = ann.post("/conversations", {"question": "How long does a mooring permit last?"})
    finally:
        stop.set()
        worker.join()
    assert "A permit lasts for 12 months" in page.words


def test_question_is_held_for_as_long_as_the_setting_says(ann, bernard, put, permits, monkeypatch):
    monkeypatch.setattr(bernard.store, "lease_s", 500.0)
    put(ann, *permits)
    ann.post("/conversations", {"question": "How long does a mooring permit last?"})
    held = []

    def look(question, *args, **options):
        with bernard.store.read() as c:
            [turn] = [
                t
                for own in conversations.of_owner(c, ann.account.id)
                for t in conversations.turns_of(c, own.id)
            ]
        held.append(turn.lease - time.time())
        raise InputInvalid("Seen.")

    monkeypatch.setattr(answers.ask, "ask", look)
    assert answers.answer_next(bernard, "w", threading.Event())
    assert 400 < held[0] <= 500


def test_worker_outlives_a_fault_of_ours(ann, bernard, put, permits, monkeypatch):
    monkeypatch.setattr(answers, "AGAIN_S", 0.05)
    put(ann, *permits)
    page = ann.post("/conversations", {"question": "How long does a mooring permit last?"})
    with bernard.store.write() as c:
        c.exec_driver_sql(
            "CREATE TRIGGER odd BEFORE UPDATE ON turns BEGIN SELECT RAISE(ABORT, 'odd'); END"
        )
    stop = threading.Event()
    worker = threading.Thread(target=answers.work, args=(bernard, stop))
    worker.start()
    try:
        time.sleep(0.5)
        with bernard.store.write() as c:
            c.exec_driver_sql("DROP TRIGGER odd")
        deadline = time.monotonic() + 20
        while "A permit lasts for 12 months" not in ann.get(page.path).words:
            assert time.monotonic() < deadline, "nobody answers any more"
            time.sleep(0.1)
    finally:
        stop.set()
        worker.join()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_question_left_by_a_dead_worker_is_taken_up(ann, bernard, put, permits, answer_all):
    put(ann, *permits)
    page = ann.post("/conversations", {"question": "How long does a mooring permit last?"})
    with bernard.store.write() as c:
        conversations.claim(c, "dead", lease_s=-1)
    answer_all()
    assert "A permit lasts for 12 months" in ann.get(page.path).words


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_two_workers_answer_a_question_once(ann, bernard, put, permits):
    put(ann, *permits)
    for _ in range(4):
        ann.post("/conversations", {"question": "How long does a mooring permit last?"})
    done = []

    def run(name):
        while answers.answer_next(bernard, name, threading.Event()):
            done.append(name)

    threads = [threading.Thread(target=run, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 4


def test_failed_question_says_why(ann, bernard):
    page = ann.post("/conversations", {"question": "Anything?"})
    turn = page.soup.find("app-answer")["src"].split("/")[2]
    with bernard.store.write() as c:
        conversations.claim(c, "w", 60)
        conversations.fail(c, turn, "w", "The model stopped <b>early</b>.")
    page = ann.get(page.path)
    assert "There is no answer" in page.words and "The model stopped <b>early</b>." in page.words


def test_demo_opens_on_samples_and_questions_to_click(demo_visitor, bernard, answer_all):
    owner = account(bernard.store)
    where = bernard.library.collection(owner.id, samples.COLLECTION)
    group = intake.new_group(where.id)
    bernard.library.add(where.id, samples.files(), group)
    bernard.library.read(group)
    page = demo_visitor.get("/")
    assert "Everything here runs on this machine" in page.soup.header.get_text()
    buttons = [b.get_text() for b in page.soup.find_all(class_="app-sample")]
    assert buttons == list(samples.QUESTIONS)
    names = {a.get_text() for a in page.soup.find_all("a")}
    assert {name for name, _ in samples.files()} <= names
    page = demo_visitor.post("/conversations", {"question": buttons[0]})
    answer_all()
    assert samples.EXPECTED[0].words in demo_visitor.get(page.path).words
    demo_visitor.post("/settings/password", {"old": "x", "new": "y"}, status=403)
    assert "Sign out" not in page.text


def test_demo_form_without_a_session_is_not_sent(demo_visitor):
    answer = demo_visitor.raw("POST", "/conversations", data={"question": "x"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert demo_visitor.get("/sign-in").path == "/"


def test_start_page_without_documents_says_what_to_do(ann):
    page = ann.get("/")
    assert "Put some documents in first" in page.words
    assert page.soup.find("textarea") is None


KILLED = """
import sys, threading, time
from pathlib import Path
from bernard.assembly import open_bernard
from bernard.config import Settings
from bernard.tools import ask
from bernard.web import answers

def slow(*args, **options):
    print("answering", flush=True)
    time.sleep(600)

ask.ask = slow
settings = Settings(
    home=Path(sys.argv[1]), chat_model="none", embedding_model="none", lease_s=1.0
)
with open_bernard(settings) as bernard:
    answers.work(bernard, threading.Event())
"""


def test_killed_process_loses_no_question(ann, bernard, put, permits, answer_all):
    put(ann, *permits)
    page = ann.post("/conversations", {"question": "How long does a mooring permit last?"})
    command = [sys.executable, "-c", KILLED, str(bernard.settings.home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout.readline() == "answering\n"
        answer_all()
        assert "has been received" in ann.get(page.path).words, "it is the other's"
        worker.kill()
    time.sleep(1.2)
    answer_all()
    assert "A permit lasts for 12 months" in ann.get(page.path).words
