"""The models in this process and in its child: a chat engine and an embedder, as suppliers.

What they run on blocks, so each call has a thread; the pieces come over to the event loop.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol

from bernard.errors import Error, FieldInvalid, ModelFailed
from bernard.models.suppliers.kinds import CHAT, EMBEDDINGS
from bernard.models.suppliers.spoken_calls import heard, with_calls
from bernard.models.suppliers.types import Answer, Attested, Operation, SupplierFailed
from bernard.wire.embeddings import Encoding, write_vectors
from bernard.wire.fold import Fold
from bernard.wire.registry import dialect
from bernard.wire.types import Body, Event, Usage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# More than this wait for their turn in vain: each holds a thread, and the last would wait for hours.
_MOST_WAITING = 32


class ChatEngine(Protocol):
    """A model that answers a chat completion's body in OpenAI's chunks, one at a time."""

    def ask(self, body: Mapping[str, Any]) -> Generator[dict[str, Any], None, None]:
        """The chunks; closing the generator stops the model."""
        ...


class Embedder(Protocol):
    """A model that turns text into vectors, and counts the tokens."""

    def embed_counting(self, texts: list[str]) -> tuple[NDArray[np.float32], int]:
        """One unit vector a text, and how many tokens were read."""
        ...


class EmbeddedChat:
    """A chat model on this machine.

    Args:
        open: gives the engine. It is opened by the first call, because that may take seconds and
            hundreds of megabytes, and a gateway may never need it.
    """

    def __init__(self, attested: Attested, open: Callable[[], ChatEngine]) -> None:
        self.attested = attested
        self._open = open
        self._waiting = 0

    def dialect(self, operation: Operation, wanted: str) -> str:
        """OpenAI's chat completions, whatever is wanted."""
        return CHAT if operation == "chat" else ""

    async def send(self, operation: Operation, dialect: str, body: Body, *, stream: bool) -> Answer:
        """The answer; the engine has said something before this returns.

        Raises:
            PromptTooLong, ModelFailed, ModelTimeout, ModelMissing: as the engine does.
            SupplierFailed: too many wait already, or the engine refuses the request.
        """
        if self._waiting >= _MOST_WAITING:
            raise SupplierFailed(
                f"{_MOST_WAITING} calls wait for {self.attested.name!r} already. Try again later.",
                sent=False,
                retry=True,
                retry_after_s=10.0,
                upstream_status=429,
            )
        chunks = _Chunks(self._open, body, self._count)
        try:
            await chunks.begin()
            if stream:
                return Answer(events=chunks)
            return Answer(await _whole(chunks, self.attested.name))
        except BaseException:
            await chunks.aclose()
            raise

    async def close(self) -> None:
        """Nothing: the engine belongs to whoever opened it."""

    def _count(self, change: int) -> None:
        self._waiting += change


class _Chunks:
    """The events of one answer, read in a thread of their own."""

    def __init__(
        self, open: Callable[[], ChatEngine], body: Body, count: Callable[[int], None]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Event | BaseException | None] = asyncio.Queue()
        self._first: Event | BaseException | None = None
        self._begun = self._ended = False
        self._stopped = threading.Event()
        self._open = open
        self._body = body
        self._counted = count
        count(1)
        threading.Thread(target=self._read, name="bernard-chat", daemon=True).start()

    def __aiter__(self) -> _Chunks:
        return self

    async def __anext__(self) -> Event:
        """The next event. Raises what the engine raised."""
        if self._ended:
            raise StopAsyncIteration
        if self._begun:
            item, self._begun = self._first, False
        else:
            item = await self._queue.get()
        if isinstance(item, Event):
            self._ended = item.data is None
            return item
        self._ended = True
        assert item is not None
        raise item

    async def begin(self) -> None:
        """Wait for the first event. Raises what the engine raised before it."""
        self._first = await self.__anext__()
        self._begun, self._ended = True, False

    async def aclose(self) -> None:
        """Stop the engine at its next piece."""
        self._stopped.set()

    def _read(self) -> None:
        try:
            body, tools = with_calls(self._body)
            with closing(self._open().ask(body)) as chunks:
                for chunk in heard(chunks, tools):
                    if self._stopped.is_set():
                        break
                    self._put(Event("", chunk))
            self._put(Event("", None))
        except Error as error:
            self._put(error)
        except Exception as error:  # whatever it was, who waits must hear of it
            self._put(ModelFailed(f"The chat engine stopped: {error}"))
        finally:
            self._call(self._counted, -1)

    def _put(self, item: Event | BaseException) -> None:
        self._call(self._queue.put_nowait, item)

    def _call(self, function: Callable[..., None], *given: object) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *given)
        except RuntimeError:
            self._stopped.set()  # the loop has gone, and with it whoever waited


async def _whole(chunks: _Chunks, model: str) -> Body:
    """A chat completion made of its stream."""
    voice = dialect(CHAT)
    reader, fold = voice.stream_reader(), Fold()
    async for event in chunks:
        for delta in reader.feed(event):
            fold.take(delta)
    return voice.write_reply(fold.reply(), None)


class EmbeddedEmbedder:
    """An embedding model in this process; `open` as for `EmbeddedChat`."""

    def __init__(self, attested: Attested, open: Callable[[], Embedder]) -> None:
        self.attested = attested
        self._open = open

    def dialect(self, operation: Operation, wanted: str) -> str:
        """OpenAI's embeddings, whatever is wanted."""
        return EMBEDDINGS if operation == "embed" else ""

    async def send(self, operation: Operation, dialect: str, body: Body, *, stream: bool) -> Answer:
        """The vectors, as an array and in the body.

        Raises:
            FieldInvalid: the input is not text, or another length of vector is asked for.
            ModelMissing, ModelRejected, ModelFailed: as the embedder does.
        """
        texts = _texts(body)
        vectors, tokens = await asyncio.to_thread(lambda: self._open().embed_counting(texts))
        wanted = body.get("dimensions")
        if wanted is not None and wanted != vectors.shape[-1]:
            raise FieldInvalid(
                f"{self.attested.name!r} gives vectors of length {vectors.shape[-1]}, not "
                f"{wanted!r}. Leave `dimensions` out.",
                "#/dimensions",
            )
        form: Encoding = "base64" if body.get("encoding_format") == "base64" else "float"
        answer = write_vectors(vectors, self.attested.name, Usage(tokens), form)
        return Answer(answer, vectors=vectors)

    async def close(self) -> None:
        """Nothing: the embedder belongs to whoever opened it."""


def _texts(body: Body) -> list[str]:
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise FieldInvalid("The input of this model is a text, or a list of texts.", "#/input")
    return texts
