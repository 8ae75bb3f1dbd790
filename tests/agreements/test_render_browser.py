"""The page of an agreement in Chromium: axe finds nothing, and a narrow screen needs no scrolling."""

import datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from bernard.agreements.page import as_html
from bernard.agreements.read import read, shipped
from bernard.agreements.render import render

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not at /usr/bin/chromium"),
]


@pytest.mark.parametrize("name", ["tightened-supplier", "memorandum-2025"])
def test_axe_finds_nothing_and_nothing_is_cut(tmp_path, name):
    page = render(read(shipped() / f"{name}.yaml"), datetime.date(2026, 6, 1), ["It says little."])
    file = tmp_path / "page.html"
    file.write_text(as_html(page), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        # The page's own policy lets no script run, so axe has to be let past it.
        tab = browser.new_page(viewport={"width": 320, "height": 640}, bypass_csp=True)
        tab.goto(file.as_uri())
        found = Axe().run(tab).response["violations"]
        width = tab.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert not found
    assert width <= 320
