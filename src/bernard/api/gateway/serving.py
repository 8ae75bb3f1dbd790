"""The server: uvicorn with our connections, that stops without breaking off what runs."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, cast

import uvicorn

from bernard.api.gateway.app import Gateway
from bernard.api.gateway.connection import Connection
from bernard.api.gateway.listening import BACKLOG
from bernard.config import Settings

App = Callable[[Any, Any, Any], Awaitable[None]]
LOOK_EVERY_S = 1.0
# Longer than clients keep idle connections, so that they close them and no request meets a closed one.
KEEP_ALIVE_S = 75
# New objects before the young are looked through; how often those until the older ones are.
COLLECT = (20_000, 20, 50)
# What pages may take to finish when Bernard is stopped.
PAGES_S = 5.0
# What is left to send, once a stream has been told to end.
LAST_WORDS_S = 2.0


class Server(uvicorn.Server):
    """Serves an application with the gateway in it."""

    def __init__(self, app: App, gateway: Gateway, settings: Settings) -> None:
        """Take what to serve.

        Args:
            app: the gateway itself, or a larger application that hands requests to it.
        """
        super().__init__(
            uvicorn.Config(
                cast(Any, app),
                http=Connection,
                ws="none",
                loop="uvloop",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                backlog=BACKLOG,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=int(settings.shutdown_s + LAST_WORDS_S + 1),
            )
        )
        self._gateway = gateway
        self._settings = settings
        self._looking: asyncio.Task[None] | None = None
        self._reload = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup(sockets)
        _collect_seldom()
        self._looking = asyncio.create_task(self._look())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more calls, let what runs finish, and tell what still runs then to end."""
        loop = asyncio.get_running_loop()
        cut = loop.call_later(self._settings.shutdown_s, self._gateway.door.stop)
        ending = asyncio.create_task(self._end_the_rest())
        try:
            await super().shutdown(sockets)
        finally:
            cut.cancel()
            ending.cancel()
            if self._looking:
                self._looking.cancel()
            await self._gateway.close()

    async def _end_the_rest(self) -> None:
        """End what is no call to a model: a page that is open in a browser listens for ever."""
        await asyncio.sleep(PAGES_S)
        while self._gateway.door.running:
            await asyncio.sleep(0.1)
        for task in list(self.server_state.tasks):
            task.cancel()

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
            self._reload = True
        else:
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
            if self._reload:
                self._reload = False
                await self._gateway.reload()
            await self._gateway.tick()


def _collect_seldom() -> None:
    """Look for garbage seldom, and never among what was there before the first call.

    A call leaves next to none that counting references does not free at once, and looking for it
    after every 700 objects took more time than the calls themselves.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)


_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
