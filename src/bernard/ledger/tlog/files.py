"""The files of a log, as they are read from wherever they are served.

Source: C2SP tlog-tiles, https://c2sp.org/tlog-tiles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from bernard.errors import LogBroken, NotFound
from bernard.ledger.tlog.tiles import ENTRIES, TILE_WIDTH, At, unpack
from bernard.ledger.tlog.tree import HASH_BYTES

CHECKPOINT = "checkpoint"


class LogFiles(NamedTuple):
    """A log's files.

    Attributes:
        read: the file at a path such as `tile/0/000`, or NotFound. It may ask a folder or a server.
    """

    read: Callable[[str], bytes]

    def checkpoint(self) -> bytes:
        """The newest checkpoint as it was signed, or NotFound."""
        return self.read(CHECKPOINT)

    def tile(self, at: At) -> bytes:
        """The hashes of a tile, or NotFound; the full one serves where the partial one is gone.

        Raises:
            LogBroken: the file has not the length that it must have.
        """
        data, width = self._data(at)
        if len(data) != width * HASH_BYTES:
            raise LogBroken(f"The tile {at.path!r} does not hold {width} hashes.")
        return data[: at.width * HASH_BYTES]

    def entries(self, number: int, width: int = TILE_WIDTH) -> list[bytes]:
        """The first entries of the bundle of this number, or NotFound.

        Raises:
            LogBroken: the file is not a bundle of as many entries as it must have.
        """
        at = At(ENTRIES, number, width)
        data, there = self._data(at)
        try:
            return unpack(data, there)[:width]
        except LogBroken as error:
            raise LogBroken(f"The bundle {at.path!r} does not hold {there} entries.") from error

    def _data(self, at: At) -> tuple[bytes, int]:
        try:
            return self.read(at.path), at.width
        except NotFound:
            if at.width == TILE_WIDTH:
                raise
            return self.read(At(at.level, at.number).path), TILE_WIDTH
