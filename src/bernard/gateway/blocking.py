"""The gateway for who waits in a thread: the tools, the library, the command line."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, TypeVar

from bernard.errors import ModelFailed, ModelMissing
from bernard.gateway.exchange import Exchange, OnReceipt
from bernard.gateway.types import Asked, Caller, Receipt, Reply
from bernard.models.openai_shape import as_openai
from bernard.models.suppliers.types import Attested, Operation
from bernard.models.types import ChatRequest, Deployment, StopReason, Usage
from bernard.wire import embeddings
from bernard.wire.registry import dialect
from bernard.wire.types import Delta

if TYPE_CHECKING:
    # The doors alone run without NumPy, and start in half the time.
    import numpy as np
    from numpy.typing import NDArray

OnText = Callable[[str], None]
T = TypeVar("T")


class Gateway:
    """Every call of a tool to a model goes through here; no tool imports a model.

    Calls run on an event loop in a thread of its own, which the first call starts.
    """

    def __init__(self, exchange: Exchange) -> None:
        """Make calls with this exchange, which nobody else uses."""
        self._exchange = exchange
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def chat_model(self, name: str = "") -> Deployment | None:
        """The chat model that would answer, None where there is none."""
        return self._deployment(name, "chat")

    def chat_models(self) -> dict[str, Deployment]:
        """Every chat model here, by the name to ask for it, in the order of the register."""
        return {
            one.attested.name: _deployment(one.attested)
            for one in self._exchange.routes.deployments.suppliers
            if "chat" in one.attested.operations
        }

    @property
    def embedding_model(self) -> Deployment | None:
        """The embedding model, None where there is none."""
        return self._deployment("", "embed")

    def embedder(self, name: str) -> Deployment | None:
        """The embedding model of that name, None where there is none."""
        return self._deployment(name, "embed")

    @property
    def has_embeddings(self) -> bool:
        """Whether there is an embedding model."""
        return self.embedding_model is not None

    def embed(
        self, caller: Caller, texts: Sequence[str], case: str = "", model: str = ""
    ) -> tuple[NDArray[np.float32], Receipt]:
        """One unit vector a text, shape (len(texts), dimensions), and the receipt.

        Args:
            case: as for `chat`.
            model: name of an embedding model; empty for the default.

        Raises:
            ModelMissing: there is no embedding model, or none of that name.
            Refused: the agreement does not allow the call; nothing was sent.
            LogUnwritable: the call could not be recorded, so it was not made.
        """
        if self._deployment(model, "embed") is None:
            raise ModelMissing(
                f"There is no embedding model {model!r} here. `bernard models list` shows them."
                if model
                else "There is no embedding model. `bernard models get` fetches one."
            )
        body = {"input": list(texts)}
        asked = Asked(caller, "embed", "openai-embeddings", model, body, case=case)
        opened = self._run(self._exchange.open(asked))
        reply = self._exchange.body(opened)
        vectors = opened.answer.vectors
        if vectors is None:
            vectors = _unit(embeddings.read_reply(reply).vectors, len(texts))
        return vectors, opened.permit.receipt

    def chat(
        self,
        caller: Caller,
        request: ChatRequest,
        on_text: OnText | None = None,
        model: str = "",
        on_receipt: OnReceipt | None = None,
        case: str = "",
    ) -> Reply:
        """The finished reply, originals restored.

        Args:
            on_text: is given each piece of the reply as it comes, originals restored. What it
                raises stops the model and is passed on.
            model: name of a chat model; empty for the default.
            on_receipt: is given the receipt just before the call, for who must say what left even
                if the model fails.
            case: in which the same person has the same stand-in from call to call. It is the
                caller's person's own, or the tool's where no person is named.

        Raises:
            ModelMissing: there is no such model.
            Refused: the agreement does not allow the call; nothing was sent.
            LogUnwritable: the call could not be recorded, so it was not made.
            ModelFailed: the model stopped before it finished.
        """
        if self.chat_model(model) is None:
            raise ModelMissing(f"There is no chat model {model!r} here." if model else "")
        asked = Asked(caller, "chat", "openai-chat", model, as_openai(request), True, case)
        heard = _Heard()
        loop = self._running()
        work = asyncio.run_coroutine_threadsafe(self._converse(asked, heard), loop)
        work.add_done_callback(heard.end)
        try:
            reading = _Reading(on_text, on_receipt)
            while (piece := heard.next()) is not None:
                reading.take(piece)
            receipt = work.result()
        except BaseException:
            # Who listens has had enough, or the work itself failed and this does nothing.
            work.cancel()
            raise
        return Reply("".join(reading.pieces), reading.stop_reason, reading.usage, receipt)

    def close(self) -> None:
        """Stop the loop and give back connections; calls under way are stopped."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop and self._thread:
            asyncio.run_coroutine_threadsafe(self._exchange.routes.close(), loop).result(10)
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join()

    async def _converse(self, asked: Asked, heard: _Heard) -> Receipt:
        opened = await self._exchange.open(asked, heard.put)
        reader = dialect(opened.spoken).stream_reader()
        async with aclosing(self._exchange.events(opened)) as events:
            async for event in events:
                for delta in reader.feed(event):
                    heard.put(delta)
        return opened.permit.receipt

    def _deployment(self, name: str, operation: Operation) -> Deployment | None:
        try:
            attested = self._exchange.routes.candidates(name, operation)[0].attested
        except ModelMissing:
            return None
        return _deployment(attested)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        future = asyncio.run_coroutine_threadsafe(work, self._running())
        try:
            return future.result()
        except BaseException:
            # Somebody pressed Control-C, or the work itself failed and this does nothing.
            future.cancel()
            raise

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=_serve, args=(self._loop,), name="gateway", daemon=True
                )
                self._thread.start()
            return self._loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    """Run the loop until it is stopped, then end what is left on it."""
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.get_loop().run_forever()


class _Heard:
    """What came from the model, on its way to the thread that waits for it."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Delta | Receipt | None] = queue.SimpleQueue()
        self.put = self._queue.put
        self.next = self._queue.get

    def end(self, _: object) -> None:
        self._queue.put(None)


class _Reading:
    """The reply so far. It is read in the caller's thread, so its callbacks may take their time."""

    def __init__(self, on_text: OnText | None, on_receipt: OnReceipt | None) -> None:
        self._on_text = on_text
        self._on_receipt = on_receipt
        self.pieces: list[str] = []
        self.usage = Usage()
        self.stop_reason: StopReason = "end"

    def take(self, piece: Delta | Receipt) -> None:
        if isinstance(piece, Receipt):
            if self._on_receipt:
                self._on_receipt(piece)
            return
        if piece.text:
            self.pieces.append(piece.text)
            if self._on_text:
                self._on_text(piece.text)
        if piece.stop_reason and piece.stop_reason != "filtered":
            self.stop_reason = piece.stop_reason
        if piece.usage:
            self.usage = Usage(piece.usage.prompt_tokens, piece.usage.completion_tokens)


def _deployment(attested: Attested) -> Deployment:
    return Deployment(
        attested.model,
        attested.supplier,
        attested.places[0] if attested.places else "unknown",
        attested.version,
        attested.sha256,
    )


def _unit(said: Sequence[embeddings.Vector], count: int) -> NDArray[np.float32]:
    """The vectors at length 1."""
    import numpy as np  # as above: whoever asks for vectors has it already

    vectors = np.asarray(said, np.float32)
    if len(vectors) != count or not np.isfinite(vectors).all():
        raise ModelFailed(f"The model gave {len(vectors)} vectors for {count} texts.")
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = vectors / np.maximum(norms, 1e-12)
    return unit
