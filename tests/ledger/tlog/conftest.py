"""A tree written a second time, as the standard words it, and logs to try things on."""

import importlib.util
import random
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

import bernard.ledger
from bernard.ledger.tlog import (
    Algorithm,
    Checkpoint,
    Policy,
    Prover,
    SignerKey,
    Tree,
    hash_leaves,
    publish,
    sign_checkpoint,
)
from bernard.ledger.verify_page import files

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
VERIFIER = Path(bernard.ledger.__file__).parent / "verify_page" / "verify_log.py"


class Naive:
    """RFC 6962 section 2.1, word for word."""

    def root(self, entries):
        if not entries:
            return sha256(b"").digest()
        if len(entries) == 1:
            return sha256(b"\x00" + entries[0]).digest()
        k = self._split(len(entries))
        return self._node(self.root(entries[:k]), self.root(entries[k:]))

    def path(self, m, entries):
        if len(entries) == 1:
            return []
        k = self._split(len(entries))
        if m < k:
            return [*self.path(m, entries[:k]), self.root(entries[k:])]
        return [*self.path(m - k, entries[k:]), self.root(entries[:k])]

    def proof(self, m, entries):
        return [] if m == 0 else self._subproof(m, entries, True)

    def _subproof(self, m, entries, whole):
        if m == len(entries):
            return [] if whole else [self.root(entries)]
        k = self._split(len(entries))
        if m <= k:
            return [*self._subproof(m, entries[:k], whole), self.root(entries[k:])]
        return [*self._subproof(m - k, entries[k:], False), self.root(entries[:k])]

    def _node(self, left, right):
        return sha256(b"\x01" + left + right).digest()

    def _split(self, n):
        k = 1
        while 2 * k < n:
            k *= 2
        return k


@dataclass
class Log:
    """A whole log in memory, with its key."""

    signer: SignerKey
    entries: list = field(default_factory=list)
    tiles: dict = field(default_factory=dict)
    tree: Tree = field(default_factory=Tree)

    def add(self, entries):
        growth = self.tree.append(hash_leaves(entries))
        self.entries += entries
        self.tree = growth.tree
        for tile in growth.tiles:
            self.tiles[tile.level, tile.number] = tile.hashes
        return self

    def read_tile(self, at):
        return self.tiles[at.level, at.number][: 32 * at.width]

    def read_entries(self, start, end):
        return self.entries[start:end]

    @property
    def checkpoint(self):
        state = Checkpoint(self.signer.name, self.tree.size, self.tree.root)
        return sign_checkpoint(state, self.signer)

    @property
    def prover(self):
        return Prover(self.read_tile)

    @property
    def policy(self):
        return Policy(logs=[self.signer.verifier])

    def publish(self, folder):
        publish(folder, self.checkpoint, self.read_tile, self.read_entries)
        return folder


@pytest.fixture(scope="session")
def naive():
    return Naive()


@pytest.fixture(scope="session")
def make_log():
    """A log of so many entries of a few bytes each."""

    def make(size=0, name="example.gov.uk/log", seed=0):
        generator = random.Random(f"{name}{seed}")
        entries = [
            b'{"n":%d,"r":"%s"}' % (n, generator.randbytes(6).hex().encode()) for n in range(size)
        ]
        return Log(SignerKey(name, Algorithm.ED25519, sha256(name.encode()).digest())).add(entries)

    return make


@pytest.fixture(scope="session")
def make_witness_key():
    def make(name="witness.example/w1", algorithm=Algorithm.COSIGNATURE):
        return SignerKey(name, algorithm, sha256(name.encode()).digest())

    return make


@pytest.fixture(scope="session")
def one_file():
    """The verifier that is one file, loaded as a stranger would: by its path."""
    spec = importlib.util.spec_from_file_location("verify_log_alone", VERIFIER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def page_folder(tmp_path_factory):
    """The page that verifies, saved as a reader would save it."""
    folder = tmp_path_factory.mktemp("verify")
    for name, data in files().items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def chromium():
    """No longer than a module: while it is open, no test can run an event loop of its own."""
    if not CHROMIUM.exists():
        pytest.skip(f"Chromium is not at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def verifying_page(chromium, page_folder):
    """The page that verifies, open from its file."""
    page = chromium.new_page()
    page.goto((page_folder / "index.html").as_uri())
    return page
