"""A log as a folder of static files, which any web server can serve.

Source: C2SP tlog-tiles, https://c2sp.org/tlog-tiles.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from bernard.errors import LogBroken, LogUnwritable, NotFound
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.checkpoint import Checkpoint
from bernard.ledger.tlog.durable import sync, write_durably, write_whole
from bernard.ledger.tlog.files import CHECKPOINT, LogFiles
from bernard.ledger.tlog.note import Note
from bernard.ledger.tlog.proofs import Prover, consistency_holds
from bernard.ledger.tlog.tiles import ENTRIES, TILE_WIDTH, At, changed, pack, width_at
from bernard.ledger.tlog.tree import EMPTY_ROOT, Tree


def files_in(folder: Path) -> LogFiles:
    """The log whose files lie in this folder."""

    def read(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise NotFound(f"The log has no file {path!r}.") from error

    return LogFiles(read)


def publish(
    folder: Path,
    checkpoint: Note,
    read_tile: Callable[[At], bytes],
    read_entries: Callable[[int, int], Sequence[bytes]],
) -> None:
    """Write into the folder what is new up to this checkpoint, then the checkpoint.

    A reader finds the old log or the new one, also where this is killed halfway.

    Args:
        checkpoint: signed; the folder is taken to hold what its present checkpoint says.
        read_tile: the tile at a place, from the store.
        read_entries: entries from one number up to another, from the store.

    Raises:
        LogUnwritable: the folder cannot be written.
        LogBroken: the checkpoint does not extend the published one, or the store does not hold
            what it signs.
    """
    before, now = _published(folder), Checkpoint.parse(checkpoint.text)
    _check_extends(before, now, read_tile)
    old, new = before.size, now.size
    try:
        written = []
        for at in changed(old, new):
            write_whole(folder / at.path, _data(at, read_tile, read_entries))
            written.append(folder / at.path)
        # All at the end: the first takes most of the others with it.
        sync(written)
        sync({path.parent for path in written})
        write_durably(folder / CHECKPOINT, str(checkpoint).encode())
        _remove_filled(folder, old, new)
    except OSError as error:
        raise LogUnwritable(f"{str(folder)!r} cannot be written. {error}") from error


def _published(folder: Path) -> Checkpoint:
    try:
        return Checkpoint.parse(notes.parse(files_in(folder).checkpoint()).text)
    except NotFound:
        return Checkpoint("", 0, EMPTY_ROOT)


def _check_extends(before: Checkpoint, now: Checkpoint, read_tile: Callable[[At], bytes]) -> None:
    """Refuse to publish a second history, whatever the store says."""
    if before.size > now.size:
        raise LogBroken(
            f"{before.size} entries are published; the log cannot go back to {now.size}."
        )
    if Tree.load(now.size, read_tile).root != now.root:
        raise LogBroken("The tiles in the store do not give the root of the checkpoint.")
    proof = Prover(read_tile).consistency(before.size, now.size)
    if not consistency_holds(before.size, now.size, proof, before.root, now.root):
        raise LogBroken(f"The checkpoint does not extend the {before.size} published entries.")


def _data(
    at: At, read_tile: Callable[[At], bytes], read_entries: Callable[[int, int], Sequence[bytes]]
) -> bytes:
    if at.level != ENTRIES:
        return read_tile(at)
    entries = read_entries(at.number * TILE_WIDTH, at.number * TILE_WIDTH + at.width)
    if len(entries) != at.width:
        raise LogBroken(f"The store does not hold the {at.width} entries of {at.path!r}.")
    return pack(entries)


def _remove_filled(folder: Path, old: int, new: int) -> None:
    """Remove partial files whose full one is there now, as C2SP tlog-tiles allows."""
    for at in changed(old, new):
        was = width_at(old, at.level, at.number)
        if at.width == TILE_WIDTH and was > 0:
            shutil.rmtree(folder / f"{at.path}.p", ignore_errors=True)
