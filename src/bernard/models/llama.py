"""The chat model on this machine: a GGUF file run by llama.cpp in a process of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from bernard.errors import Error, ModelFailed, ModelTimeout, PromptTooLong
from bernard.models.gguf import read_header
from bernard.models.hashes import check_file
from bernard.models.llama_process import LlamaOptions, Process
from bernard.models.openai_shape import as_openai
from bernard.models.processor import missing_features
from bernard.models.suppliers.types import SupplierFailed
from bernard.models.types import (
    THIS_MACHINE,
    ChatDelta,
    ChatRequest,
    Deployment,
    StopReason,
    Usage,
)
from bernard.text.clean import clean

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
            As for `ask`.
        """
        reading = ChunkReader()
        with closing(self.ask(as_openai(request))) as chunks:
            for chunk in chunks:
                text = reading.take(chunk)
                if text:
                    yield ChatDelta(text=text)
        yield ChatDelta(stop_reason=reading.stop_reason, usage=reading.usage)

    def ask(self, body: Mapping[str, Any]) -> Generator[dict[str, Any], None, None]:
        """The reply to a chat completion's body, in OpenAI's chunks; closing it stops the model.

        Tools, forms of the reply and every field of sampling go to the engine as they are.

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
            yield from self._answer(body, deadline)
        finally:
            self._start_idle_clock()
            self._turn.release()

    def close(self) -> None:
        """Stop the process and give its memory back. The next request starts it again."""
        self._stop_idle_clock()
        if self._process:
            self._process.kill()
            self._process = None

    def _answer(
        self, body: Mapping[str, Any], deadline: float
    ) -> Generator[dict[str, Any], None, None]:
        process = self._running(deadline)
        self._requests += 1
        id = self._requests
        process.send({"do": "chat", "id": id, "request": _as_request(body)})
        done = False
        try:
            while not done:
                message = process.receive(id, deadline)
                deadline = time.monotonic() + self._options.timeout_s
                if "error" in message:
                    raise _failure(message["error"])
                done = "done" in message
                # A report of progress has shown that the engine lives, and says nothing else.
                if not done and "prompt_progress" not in message["chunk"]:
                    # The engine names the model by its path, which is nobody's business.
                    yield {**message["chunk"], "model": self._deployment.model}
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


class ChunkReader:
    """Reads the text, the stop reason and the usage in OpenAI's chunks."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self.stop_reason: StopReason = "end"
        self.usage = Usage()

    def take(self, chunk: Mapping[str, Any]) -> str:
        """Take a chunk; the text in it, if any."""
        usage = chunk.get("usage")
        if usage:
            self.usage = Usage(usage.get("prompt_tokens", 0), usage.get("completion_tokens", 0))
        text = ""
        for choice in chunk.get("choices", ()):
            text += choice.get("delta", {}).get("content") or ""
            reason = choice.get("finish_reason")
            if reason:
                self.stop_reason = _STOP_REASONS.get(reason, "end")
        return text


def _as_request(body: Mapping[str, Any]) -> dict[str, Any]:
    # Always a stream: each piece is a sign of life, and so is the report of progress after each
    # batch of the prompt; there it can be stopped.
    return {
        **body,
        "stream": True,
        "stream_options": {"include_usage": True},
        "cache_prompt": True,
        "return_progress": True,
    }


def _failure(error: dict[str, Any]) -> ModelFailed:
    if error.get("type") == "exceed_context_size_error":
        return PromptTooLong(
            f"The text for the model is {error.get('n_prompt_tokens')} tokens long, and it reads "
            f"{error.get('n_ctx')}."
        )
    # Without a code it was the engine's reader of requests that complained.
    return SupplierFailed(
        f"The engine refused the request: {clean(str(error.get('message', error)))[:300]}",
        upstream_status=int(error.get("code", 400)),
        kind=str(error.get("type", "")),
    )
