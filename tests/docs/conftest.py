"""Runs the `console` blocks of the pages as a reader would, in a folder and a home of their own.

A block is a line that starts with `$ `, or several, each followed by what it must print (`...` stands
for anything). Words after `console` say what a block needs that a test may not have:

- `needs-network`, `needs-weights`, `needs-postgresql`: skipped, with that reason;
- `serves`: runs until it is stopped, so it is only checked that the command exists;
- `with-server`: runs beside a server, whose address and token are in $BERNARD and $TOKEN.

A `yaml` block with a file's name after the word is saved under that name first.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```console(?P<needs>[^\n]*)\n(?P<body>.*?)^```$", re.M | re.S)
SAVED = re.compile(r"^```yaml (?P<name>[\w.-]+)\n(?P<body>.*?)^```$", re.M | re.S)


@dataclass
class Step:
    """A command of a page, and what it must print."""

    page: Path
    line: int
    command: str
    printed: str
    needs: tuple[str, ...]


@dataclass
class Reader:
    """Somebody who works through one page: a folder, a home, and a shell for each command."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    server: subprocess.Popen[bytes] | None = None

    def run(self, step: Step) -> str:
        """What the command printed, both streams."""
        if "with-server" in step.needs and self.server is None:
            self.serve()
        done = subprocess.run(
            ["/bin/sh", "-c", step.command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        return done.stdout

    def serve(self) -> None:
        """Start a server on a free port, and wait until it answers."""
        made = [sys.executable, "-c", MAKE_TOKEN]
        token = subprocess.run(made, env=self.environment, stdout=subprocess.PIPE, check=True)
        (self.folder / "token").write_bytes(token.stdout)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        base = f"http://127.0.0.1:{port}/api/v1"
        command = [sys.executable, "-m", "bernard", "serve", "--port", port]
        self.server = subprocess.Popen(command, env=self.environment)
        for _ in range(300):
            try:
                httpx.get(f"{base}/health").raise_for_status()
                break
            except httpx.HTTPError:
                assert self.server.poll() is None, "the server ended"
                time.sleep(0.1)
        self.environment |= {"BERNARD": base, "TOKEN": token.stdout.decode().strip()}

    def stop(self) -> None:
        """Stop the server."""
        if self.server:
            self.server.terminate()
            self.server.wait(timeout=30)


MAKE_TOKEN = """
from bernard.accounts import tokens
from bernard.config import load
from bernard.store import people
from bernard.store.database import open_store

store = open_store(load())
with store.write() as c:
    print(tokens.create(c, people.create(c, "reader", "").id, "docs"))
store.close()
"""


@pytest.fixture
def reader(tmp_path):
    """A reader with the clone's samples in the folder, Bernard on the path and nothing else set."""
    for folder in ("files", "releases", "consultations"):
        samples = Path("src/bernard/samples") / folder
        shutil.copytree(ROOT / samples, tmp_path / "clone" / samples)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("BERNARD_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    mine = {"PATH": path, "HOME": str(tmp_path / "home"), "COLUMNS": "80", "TERM": "dumb"}
    mine |= {"BERNARD_HOME": str(tmp_path / "home/bernard")}
    one = Reader(tmp_path / "clone", kept | mine)
    yield one
    one.stop()


@pytest.fixture(scope="session")
def steps_of():
    """Gives the steps of a page."""
    return read_steps


def read_steps(page: Path) -> list[Step]:
    text = page.read_text(encoding="utf-8")
    steps = [
        Step(page, text[: block.start()].count("\n") + 1, _save(**block.groupdict()), "", ())
        for block in SAVED.finditer(text)
    ]
    for block in BLOCK.finditer(text):
        line = text[: block.start("body")].count("\n") + 1
        needs = tuple(block["needs"].split())
        for offset, shown in enumerate(block["body"].splitlines()):
            if shown.startswith("$ "):
                steps.append(Step(page, line + offset, shown[2:], "", needs))
            elif steps and steps[-1].printed == "" and steps[-1].command.endswith("\\"):
                steps[-1].command += "\n" + shown.removeprefix("> ")
            else:
                assert steps, f"{page}:{line}: a console block starts with a `$ ` line"
                steps[-1].printed += shown + "\n"
    return steps


def _save(name: str, body: str) -> str:
    return f"cat > {name} <<'END'\n{body}END"
