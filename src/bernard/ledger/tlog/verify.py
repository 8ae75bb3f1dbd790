"""Verify a whole log from its files: each entry, each tile, and what was seen before.

Source: C2SP tlog-tiles and tlog-checkpoint, https://c2sp.org; RFC 9162 section 2.1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bernard.errors import InputInvalid, LogBroken, NotFound
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.checkpoint import Checkpoint, open_checkpoint
from bernard.ledger.tlog.files import LogFiles
from bernard.ledger.tlog.folder import files_in
from bernard.ledger.tlog.keys import VerifierKey
from bernard.ledger.tlog.policy import Policy
from bernard.ledger.tlog.tiles import TILE_WIDTH, At, Tile
from bernard.ledger.tlog.tree import HASH_BYTES, Tree, hash_leaves

# Given an entry's number and bytes, what is wrong with it; empty where nothing is.
CheckEntry = Callable[[int, bytes], str]


@dataclass(frozen=True)
class Verified:
    """The outcome of reading a whole log.

    Attributes:
        entries: how many entries hold.
        root: of the tree over them, hexadecimal.
        checkpoint: the signed checkpoint, to be kept and given as `last_seen` the next time.
        fault: the first fault, empty where the log holds.
    """

    entries: int = 0
    root: str = ""
    checkpoint: str = ""
    fault: str = ""


def verify_folder(
    path: Path,
    vkey: str | Policy,
    last_seen: str = "",
    check_entry: CheckEntry | None = None,
) -> Verified:
    """What a folder of log files holds; see `verify_files`."""
    return verify_files(files_in(path), vkey, last_seen, check_entry)


def verify_files(
    files: LogFiles,
    vkey: str | Policy,
    last_seen: str = "",
    check_entry: CheckEntry | None = None,
) -> Verified:
    """Check the signature, that each tile follows from the entries, and that nothing was rewritten.

    Args:
        vkey: the log's key, or a policy that also says how many witnesses must have seen it.
        last_seen: the checkpoint of an earlier time, which the log must extend.
        check_entry: looks at each entry, for what this cannot know.

    Raises:
        InputInvalid: the key, or what was seen last, cannot be used.
    """
    policy = vkey if isinstance(vkey, Policy) else Policy(logs=[VerifierKey.parse(vkey)])
    earlier = _earlier(last_seen, policy)
    reading = _Reading(files, check_entry)
    try:
        note = notes.parse(files.checkpoint())
        checkpoint = policy.open(note)
        reading.follow(checkpoint, earlier)
    except (LogBroken, NotFound, InputInvalid) as error:
        return Verified(reading.tree.size, reading.tree.root.hex(), fault=str(error))
    return Verified(checkpoint.size, checkpoint.root.hex(), str(note))


class _Reading:
    """Goes through a log from its first entry on; `tree` is over what has been read."""

    def __init__(self, files: LogFiles, check_entry: CheckEntry | None) -> None:
        self.tree = Tree()
        self._files = files
        self._check_entry = check_entry

    def follow(self, checkpoint: Checkpoint, earlier: Checkpoint | None) -> None:
        """Raise LogBroken at the first fault."""
        if earlier and earlier.origin != checkpoint.origin:
            raise LogBroken(f"What was seen before is another log's: {earlier.origin!r}.")
        if earlier and earlier.size > checkpoint.size:
            raise LogBroken(
                f"The log had {earlier.size} entries before and has {checkpoint.size} now."
            )
        self._extends(earlier)
        for number in range(-(-checkpoint.size // TILE_WIDTH)):
            width = min(TILE_WIDTH, checkpoint.size - number * TILE_WIDTH)
            self._bundle(number, self._files.entries(number, width), earlier)
        for level, hashes in enumerate(self.tree.partial):
            if hashes:
                number = (checkpoint.size >> (8 * level)) // TILE_WIDTH
                self._same(Tile(level, number, hashes))
        if self.tree.root != checkpoint.root:
            raise LogBroken("The entries do not give the root that the log signed.")

    def _bundle(self, number: int, entries: Sequence[bytes], earlier: Checkpoint | None) -> None:
        if self._check_entry:
            self._look_at(number * TILE_WIDTH, entries)
        leaves = hash_leaves(entries)
        cut = (earlier.size - self.tree.size) * HASH_BYTES if earlier else 0
        if 0 < cut < len(leaves):
            # It counts as read only with the whole bundle.
            self._extends(earlier, self.tree.append(leaves[:cut]).tree)
        growth = self.tree.append(leaves)
        for tile in growth.tiles:
            if len(tile.hashes) == TILE_WIDTH * HASH_BYTES:
                self._same(tile)
        self.tree = growth.tree
        self._extends(earlier)

    def _look_at(self, first: int, entries: Sequence[bytes]) -> None:
        assert self._check_entry
        for number, entry in enumerate(entries, first):
            fault = self._check_entry(number, entry)
            if fault:
                raise LogBroken(f"Entry {number}: {fault}")

    def _same(self, tile: Tile) -> None:
        at = At(tile.level, tile.number, len(tile.hashes) // HASH_BYTES)
        published = self._files.tile(at)
        if published == tile.hashes:
            return
        if tile.level == 0:
            apart = (i for i in range(0, len(published), HASH_BYTES) if _differ(published, tile, i))
            number = tile.number * TILE_WIDTH + next(apart) // HASH_BYTES
            raise LogBroken(
                f"Entry {number} does not have the hash in the tile {at.path!r}: it was changed "
                "after it was written, or the tile was."
            )
        raise LogBroken(f"The tile {at.path!r} does not follow from the entries.")

    def _extends(self, earlier: Checkpoint | None, tree: Tree | None = None) -> None:
        tree = tree or self.tree
        if earlier and earlier.size == tree.size and earlier.root != tree.root:
            raise LogBroken(
                f"The log does not extend what was seen before: its first {earlier.size} entries "
                "are others now. Keep both checkpoints; together they prove it."
            )


def _differ(published: bytes, tile: Tile, i: int) -> bool:
    return published[i : i + HASH_BYTES] != tile.hashes[i : i + HASH_BYTES]


def _earlier(last_seen: str, policy: Policy) -> Checkpoint | None:
    """The checkpoint seen before, whoever had cosigned it by then."""
    if not last_seen:
        return None
    note = notes.parse(last_seen)
    for key in policy.logs:
        if key in notes.check(note, [key]):
            return open_checkpoint(note, key)
    raise InputInvalid("What was seen last is not a checkpoint that the log signed.")
