"""Merkle tree hashing, and a tree that grows by batches without being kept whole.

Nothing here reads or writes: what has to be kept between two batches is a `Tree`, and a batch
returns the tiles that it touched.

Source: RFC 9162 section 2.1 (the same hashes as RFC 6962); C2SP tlog-tiles,
https://c2sp.org/tlog-tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import NamedTuple

from bernard.errors import LogBroken
from bernard.ledger.tlog.tiles import TILE_HEIGHT, TILE_WIDTH, At, Tile

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
_PAIR = 2 * HASH_BYTES
_FULL = TILE_WIDTH * HASH_BYTES


def hash_leaf(entry: bytes) -> bytes:
    """The hash of an entry as a leaf of the tree."""
    return sha256(b"\x00" + entry).digest()


def hash_leaves(entries: Iterable[bytes]) -> bytes:
    """The leaf hashes of entries, one after the other."""
    return b"".join([sha256(b"\x00" + entry).digest() for entry in entries])


def hash_children(left: bytes, right: bytes) -> bytes:
    """The hash of a node over the hashes of its two children."""
    return sha256(b"\x01" + left + right).digest()


def hash_pairs(row: bytes) -> bytes:
    """The parents of a row of hashes, one after the other; an odd last hash has none."""
    whole = len(row) - len(row) % _PAIR
    return b"".join([sha256(b"\x01" + row[i : i + _PAIR]).digest() for i in range(0, whole, _PAIR)])


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over full subtrees that stand side by side, given from the right to the left."""
    root = b""
    for peak in hashes:
        if peak:
            root = hash_children(peak, root) if root else peak
    return root or EMPTY_ROOT


class Tree(NamedTuple):
    """What must be kept of a tree so that it can grow.

    Attributes:
        size: how many leaves it has.
        peaks: by height, the hash of the full subtree of that height that awaits a sibling, empty
            where there is none.
        partial: by tile level, the hashes of the last tile while it is not full.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()
    partial: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The hash that stands for the whole tree."""
        return root_of(self.peaks)

    def append(self, leaves: bytes) -> Growth:
        """The tree with these leaf hashes added, and the tiles that changed.

        Args:
            leaves: from `hash_leaves`.
        """
        peaks, rows = _pair_up(self.peaks, leaves)
        size = self.size + len(leaves) // HASH_BYTES
        partial: list[bytes] = []
        tiles: list[Tile] = []
        for level, row in enumerate(rows):
            kept = self.partial[level] if level < len(self.partial) else b""
            first = (self.size >> (TILE_HEIGHT * level)) // TILE_WIDTH
            cut = _cut(level, first, kept + row)
            tiles += cut
            partial.append(cut[-1].hashes if len(cut[-1].hashes) < _FULL else b"")
        grown = Tree(size, tuple(peaks), (*partial, *self.partial[len(partial) :]))
        return Growth(grown, tuple(tiles))

    @classmethod
    def load(cls, size: int, read: Callable[[At], bytes]) -> Tree:
        """The tree of this size, from its partial tiles; the caller compares its root.

        Args:
            read: the tile at a place, as it was written.

        Raises:
            LogBroken: a tile has not the length it must have.
        """
        peaks: list[bytes] = []
        partial: list[bytes] = []
        count = size
        while count:
            width = count % TILE_WIDTH
            at = At(len(partial), count // TILE_WIDTH, width)
            row = read(at) if width else b""
            if len(row) != width * HASH_BYTES:
                raise LogBroken(f"The tile {at.path!r} does not hold {width} hashes.")
            partial.append(row)
            peaks += _pair_up((), row)[0]
            count //= TILE_WIDTH
            if count:
                peaks += [b""] * (TILE_HEIGHT * len(partial) - len(peaks))
        return cls(size, tuple(peaks), tuple(partial))


class Growth(NamedTuple):
    """What a batch made: the tree after it, and each tile it filled further, full ones once."""

    tree: Tree
    tiles: tuple[Tile, ...]


def _pair_up(before: tuple[bytes, ...], leaves: bytes) -> tuple[list[bytes], list[bytes]]:
    """The peaks after these leaves, and the new hashes at the foot of each level of tiles."""
    peaks, rows = list(before), []
    row, height = leaves, 0
    while row:
        if height % TILE_HEIGHT == 0:
            rows.append(row)
        if height == len(peaks):
            peaks.append(b"")
        row = peaks[height] + row
        peaks[height] = row[len(row) - len(row) % _PAIR :]
        row = hash_pairs(row)
        height += 1
    return peaks, rows


def _cut(level: int, first: int, row: bytes) -> list[Tile]:
    return [Tile(level, first + i // _FULL, row[i : i + _FULL]) for i in range(0, len(row), _FULL)]
