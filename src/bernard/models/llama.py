"""The chat model on this machine: a GGUF file run by llama.cpp in a process of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bernard.errors import Error, ModelFailed, ModelTimeout, PromptTooLong
from bernard.models.gguf import read_header
from bernard.models.hashes import check_file
from bernard.models.llama_process import LlamaOptions, Process
from bernard.models.openai_shape import as_openai
from bernard.models.processor import missing_features
from bernard.models.types import (
    THIS_MACHINE,
    ChatDelta,
    ChatRequest,
    Deployment,
    StopReason,
    Usage,
)

_STOP_REASONS: dict[str, StopReason] = {"length": "length", "tool_calls": "tool_call"}


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
        self._process: Process | None = None
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

    def _running(self, deadline: float) -> Process:
        if self._process and self._process.alive:
            return self._process
        self.close()
        self._refuse_unfit()
        self._process = Process(self._deployment.model, self._path, self._options)
        try:
            self._process.wait_until_ready(deadline)
        except Error:
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
