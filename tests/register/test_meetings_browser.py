"""The pages on who met whom in Chromium: axe finds nothing, and 320 pixels are enough."""

import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from bernard.look.render import STATIC
from bernard.register.meetings import Supplier, pages
from bernard.register.site.drawing import draw
from bernard.samples import __file__ as samples

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SITE = {
    "title": "Register",
    "publisher": "Department of Examples",
    "as_at": "2026-11-22",
    "checkpoint": {"size": 1},
    "licence": {"text": "", "url": ""},
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("site")
    lantern = Supplier("lantern", "Lantern Models Limited (invented)", agreements=("lantern-1",))
    made = pages([Path(samples).parent / "releases"], [lantern, Supplier("other", "Other plc")])
    for page in made:
        (out / page.path).parent.mkdir(exist_ok=True)
        (out / page.path).write_text(draw(page, made, SITE), encoding="utf-8")
    (out / "assets").mkdir()
    for file in STATIC.iterdir():
        shutil.copy(file, out / "assets" / file.name)
    return [out / page.path for page in made]


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not at /usr/bin/chromium")
def test_axe_finds_nothing_and_nothing_is_cut(site):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width in (1280, 320):
            tab = browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
            for file in site:
                tab.goto(file.as_uri())
                found = Axe().run(tab).response["violations"]
                assert not found, (file.name, width, [one["id"] for one in found])
                assert tab.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
