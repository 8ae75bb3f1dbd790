"""A response that comes in on a connection: its body whole, or in chunks as they come."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bernard.models.suppliers.types import SupplierFailed

if TYPE_CHECKING:
    from bernard.models.suppliers.connection import Connection


class Response:
    """A status, headers, and a body that is read whole or in chunks. Close it when done early."""

    __slots__ = (
        "_connection",
        "begun",
        "buffered",
        "chunks",
        "complete",
        "error",
        "headers",
        "status",
        "waiter",
    )

    def __init__(self, connection: Connection, waiter: asyncio.Future[None]) -> None:
        self._connection = connection
        self.waiter: asyncio.Future[None] | None = waiter
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.chunks: list[bytes] = []
        self.buffered = 0
        self.begun = False
        self.complete = False
        self.error: SupplierFailed | None = None

    def header(self, name: bytes) -> str:
        """The value of a header whose name is given in small letters; empty where there is none."""
        for key, value in self.headers:
            if key.lower() == name:
                return value.decode("latin-1")
        return ""

    async def read(self) -> bytes:
        """The whole body.

        Raises:
            SupplierFailed: it broke off, or is too large.
            SupplierTimeout: it took too long.
        """
        while not self.complete and self.error is None:
            self._drain()
            await self._more()
        if self.error is not None:
            raise self.error
        chunks, self.chunks = self.chunks, []
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def __aiter__(self) -> Response:
        return self

    async def __anext__(self) -> bytes:
        """What has come since the last chunk. Raises as `read` does."""
        while not self.chunks:
            if self.error is not None:
                raise self.error
            if self.complete:
                raise StopAsyncIteration
            await self._more()
        chunks, self.chunks = self.chunks, []
        self._drain()
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def close(self) -> None:
        """Stop reading: of an unfinished response the connection ends at once."""
        if not self.complete and self.error is None:
            self._connection.abort()

    def wake(self) -> None:
        """Let whoever waits for more look again."""
        waiter = self.waiter
        if waiter is not None:
            self.waiter = None
            if not waiter.done():
                waiter.set_result(None)

    async def _more(self) -> None:
        waiter = self.waiter = self._connection.loop.create_future()
        try:
            await waiter
        except asyncio.CancelledError:
            self.close()
            raise

    def _drain(self) -> None:
        self.buffered = 0
        if self._connection.paused:
            self._connection.resume()
