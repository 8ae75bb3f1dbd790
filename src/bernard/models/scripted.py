"""Models for tests: what they say is written beforehand, and they are as real as the others."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bernard.errors import ModelFailed
from bernard.models.openai_shape import as_request
from bernard.models.types import THIS_MACHINE, ChatDelta, ChatRequest, Deployment, StopReason, Usage

Script = Callable[[ChatRequest], str] | Sequence[str | Exception]


class ScriptedChat:
    """A chat model that says what the script says, word by word.

    Args:
        script: the replies in order (an exception among them is raised), or a function of the
            request.

    Attributes:
        requests: what it was asked, in order.
        stopped: how many replies were closed before their end.
    """

    def __init__(
        self,
        script: Script,
        deployment: Deployment = Deployment("scripted-chat", "embedded", THIS_MACHINE),  # noqa: B008 (frozen)
    ) -> None:
        self._script = script
        self._deployment = deployment
        self._lock = threading.Lock()
        self.requests: list[ChatRequest] = []
        self.stopped = 0

    @property
    def deployment(self) -> Deployment:
        """As given."""
        return self._deployment

    def chat(self, request: ChatRequest) -> Generator[ChatDelta, None, None]:
        """The next reply of the script, cut off at `max_tokens` words.

        Raises:
            ModelFailed: the script has no more replies.
        """
        reply = self._next(request)
        words = re.findall(r"\s*\S+\s*$|\s*\S+", reply)
        said = words[: request.max_tokens]
        prompt = sum(len(message.text.split()) for message in request.messages)
        try:
            for word in said:
                yield ChatDelta(text=word)
        except GeneratorExit:
            self.stopped += 1
            raise
        reason: StopReason = "length" if len(said) < len(words) else "end"
        yield ChatDelta(stop_reason=reason, usage=Usage(prompt, len(said)))

    def ask(self, body: Mapping[str, Any]) -> Generator[dict[str, Any], None, None]:
        """The same in OpenAI's chunks, to the text of a chat completion's body."""
        head = {"id": "scripted", "object": "chat.completion.chunk", "created": 0}
        head |= {"model": self._deployment.model}
        with closing(self.chat(as_request(body))) as deltas:
            for delta in deltas:
                reason = delta.stop_reason and (
                    "length" if delta.stop_reason == "length" else "stop"
                )
                said = {"content": delta.text} if delta.text else {}
                choice = {"index": 0, "delta": said, "finish_reason": reason}
                yield {**head, "choices": [choice]}
        counted = {
            "prompt_tokens": delta.usage.prompt_tokens,
            "completion_tokens": delta.usage.completion_tokens,
        }
        yield {**head, "choices": [], "usage": counted}

    def _next(self, request: ChatRequest) -> str:
        with self._lock:
            self.requests.append(request)
            if callable(self._script):
                return self._script(request)
            if len(self.requests) > len(self._script):
                raise ModelFailed("The scripted model has no more replies.")
            reply = self._script[len(self.requests) - 1]
        if isinstance(reply, Exception):
            raise reply
        return reply


class ScriptedEmbedder:
    """An embedding model that hashes words: texts that share words are near, always the same way."""

    def __init__(
        self,
        dimensions: int = 64,
        deployment: Deployment = Deployment("scripted-embedder", "embedded", THIS_MACHINE),  # noqa: B008 (frozen)
    ) -> None:
        self._dimensions = dimensions
        self._deployment = deployment

    @property
    def deployment(self) -> Deployment:
        """As given."""
        return self._deployment

    @property
    def dimensions(self) -> int:
        """As given."""
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector a text."""
        vectors = np.zeros((len(texts), self._dimensions), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.casefold()) or [""]:
                cell, sign = self._place(word)
                row[cell] += sign
            # Words may cancel one another out; every text still gets a direction.
            row[0] += 1e-3
            row /= np.linalg.norm(row)
        return vectors

    def embed_counting(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], int]:
        """One unit vector a text, and how many words were read."""
        return self.embed(texts), sum(len(text.split()) for text in texts)

    def _place(self, word: str) -> tuple[int, float]:
        digest = hashlib.sha256(json.dumps(word).encode()).digest()
        return int.from_bytes(digest[:4], "big") % self._dimensions, 1.0 if digest[4] % 2 else -1.0
