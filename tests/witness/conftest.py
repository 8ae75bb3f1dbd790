"""A log in memory that can tell two stories, and witnesses on real sockets."""

import contextlib
import http.server
import os
import re
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from hashlib import sha256

import httpx
import pytest

from bernard.ledger.tlog import (
    Algorithm,
    Checkpoint,
    Prover,
    SignerKey,
    Submission,
    Tree,
    hash_leaves,
    sign_checkpoint,
)
from bernard.witness.serving import open_watch, server


@dataclass
class Log:
    """A whole log in memory, with its key."""

    signer: SignerKey
    entries: list = field(default_factory=list)
    tiles: dict = field(default_factory=dict)
    tree: Tree = field(default_factory=Tree)

    def add(self, *entries):
        growth = self.tree.append(hash_leaves(entries))
        self.entries += entries
        self.tree = growth.tree
        for tile in growth.tiles:
            self.tiles[tile.level, tile.number] = tile.hashes
        return self

    @property
    def origin(self):
        return self.signer.name

    @property
    def vkey(self):
        return str(self.signer.verifier)

    def checkpoint(self):
        state = Checkpoint(self.signer.name, self.tree.size, self.tree.root)
        return sign_checkpoint(state, self.signer)

    def tile(self, at):
        return self.tiles[at.level, at.number][: 32 * at.width]

    def bodies(self, start, end):
        return self.entries[start:end]

    def consistency(self, old, new):
        return Prover(self.tile).consistency(old, new)

    def submission(self, old):
        return bytes(
            Submission(old, tuple(self.consistency(old, self.tree.size)), self.checkpoint())
        )


def key_named(name, algorithm):
    return SignerKey(name, algorithm, sha256(name.encode()).digest())


@pytest.fixture
def make_log():
    """A log of so many entries; another `story` is another history under the same key."""

    def make(size, story="", name="example.gov.uk/log"):
        entries = [b'{"n":%d,"story":"%s"}' % (n, story.encode()) for n in range(size)]
        return Log(key_named(name, Algorithm.ED25519)).add(*entries)

    return make


@pytest.fixture
def make_key():
    def make(name="witness.example/w1", algorithm=Algorithm.COSIGNATURE):
        return key_named(name, algorithm)

    return make


@pytest.fixture
def serve(tmp_path):
    """Serves a witness of this log in a thread; gives its address. Its folder is its name's."""
    with contextlib.ExitStack() as stack:

        def serve(key, *logs):
            watch = open_watch(
                tmp_path / key.name.replace("/", "-"), [key], [log.signer.verifier for log in logs]
            )
            return stack.enter_context(_serving(server(watch)))

        yield serve


@contextlib.contextmanager
def _serving(running):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=running.run, args=([listener],), daemon=True)
        thread.start()
        while not running.started:
            time.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            running.should_exit = True
            thread.join(timeout=20)


class Program:
    """A witness in a process of its own."""

    def __init__(self, folder, key_file, vkey, said):
        command = [
            sys.executable, "-m", "bernard", "witness", "serve", "--port", "0",
            "--folder", str(folder), "--key", str(key_file), "--log", vkey,
        ]  # fmt: skip
        environ = {k: v for k, v in os.environ.items() if not k.startswith("BERNARD_")}
        self.said = said
        with said.open("w") as errors:
            self.process = subprocess.Popen(command, env=environ, stderr=errors)
        end = time.monotonic() + 60
        while not (found := re.search(r"http://[\d.:]+\d", said.read_text())):
            assert time.monotonic() < end and self.process.poll() is None, said.read_text()
            time.sleep(0.02)
        self.address = found[0]

    def post(self, body):
        return httpx.post(f"{self.address}/add-checkpoint", content=body)

    def kill(self):
        self.process.kill()
        self.process.wait(30)


@pytest.fixture
def start(tmp_path):
    """Starts witnesses as programs, and ends them."""
    started = []

    def start(folder, key_file, vkey):
        started.append(Program(folder, key_file, vkey, tmp_path / f"said{len(started)}.txt"))
        return started[-1]

    yield start
    for program in started:
        program.kill()


class Answers(http.server.BaseHTTPRequestHandler):
    """A witness that answers what the test says, whatever it is asked."""

    script = (200, b"", 0.0)

    def do_POST(self):
        status, body, wait_s = self.script
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        time.sleep(wait_s)
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status in (301, 302, 307):
                self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *args):
        pass


@pytest.fixture
def scripted():
    """Serves a witness that answers with this status and body, after a while; gives its address."""
    with contextlib.ExitStack() as stack:

        def serve(status, body=b"", wait_s=0.0):
            handler = type("Scripted", (Answers,), {"script": (status, body, wait_s)})
            running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
            running.daemon_threads = True
            stack.callback(running.server_close)
            stack.callback(running.shutdown)
            threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
            return f"http://127.0.0.1:{running.server_address[1]}"

        yield serve
