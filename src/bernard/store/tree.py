"""The rows of the log's tree: its tiles, and the head that says how far it is signed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection

from bernard.store.sql import is_sqlite, run

_TILE = "SELECT hashes FROM tiles WHERE level = ? AND number = ?"
_PUT_TILE = (
    "INSERT INTO tiles VALUES (?, ?, ?) "
    "ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes"
)
_HEAD = "SELECT origin, vkey, size, root, note FROM log_head WHERE id = 1"
_PUT_HEAD = (
    "INSERT INTO log_head VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
    "origin = excluded.origin, vkey = excluded.vkey, size = excluded.size, "
    "root = excluded.root, note = excluded.note"
)


class Head(NamedTuple):
    """How far the log is in the tree and signed.

    Attributes:
        origin: the log's name.
        vkey: the public key that signed.
        size: entries in the tree.
        root: the tree's hash, 32 bytes.
        note: the signed checkpoint.
    """

    origin: str
    vkey: str
    size: int
    root: bytes
    note: str


def head(c: Connection) -> Head | None:
    """The newest head, None before the first entry."""
    found = run(c, _said(c, _HEAD))
    if not found:
        return None
    origin, vkey, size, root, note = found[0]
    return Head(origin, vkey, size, bytes(root), note)


def put_head(c: Connection, new: Head) -> None:
    """Put this head in the place of the last."""
    run(c, _said(c, _PUT_HEAD), new)


def write_again(c: Connection) -> Head | None:
    """The newest head, written anew, so that all before it is on the disk with this transaction.

    Where a row is written over with what it holds already, SQLite writes nothing, and so it does
    not flush either.
    """
    newest = head(c)
    if newest:
        run(c, "DELETE FROM log_head")
        put_head(c, newest)
    return newest


def tile(c: Connection, level: int, number: int) -> bytes:
    """The hashes of a tile as far as it is filled; empty where there is none."""
    found = run(c, _said(c, _TILE), (level, number))
    return bytes(found[0][0]) if found else b""


def put_tiles(c: Connection, tiles: Iterable[tuple[int, int, bytes]]) -> None:
    """Write tiles, each as level, number and hashes, over what was there."""
    sql = _said(c, _PUT_TILE)
    for row in tiles:
        run(c, sql, row)


def _said(c: Connection, sql: str) -> Any:
    return sql if is_sqlite(c) else sql.replace("?", "%s")
