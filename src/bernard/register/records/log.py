"""The log that records are filled from: every entry is hashed, so that it is that log and no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from bernard.errors import LogBroken, NotFound
from bernard.ledger.tlog import Checkpoint, LogFiles, Tree, hash_leaves
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.tiles import TILE_WIDTH


class Log:
    """A log up to a checkpoint; without files, a log that has nothing.

    Attributes:
        checkpoint: the signed note; empty where nothing is signed yet.
    """

    def __init__(self, files: LogFiles | None = None, checkpoint: str = "") -> None:
        """Read these files up to this checkpoint, or the newest."""
        self._files = files
        self.checkpoint = checkpoint or _newest(files)

    def entries(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Each entry with its number, from 0 on.

        Raises:
            LogBroken: at the end, if they are not the entries that the checkpoint is of.
        """
        if not self.checkpoint:
            return
        if self._files is None:
            raise LogBroken("There is no log here, so what is from a log cannot be computed again.")
        signed = Checkpoint.parse(notes.parse(self.checkpoint).text)
        tree = Tree()
        for start in range(0, signed.size, TILE_WIDTH):
            bundle = _bundle(self._files, start, signed.size)
            tree = tree.append(hash_leaves(bundle)).tree
            for number, body in enumerate(bundle, start):
                yield number, _fields(number, body)
        if tree.root != signed.root:
            raise LogBroken("The entries are not those that the checkpoint is of.")


def _newest(files: LogFiles | None) -> str:
    try:
        return files.checkpoint().decode() if files else ""
    except NotFound:
        return ""


def _bundle(files: LogFiles, start: int, size: int) -> list[bytes]:
    try:
        return files.entries(start // TILE_WIDTH, min(TILE_WIDTH, size - start))
    except NotFound as error:
        raise LogBroken(f"The log has no entry {start} of the {size} that are signed.") from error


def _fields(number: int, body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise LogBroken(f"Entry {number} is not JSON. {error}") from error
