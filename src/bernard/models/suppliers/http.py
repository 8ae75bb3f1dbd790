"""The HTTP/1.1 client that reaches suppliers: one pool of kept connections for each host.

    client = Client(limits)
    endpoint = client.endpoint("POST", "https://api.example/v1/chat", {"authorization": "..."})
    response = await endpoint.send(body)      # status and headers are in
    whole = await response.read()             # or: async for chunk in response

It is our own because the ready-made ones cost 2 to 75 times as much a request (measured:
docs/decisions/0011). It does what calls to models need and no more: no redirects, which would take
text elsewhere; no cookies; no packing; certificates always checked. One event loop uses a client.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from bernard.models.suppliers.address import Address, read_address, request_head
from bernard.models.suppliers.connection import Connection, Dropped
from bernard.models.suppliers.dial import Proxy, dial, environment, proxy_for, tls_context
from bernard.models.suppliers.limits import Limits
from bernard.models.suppliers.response import Response
from bernard.models.suppliers.types import SupplierTimeout

# How often late responses and long-idle connections are looked for; limits are this exact.
_TICK_S = 0.1
_ROUNDS = 200


class Endpoint:
    """One thing that can be asked of a host, its first lines written beforehand."""

    __slots__ = ("_head", "_pool")

    def __init__(self, pool: Pool, head: bytes) -> None:
        self._pool = pool
        self._head = head

    async def send(self, body: bytes = b"") -> Response:
        """The response, its status and headers in. Cancelling this ends the connection.

        Raises:
            SupplierFailed: no connection, or it broke off; `sent` says whether bytes may have left.
            SupplierTimeout: no connection or no answer in time.
        """
        request = b"%bcontent-length: %d\r\n\r\n%b" % (self._head, len(body), body)
        pool = self._pool
        while True:
            connection = pool.take() or await pool.connect()
            fresh = connection.fresh
            response = connection.begin(request)
            waiter = response.waiter
            assert waiter is not None
            try:
                await waiter
            except asyncio.CancelledError:
                connection.abort()
                raise
            if response.error is None:
                return response
            if fresh or not isinstance(response.error, Dropped):
                raise response.error
            # The host had closed this kept connection before it heard us, and most likely the
            # others too. One try on a new one tells whether it is there at all.
            pool.drop_idle()


class Client:
    """Connections to any number of hosts."""

    def __init__(
        self,
        limits: Limits = Limits(),  # noqa: B008 (frozen)
        ca_file: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """Take limits, a file with a further certificate authority, and the proxy variables.

        Args:
            environ: None means this process's own environment.
        """
        self._limits = limits
        self._ca_file = ca_file
        self._environ = environment() if environ is None else environ
        self._tls: ssl.SSLContext | None = None
        self._pools: dict[tuple[str, str, int], Pool] = {}

    def endpoint(self, method: str, url: str, headers: Mapping[str, str]) -> Endpoint:
        """What to send requests of this kind to. Nothing is sent yet.

        Raises:
            InputInvalid: the address or a header cannot be used.
            SettingInvalid: this machine's proxy variables cannot be used.
        """
        address = read_address(url)
        pool = self._pool(address)
        proxied = pool.proxy if not address.secure else None
        origin = f"{address.scheme}://{address.authority}" if proxied else ""
        fixed = {"host": address.authority, "accept-encoding": "identity"}
        fixed |= proxied.headers if proxied else {}
        return Endpoint(pool, request_head(method, origin + address.path, {**fixed, **headers}))

    async def close(self) -> None:
        """Close idle connections now and the others when their responses end."""
        for pool in self._pools.values():
            pool.close()
        # The transports report their end on the loop's next rounds; nobody waits for one that hangs.
        for _ in range(_ROUNDS):
            if not any(pool.ending for pool in self._pools.values()):
                return
            await asyncio.sleep(0.005)

    def _pool(self, address: Address) -> Pool:
        key = (address.scheme, address.host, address.port)
        if key not in self._pools:
            proxy = proxy_for(address, self._environ)
            self._pools[key] = Pool(address, proxy, self._limits, self)
        return self._pools[key]

    def tls(self) -> ssl.SSLContext:
        """The rules for TLS, read once: reading the system's certificates takes a while."""
        if self._tls is None:
            self._tls = tls_context(self._ca_file)
        return self._tls


class Pool:
    """The connections to one host, the last used first."""

    def __init__(
        self, address: Address, proxy: Proxy | None, limits: Limits, client: Client
    ) -> None:
        self.proxy = proxy
        self._address = address
        self._limits = limits
        self._client = client
        self._idle: list[Connection] = []
        self._all: set[Connection] = set()
        self._opening = 0
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()
        self._closed = False
        self._tick: asyncio.TimerHandle | None = None

    @property
    def ending(self) -> bool:
        """Whether a connection that was closed has not gone yet."""
        return any(connection.transport.is_closing() for connection in self._all)

    def take(self) -> Connection | None:
        """A kept connection, None where there is none."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.transport.is_closing():
                return connection
        return None

    async def connect(self) -> Connection:
        """A new connection, or one that becomes free while we wait for our turn."""
        if len(self._all) + self._opening >= self._limits.max_connections:
            kept = await self._turn()
            if kept is not None:
                return kept
        self._opening += 1
        try:
            connection = await dial(
                self._address, self.proxy, self._client.tls, self._make, self._limits.connect_s
            )
        except BaseException:
            self._opening -= 1
            self._next()
            raise
        self._opening -= 1
        if connection.transport.is_closing():
            self._next()
            raise Dropped(
                f"{self._address.host} closed the connection at once.", sent=False, retry=True
            )
        self._all.add(connection)
        if self._tick is None:
            self._tick = connection.loop.call_later(_TICK_S, self._check)
        return connection

    def drop_idle(self) -> None:
        """Close the kept connections."""
        while self._idle:
            self._idle.pop().abort()

    def close(self) -> None:
        """Keep no connection from now on."""
        self._closed = True
        self.drop_idle()

    async def _turn(self) -> Connection | None:
        waiter: asyncio.Future[Connection | None]
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(self._limits.connect_s):
                return await waiter
        except BaseException as error:
            if waiter.done() and not waiter.cancelled():
                # Our turn came at the very moment that we gave up: pass it on.
                kept = waiter.result()
                self._free(kept) if kept is not None else self._next()
            if isinstance(error, TimeoutError):
                raise SupplierTimeout(
                    f"All {self._limits.max_connections} connections to {self._address.host} were "
                    f"busy for {self._limits.connect_s:g} seconds. Try again in a moment.",
                    sent=False,
                    retry=True,
                ) from error
            raise

    def _make(self) -> Connection:
        loop = asyncio.get_running_loop()
        return Connection(self._address.host, self._limits, loop, self._free, self._gone)

    def _free(self, connection: Connection) -> None:
        waiter = self._waiter()
        if waiter is not None:
            waiter.set_result(connection)
        elif self._closed:
            connection.abort()
        else:
            connection.idle_since = connection.loop.time()
            self._idle.append(connection)

    def _gone(self, connection: Connection) -> None:
        self._all.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        self._next()

    def _next(self) -> None:
        """Let one who waits open a connection."""
        waiter = self._waiter()
        if waiter is not None:
            waiter.set_result(None)

    def _waiter(self) -> asyncio.Future[Connection | None] | None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                return waiter
        return None

    def _check(self) -> None:
        """Look for what is late. One clock a host costs less than one or more a request."""
        self._tick = None
        if not self._all:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        oldest = now - self._limits.keep_idle_s
        for connection in list(self._all):
            if connection.response is not None:
                connection.check(now)
        while self._idle and self._idle[0].idle_since < oldest:
            self._idle.pop(0).abort()
        self._tick = loop.call_later(_TICK_S, self._check)
