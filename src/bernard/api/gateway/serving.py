"""The server: uvicorn with our connections, that stops without breaking off what runs."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn
from uvicorn._types import ASGIApplication

from bernard.api.gateway.connection import Connection
from bernard.api.gateway.door import Door
from bernard.config import Settings

LOOK_EVERY_S = 1.0
# What is left to send, once a stream has been told to end.
LAST_WORDS_S = 2.0


class Server(uvicorn.Server):
    """Serves an application with the gateway's door in it."""

    def __init__(self, app: ASGIApplication, door: Door, settings: Settings) -> None:
        """Take what to serve.

        Args:
            app: the door itself, or a larger application that hands calls to it.
        """
        super().__init__(
            uvicorn.Config(
                app,
                http=Connection,
                ws="none",
                loop="uvloop",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                backlog=2048,
                timeout_graceful_shutdown=int(settings.shutdown_s + LAST_WORDS_S + 1),
            )
        )
        self._door = door
        self._settings = settings
        self._looking: asyncio.Task[None] | None = None
        self.on_reload: Callable[[], None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup(sockets)
        self._looking = asyncio.create_task(self._look())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more calls, let what runs finish, and tell what still runs then to end."""
        loop = asyncio.get_running_loop()
        cut = loop.call_later(self._settings.shutdown_s, self._door.stop)
        try:
            await super().shutdown(sockets)
        finally:
            cut.cancel()
            if self._looking:
                self._looking.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT, read the files again on SIGHUP.

        The server's own version ends the process by the same signal when it has stopped, before
        the log's last entries are written.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {name: signal.signal(name, self._on_signal) for name in _SIGNALS}
        try:
            yield
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)

    def _on_signal(self, name: int, frame: object) -> None:
        if name == signal.SIGHUP:
            if self.on_reload:
                self.on_reload()
            return
        self.handle_exit(name, None)

    async def _look(self) -> None:
        """Every second: close connections that dawdle, keep silent streams open, share counts."""
        settings, now = self._settings, asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.close_if_late(
                        now(), settings.request_timeout_s, settings.write_timeout_s
                    )
            await self._door.tick()


_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
