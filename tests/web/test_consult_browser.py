"""Consultations in Chromium: from upload to Word report without JavaScript, and each page by axe."""

import contextlib
import io
import socket
import threading
import zipfile
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from bernard import samples, server, web
from bernard.assembly import open_bernard
from bernard.config import Settings

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
# A consultation of some size; the desk's own tests take the whole sample.
ROWS = 40

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not at /usr/bin/chromium"),
]


@contextlib.contextmanager
def served(site, *jobs):
    """The site's address, with these jobs at work, until the end of the block."""
    stop = threading.Event()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        running = uvicorn.Server(uvicorn.Config(site, log_level="warning", ws="none"))
        threads = [threading.Thread(target=running.run, kwargs={"sockets": [listening]})]
        threads += [threading.Thread(target=job, args=(stop,)) for job in jobs]
        for thread in threads:
            thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            stop.set()
            running.should_exit = running.force_exit = True
            for thread in threads:
                thread.join()


@contextlib.contextmanager
def tab_at(home, viewport, *, script=True, cookie=""):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(
            viewport=viewport, base_url=home, java_script_enabled=script, accept_downloads=True
        )
        if cookie:
            context.add_cookies([{"name": "bernard_session", "value": cookie, "url": home}])
        tab = context.new_page()
        tab.set_default_timeout(60_000)
        yield tab
        browser.close()


def test_from_upload_to_word_report_without_javascript(tmp_path):
    settings = Settings(home=tmp_path / "home", chat_model="none", ocr=False, privacy_mode="rules")
    name, data = samples.consultation()
    some = tmp_path / name
    some.write_bytes(b"".join(data.splitlines(keepends=True)[: ROWS + 1]))
    with (
        open_bernard(settings, demo=True) as bernard,
        served(web.app(bernard), server.consult_desk(bernard).work) as home,
        tab_at(home, NARROW, script=False) as tab,
    ):
        tab.goto("/consultations")
        tab.get_by_role("button", name="Read the file").click()
        assert tab.locator(".govuk-error-summary").is_visible()
        tab.get_by_label("Title").fill("Harbour Street")
        tab.get_by_label("File of responses").set_input_files(some)
        tab.get_by_role("button", name="Read the file").click()
        wait_for(tab, "Check what was read")
        fits(tab)
        tab.get_by_role("button", name="Start the analysis").click()
        wait_for(tab, "Results")
        fits(tab)
        tab.locator("table a").first.click()
        fits(tab)
        tab.locator(".app-rows a").first.click()
        assert tab.locator(".app-response mark").count() >= 1
        tab.get_by_text("Correct the themes").first.click()
        form = tab.locator("details[open] form")
        checked = form.locator("input[type=checkbox]:checked")
        while checked.count():
            checked.first.uncheck()
        form.get_by_label("None of these").check()
        form.get_by_role("button", name="Save").click()
        tab.get_by_text("What you decided was saved.").wait_for()
        fits(tab)
        tab.get_by_role("link", name="Downloads").click()
        tab.get_by_role("button", name="Make the files", exact=True).click()
        for _ in range(240):
            if tab.get_by_role("link", name="report.docx").count():
                break
            tab.wait_for_timeout(250)
            tab.reload()
        fits(tab)
        with tab.expect_download() as download:
            tab.get_by_role("link", name="report.docx").click()
        word = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert "Harbour Street" in word.read("word/document.xml").decode()


def test_axe_finds_nothing_and_no_page_scrolls_sideways(consult):
    lead = consult.browser("lead")
    new = consult.desk.take(lead.account.id, "New", *samples.consultation())
    consult.desk.drain(new.id)
    theme = consult.question.framework.themes[0].id
    paths = (
        "/consultations",
        f"/consultations/{new.id}",
        consult.here,
        f"{consult.here}/questions/1",
        f"{consult.here}/questions/1/themes/{theme}",
        f"{consult.here}/questions/1/campaigns/C1",
        f"{consult.here}/questions/1/table",
        f"{consult.here}/responses?q=shops",
        f"{consult.here}/responses/3",
        f"{consult.here}/people",
        f"{consult.here}/downloads",
    )
    cookie = lead.client.cookies.get("bernard_session")
    with served(consult.site) as home, tab_at(home, WIDE, cookie=cookie) as tab:
        for path in paths:
            tab.set_viewport_size(WIDE)
            tab.goto(path)
            for summary in tab.locator("summary").all()[:2]:
                summary.click()
            fits(tab)
            tab.set_viewport_size(NARROW)
            fits(tab)
            found = Axe().run(tab)
            assert found.violations_count == 0, (path, found.generate_report())


def wait_for(tab, heading):
    """The page as it is once the desk has done its work; it is asked for again, as people do."""
    for _ in range(240):
        if tab.get_by_role("heading", name=heading, exact=True).count():
            return
        tab.wait_for_timeout(250)
        tab.get_by_role("link", name="Check again").click()
    raise AssertionError(tab.locator("main").inner_text())


def fits(tab):
    """Nothing scrolls sideways."""
    wide = tab.evaluate("document.scrollingElement.scrollWidth")
    assert wide <= tab.viewport_size["width"], tab.url
