"""Models on a server that speaks OpenAI's protocol: vLLM, Ollama, llama.cpp, or a supplier's."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from bernard.errors import ModelFailed
from bernard.models.characters import sendable
from bernard.models.openai_shape import as_openai
from bernard.models.server import (
    Server,
    decode,
    garbage,
    http_client,
    plain_errors,
    refuse_errors,
    too_slow,
)
from bernard.models.types import ChatDelta, ChatRequest, Deployment, StopReason, Usage

_STOP_REASONS: dict[str, StopReason] = {
    "stop": "end",
    "length": "length",
    "tool_calls": "tool_call",
}
_BATCH = 64


class ServerChat:
    """A chat model on a server.

    Args:
        transport: how to reach it; None means by this machine's proxies and certificates.
    """

    def __init__(
        self,
        deployment: Deployment,
        server: Server,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._deployment = deployment
        self._server = server
        self._transport = transport

    @property
    def deployment(self) -> Deployment:
        """On the supplier's server."""
        return self._deployment

    def chat(self, request: ChatRequest) -> Iterator[ChatDelta]:
        """The reply in pieces as they come; closing the iterator closes the connection.

        Raises:
            PromptTooLong: the server says so.
            ModelTimeout: no first piece in time.
            ModelFailed: the server refused, broke off, or answered with something else.
        """
        server = self._server
        body = {"model": server.model, **as_openai(request)}
        url = f"{server.url}/chat/completions"
        deadline = time.monotonic() + server.timeout_s
        with (
            plain_errors(server),
            http_client(server, self._transport) as http,
            http.stream("POST", url, json=body, headers=server.headers()) as answer,
        ):
            refuse_errors(server, answer)
            yield from _Stream(server, deadline).deltas(answer.iter_lines())


class ServerEmbedder:
    """An embedding model on a server.

    Args:
        dimensions: length of its vectors; a reply with another is refused.
        transport: as for `ServerChat`.
    """

    def __init__(
        self,
        deployment: Deployment,
        server: Server,
        dimensions: int,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._deployment = deployment
        self._server = server
        self._dimensions = dimensions
        self._transport = transport

    @property
    def deployment(self) -> Deployment:
        """On the supplier's server."""
        return self._deployment

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector a text, asked for in batches.

        Raises:
            ModelTimeout, ModelFailed: as for `ServerChat`.
        """
        vectors = np.zeros((len(texts), self._dimensions), np.float32)
        if not texts:
            return vectors
        with plain_errors(self._server), http_client(self._server, self._transport) as http:
            for start in range(0, len(texts), _BATCH):
                batch = list(texts[start : start + _BATCH])
                vectors[start : start + len(batch)] = self._ask(http, batch)
        return vectors

    def _ask(self, http: httpx.Client, texts: list[str]) -> NDArray[np.float32]:
        server = self._server
        # A server may refuse an empty text, and one blank among thousands should not stop the rest.
        body = {
            "model": server.model,
            "input": [sendable(t) or " " for t in texts],
            "encoding_format": "float",
        }
        answer = http.post(f"{server.url}/embeddings", json=body, headers=server.headers())
        refuse_errors(server, answer)
        return _unit(self._read(decode(server, answer.content), len(texts)))

    def _read(self, reply: Mapping[str, Any], count: int) -> NDArray[np.float32]:
        try:
            entries = sorted(reply["data"], key=lambda entry: entry.get("index", 0))
            vectors = np.asarray([entry["embedding"] for entry in entries], np.float32)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise garbage(self._server) from error
        if vectors.shape != (count, self._dimensions) or not np.isfinite(vectors).all():
            raise ModelFailed(
                f"{self._server.host} gave vectors of shape {vectors.shape} for {count} texts; "
                f"{self._deployment.model!r} was added with {self._dimensions} dimensions."
            )
        return vectors


class _Stream:
    """Reads server-sent events into the pieces of a reply."""

    def __init__(self, server: Server, deadline: float) -> None:
        self.server = server
        self.deadline = deadline
        self.stop_reason: StopReason | None = None
        self.usage = Usage()
        self.ended = False

    def deltas(self, lines: Iterator[str]) -> Iterator[ChatDelta]:
        for line in lines:
            # Some servers send comments to keep the line open, so silence alone is no measure.
            if time.monotonic() > self.deadline:
                raise too_slow(self.server)
            text = self.read(line)
            if text:
                self.deadline = time.monotonic() + self.server.timeout_s
                yield ChatDelta(text=text)
            if self.ended:
                break
        if self.stop_reason is None:
            raise ModelFailed(f"{self.server.host} broke off before the reply was finished.")
        yield ChatDelta(stop_reason=self.stop_reason, usage=self.usage)

    def read(self, line: str) -> str:
        """Take one line; the text in it, if any."""
        if not line or line.startswith((":", "event:", "id:", "retry:")):
            return ""
        field, _, data = line.partition(":")
        if field != "data":
            raise garbage(self.server)
        if data.strip() == "[DONE]":
            self.ended = True
            return ""
        return self.take(decode(self.server, data))

    def take(self, chunk: Mapping[str, Any]) -> str:
        if chunk.get("error"):
            raise ModelFailed(f"{self.server.host} stopped with an error: {chunk['error']!r:.300}")
        try:
            usage = chunk.get("usage") or {}
            if usage:
                self.usage = Usage(int(usage["prompt_tokens"]), int(usage["completion_tokens"]))
            text = ""
            for choice in chunk.get("choices") or ():
                text += (choice.get("delta") or {}).get("content") or ""
                reason = choice.get("finish_reason")
                if reason:
                    self.stop_reason = _STOP_REASONS.get(reason, "stop")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise garbage(self.server) from error
        return text


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)
