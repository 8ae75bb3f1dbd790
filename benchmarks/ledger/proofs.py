"""Tree, proofs and verification of a log of a million entries."""

import asyncio
import random
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

from appends import intent
from msgspec.structs import replace
from playwright.async_api import async_playwright

import bernard.ledger
from bernard.config import Settings
from bernard.ledger import Entry, StoredLedger, canonical
from bernard.ledger.publishing import Publisher
from bernard.ledger.tlog import (
    Checkpoint,
    Prover,
    SignerKey,
    Tree,
    check_receipt,
    consistency_holds,
    hash_leaf,
    inclusion_holds,
    parse_policy,
    parse_receipt,
    sign_checkpoint,
    verify_folder,
)
from bernard.ledger.verify_page import page
from bernard.store.database import open_store

ENTRIES_AT_ONCE = 1024
PROOFS = 20_000
AGREEMENT = '{"id":"benchmark"}'
HASH = sha256(AGREEMENT.encode()).hexdigest()
CHROMIUM = "/usr/bin/chromium"
IN_PAGE = """async ([key, found]) => {
  const read = reader(document.getElementById("folder").files);
  const begun = performance.now();
  const { size } = await checkLog({ read, key });
  return [String(size), (performance.now() - begun) / 1000];
}"""


def bodies(start, end):
    """An agreement, then entries under it that differ in time, place in the sequence, and size."""
    if start == 0:
        yield canonical(
            Entry("agreement", 0, agreement_sha256=HASH, change="in-force", text=AGREEMENT)
        )
    for n in range(max(1, start), end):
        at = 1_763_769_600 + n // 50 * 3600
        yield canonical(replace(intent(at), sequence=n, characters=n % 997, agreement_sha256=HASH))


def nodes(count=300_000):
    """Hashes a second into the tree, by groups of 256, each with its root signed; then alone."""
    leaf = b"".join(hash_leaf(b"%d" % n) for n in range(256))
    signer = SignerKey.generate("example.gov.uk/log")
    rates = []
    for signed in (False, True):
        tree, begun = Tree(), time.process_time()
        for _ in range(count // 256):
            tree = tree.append(leaf).tree
            if signed:
                sign_checkpoint(Checkpoint(signer.name, tree.size, tree.root), signer)
        rates.append(tree.size / (time.process_time() - begun))
    return rates


def build(home, count):
    """A stored log of so many entries, and how many a second went in with nobody waiting."""
    store = open_store(Settings(home=home))
    ledger = StoredLedger(store)
    begun = time.perf_counter()
    for start in range(0, count, ENTRIES_AT_ONCE):
        group = list(bodies(start, min(count, start + ENTRIES_AT_ONCE)))
        with store.write() as c:
            ledger.append_many(c, group)
    return store, ledger, count / (time.perf_counter() - begun)


def timed(call, values):
    """Microseconds a call, of the processor and on the clock."""
    wall, cpu = time.perf_counter(), time.process_time()
    for value in values:
        call(value)
    count = len(values) / 1e6
    return (time.process_time() - cpu) / count, (time.perf_counter() - wall) / count


def prove(ledger, size):
    """Times of proofs from tiles in memory and from the store, and of checking them."""
    generator = random.Random(1)
    anywhere = [generator.randrange(size) for _ in range(PROOFS)]
    newest = [generator.randrange(max(0, size - 20_000), size) for _ in range(PROOFS)]
    tiles = {}

    def read(at):
        if at not in tiles:
            tiles[at] = ledger.tile(at)
        return tiles[at]

    Prover(read).root(0, size, size)
    for number in range(-(-size // 256)):
        width = min(256, size - number * 256)
        read(type(next(iter(tiles)))(0, number, width))
    from_memory, from_store = Prover(read), Prover(ledger.tile)
    checkpoint = ledger.checkpoint()
    root = Checkpoint.parse(checkpoint.text).root
    index, old = anywhere[0], anywhere[1]
    proof, grown = from_memory.inclusion(index, size), from_memory.consistency(old, size)
    [entry] = ledger.bodies(index, index + 1)
    leaf, old_root = hash_leaf(entry), from_memory.root(0, old, size)
    policy, text = parse_policy(f"log {ledger.vkey}\nquorum none"), str(ledger.receipt(index))
    assert inclusion_holds(leaf, index, size, proof, root)
    assert consistency_holds(old, size, grown, old_root, root)
    once = [n * 256 for n in range(size // 256)]
    generator.shuffle(once)
    cold = Prover(read)
    cold.inclusion(0, size)
    return {
        "inclusion proof, anywhere, each tile for the first time": timed(
            lambda i: cold.inclusion(i, size), once
        ),
        "inclusion proof, anywhere": timed(lambda i: from_memory.inclusion(i, size), anywhere),
        "inclusion proof, newest 20,000": timed(lambda i: from_memory.inclusion(i, size), newest),
        "the same from the database, anywhere": timed(
            lambda i: from_store.inclusion(i, size), anywhere
        ),
        "the same from the database, newest 20,000": timed(
            lambda i: from_store.inclusion(i, size), newest
        ),
        "consistency proof, anywhere": timed(lambda i: from_memory.consistency(i, size), anywhere),
        "a whole receipt from the database, anywhere": timed(
            lambda i: ledger.receipt(i, checkpoint), anywhere
        ),
        "inclusion proof checked": timed(
            lambda _: inclusion_holds(leaf, index, size, proof, root), newest
        ),
        "consistency proof checked": timed(
            lambda _: consistency_holds(old, size, grown, old_root, root), newest
        ),
        f"receipt of {len(text.encode()):,} bytes read and checked": timed(
            lambda _: check_receipt(parse_receipt(text), entry, policy), newest[:5000]
        ),
    }


def verify(ledger, folder, size):
    """Seconds to publish, and to verify from nothing by each verifier."""
    took = {"published to a folder": clock(lambda: Publisher(ledger, folder).publish())}
    key = ledger.vkey

    def by_package():
        found = verify_folder(folder, key)
        assert (found.entries, found.fault) == (size, "")

    took["verified by the package, from the folder"] = clock(by_package)
    took["verified by the package, from the database"] = clock(ledger.verify)
    script = Path(bernard.ledger.__file__).parent / "verify_log.py"
    words = [sys.executable, "-I", "-S", str(script), str(folder), key]
    run = {"check": True, "stdout": subprocess.DEVNULL}
    took["verified by the script of one file"] = clock(lambda: subprocess.run(words, **run))
    took["the same with what entries say"] = clock(
        lambda: subprocess.run([*words, "--entries"], **run)
    )
    return took


def verify_in_page(ledger, folder, size, place):
    """Seconds that the page takes in Chromium, the choosing of the folder not counted."""
    file = place / "index.html"
    file.write_text(page(), encoding="utf-8")
    found, seconds = asyncio.run(_in_page(file, folder, ledger.vkey))
    assert found == str(size)
    return seconds


async def _in_page(file, folder, key):
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        tab = await browser.new_page()
        tab.set_default_timeout(0)
        await tab.goto(file.as_uri())
        await tab.set_input_files("#folder", folder)
        found = await tab.evaluate(IN_PAGE, [key, ""])
        await browser.close()
        return found


def clock(call):
    """Seconds on the clock."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun
