"""The page that verifies, as people use it: from a file and served, wide and narrow, by keyboard."""

import functools
import http.server
import re
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe

from bernard.ledger.tlog import Algorithm, Receipt, SignerKey
from bernard.ledger.verify_page import page as whole_page

pytestmark = pytest.mark.browser
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


@pytest.fixture
def open_page(chromium, page_folder):
    """Opens the page in a tab of its own, which must ask for nothing but the page."""
    asked, contexts = [], []

    def open_tab(viewport=WIDE, script=True, before="", address=""):
        context = chromium.new_context(viewport=viewport, java_script_enabled=script)
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(10_000)
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("pageerror", lambda error: asked.append(f"script error: {error}"))
        tab.on("console", lambda message: asked.append(f"said: {message.text}"))
        tab.add_init_script(before)
        tab.goto(address or (page_folder / "index.html").as_uri())
        return tab

    yield open_tab
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.endswith("/index.html")] == []


@pytest.fixture(scope="module")
def given(make_log, tmp_path_factory):
    """A log, its folder, and files of a receipt and of its entry."""
    log, place = make_log(300), tmp_path_factory.mktemp("given")
    log.publish(place / "log")
    receipt = Receipt(7, tuple(log.prover.inclusion(7, 300)), log.checkpoint)
    (place / "7.tlog-proof").write_text(str(receipt))
    (place / "7.json").write_bytes(log.entries[7])
    (place / "8.json").write_bytes(log.entries[8])
    return log, place


def check_receipt(tab, given, entry="7.json"):
    log, place = given
    tab.fill("#key", f" {log.signer.verifier}\n")
    tab.set_input_files("#receipt", place / "7.tlog-proof")
    tab.set_input_files("#entry", place / entry)
    tab.get_by_role("button", name="Check the receipt").click()
    return outcome(tab)


def check_log(tab, given, folder="log", seen=""):
    log, place = given
    tab.fill("#key", str(log.signer.verifier))
    tab.fill("#seen", seen)
    tab.set_input_files("#folder", place / folder)
    tab.get_by_role("button", name="Check the log").click()
    return outcome(tab)


def outcome(tab):
    tab.locator("#result.holds, #result.fails").wait_for()
    return tab.get_by_role("status").inner_text()


def test_a_receipt_is_checked(open_page, given):
    tab = open_page()
    said = check_receipt(tab, given)
    assert said.startswith("This entry is in the log")
    assert "example.gov.uk/log" in said
    assert "7, counted from 0" in said
    said = check_receipt(tab, given, "8.json")
    assert said.startswith("This does not hold")
    assert "no proof that the entry is in the log" in said


def test_a_log_is_checked(open_page, given, make_log):
    log, _ = given
    tab = open_page()
    said = check_log(tab, given)
    assert said.startswith("This log holds")
    assert str(log.checkpoint).strip() in said
    early = make_log(300).__class__(log.signer).add(log.entries[:100]).checkpoint
    assert "The 100 entries" in check_log(tab, given, seen=str(early).strip())
    forked = check_log(tab, given, seen=str(make_log(100, seed=1).checkpoint))
    assert "The log was rewritten. Keep both checkpoints" in forked
    later = check_log(tab, given, seen=str(make_log(301).checkpoint))
    assert "older state than the one you kept" in later
    # The folder above it serves as well.
    assert check_log(tab, given, folder=".").startswith("This log holds")


def test_what_cannot_be_used_is_said_beside_its_field(open_page, given):
    log, place = given
    tab = open_page()
    tab.get_by_role("button", name="Check the receipt").click()
    alert = tab.get_by_role("alert")
    assert "Enter the log’s public key." in alert.inner_text()
    assert tab.evaluate("document.activeElement.id") == "problem"
    tab.fill("#key", "no key")
    tab.set_input_files("#receipt", place / "7.tlog-proof")
    tab.set_input_files("#entry", place / "7.json")
    tab.get_by_role("button", name="Check the receipt").click()
    alert.get_by_text("is not a key").click()
    assert tab.evaluate("document.activeElement.id") == "key"
    described = tab.locator("#key").get_attribute("aria-describedby").split()
    assert described == ["key-hint", "field-error"]
    tab.locator("summary").click()
    tab.fill("#witnesses", str(log.signer.verifier))
    assert check_receipt_again(tab, log) == "witnesses"
    tab.fill("#witnesses", "")
    tab.fill("#quorum", "1")
    assert check_receipt_again(tab, log) == "quorum"
    assert tab.locator(".wrong").count() == 1
    # Whoever names a witness and no number asks for it.
    tab.fill("#quorum", "")
    tab.fill("#witnesses", str(SignerKey.generate("w.example", Algorithm.COSIGNATURE).verifier))
    tab.get_by_role("button", name="Check the receipt").click()
    assert "0 of the witnesses signed the checkpoint; you ask for 1" in outcome(tab)
    tab.fill("#quorum", "0")
    tab.get_by_role("button", name="Check the receipt").click()
    assert outcome(tab).startswith("This entry is in the log")
    assert not alert.is_visible()


def check_receipt_again(tab, log):
    tab.fill("#key", str(log.signer.verifier))
    tab.get_by_role("button", name="Check the receipt").click()
    tab.locator("#result.fails").wait_for()
    return tab.locator("#problem-link").get_attribute("href").removeprefix("#")


def test_it_is_used_by_keyboard_alone(open_page, given):
    log, place = given
    tab = open_page()
    tab.set_input_files("#receipt", place / "7.tlog-proof")
    tab.set_input_files("#entry", place / "7.json")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") == "key"
    tab.keyboard.type(str(log.signer.verifier))
    for _ in range(4):
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert outcome(tab).startswith("This entry is in the log")


@pytest.mark.parametrize("viewport", [WIDE, NARROW])
def test_it_is_accessible(viewport, open_page, given):
    tab = open_page(viewport)
    check_log(tab, given)
    for _ in range(2):
        assert Axe().run(tab).violations_count == 0, Axe().run(tab).generate_report()
        assert tab.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        tab.fill("#key", "")
        tab.get_by_role("button", name="Check the log").click()


def test_without_javascript_it_says_what_to_do(open_page, page_folder):
    tab = open_page(NARROW, script=False)
    words = tab.locator("main").inner_text()
    assert "python verify_log.py --receipt RECEIPT --entry ENTRY KEY" in words
    assert not tab.locator("#tool").is_visible()
    assert (page_folder / "verify_log.py").exists()


def test_a_browser_without_ed25519_is_helped_out(open_page, given):
    """As browsers of a few years ago: their cryptography knows other curves only."""
    old = """const known = crypto.subtle.importKey.bind(crypto.subtle);
    crypto.subtle.importKey = (form, key, name, ...rest) => name === "Ed25519"
      ? Promise.reject(new DOMException("Unrecognized name", "NotSupportedError"))
      : known(form, key, name, ...rest);"""
    tab = open_page(before=old)
    tab.get_by_text("does it with its own arithmetic").wait_for()
    assert check_receipt(tab, given).startswith("This entry is in the log")
    assert "This does not hold" in check_receipt(tab, given, "8.json")


def test_a_page_without_cryptography_says_so(open_page):
    tab = open_page(before="Object.defineProperty(crypto, 'subtle', { value: undefined });")
    assert "Save this page and open the file" in outcome(tab)
    assert tab.get_by_role("button", name="Check the log").is_disabled()


def test_it_works_where_it_is_served(open_page, given, page_folder):
    handler = functools.partial(Quiet, directory=str(page_folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        tab = open_page(address=f"http://127.0.0.1:{server.server_port}/index.html")
        assert check_receipt(tab, given).startswith("This entry is in the log")
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


def test_it_may_make_no_connection_and_run_nothing_else(chromium, page_folder):
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', whole_page())
    assert "default-src 'none'" in policy
    assert "connect-src 'none'" in policy
    assert "unsafe" not in policy and "'self'" not in policy
    tab = chromium.new_page()
    tab.goto((page_folder / "index.html").as_uri())
    refused = tab.evaluate("fetch('data:,').then(() => 'went', () => 'refused')")
    assert refused == "refused"
    more = "Object.assign(document.createElement('script'), { text: 'globalThis.ran = 1' })"
    tab.evaluate(f"document.body.append({more})")
    assert tab.evaluate("globalThis.ran") is None
    tab.close()
