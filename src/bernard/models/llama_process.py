"""The worker process of a chat model, seen from outside: start it, talk to it, end it."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bernard.errors import ModelFailed, ModelRejected, ModelTimeout
from bernard.models.processor import threads
from bernard.text.clean import clean


@dataclass(frozen=True)
class LlamaOptions:
    """How a model is run.

    Attributes:
        threads: most processor threads; 0 means one for each core.
        context: most tokens of prompt and reply together.
        timeout_s: seconds until the first piece of a reply, waiting for one's turn included,
            and between two pieces.
        idle_s: seconds without a request after which the model's memory is given back.
    """

    threads: int = 0
    context: int = 4096
    timeout_s: float = 120.0
    idle_s: float = 600.0


class Process:
    """The worker process and the two ends of its pipe."""

    def __init__(self, name: str, path: Path, options: LlamaOptions) -> None:
        self._name = name
        self._timeout_s = options.timeout_s
        self._folder = tempfile.TemporaryDirectory(prefix="bernard-", ignore_cleanup_errors=True)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
        self._lines: queue.Queue[str | None] = queue.Queue()
        settings = {
            "model": str(path),
            "context": options.context,
            "threads": threads(options.threads),
            "folder": self._folder.name,
        }
        command = [sys.executable, "-P", "-m", "bernard.models.llama_worker", json.dumps(settings)]
        # Threads that wait for one another by spinning slow down tenfold when another program
        # wants the processor too; asleep they cost nothing (measured: 4 and 25 tokens a second).
        environ = {**os.environ, "OMP_WAIT_POLICY": "passive"}
        self._child = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environ,
            encoding="utf-8",
            start_new_session=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._child.poll() is None

    def send(self, message: dict[str, Any]) -> None:
        """Write one line to it; a dead process is noticed when its answer is read."""
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(json.dumps(message) + "\n")
            self._child.stdin.flush()
        except (BrokenPipeError, OSError, ValueError):
            return

    def wait_until_ready(self, deadline: float) -> None:
        """Return when the model is loaded.

        Raises:
            ModelRejected: the engine cannot use the file.
            ModelFailed, ModelTimeout: it died, or took too long.
        """
        message = self._next(deadline)
        if "failed" in message:
            # It writes its reasons to stderr on its way out.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(timeout=5)
            raise ModelRejected(
                f"The engine cannot load {self._name!r}: {message['failed']}{self._said()}"
            )

    def receive(self, id: int, deadline: float) -> dict[str, Any]:
        """The next message about this request; what is left of stopped ones is dropped."""
        while True:
            message = self._next(deadline)
            if message.get("id") == id:
                return message

    def kill(self) -> None:
        """End it now and take back what it held."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._errors):
            try:
                if pipe:
                    pipe.close()
            except OSError:
                pass  # what was still to be written has nobody to read it
        self._folder.cleanup()

    def _listen(self) -> None:
        assert self._child.stdout is not None
        with self._child.stdout as lines:
            for line in lines:
                self._lines.put(line)
        self._lines.put(None)

    def _next(self, deadline: float) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty as error:
            raise ModelTimeout(
                f"{self._name!r} gave no answer within {self._timeout_s:g} seconds. A shorter "
                f"question or a smaller model is faster; BERNARD_CHAT_TIMEOUT_S allows longer."
            ) from error
        if line is None:
            raise ModelFailed(self._death())
        message: dict[str, Any] = json.loads(line)
        return message

    def _death(self) -> str:
        code = self._child.wait()
        if code == -signal.SIGILL:
            return f"The engine of {self._name!r} uses instructions this processor does not have."
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
        if code == -signal.SIGKILL:
            how += ", perhaps because memory ran out"
        return f"The engine of {self._name!r} {how}. It starts again when asked.{self._said()}"

    def _said(self) -> str:
        """What it wrote to stderr as the cause: the first complaint, or else the last line."""
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 4000))
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        if not lines:
            return ""
        complaint = next((line for line in lines if "error" in line.lower()), lines[-1])
        return f" It said: {clean(complaint)[:300]!r}"
