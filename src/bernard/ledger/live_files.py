"""The log in the store as the files that others read, at one moment.

Source: C2SP tlog-tiles, https://c2sp.org/tlog-tiles.
"""

from __future__ import annotations

from sqlalchemy import Connection

from bernard.errors import NotFound
from bernard.ledger.tlog.files import CHECKPOINT
from bernard.ledger.tlog.tiles import ENTRIES, TILE_WIDTH, At, pack
from bernard.ledger.tlog.tree import HASH_BYTES
from bernard.store import entries, tree


def file(c: Connection, path: str) -> bytes:
    """The file at a path, as it would be published, or NotFound.

    A tile or bundle that has grown since is cut to the width that is asked for.
    """
    if path == CHECKPOINT:
        head = tree.head(c)
        if head is None:
            raise NotFound("The log is empty: no model has been called yet.")
        return head.note.encode()
    at = At.parse(path)
    if at.level == ENTRIES:
        start = at.number * TILE_WIDTH
        found = bodies(c, start, start + at.width)
        data, width = pack(found), len(found)
    else:
        data = tree.tile(c, at.level, at.number)[: at.width * HASH_BYTES]
        width = len(data) // HASH_BYTES
    if width != at.width:
        raise NotFound(f"The log has no file {path!r}.")
    return data


def bodies(c: Connection, start: int, end: int) -> list[bytes]:
    """The entries from one number up to another, as far as there are any."""
    rows = entries.starting_at(c, start, max(0, end - start))
    return [row.body.encode() for row in rows if row.number < end]
