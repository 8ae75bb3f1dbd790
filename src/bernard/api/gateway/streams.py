"""One stream on its way to a caller: kept alive while the model is silent."""

from __future__ import annotations

from time import monotonic

from bernard.api.gateway.types import Protocols, Send

# Proxies close a connection on which nothing comes for a minute.
SILENT_S = 15.0
# Clients pass over a comment; Anthropic's protocol has an event for it.
STILL_HERE = {"anthropic": b'event: ping\ndata: {"type": "ping"}\n\n'}
COMMENT = b": still working\n\n"


class Stream:
    """Sends frames, and knows when the last one went."""

    __slots__ = ("_at", "_ping", "_send", "_sending")

    def __init__(self, send: Send, protocol: Protocols) -> None:
        """Send there."""
        self._send = send
        self._ping = STILL_HERE.get(protocol, COMMENT)
        self._at = monotonic()
        self._sending = False

    async def send(self, frame: bytes) -> None:
        """Send whole events; this waits while the client does not read."""
        self._sending = True
        try:
            await self._send({"type": "http.response.body", "body": frame, "more_body": True})
        finally:
            self._sending = False
            self._at = monotonic()

    async def keep_alive(self) -> None:
        """Send something if nothing went for long; between events, as frames are whole ones."""
        if not self._sending and monotonic() - self._at > SILENT_S:
            await self.send(self._ping)
