"""Proofs that an entry is in the tree and that a tree extends another: make and check.

Source: RFC 9162 sections 2.1.3 and 2.1.4 (the same proofs as RFC 6962 section 2.1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from bernard.errors import InputInvalid, LogBroken
from bernard.ledger.tlog.tiles import TILE_HEIGHT, TILE_WIDTH, At, width_at
from bernard.ledger.tlog.tree import EMPTY_ROOT, HASH_BYTES, hash_children, hash_pairs, root_of

# Each takes 8 KB: 32 MB at most, for proofs all over a million entries.
TILES_KEPT = 4096
# Of a tile's inner hashes those from this height on are kept longer: a quarter as many bytes, and what
# lies below takes four hashes to compute, not 247.
_KEPT_FROM = 3
_UPPER_KEPT = 4


class Prover:
    """Makes proofs from tiles, and keeps what it used last of them; any thread may use it."""

    def __init__(self, read: Callable[[At], bytes], kept: int = TILES_KEPT) -> None:
        """Read tiles with this function.

        Args:
            read: the tile at a place; a full tile may be given where a partial one is asked for.
            kept: how many tiles to keep in memory, and of four times as many the upper hashes.
        """
        self._read = read
        self._hashes = lru_cache(kept)(self._tile)
        self._upper = lru_cache(kept * _UPPER_KEPT)(self._upper_rows)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that entry `index` is in the tree of this size, from the leaf upward.

        Raises:
            InputInvalid: the tree has no such entry.
        """
        if not 0 <= index < size:
            raise InputInvalid(f"There is no entry {index} in a log of {size}.")
        start, end, proof = 0, size, []
        while end - start > 1:
            levels = _levels(end - start)
            if levels:
                # All the rest lies in full tiles, one a level.
                for level in reversed(range(levels)):
                    number, place = divmod(index >> (TILE_HEIGHT * level), TILE_WIDTH)
                    proof += self._siblings(At(level, number), place)
                break
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

    def _siblings(self, at: At, place: int) -> list[bytes]:
        """What a proof needs of a full tile, from its top down to beside this place."""
        found, leaves = [], self._hashes(at)
        for height, row in reversed(list(enumerate(self._upper(at), _KEPT_FROM))):
            first = (place >> height ^ 1) * HASH_BYTES
            found.append(row[first : first + HASH_BYTES])
        for height in reversed(range(_KEPT_FROM)):
            first = (place >> height ^ 1) << height
            row = leaves[first * HASH_BYTES : (first + (1 << height)) * HASH_BYTES]
            while len(row) > HASH_BYTES:
                row = hash_pairs(row)
            found.append(row)
        return found

    def _node(self, height: int, index: int, size: int) -> bytes:
        level, inner = divmod(height, TILE_HEIGHT)
        number, place = divmod(index << inner, TILE_WIDTH)
        at = At(level, number, width_at(size, level, number))
        if inner >= _KEPT_FROM:
            first = (place >> inner) * HASH_BYTES
            return self._upper(at)[inner - _KEPT_FROM][first : first + HASH_BYTES]
        row = self._hashes(at)[place * HASH_BYTES : (place + (1 << inner)) * HASH_BYTES]
        for _ in range(inner):
            row = hash_pairs(row)
        return row

    def _upper_rows(self, at: At) -> list[bytes]:
        """The inner hashes of a tile that are kept, a row for each height."""
        row, rows = self._hashes(at), []
        for height in range(TILE_HEIGHT):
            if height >= _KEPT_FROM:
                rows.append(row)
            row = hash_pairs(row)
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


def _levels(count: int) -> int:
    """How many levels of full tiles a tree of so many leaves is, 0 where it is not only such."""
    height = count.bit_length() - 1
    return 0 if count & (count - 1) or height % TILE_HEIGHT else height // TILE_HEIGHT


def _half(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)
