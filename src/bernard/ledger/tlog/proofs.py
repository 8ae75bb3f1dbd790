"""Proofs that an entry is in the tree and that a tree extends another: make and check.

Source: RFC 9162 sections 2.1.3 and 2.1.4 (the same proofs as RFC 6962 section 2.1).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from bernard.errors import InputInvalid, LogBroken
from bernard.ledger.tlog.tiles import TILE_HEIGHT, TILE_WIDTH, At, width_at
from bernard.ledger.tlog.tree import EMPTY_ROOT, HASH_BYTES, hash_children, hash_pairs, root_of

# Each takes 16 KB with all its inner hashes.
TILES_KEPT = 1024


class Prover:
    """Makes proofs from tiles; keeps the tiles it used last with their inner hashes."""

    def __init__(self, read: Callable[[At], bytes], kept: int = TILES_KEPT) -> None:
        """Read tiles with this function.

        Args:
            read: the tile at a place; a full tile may be given where a partial one is asked for.
            kept: how many tiles to keep in memory.
        """
        self._read = read
        self._kept = kept
        self._tiles: OrderedDict[At, list[bytes]] = OrderedDict()

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that entry `index` is in the tree of this size, from the leaf upward.

        Raises:
            InputInvalid: the tree has no such entry.
        """
        if not 0 <= index < size:
            raise InputInvalid(f"There is no entry {index} in a log of {size}.")
        start, end, proof = 0, size, []
        while end - start > 1:
            middle = start + _half(end - start)
            if index < middle:
                proof.append(self.root(middle, end, size))
                end = middle
            else:
                proof.append(self.root(start, middle, size))
                start = middle
        return proof[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of size `new` extends the one of size `old`.

        Raises:
            InputInvalid: `old` is more than `new`.
        """
        if not 0 <= old <= new:
            raise InputInvalid(f"A log of {new} entries cannot extend one of {old}.")
        if old in (0, new):
            return []
        start, end, proof = 0, new, []
        while old != end:
            middle = start + _half(end - start)
            if old <= middle:
                proof.append(self.root(middle, end, new))
                end = middle
            else:
                proof.append(self.root(start, middle, new))
                start = middle
        if start:
            proof.append(self.root(start, end, new))
        return proof[::-1]

    def root(self, start: int, end: int, size: int) -> bytes:
        """The root over the leaves from `start` up to `end`, in a tree of this size.

        Args:
            start: a multiple of a power of two that is no less than `end - start`.
        """
        count = end - start
        if not count & (count - 1) and count:
            height = count.bit_length() - 1
            return self._node(height, start >> height, size)
        hashes = []
        while start < end:
            height = (end - start).bit_length() - 1
            hashes.append(self._node(height, start >> height, size))
            start += 1 << height
        return root_of(reversed(hashes))

    def _node(self, height: int, index: int, size: int) -> bytes:
        level, inner = divmod(height, TILE_HEIGHT)
        number, place = divmod(index << inner, TILE_WIDTH)
        row = self._rows(At(level, number, width_at(size, level, number)))[inner]
        at = (place >> inner) * HASH_BYTES
        return row[at : at + HASH_BYTES]

    def _rows(self, at: At) -> list[bytes]:
        """The hashes of a tile, then their parents, and so on to the top."""
        if at in self._tiles:
            self._tiles.move_to_end(at)
            return self._tiles[at]
        rows = [self._tile(at)]
        while len(rows[-1]) > HASH_BYTES:
            rows.append(hash_pairs(rows[-1]))
        self._tiles[at] = rows
        if len(self._tiles) > self._kept:
            self._tiles.popitem(last=False)
        return rows

    def _tile(self, at: At) -> bytes:
        hashes = self._read(at)
        if len(hashes) < at.width * HASH_BYTES:
            raise LogBroken(f"The tile {at.path!r} does not hold {at.width} hashes.")
        return hashes[: at.width * HASH_BYTES]


def inclusion_holds(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the proof shows that the leaf hash is entry `index` of the tree with this root."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    first, last, found = index, size - 1, leaf
    for hash in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            found = hash_children(hash, found)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            found = hash_children(found, hash)
        first, last = first >> 1, last >> 1
    return last == 0 and found == root


def consistency_holds(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Whether the proof shows that the newer tree begins with the whole of the older one."""
    if not 0 <= old <= new or not _are_hashes(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    return bool(path) and _both_roots(old - 1, new - 1, path) == (old_root, new_root)


def _both_roots(first: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    while first & 1:
        first, last = first >> 1, last >> 1
    old_root = new_root = path[0]
    for hash in path[1:]:
        if last == 0:
            return None
        if first & 1 or first == last:
            old_root, new_root = hash_children(hash, old_root), hash_children(hash, new_root)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            new_root = hash_children(new_root, hash)
        first, last = first >> 1, last >> 1
    return (old_root, new_root) if last == 0 else None


def _are_hashes(*hashes: bytes) -> bool:
    return all(len(hash) == HASH_BYTES for hash in hashes)


def _half(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)
