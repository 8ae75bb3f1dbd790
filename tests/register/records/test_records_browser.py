"""The pages of records in the site: drawn whole, axe finds nothing, and 320 pixels are enough."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from bernard.register.records.draft import draft
from bernard.register.site import Imprint, Wanted, build, open_source

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def site(tmp_path_factory, case):
    folder = tmp_path_factory.mktemp("records")
    (folder / "unfinished.yaml").write_text(draft(case.gathered))
    out = tmp_path_factory.mktemp("site") / "out"
    source = open_source(case.ledger.files(), case.ledger.vkey)
    build(out, Wanted(source, Imprint(), records=folder))
    return out


def test_the_site_has_the_records_and_their_files(site):
    index = (site / "records/index.html").read_text()
    assert "Not complete" in index
    page = (site / "records/unfinished/index.html").read_text()
    assert "about 60 calls" in page
    assert "held back" in page
    for name in ("unfinished.json", "unfinished.govspeak.md", "unfinished.publisher.json"):
        assert (site / "records/unfinished" / name).exists()
        assert f'href="{name}"' in page


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not at /usr/bin/chromium")
def test_axe_finds_nothing_and_nothing_is_cut(site):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tab = browser.new_page(viewport={"width": 320, "height": 640}, bypass_csp=True)
        tab.goto((site / "records/unfinished/index.html").as_uri())
        found = Axe().run(tab).response["violations"]
        width = tab.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert not found
    assert width <= 320
