"""How the log grows: entries, the tiles of their tree and a signed head, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from bernard.errors import InputInvalid, LogBroken
from bernard.ledger.key_file import KeyFile
from bernard.ledger.published import checkpoint_in, not_extended
from bernard.ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from bernard.ledger.tlog.keys import SignerKey
from bernard.ledger.tlog.tiles import MOST_ENTRY_BYTES, TILE_WIDTH, At
from bernard.ledger.tlog.tree import HASH_BYTES, Growth, Tree, hash_leaves
from bernard.store import entries, tree
from bernard.store.tree import Head

_ADOPTED_AT_ONCE = 4 * TILE_WIDTH


class Growing:
    """Adds to the log in the store it is given a transaction of.

    Whoever calls holds the log's lock; several processes may take turns.
    """

    def __init__(self, key: KeyFile, shown: Path | None = None) -> None:
        """Sign with this key.

        Args:
            shown: folder with what others have seen of the log, which it must extend.
        """
        self._key = key
        self._shown = shown
        # As the store had it last; what holds is the head in the store.
        self._tree = Tree()
        self._is_checked = False

    def append(self, c: Connection, bodies: Sequence[str]) -> int:
        """Add entries; gives the number of the first.

        Raises:
            InputInvalid: an entry is longer than the log takes.
            LogKeyInvalid: the key that signs the log is missing or another one.
            LogBroken: the log in the store is not what was signed.
        """
        leaves = [body.encode() for body in bodies]
        longest = max(map(len, leaves))
        if longest > MOST_ENTRY_BYTES:
            raise InputInvalid(f"An entry has {longest} bytes; the log takes {MOST_ENTRY_BYTES}.")
        before, key = self._ready(c)
        entries.append_many(c, list(enumerate(bodies, before.size)))
        self._put(c, before.append(hash_leaves(leaves)), key)
        return before.size

    def check(self, c: Connection) -> None:
        """Look at the store again, whatever is remembered of it.

        Raises:
            LogKeyInvalid: the key that signs the log is missing or another one.
            LogBroken: the log in the store is not what was signed.
        """
        self._tree, self._is_checked = Tree(), False
        self._ready(c)

    def renew(self, c: Connection) -> str:
        """Sign what there is with a new key under a new name; gives the new public key."""
        grown = self._loaded(c, tree.head(c))
        key = self._key.renew()
        self._put(c, Growth(grown, ()), key)
        return str(key.verifier)

    def _ready(self, c: Connection) -> tuple[Tree, SignerKey]:
        """The tree as it is signed, and the key that signed it."""
        head = tree.head(c)
        key = self._key.key(head.vkey if head else "")
        if not self._is_checked:
            self._check_shown(c, key.name, head.size if head else 0)
            self._is_checked = True
        if head and (self._tree.size, self._tree.root) == (head.size, head.root):
            return self._tree, key
        if head is None and (last := entries.last(c)):
            return self._adopted(c, last.number + 1, key), key
        return self._loaded(c, head), key

    def _check_shown(self, c: Connection, origin: str, size: int) -> None:
        """Refuse to go on from an older state than others have seen: that makes two histories."""
        note = checkpoint_in(self._shown) if self._shown else None
        if note is None or self._shown is None:
            return
        shown = Checkpoint.parse(note.text)
        if shown.origin != origin:
            return
        if shown.size > size or Tree.load(shown.size, lambda at: _tile(c, at)).root != shown.root:
            raise not_extended(shown.size, size, self._shown)

    def _loaded(self, c: Connection, head: Head | None) -> Tree:
        if head is None:
            return Tree()
        grown = Tree.load(head.size, lambda at: _tile(c, at))
        last = entries.last(c)
        count = last.number + 1 if last else 0
        if grown.root != head.root or count != head.size:
            raise _broken(f"{head.size} entries are signed for and {count} are there", head.size)
        if last and hash_leaves([last.body.encode()]) != _leaf(c, last.number):
            raise _broken(f"entry {last.number} was changed after it was written", head.size)
        return grown

    def _adopted(self, c: Connection, count: int, key: SignerKey) -> Tree:
        """The tree over a log of a version that kept none."""
        grown = Tree()
        for start in range(0, count, _ADOPTED_AT_ONCE):
            rows = entries.starting_at(c, start, _ADOPTED_AT_ONCE)
            growth = grown.append(hash_leaves([row.body.encode() for row in rows]))
            self._put(c, growth, key)
            grown = growth.tree
        return grown

    def _put(self, c: Connection, growth: Growth, key: SignerKey) -> None:
        size, root = growth.tree.size, growth.tree.root
        note = sign_checkpoint(Checkpoint(key.name, size, root), key)
        tree.put_tiles(c, growth.tiles)
        tree.put_head(c, Head(key.name, str(key.verifier), size, root, str(note)))
        self._tree = growth.tree


def _tile(c: Connection, at: At) -> bytes:
    return tree.tile(c, at.level, at.number)[: at.width * HASH_BYTES]


def _leaf(c: Connection, number: int) -> bytes:
    at = number % TILE_WIDTH * HASH_BYTES
    return tree.tile(c, 0, number // TILE_WIDTH)[at : at + HASH_BYTES]


def _broken(what: str, size: int) -> LogBroken:
    return LogBroken(
        f"The log of {size} entries is not what was signed: {what}, or its hashes were changed. "
        "Nothing is written to it. Keep this database as evidence, and restore a backup."
    )
