"""Two people at one framework in Chromium without JavaScript, and the pages by axe at two widths."""

import socket
import threading
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not at /usr/bin/chromium"),
]


@pytest.fixture
def home(consult):
    """The site's address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        site = uvicorn.Server(uvicorn.Config(consult.site, log_level="warning", ws="none"))
        thread = threading.Thread(target=site.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            site.should_exit = site.force_exit = True
            thread.join()


@pytest.fixture
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab(consult, chromium, home):
    """Gives a function that opens a tab for somebody of this role."""

    def open_tab(role, script=False, width=1280):
        cookie = consult.browser(role).client.cookies["bernard_session"]
        context = chromium.new_context(
            base_url=home,
            java_script_enabled=script,
            viewport={"width": width, "height": 900},
        )
        context.add_cookies([{"name": "bernard_session", "value": cookie, "url": home}])
        page = context.new_page()
        page.set_default_timeout(60_000)
        return page

    return open_tab


def test_two_people_reword_one_theme_without_javascript(consult, tab):
    theme = consult.question.framework.themes[0]
    place = f"{consult.here}/questions/1/framework/themes/{theme.id}"
    lead, analyst = tab("lead"), tab("analyst")
    for page in (lead, analyst):
        page.goto(place)
    lead.get_by_label("Title", exact=True).fill("What the shops lose")
    lead.get_by_role("button", name="Save", exact=True).click()
    analyst.get_by_label("Title", exact=True).fill("Trade")
    analyst.get_by_label("Description").fill("All that shops say they lose")
    analyst.get_by_role("button", name="Save", exact=True).click()
    assert analyst.get_by_text("There is a problem").is_visible()
    assert "to “What the shops lose” (change 1)" in analyst.locator("main").inner_text()
    assert analyst.get_by_label("Title", exact=True).input_value() == "Trade"
    analyst.get_by_role("button", name="Save", exact=True).click()
    assert analyst.get_by_role("heading", name="Trade", level=1).is_visible()
    analyst.goto(f"{consult.here}/questions/1/framework/history")
    analyst.get_by_role("button", name="Take back change 2").click()
    assert "The change was taken back." in analyst.locator("main").inner_text()
    assert consult.question.framework.themes[0].title == "What the shops lose"


@pytest.mark.parametrize("width", [1280, 320])
def test_pages_are_clean(consult, tab, width):
    consult.browser("lead").post(
        f"{consult.here}/questions/1/check", {"margin": "10", "stratify": "none", "coders": "1"}
    )
    page = tab("lead", script=True, width=width)
    theme = consult.question.framework.themes[0].id
    for path in (
        "framework",
        f"framework/themes/{theme}",
        "framework/sign-off",
        "framework/merge",
        "check",
        "check/code",
        "quality",
    ):
        page.goto(f"{consult.here}/questions/1/{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width, path
