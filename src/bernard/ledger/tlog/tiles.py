"""Where the pieces of a log lie: tiles of hashes and bundles of entries, and their paths.

Source: C2SP tlog-tiles, https://c2sp.org/tlog-tiles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bernard.errors import InputInvalid, LogBroken, NotFound

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MOST_ENTRY_BYTES = 65_535
# In place of a tile's level: the bundle of the entries whose leaf hashes are in a tile of level 0.
ENTRIES = -1
_PREFIX_BYTES = 2
_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})/(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


class Tile(NamedTuple):
    """A tile with its hashes, one after the other; fewer than 256 of them while it is partial."""

    level: int
    number: int
    hashes: bytes


class At(NamedTuple):
    """The place of a tile or a bundle.

    Attributes:
        level: 0 for leaf hashes, one more for each 256 times as many leaves; `ENTRIES` for bundles.
        number: its place in its level, from 0.
        width: how many hashes or entries it holds, 1 to 256.
    """

    level: int
    number: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """The path below the log's address, with `/` between the parts.

        >>> At(0, 1234067).path
        'tile/0/x001/x234/067'
        >>> At(ENTRIES, 3, 17).path
        'tile/entries/003.p/17'
        """
        level = "entries" if self.level == ENTRIES else str(self.level)
        suffix = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_number_path(self.number)}{suffix}"

    @classmethod
    def parse(cls, path: str) -> At:
        """The place from its path.

        >>> At.parse("tile/entries/x001/003.p/17")
        At(level=-1, number=1003, width=17)

        Raises:
            NotFound: no tile or bundle has this path.
        """
        found = _PATH.fullmatch(path)
        if found:
            level = ENTRIES if found["level"] == "entries" else int(found["level"])
            number = int(found["number"].replace("/", "").replace("x", ""))
            at = cls(level, number, int(found["width"] or TILE_WIDTH))
            if at.path == path:
                return at
        raise NotFound(f"The log has no file {path[:200]!r}.")


def places(size: int) -> Iterator[At]:
    """Every tile and bundle of a log of this size."""
    return changed(0, size)


def changed(old: int, new: int) -> Iterator[At]:
    """Every tile and bundle that a log of size `new` has and one of size `old` has not."""
    yield from _changed_in(ENTRIES, old, new)
    level = 0
    while new:
        yield from _changed_in(level, old, new)
        old, new, level = old // TILE_WIDTH, new // TILE_WIDTH, level + 1


def width_at(size: int, level: int, number: int) -> int:
    """How many hashes the tile holds in a log of this size, 0 where there is no such tile."""
    count = size >> (TILE_HEIGHT * max(level, 0))
    return max(0, min(TILE_WIDTH, count - number * TILE_WIDTH))


def pack(entries: Sequence[bytes]) -> bytes:
    """Entries as a bundle: each after its length.

    Raises:
        InputInvalid: an entry is longer than a bundle can hold.
    """
    longest = max(map(len, entries), default=0)
    if longest > MOST_ENTRY_BYTES:
        raise InputInvalid(f"An entry has {longest} bytes; the log takes {MOST_ENTRY_BYTES}.")
    return b"".join([len(e).to_bytes(_PREFIX_BYTES, "big") + e for e in entries])


def unpack(bundle: bytes, width: int) -> list[bytes]:
    """The entries of a bundle.

    Raises:
        LogBroken: the bundle does not hold exactly `width` entries.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(bundle) and len(entries) < width:
        start = at + _PREFIX_BYTES
        at = start + int.from_bytes(bundle[at:start], "big")
        entries.append(bundle[start:at])
    if at != len(bundle) or len(entries) != width:
        raise LogBroken(f"A bundle does not hold {width} whole entries.")
    return entries


def _changed_in(level: int, old: int, new: int) -> Iterator[At]:
    if old == new:
        return
    for number in range(old // TILE_WIDTH, -(-new // TILE_WIDTH)):
        yield At(level, number, min(TILE_WIDTH, new - number * TILE_WIDTH))


def _number_path(number: int) -> str:
    last = f"{number % 1000:03}"
    while number := number // 1000:
        last = f"x{number % 1000:03}/{last}"
    return last
