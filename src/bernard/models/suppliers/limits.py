"""How long a supplier may take, and how much it may send."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a supplier may take and how much it may send.

    Attributes:
        connect_s: seconds until there is a connection, waiting for a free one included.
        first_byte_s: seconds from then until the body of an answer begins; some servers send the
            headers at once and think afterwards.
        idle_s: seconds between two pieces of an answer.
        total_s: seconds for a whole answer.
        keep_idle_s: seconds that a connection is kept open for the next call.
        max_connections: most connections at once.
        max_body_mb: most megabytes in one answer.
    """

    connect_s: float = 10.0
    first_byte_s: float = 120.0
    idle_s: float = 60.0
    total_s: float = 600.0
    keep_idle_s: float = 30.0
    max_connections: int = 256
    max_body_mb: float = 64.0
