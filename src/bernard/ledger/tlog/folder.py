"""A log as a folder of static files, which any web server can serve: write it, read it.

Source: C2SP tlog-tiles, https://c2sp.org/tlog-tiles.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from bernard.errors import LogBroken, LogUnwritable, NotFound
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.checkpoint import Checkpoint
from bernard.ledger.tlog.note import Note
from bernard.ledger.tlog.tiles import (
    ENTRIES,
    TILE_WIDTH,
    At,
    changed,
    pack,
    unpack,
    width_at,
)
from bernard.ledger.tlog.witness_memory import sync_folder, write_durably

CHECKPOINT = "checkpoint"


class LogFolder:
    """The files of a log below one folder."""

    def __init__(self, path: Path) -> None:
        """Use this folder; it is made at the first `publish`."""
        self.path = path

    def publish(
        self,
        checkpoint: Note,
        read_tile: Callable[[At], bytes],
        read_entries: Callable[[int, int], Sequence[bytes]],
    ) -> None:
        """Write what is new up to this checkpoint, then the checkpoint.

        A reader finds the old log or the new one, also where this is killed halfway.

        Args:
            read_tile: the tile at a place, from the store.
            read_entries: entries from one number up to another.

        Raises:
            LogUnwritable: the folder cannot be written.
            LogBroken: it holds a longer log than this one.
        """
        old, new = self._size(), Checkpoint.parse(checkpoint.text).size
        if old > new:
            raise LogBroken(f"{str(self.path)!r} holds {old} entries; it cannot go back to {new}.")
        try:
            folders = set()
            for at in changed(old, new):
                start = at.number * TILE_WIDTH
                data = (
                    pack(read_entries(start, start + at.width))
                    if at.level == ENTRIES
                    else read_tile(at)
                )
                folders.add(self._write(at, data))
            for folder in folders:
                sync_folder(folder)
            self.path.mkdir(parents=True, exist_ok=True)
            write_durably(self.path / CHECKPOINT, str(checkpoint).encode())
            self._forget_partial(old, new)
        except OSError as error:
            raise LogUnwritable(f"{str(self.path)!r} cannot be written. {error}") from error

    def checkpoint(self) -> bytes:
        """The newest checkpoint as it was signed, or NotFound."""
        return self._read(CHECKPOINT)

    def tile(self, at: At) -> bytes:
        """The hashes of a tile, or NotFound; the full one serves where the partial one is gone."""
        return self._wide(at)

    def entries(self, at: At) -> list[bytes]:
        """The entries of the bundle at this place, or NotFound.

        Raises:
            LogBroken: the file is not a bundle of that many entries.
        """
        bundle = self._wide(At(ENTRIES, at.number, at.width))
        try:
            return unpack(bundle, at.width)
        except LogBroken:
            return unpack(bundle, TILE_WIDTH)[: at.width]

    def _wide(self, at: At) -> bytes:
        try:
            return self._read(at.path)
        except NotFound:
            return self._read(At(at.level, at.number).path)

    def _read(self, path: str) -> bytes:
        try:
            return (self.path / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise NotFound(f"The log has no file {path!r}.") from error

    def _size(self) -> int:
        try:
            return Checkpoint.parse(notes.parse(self.checkpoint()).text).size
        except NotFound:
            return 0

    def _write(self, at: At, data: bytes) -> Path:
        path = self.path / at.path
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        return path.parent

    def _forget_partial(self, old: int, new: int) -> None:
        """Remove partial files whose full one is there now, as C2SP tlog-tiles allows."""
        for at in changed(old, new):
            was = width_at(old, at.level, at.number)
            if at.width == TILE_WIDTH and 0 < was < TILE_WIDTH:
                shutil.rmtree(self.path / f"{at.path}.p", ignore_errors=True)
