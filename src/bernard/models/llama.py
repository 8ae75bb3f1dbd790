"""The chat model on this machine: a GGUF file run by llama.cpp in a process of its own."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bernard.errors import ModelFailed, ModelRejected, ModelTimeout, PromptTooLong
from bernard.models.gguf import read_header
from bernard.models.hashes import check_file
from bernard.models.openai_compatible import as_openai
from bernard.models.processor import missing_features, threads
from bernard.models.types import (
    THIS_MACHINE,
    ChatDelta,
    ChatRequest,
    Deployment,
    StopReason,
    Usage,
)

_STOP_REASONS: dict[str, StopReason] = {"length": "length", "tool_calls": "tool_call"}


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


class LlamaChat:
    """A chat model that starts when first asked, answers one request at a time, and restarts.

    Args:
        memory: folder that remembers which file was verified, or None to read it each start.
    """

    def __init__(
        self,
        name: str,
        path: Path,
        sha256: str,
        options: LlamaOptions | None = None,
        memory: Path | None = None,
    ) -> None:
        self._path = path
        self._options = options or LlamaOptions()
        self._memory = memory
        self._deployment = Deployment(
            model=name, provider="embedded", place=THIS_MACHINE, sha256=sha256
        )
        self._turn = threading.Semaphore(1)
        self._process: _Process | None = None
        self._idle: threading.Timer | None = None
        self._requests = 0

    @property
    def deployment(self) -> Deployment:
        """In a process of this machine."""
        return self._deployment

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory now."""
        return self._process is not None and self._process.alive

    def chat(self, request: ChatRequest) -> Iterator[ChatDelta]:
        """The reply in pieces as they come; closing the iterator stops the model.

        Raises:
            ModelMissing, ModelRejected: the file is not there, or not the one named.
            PromptTooLong: it does not fit the model's context.
            ModelTimeout: no first piece in time.
            ModelFailed: the engine stopped.
        """
        deadline = time.monotonic() + self._options.timeout_s
        if not self._turn.acquire(timeout=self._options.timeout_s):
            raise ModelTimeout(
                f"{self._deployment.model!r} was busy with other questions for "
                f"{self._options.timeout_s:g} seconds. Try again in a moment."
            )
        try:
            self._stop_idle_clock()
            yield from self._answer(request, deadline)
        finally:
            self._start_idle_clock()
            self._turn.release()

    def close(self) -> None:
        """Stop the process and give its memory back. The next request starts it again."""
        self._stop_idle_clock()
        if self._process:
            self._process.kill()
            self._process = None

    def _answer(self, request: ChatRequest, deadline: float) -> Iterator[ChatDelta]:
        process = self._running(deadline)
        self._requests += 1
        id = self._requests
        process.send({"do": "chat", "id": id, "request": _as_request(request)})
        done = False
        try:
            while not done:
                message = process.receive(id, deadline)
                deadline = time.monotonic() + self._options.timeout_s
                delta = _delta(message)
                done = delta.stop_reason is not None
                yield delta
        except ModelTimeout:
            # It may be stuck for good, and the next question should not wait for it.
            self.close()
            raise
        except ModelFailed:
            done = True
            raise
        finally:
            if not done and process.alive:
                process.send({"do": "stop", "id": id})

    def _running(self, deadline: float) -> _Process:
        if self._process and self._process.alive:
            return self._process
        self.close()
        self._refuse_unfit()
        self._process = _Process(self._deployment.model, self._path, self._options)
        try:
            self._process.wait_until_ready(deadline)
        except ModelFailed:
            self.close()
            raise
        return self._process

    def _refuse_unfit(self) -> None:
        missing = missing_features()
        if missing:
            raise ModelFailed(
                f"This machine's processor has no {' and no '.join(missing)}, which the chat "
                f"engine needs. Add a model on a server instead: `bernard models add`."
            )
        read_header(self._path)
        check_file(self._path, self._deployment.sha256, self._memory)

    def _start_idle_clock(self) -> None:
        self._idle = threading.Timer(self._options.idle_s, self._unload)
        self._idle.daemon = True
        self._idle.start()

    def _stop_idle_clock(self) -> None:
        if self._idle:
            self._idle.cancel()
            self._idle = None

    def _unload(self) -> None:
        """Close, unless a request came in at this very moment."""
        if self._turn.acquire(blocking=False):
            try:
                self.close()
            finally:
                self._turn.release()


class _Process:
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
            raise ModelRejected(f"The engine cannot load {self._name!r}: {message['failed']}")

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
        """The last line it wrote to stderr, which often names the cause."""
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 2000))
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return f" It said: {lines[-1][:300]!r}" if lines else ""


def _as_request(request: ChatRequest) -> dict[str, Any]:
    # The progress report is a sign of life after each batch of the prompt; there it can be stopped.
    return {**as_openai(request), "cache_prompt": True, "return_progress": True}


def _delta(message: dict[str, Any]) -> ChatDelta:
    if "error" in message:
        raise _failure(message["error"])
    if "text" in message:
        return ChatDelta(text=message["text"])
    usage = message["usage"]
    return ChatDelta(
        stop_reason=_STOP_REASONS.get(message["end"], "end"),
        usage=Usage(usage.get("prompt_tokens", 0), usage.get("completion_tokens", 0)),
    )


def _failure(error: dict[str, Any]) -> ModelFailed:
    if error.get("type") == "exceed_context_size_error":
        return PromptTooLong(
            f"The text for the model is {error.get('n_prompt_tokens')} tokens long, and it reads "
            f"{error.get('n_ctx')}."
        )
    return ModelFailed(f"The engine refused the request: {error.get('message', error)!s}")
