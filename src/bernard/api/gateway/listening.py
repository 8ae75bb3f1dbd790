"""Sockets to listen on."""

from __future__ import annotations

import errno
import socket
from typing import Any

from bernard.errors import PortUnavailable

# Connections that wait while a process is busy; a burst beyond it is refused by the kernel.
BACKLOG = 2048


def listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A socket that takes connections from now on; port 0 takes any that is free.

    Args:
        shared: more sockets of this account may be bound to the same address, by `more`.

    Raises:
        PortUnavailable: another program has the port, or it may not be taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        if not shared:
            return socket.create_server((host, port), family=family, backlog=BACKLOG)
        # A shared address could be one that another Bernard shares already; try it alone first.
        socket.create_server((host, port), family=family).close()
        return _shared(family, (host, port))
    except OSError as error:
        reason = {
            errno.EADDRINUSE: "another program listens there already, perhaps another Bernard",
            errno.EACCES: "this account may not listen there",
        }.get(error.errno or 0, error.strerror)
        raise PortUnavailable(
            f"Port {port} of {host!r} cannot be used: {reason}. Choose another with --port."
        ) from error


def more(first: socket.socket, number: int) -> list[socket.socket]:
    """So many more sockets on the address of one that `listen` made to be shared."""
    return [_shared(first.family, first.getsockname()) for _ in range(number)]


def _shared(family: int, address: Any) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        opened.bind(address)
        opened.listen(BACKLOG)
    except BaseException:
        opened.close()
        raise
    return opened
