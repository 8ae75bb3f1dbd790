"""Take the pictures for the docs: the demo in Chromium, a question clicked. Needs the dev tools.

Run it from the root of the repository: `.venv/bin/python docs/images/take.py`.
"""

from __future__ import annotations

import dataclasses
import socket
import tempfile
import threading
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from bernard import samples, server, web
from bernard.accounts.demo import account
from bernard.assembly import Bernard, open_bernard
from bernard.config import load
from bernard.register.site import Imprint, Wanted, build, open_source
from bernard.store import collections, jobs
from bernard.tools.ask import ask
from bernard.web import answers

FOLDER = Path(__file__).parent
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


def main() -> None:
    """Start the demo in a folder of its own and take every picture."""
    with tempfile.TemporaryDirectory() as home:
        settings = dataclasses.replace(load(), home=Path(home), chat_model="none")
        with open_bernard(settings, demo=True) as bernard:
            _fill(bernard)
            stop = threading.Event()
            threading.Thread(target=answers.work, args=(bernard, stop), daemon=True).start()
            _take_all(_serve(bernard), _register(bernard))
            stop.set()


def _fill(bernard: Bernard) -> None:
    server.fill_demo(bernard)
    with bernard.store.read() as c:
        groups = {job.group for job in jobs.listing(c)}
    for group in groups:
        bernard.library.read(group)


def _serve(bernard: Bernard) -> str:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    site = uvicorn.Server(uvicorn.Config(web.app(bernard), log_level="warning"))
    threading.Thread(target=site.run, kwargs={"sockets": [listening]}, daemon=True).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def _register(bernard: Bernard) -> Path:
    """The first page of a register of what the demo did, and of some questions more."""
    with bernard.store.read() as c:
        [collection] = collections.of_owner(c, account(bernard.store).id)
    for question in samples.QUESTIONS * 9:
        ask(question, bernard.library, bernard.gateway, [collection.id], model="none")
    out, ledger = bernard.settings.register, bernard.ledger
    source = open_source(ledger.files(), ledger.vkey, ledger.checkpoint())
    build(out, Wanted(source, Imprint(publisher="Department of Examples")))
    return out / "index.html"


def _take_all(address: str, register: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        _take(browser, address, "ask.png", 1280, 1000)
        _take(browser, address, "ask-narrow.png", 320, 1000)
        tab = browser.new_page(viewport={"width": 1280, "height": 1000})
        tab.goto(register.as_uri())
        tab.screenshot(path=FOLDER / "register.png")
        browser.close()


def _take(browser: Browser, address: str, name: str, width: int, height: int) -> None:
    tab = browser.new_page(viewport={"width": width, "height": height})
    tab.goto(address)
    tab.get_by_role("button", name=samples.QUESTIONS[0]).click()
    tab.locator(".app-cite").first.wait_for()
    # The heading has the focus, and with it a yellow frame that a picture need not show.
    tab.evaluate("document.activeElement.blur()")
    tab.screenshot(path=FOLDER / name)


if __name__ == "__main__":
    main()
