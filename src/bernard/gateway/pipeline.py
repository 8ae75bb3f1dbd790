"""The one road to a model: decide, minimise, call, restore, record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bernard.errors import Error, ModelMissing
from bernard.gateway.admission import Admission, Permit
from bernard.gateway.types import Caller, Receipt, Reply
from bernard.ledger.types import Outcome
from bernard.models.types import (
    ChatModel,
    ChatRequest,
    Deployment,
    EmbeddingModel,
    Message,
    StopReason,
    Usage,
)

OpenChat = Callable[[str], ChatModel | None]
OnText = Callable[[str], None]
OnReceipt = Callable[[Receipt], None]


class Gateway:
    """Every call to a model goes through here; no tool imports a model."""

    def __init__(
        self, admission: Admission, open_chat: OpenChat, embedder: EmbeddingModel | None
    ) -> None:
        """Take the parts.

        Args:
            open_chat: gives the chat model of a name (empty for the default), or None.
            embedder: the embedding model, None where there is none.
        """
        self._admission = admission
        self._open_chat = open_chat
        self._embedder = embedder

    def chat_model(self, name: str = "") -> Deployment | None:
        """The chat model that would answer, None where there is none."""
        model = self._open_chat(name)
        return model.deployment if model else None

    @property
    def embedding_model(self) -> Deployment | None:
        """The embedding model, None where there is none."""
        return self._embedder.deployment if self._embedder else None

    @property
    def has_embeddings(self) -> bool:
        """Whether there is an embedding model."""
        return self._embedder is not None

    def embed(self, caller: Caller, texts: Sequence[str]) -> tuple[NDArray[np.float32], Receipt]:
        """One unit vector a text, shape (len(texts), dimensions), and the receipt.

        Raises:
            ModelMissing: there is no embedding model.
            Refused: the agreement does not allow the call; nothing was sent.
            LogUnwritable: the call could not be recorded, so it was not made.
        """
        if self._embedder is None:
            raise ModelMissing("There is no embedding model. `bernard models get` fetches one.")
        permit = self._admission.admit(caller, "embed", self._embedder.deployment, texts)
        outcome: Outcome = "failed"
        try:
            vectors = self._embedder.embed(permit.texts)
            outcome = "finished"
        finally:
            self._admission.close(permit, outcome, Usage())
        return vectors, permit.receipt

    def chat(
        self,
        caller: Caller,
        request: ChatRequest,
        on_text: OnText | None = None,
        model: str = "",
        on_receipt: OnReceipt | None = None,
    ) -> Reply:
        """The finished reply, originals restored.

        Args:
            on_text: is given each piece of the reply as it comes, originals restored. What it
                raises stops the model and is passed on.
            model: name of a chat model; empty for the default.
            on_receipt: is given the receipt just before the call, for who must say what left even
                if the model fails.

        Raises:
            ModelMissing: there is no such model.
            Refused: the agreement does not allow the call; nothing was sent.
            LogUnwritable: the call could not be recorded, so it was not made.
            ModelFailed: the model stopped before it finished.
        """
        chat = self._open_chat(model)
        if chat is None:
            raise ModelMissing(f"There is no chat model {model!r} here." if model else "")
        texts = [message.text for message in request.messages]
        permit = self._admission.admit(caller, "chat", chat.deployment, texts)
        if on_receipt:
            on_receipt(permit.receipt)
        messages = [
            Message(message.role, text)
            for message, text in zip(request.messages, permit.texts, strict=True)
        ]
        return self._converse(chat, replace(request, messages=messages), permit, on_text)

    def _converse(
        self, chat: ChatModel, request: ChatRequest, permit: Permit, on_text: OnText | None
    ) -> Reply:
        reading = _Reading(permit, on_text)
        outcome: Outcome = "failed"
        try:
            for delta in chat.chat(request):
                reading.take(delta.text)
                if delta.stop_reason:
                    reading.usage, reading.stop_reason = delta.usage, delta.stop_reason
            reading.finish()
            outcome = "finished"
        except Error:
            raise
        except BaseException:
            outcome = "stopped"
            raise
        finally:
            self._admission.close(permit, outcome, reading.usage)
        return Reply(reading.text, reading.stop_reason, reading.usage, permit.receipt)


class _Reading:
    """The reply so far, with originals put back as soon as a stand-in is whole."""

    def __init__(self, permit: Permit, on_text: OnText | None) -> None:
        self._restorer = permit.pseudonyms.restorer()
        self._on_text = on_text
        self._pieces: list[str] = []
        self.usage = Usage()
        self.stop_reason: StopReason = "end"

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def take(self, piece: str) -> None:
        self._show(self._restorer.feed(piece))

    def finish(self) -> None:
        self._show(self._restorer.finish())

    def _show(self, text: str) -> None:
        if not text:
            return
        self._pieces.append(text)
        if self._on_text:
            self._on_text(text)
