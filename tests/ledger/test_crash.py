"""kill -9, two writers, a torn write, a full disk, an old backup: nothing acknowledged is lost, nothing forked.

BERNARD_TEST_CRASH_ROUNDS makes the tests by chance longer; five minutes for each is 200.
"""

import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import delete

from bernard.config import Settings
from bernard.errors import Error, LogBroken
from bernard.ledger import Entry, StoredLedger
from bernard.ledger.key_file import KeyFile
from bernard.ledger.publishing import Publisher
from bernard.ledger.tlog import (
    Algorithm,
    Checkpoint,
    FolderMemory,
    Policy,
    Prover,
    SignerKey,
    Submission,
    VerifierKey,
    Witness,
    hash_leaf,
    verify_files,
    verify_folder,
)
from bernard.ledger.tlog import note as notes
from bernard.store.database import open_store
from bernard.store.tables import entries, log_head, tiles

ROUNDS = int(os.environ.get("BERNARD_TEST_CRASH_ROUNDS", "2"))
THREADS = 64

# Each thread tells what was acknowledged to it once it is; one asks for checkpoints as others would.
WRITER = """
import json, os, sys, threading
from pathlib import Path
from bernard.config import Settings
from bernard.errors import Error
from bernard.gateway.recorder import Recorder
from bernard.ledger import Entry, StoredLedger
from bernard.store.database import open_store

home, database, threads = sys.argv[1:]
store = open_store(Settings(home=Path(home), database=database))
ledger = StoredLedger(store)
recorder = Recorder(store, ledger)

def tell(*fact):
    os.write(1, (json.dumps(fact) + "\\n").encode())

def append(name):
    for n in range(10**9):
        try:
            logged = recorder.intent_now(Entry("intent", at=n, key="k" + name, service="ask"))
            tell("logged", logged.number, logged.body)
        except Error as error:
            tell("failed", type(error).__name__)
        if n % 5 == 0:
            recorder.outcome(Entry("outcome", at=n, key="k" + name, service="x" * 300))

def show():
    while True:
        try:
            tell("signed", str(ledger.checkpoint()))
        except Error as error:
            tell("failed", type(error).__name__)

first = recorder.intent_now(Entry("intent", at=0, service="ask"))
tell("logged", first.number, first.body)
work = [threading.Thread(target=append, args=(str(n),)) for n in range(int(threads))]
for thread in [*work, threading.Thread(target=show)]:
    thread.daemon = True
    thread.start()
sys.stdin.readline()
"""


class Seen:
    """What the world outside was told of a log: what is in it, and which states it signed."""

    def __init__(self):
        self.logged = {}
        self.signed = {}
        self.failed = 0

    def hear(self, line):
        kind, *fact = json.loads(line)
        if kind == "logged":
            number, body = fact
            assert self.logged.setdefault(number, body) == body, "one number for two entries"
        elif kind == "signed":
            self.show(fact[0])
        else:
            self.failed += 1

    def show(self, note):
        state = Checkpoint.parse(notes.parse(note).text)
        assert self.signed.setdefault(state.size, state.root) == state.root, "a fork was signed"

    def check(self, ledger):
        """All of it stands in the log as it is now, and every state that was signed leads to it."""
        verified = ledger.verify()
        assert verified.fault == ""
        bodies = {logged.number: logged.body for logged in ledger.all()}
        assert {n: bodies.get(n) for n in self.logged} == self.logged
        prover = Prover(ledger.tile)
        for size, root in self.signed.items():
            assert prover.root(0, size, verified.entries) == root, "a fork was signed"
        return verified.entries


@pytest.fixture
def start(settings):
    begun = []

    def start(threads=THREADS, home=None, database=None):
        words = [home or settings.home, settings.database if database is None else database]
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, *map(str, words), str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        return process

    yield start
    for process in begun:
        process.kill()
        process.communicate()


@contextlib.contextmanager
def opened(settings):
    store = open_store(settings)
    try:
        yield StoredLedger(store)
    finally:
        store.close()


def append(ledger, count, seen=None, durable=True, service="ask"):
    for n in range(count):
        logged = ledger.append(Entry("refusal", at=n, service=service), durable=durable)
        if seen:
            seen.logged[logged.number] = logged.body
            seen.show(str(ledger.checkpoint()))


def test_two_processes_killed_while_64_threads_append_lose_and_fork_nothing(settings, start):
    chance, seen, entries = random.Random(), Seen(), 0
    for _ in range(ROUNDS if ROUNDS > 2 or not settings.database else 1):
        processes = [start(), start()]
        for process in processes:
            seen.hear(process.stdout.readline())
        time.sleep(chance.uniform(0.1, 0.7))
        for process in chance.sample(processes, 2):
            process.kill()
            time.sleep(chance.uniform(0, 0.05))
        for process in processes:
            # The last line may be cut off: then nobody was told.
            for line in process.stdout.read().split("\n")[:-1]:
                seen.hear(line)
        with opened(settings) as ledger:
            seen.show(str(ledger.checkpoint()))
            assert seen.check(ledger) > entries
            entries = len(seen.logged)
    assert entries > THREADS and len(seen.signed) > 1


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_torn_write_takes_only_what_nobody_was_told_of(settings, tmp_path):
    """The disk stops in the middle of what comes after the last flush."""
    chance, told = random.Random(), []
    wal = settings.home / "bernard.db-wal"
    with opened(settings) as ledger:
        append(ledger, 1)
        seen = Seen()
        for _ in range(10):
            append(ledger, chance.randrange(1, 20), seen, durable=True)
            told.append((wal.stat().st_size, dict(seen.logged), dict(seen.signed)))
            append(ledger, chance.randrange(3), durable=False)
        whole = shutil.copytree(settings.home, tmp_path / "whole")
    end = (whole / "bernard.db-wal").stat().st_size
    for n in range(10 * ROUNDS):
        home = shutil.copytree(whole, tmp_path / f"torn{n}")
        cut = chance.randrange(told[0][0], end)
        with (home / "bernard.db-wal").open("r+b") as file:
            if n % 2:
                file.truncate(cut)
            else:
                file.seek(cut)
                file.write(chance.randbytes(min(4096, end - cut)))
        (home / "bernard.db-shm").unlink(missing_ok=True)
        _, logged, signed = [fact for fact in told if fact[0] <= cut][-1]
        then = Seen()
        then.logged, then.signed = dict(logged), dict(signed)
        with opened(Settings(home=home)) as ledger:
            then.check(ledger)
            append(ledger, 3, then)
            then.check(ledger)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_byte_that_rots_in_the_database_is_told(settings, tmp_path):
    with opened(settings) as ledger:
        append(ledger, 300, durable=False)
        first = ledger.get(0).body.encode()
        hashes = [hash_leaf(ledger.get(n).body.encode()) for n in (3, 120, 255, 299)]
    whole = (settings.home / "bernard.db").read_bytes()
    # Of every place where it stands: SQLite may keep an older copy in a page that is free.
    for what in (*hashes, first, b"bernard.invalid/"):
        home = shutil.copytree(settings.home, tmp_path / os.urandom(4).hex())
        (home / "bernard.db").write_bytes(whole.replace(what, what[:-1] + bytes([what[-1] ^ 1])))
        with contextlib.suppress(Error), opened(Settings(home=home)) as ledger:
            assert ledger.verify().fault


FULL = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = max(path.stat().st_size for path in Path(home).iterdir())
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 400_000, resource.RLIM_INFINITY))
"""


def until_it_fails(process, seen):
    """Hear it until entries fail again and again, and nothing else comes."""
    while seen.failed < 300:
        seen.hear(process.stdout.readline())
    process.kill()
    for line in process.stdout.read().split("\n")[:-1]:
        seen.hear(line)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_full_disk_loses_and_forks_nothing(settings, start, monkeypatch):
    """A limit on the size of files stands in for the disk."""
    monkeypatch.setitem(globals(), "WRITER", WRITER.replace("store = open", FULL + "store = open"))
    seen = Seen()
    for _ in range(2):
        until_it_fails(start(), seen)
        with opened(settings) as ledger:
            seen.show(str(ledger.checkpoint()))
            seen.check(ledger)
            append(ledger, 3, seen)
            seen.failed = 0
    assert len(seen.logged) > THREADS


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 4 MB, where this account may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_disk_that_is_really_full_loses_and_forks_nothing(settings, start, small_disk):
    home = shutil.copytree(settings.home, small_disk / "home")
    seen = Seen()
    until_it_fails(start(home=home, database=""), seen)
    with contextlib.suppress(Error), opened(Settings(home=home)) as ledger:
        # Nothing can be added; what is there can still be read.
        with pytest.raises(Error):
            append(ledger, 10**6)
        assert ledger.verify().fault == ""
    bigger = shutil.copytree(home, small_disk.parent / "bigger")
    with opened(Settings(home=bigger)) as ledger:
        seen.check(ledger)
        append(ledger, 3, seen)
        seen.check(ledger)


@pytest.fixture
def restored(settings, tmp_path, make_postgres_url):
    """A log that others have seen 40 entries of, and the same restored from a backup of 20.

    The key is beside both, as by somebody who copies the whole folder back.
    """
    published, old = tmp_path / "published", tmp_path / "old"
    with opened(settings) as ledger:
        append(ledger, 20)
        address = backup(settings, ledger, old, make_postgres_url)
        append(ledger, 20)
        Publisher(ledger, published).publish()
        seen = ledger.checkpoint()
    with opened(Settings(home=old, database=address)) as ledger:
        yield ledger, published, seen


def backup(settings, ledger, to, make_postgres_url):
    """A copy of the database and of its home as they are now; gives the copy's address."""
    shutil.copytree(settings.home, to)
    if not settings.database:
        return ""
    ledger._store.close()
    return make_postgres_url(settings.database.rsplit("/", 1)[-1].split("?")[0])


@pytest.mark.parametrize("more", [0, 20, 30])
def test_a_restored_old_backup_publishes_no_second_history(restored, more):
    """Nor does its publisher let the program begin: what it would sign may be no second history."""
    ledger, published, seen = restored
    with pytest.raises(LogBroken, match="older backup"):
        Publisher(ledger, published).check()
    append(ledger, more, durable=False, service="another")
    with pytest.raises(LogBroken, match="older backup"):
        Publisher(ledger, published).publish()
    assert verify_folder(published, ledger.vkey, str(seen)).entries == 40


@pytest.mark.parametrize("is_empty", [False, True])
def test_nothing_is_added_to_a_restored_old_backup(restored, is_empty, tmp_path):
    """By no command and no server: what is added would be signed, and be a second history."""
    ledger, published, _ = restored
    store, key = ledger._store, KeyFile(tmp_path / "old" / "ledger.key")
    if is_empty:
        with store.write() as c:
            for table in (entries, tiles, log_head):
                c.execute(delete(table))
    for _ in range(2):
        again = StoredLedger(store, key, published)
        with pytest.raises(LogBroken, match="older backup"):
            again.append(Entry("refusal", at=0), durable=False)
        with pytest.raises(LogBroken, match="older backup"):
            again.check()
    if not is_empty:
        again.renew()
        again.append(Entry("refusal", at=0), durable=False)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("more", [0, 1, 20, 30])
def test_a_witness_cosigns_no_second_history(restored, more, tmp_path):
    ledger, _, seen = restored
    signer = SignerKey.generate("witness.example/w", Algorithm.COSIGNATURE)
    witness = Witness([signer], [VerifierKey.parse(ledger.vkey)], FolderMemory(tmp_path / "memory"))
    assert witness.add_checkpoint(bytes(Submission(0, (), seen))).status == 200
    append(ledger, more, durable=False, service="another")
    now = ledger.checkpoint()
    size = Checkpoint.parse(now.text).size
    for old in {0, min(40, size), size}:
        proof = tuple(ledger.consistency(old, size))
        answer = witness.add_checkpoint(bytes(Submission(old, proof, now)))
        assert answer.status in (400, 409, 422)
        assert not answer.body.startswith("—")
    # Who asks for the witness is therefore shown no second history.
    policy = Policy([VerifierKey.parse(ledger.vkey)], {"w": signer.verifier}, quorum="w")
    assert "Too few witnesses" in verify_of(ledger, policy)


def verify_of(ledger, policy):
    return verify_files(ledger.files(), policy).fault


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_restored_backup_without_its_key_signs_nothing(restored):
    ledger, _, _ = restored
    home = ledger._store.home
    (home / "ledger.key").unlink()
    with opened(Settings(home=home, database=address_of(ledger))) as again:
        with pytest.raises(Error, match=r"ledger\.key"):
            append(again, 1)
        assert again.verify().entries == 20
    assert not Path(home / "ledger.key").exists()


def address_of(ledger):
    url = ledger._store.engine.url
    return "" if url.drivername == "sqlite" else url.render_as_string(hide_password=False)
