"""Every page of the site in Chromium, from the disk: wide and narrow, by axe, asking nobody."""

import contextlib
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not at /usr/bin/chromium"),
]


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextlib.contextmanager
def tab(chromium, viewport, **options):
    """A tab, and what it asked for and complained of."""
    context = chromium.new_context(viewport=viewport, **options)
    page, asked, said = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    yield page, asked, said
    context.close()


@pytest.fixture(scope="module")
def by_template(soups):
    """Pages that are drawn in different ways; those of records and meetings have their own tests."""
    [changed] = [p for p in soups if "tightened-supplier/version-2" in p]
    names = ("completeness", "disclosures", "verify")
    return {"index.html", changed, *(f"{name}/index.html" for name in names)}


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1280", "320"])
def test_every_page_fits_and_is_clean(chromium, site, soups, by_template, viewport):
    with tab(chromium, viewport) as (page, asked, said):
        for path in soups:
            page.goto((site / path).as_uri())
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= viewport["width"], path
            if path not in by_template:
                continue
            found = Axe().run(page, options={"preload": False}).response["violations"]
            assert found == [], (path, [(v["id"], [n["html"] for n in v["nodes"]]) for v in found])
    assert said == []
    assert [url for url in asked if not url.startswith(site.as_uri())] == []


def test_the_site_is_styled_and_its_links_work_by_keyboard_without_scripts(chromium, site):
    with tab(chromium, NARROW, java_script_enabled=False) as (page, asked, _):
        page.goto((site / "index.html").as_uri())
        assert any(url.endswith("assets/bernard.css") for url in asked)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/agreements/index.html")


def test_the_page_that_verifies_is_there_and_asks_nobody(chromium, site):
    with tab(chromium, WIDE) as (page, asked, said):
        page.goto((site / "verify/browser.html").as_uri())
        assert page.locator("h1").count() == 1
    assert len(asked) == 1 and said == []
