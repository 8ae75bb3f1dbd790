"""Figures of a log as it is published: every entry is hashed, so they are of that log and no other."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from bernard.errors import InputInvalid, LogBroken
from bernard.ledger.tlog import Checkpoint, LogFiles, Tree, hash_leaves
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.tiles import TILE_WIDTH
from bernard.register.figures.edition import figures
from bernard.register.figures.period import Period
from bernard.register.figures.reading import Fields, Item
from bernard.register.holding_back import Rule
from bernard.register.types import Table


def figures_of(
    files: LogFiles,
    *,
    size: int | None = None,
    rule: Rule | None = None,
    period: Period | None = None,
    log: str = "LOG",
) -> list[Table]:
    """Every table of figures of the log in these files.

    Their checkpoint is the log's own as it is signed; for a smaller size it is that size and the
    root of its first entries, to be compared with the checkpoint that was signed at the time.

    Args:
        size: how many entries to take, all that are signed for where it is None.
        log: how the command that computes them again names the log.

    Raises:
        InputInvalid: the log has not so many entries.
        LogBroken: the entries are not those that the checkpoint is of.
        NotFound: the log is empty.
    """
    note = notes.parse(files.checkpoint())
    newest = Checkpoint.parse(note.text)
    size = newest.size if size is None else size
    if not 0 <= size <= newest.size:
        raise InputInvalid(f"The log has {newest.size} entries, so there are no first {size}.")
    reading = _Reading(files, size)
    tables = figures(reading.entries(), str(note), rule=rule, period=period, log=log)
    if size == newest.size:
        if reading.tree.root != newest.root:
            raise LogBroken("The entries are not those that the log's checkpoint is of.")
        return tables
    text = Checkpoint(newest.origin, size, reading.tree.root).text
    return [replace(table, checkpoint=text) for table in tables]


class _Reading:
    """Goes through the first entries of a log; `tree` is over what has been read."""

    def __init__(self, files: LogFiles, size: int) -> None:
        self.tree = Tree()
        self._files = files
        self._size = size

    def entries(self) -> Iterator[tuple[int, Item | Fields]]:
        """Each entry with its number; what is no entry of ours has no fields."""
        decode = msgspec.json.Decoder(Item).decode
        for start in range(0, self._size, TILE_WIDTH):
            width = min(TILE_WIDTH, self._size - start)
            bundle = self._files.entries(start // TILE_WIDTH, width)
            self.tree = self.tree.append(hash_leaves(bundle)).tree
            for number, body in enumerate(bundle, start):
                try:
                    yield number, decode(body)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    yield number, {}
