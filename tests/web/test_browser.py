"""The pages in Chromium: with and without JavaScript, wide and narrow, by keyboard, by axe."""

import contextlib
import socket
import threading
from pathlib import Path

import msgspec
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from bernard import samples, server, web
from bernard.accounts.demo import account
from bernard.assembly import open_bernard
from bernard.config import Settings
from bernard.library import intake
from bernard.store import collections, conversations, documents, jobs
from bernard.tools.ask.types import Answer, Claim
from bernard.web import answers

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
QUESTION = samples.QUESTIONS[0]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not at /usr/bin/chromium"),
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    settings = Settings(
        home=tmp_path_factory.mktemp("demo"),
        chat_model="none",
        embedding_model="none",
        ocr=False,
        max_file_mb=1,
    )
    with open_bernard(settings, demo=True) as bernard:
        owner = account(bernard.store)
        where = bernard.library.collection(owner.id, samples.COLLECTION)
        group = intake.new_group(where.id)
        bernard.library.add(where.id, samples.files(), group)
        bernard.library.read(group)
        yield bernard


@pytest.fixture(scope="module")
def address(demo):
    """The demo, served."""
    with served(web.app(demo)) as address:
        yield address


@contextlib.contextmanager
def served(site):
    """The site's address, until the end of the block."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(site, log_level="warning", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = server.force_exit = True
        thread.join()


@contextlib.contextmanager
def working(bernard):
    """A worker that answers, until the end of the block."""
    stop = threading.Event()
    thread = threading.Thread(target=answers.work, args=(bernard, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, address):
    """Gives a function that opens a tab; at the end, all it asked for must be this server's."""
    asked, contexts = [], []

    def open_tab(viewport=WIDE, script=True):
        context = chromium.new_context(
            viewport=viewport, java_script_enabled=script, base_url=address
        )
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(20_000)
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("pageerror", lambda error: asked.append(f"script error: {error}"))
        return tab

    yield open_tab
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith(address)] == []


@pytest.fixture(scope="module")
def paths(demo):
    """The key pages, by what they show."""
    owner = account(demo.store)
    with demo.store.write() as c:
        [collection] = collections.of_owner(c, owner.id)
        document = documents.by_name(c, collection.id, "leave-and-flexible-working.docx")
        talk = conversations.create(c, owner.id, QUESTION, [collection.id])
        conversations.add_turn(c, talk.id, QUESTION)
        conversations.add_turn(c, talk.id, samples.QUESTION_NOT_COVERED)
    with working(demo):
        for _ in range(200):
            with demo.store.read() as c:
                if all(t.state == "done" for t in conversations.turns_of(c, talk.id)):
                    break
            threading.Event().wait(0.1)
    return {
        "ask": "/",
        "answer": f"/conversations/{talk.id}",
        "conversations": "/conversations",
        "documents": "/documents",
        "document": f"/documents/{document.id}?start=40&end=90",
        "delete": f"/documents/{document.id}/delete",
        "search": "/search?q=annual+leave",
        "log": "/log",
        "settings": "/settings",
        "accessibility": "/accessibility",
        "privacy": "/privacy",
        "missing": "/nope",
    }


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_no_page_scrolls_sideways(open_page, paths, viewport, script):
    tab = open_page(viewport, script)
    for name, path in paths.items():
        tab.goto(path)
        assert width(tab) <= viewport["width"], name


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing(open_page, paths, viewport):
    tab = open_page(viewport)
    for path in paths.values():
        tab.goto(path)
        assert_clean(tab)


def test_question_is_answered_without_script(open_page, demo):
    tab = open_page(NARROW, script=False)
    tab.goto("/")
    tab.get_by_role("button", name=QUESTION).click()
    assert tab.get_by_text("Your question has been received").is_visible()
    with working(demo):
        for _ in range(100):
            if not tab.get_by_text("Your question has been received").count():
                break
            tab.wait_for_timeout(100)
            tab.get_by_role("link", name="Check if your answer is ready").click()
    tab.locator(".app-cite").first.click()
    assert "-source-1" in tab.url
    tab.get_by_role("link", name="Read it in the document").first.click()
    assert tab.locator("mark#quote").is_visible()
    assert width(tab) <= 320


def test_answer_comes_without_loading_the_page_again(open_page, demo):
    tab = open_page()
    tab.goto("/")
    tab.get_by_role("button", name=QUESTION).click()
    tab.get_by_role("heading", name="Finding your answer").wait_for()
    assert tab.locator("#status").text_content() == "Finding your answer"
    with working(demo):
        tab.locator(".app-claim").first.wait_for()
    assert tab.evaluate("document.activeElement.id") == "turn-1-answer"
    assert tab.locator("#status").text_content() == ""
    assert tab.locator("app-answer").count() == 0


def test_draft_is_shown_and_focus_is_left_where_the_person_is(open_page, demo):
    tab = open_page()
    tab.goto("/")
    tab.get_by_label("Your question").fill("What is drafted?")
    tab.get_by_role("button", name="Ask", exact=True).click()
    with demo.store.write() as c:
        turn = conversations.claim(c, "a test", 60)
        conversations.write_draft(c, turn.id, "a test", "You may <b>carry</b>", 60)
    draft = tab.locator(".app-writing__draft")
    draft.filter(has_text="You may <b>carry</b>").wait_for()
    assert tab.locator("[aria-busy=true]").count() == 1
    assert tab.get_by_text("A model is wording the answer").is_visible()
    assert not draft.evaluate("e => Boolean(e.closest('[role=status], [aria-live]'))")
    tab.get_by_label("Ask a follow-up question").focus()
    answer = Answer(turn.question, "Done.", (Claim("Done.", "no source found"),), (), None)
    with demo.store.write() as c:
        conversations.finish(c, turn.id, "a test", msgspec.json.encode(answer).decode())
    tab.locator(".app-claim").wait_for()
    assert tab.evaluate("document.activeElement.id") == "question"
    assert tab.locator("#status").text_content() == "Your answer is ready"


def test_broken_stream_brings_the_link_back(open_page):
    tab = open_page()
    tab.route("**/events", lambda route: route.fulfill(status=503, body=""))
    tab.goto("/")
    tab.get_by_role("button", name=QUESTION).click()
    link = tab.get_by_role("link", name="Check if your answer is ready")
    link.wait_for()
    tab.locator("#status").filter(has_text="The connection broke").wait_for(state="attached")
    assert link.is_visible()


def test_keyboard_alone_reaches_the_source(open_page, demo):
    tab = open_page()
    tab.goto("/")
    tab.keyboard.press("Tab")
    assert focused(tab) == "Skip to main content"
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    tab.keyboard.type(QUESTION)
    tab.keyboard.press("Tab")
    assert focused(tab) == "Ask"
    with working(demo):
        tab.keyboard.press("Enter")
        tab.locator(".app-cite").first.wait_for()
    for _ in range(60):
        if focused(tab).endswith("[1]"):
            break
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert focused(tab).startswith("Read it in the document")
    tab.keyboard.press("Enter")
    tab.locator("mark#quote").wait_for()


def test_files_are_sent_one_by_one_and_the_bad_one_is_named(open_page, tmp_path):
    good, bad = tmp_path / "good.txt", tmp_path / ("x" * 3 + ".txt")
    good.write_text("Some words.")
    bad.write_text("Some words.")
    tab = open_page()
    tab.goto("/documents")
    tab.route(
        "**/documents",
        lambda route: (
            route.fulfill(status=413, json={"detail": "It is too large."})
            if "xxx.txt" in (route.request.post_data or "")
            else route.continue_()
        ),
    )
    tab.get_by_label("Add documents").set_input_files([good, bad])
    tab.get_by_role("button", name="Add", exact=True).click()
    tab.get_by_text("xxx.txt: It is too large.").wait_for()
    assert tab.get_by_text("1 of 2 added. These were not:").is_visible()
    tab.goto("/documents")
    assert tab.get_by_role("link", name="good.txt", exact=True).count()


def test_too_large_an_upload_is_explained_not_cut_off(open_page, tmp_path):
    large = tmp_path / "large.txt"
    large.write_bytes(b"x" * 8_000_000)
    plain = open_page(script=False)
    plain.goto("/documents")
    plain.get_by_label("Add documents").set_input_files(large)
    plain.get_by_role("button", name="Add", exact=True).click()
    assert plain.get_by_role("heading", name="That is too large").is_visible()
    tab = open_page()
    tab.goto("/documents")
    tab.get_by_label("Add documents").set_input_files(large)
    tab.get_by_role("button", name="Add", exact=True).click()
    tab.get_by_text("large.txt: larger than 1.0 MB, the most.").wait_for()


def test_from_the_first_run_to_an_answer(chromium, tmp_path):
    settings = Settings(
        home=tmp_path / "home", chat_model="none", embedding_model="none", ocr=False
    )
    note = tmp_path / "fog.txt"
    note.write_text("The fog signal sounds once every 45 seconds.\n")
    with open_bernard(settings) as bernard, served(server.build(bernard)) as home, working(bernard):
        context = chromium.new_context(viewport=NARROW, base_url=home)
        tab = context.new_page()
        tab.goto("/")
        tab.get_by_role("button", name="Make the account").click()
        tab.locator(".govuk-error-summary:focus", has_text="There is a problem").wait_for()
        assert_clean(tab)
        tab.get_by_label("Your name").fill("Ann")
        tab.get_by_label("Password").fill("plum tractor window")
        tab.get_by_role("button", name="Make the account").click()
        tab.get_by_role("link", name="Add documents").click()
        tab.get_by_label("Add documents").set_input_files(note)
        tab.get_by_role("button", name="Add", exact=True).click()
        tab.get_by_text("1 document added.").wait_for()
        assert_clean(tab)
        with bernard.store.read() as c:
            [job] = jobs.listing(c)
        bernard.library.read(job.group)
        tab.get_by_text("All documents have been looked at.").wait_for()
        tab.goto("/settings")
        assert_clean(tab)
        tab.get_by_role("button", name="Sign out", exact=True).click()
        tab.goto("/search?q=fog")
        assert_clean(tab)
        tab.get_by_label("Your name").fill("ann")
        tab.get_by_label("Password").fill("plum tractor window")
        tab.get_by_role("button", name="Sign in").click()
        tab.wait_for_url("**/search?q=fog")
        tab.goto("/")
        tab.get_by_label("Your question").fill("How often does the fog signal sound?")
        tab.get_by_role("button", name="Ask", exact=True).click()
        tab.locator(".app-claim", has_text="once every 45 seconds").wait_for()
        context.close()


def assert_clean(tab):
    """Axe finds nothing, and nothing scrolls sideways."""
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()
    assert width(tab) <= tab.viewport_size["width"]


def width(tab):
    return tab.evaluate("document.scrollingElement.scrollWidth")


def focused(tab):
    return tab.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')")
