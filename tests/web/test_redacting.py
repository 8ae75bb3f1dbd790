"""The redaction desk in Chromium: give a PDF, look, decide, take a file away that holds none of it."""

import contextlib
import importlib.util
import re
import socket
import threading
import zlib
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from bernard import server, web
from bernard.assembly import open_bernard
from bernard.config import Settings

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
HELD = ("943 476 5919", "9434765919", "ann.example@example.com", "plover", "AB123456C")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not at /usr/bin/chromium"),
]


@pytest.fixture
def letter(tmp_path):
    """A PDF of two pages with personal data on them and in its metadata, layers and attachments."""
    place = Path(__file__).parent.parent / "tools" / "redact" / "conftest.py"
    spec = importlib.util.spec_from_file_location("redact_conftest", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pdf = module.PdfMaker()
    pdf.info = "/Author(ann.example@example.com)/Keywords(AB123456C)"
    attached = pdf.stream("My NHS number is 943 476 5919", "/Type/EmbeddedFile")
    file = pdf.add(f"<</Type/Filespec/F(a.txt)/EF<</F {attached} 0 R>>>>")
    layer = pdf.add("<</Type/OCG/Name(Notes)>>")
    pdf.catalog = (
        f"/Names<</EmbeddedFiles<</Names[(a.txt) {file} 0 R]>>>>"
        f"/OCProperties<</OCGs[{layer} 0 R]/D<</OFF[{layer} 0 R]>>>>"
    )
    pdf.page(
        ["I write about my claim.", "My NHS number is 943 476 5919.", "The office opens at nine."],
        resources=f"/Properties<</L {layer} 0 R>>",
        operators="/OC /L BDC BT /F1 9 Tf 1 0 0 1 72 300 Tm (Layer AB123456C) Tj ET EMC",
    )
    pdf.page(["We saw the plover. Mail ann.example@example.com, switchboard@example.com."])
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf.finish())
    return path


@contextlib.contextmanager
def served(bernard):
    """The site's address, with the desk at work, until the end of the block."""
    stop = threading.Event()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        site = uvicorn.Server(uvicorn.Config(web.app(bernard), log_level="warning", ws="none"))
        threads = [
            threading.Thread(target=site.run, kwargs={"sockets": [listening]}),
            threading.Thread(target=server.desk(bernard).work, args=(stop,)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            stop.set()
            site.should_exit = site.force_exit = True
            for thread in threads:
                thread.join()


@pytest.mark.parametrize("script", [True, False])
def test_a_person_redacts_a_pdf(tmp_path, letter, script):
    # Rules alone: what a network makes of the words is not what is tested here.
    settings = Settings(
        home=tmp_path / "home", chat_model="none", embedding_model="none", privacy_mode="rules"
    )
    with (
        open_bernard(settings, demo=True) as bernard,
        served(bernard) as home,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tab = browser.new_context(
            viewport=WIDE, base_url=home, java_script_enabled=script, accept_downloads=True
        ).new_page()
        tab.set_default_timeout(120_000)
        check = assert_clean if script else lambda tab: None
        tab.goto("/redact")
        check(tab)
        tab.get_by_role("button", name="Look for personal data").click()
        assert tab.get_by_text("Choose a file.").first.is_visible()
        tab.get_by_label("Document", exact=True).set_input_files(letter)
        tab.get_by_role("button", name="Look for personal data").click()
        wait_for(tab, "Look at each page")
        check(tab)
        place = tab.url
        tab.get_by_role("link", name="Page 1", exact=True).click()
        assert tab.locator("svg.app-sheet rect").count() >= 1
        check(tab)
        tab.set_viewport_size(NARROW)
        check(tab)
        tab.set_viewport_size(WIDE)
        tab.get_by_role("button", name="Save and look at page 2").click()
        tab.get_by_label("switchboard@example.com").uncheck()
        tab.get_by_role("button", name="Save", exact=True).click()
        tab.get_by_label("Also take out").fill("PLOVER")
        tab.get_by_role("button", name="Take out everywhere").click()
        tab.get_by_text("Those words will go from 1 more place.").wait_for()
        tab.get_by_role("button", name="Make the redacted file").click()
        wait_for(tab, "The redacted file", place)
        check(tab)
        with tab.expect_download() as download:
            tab.get_by_role("link", name="Download letter-redacted.pdf").click()
        data = Path(download.value.path()).read_bytes()
        tab.get_by_role("link", name="What the log says of it").click()
        assert "A document of 2 pages was redacted" in tab.locator("main").inner_text()
        browser.close()
    held = everything(data)
    assert [one for one in HELD if one in held] == []
    text = " ".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(data))
    assert "The office opens at nine." in text
    assert "switchboard@example.com" in text
    assert "Layer" not in text


def wait_for(tab, heading, place=""):
    """The page as it is once the desk has done its work; it is asked for again, as people do."""
    for _ in range(240):
        if tab.get_by_role("heading", name=heading, exact=True).count():
            return
        tab.wait_for_timeout(500)
        tab.goto(place or tab.url)
    raise AssertionError(tab.locator("main").inner_text())


def assert_clean(tab):
    """Axe finds nothing, and nothing scrolls sideways."""
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()
    wide = tab.evaluate("document.scrollingElement.scrollWidth")
    assert wide <= tab.viewport_size["width"]


def everything(data):
    """All that can be got out of a PDF: its bytes, its streams inflated, its text, its metadata."""
    found = [data.decode("latin-1")]
    for match in re.finditer(rb"stream\r?\n", data):
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(data[match.end() :]).decode("latin-1"))
    document = pdfium.PdfDocument(data)
    assert document.count_attachments() == 0
    found += [page.get_textpage().get_text_range() for page in document]
    return "\n".join([*found, *document.get_metadata_dict().values()])
