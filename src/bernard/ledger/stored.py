"""The log in the store: one writer at a time; entries, their tree and a signed head together.

A group of entries, the tiles of the tree that they fill, and the checkpoint over all of it are one
transaction. So whatever is killed when, each entry that is there is in the tree and signed for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection

from bernard.config import Settings
from bernard.errors import LogUnwritable, NotFound, StoreUnavailable
from bernard.ledger import live_files
from bernard.ledger.canonical import canonical
from bernard.ledger.growing import Growing
from bernard.ledger.key_file import KeyFile
from bernard.ledger.published import not_extended
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.checkpoint import Checkpoint
from bernard.ledger.tlog.files import CHECKPOINT, LogFiles
from bernard.ledger.tlog.keys import VerifierKey
from bernard.ledger.tlog.note import Note
from bernard.ledger.tlog.policy import Policy
from bernard.ledger.tlog.proofs import Prover
from bernard.ledger.tlog.receipt import Receipt
from bernard.ledger.tlog.tiles import At
from bernard.ledger.tlog.tree import EMPTY_ROOT, HASH_BYTES
from bernard.ledger.tlog.verify import CheckEntry, Verified, verify_files
from bernard.ledger.types import Entry, Logged
from bernard.store import entries, tree
from bernard.store.database import Store

PAGE = 1000


class StoredLedger:
    """Keeps the log in tables that nothing takes away from; any thread may use it."""

    def __init__(self, store: Store, key: KeyFile | None = None, shown: Path | None = None) -> None:
        """Keep the log in this store.

        Args:
            key: signs the log; `ledger.key` in the store's home where none is given.
            shown: folder with what others have seen of the log, which it must extend.
        """
        self._store = store
        self._key = key or KeyFile(store.home / "ledger.key")
        self._growing = Growing(self._key, shown)
        self._shown = shown
        self._durable: tree.Head | None = None
        self._prover = Prover(self.tile)

    @property
    def origin(self) -> str:
        """The log's public name."""
        return VerifierKey.parse(self.vkey).name

    @property
    def vkey(self) -> str:
        """The public key that the log is signed with, in one line, for who will check it.

        Raises:
            LogKeyInvalid: there is none yet and none can be made.
        """
        head = self._head()
        return head.vkey if head else str(self._key.key().verifier)

    def append(self, entry: Entry, *, durable: bool) -> Logged:
        """Write one entry; it is in the log when this returns.

        Raises:
            LogUnwritable: the entry could not be written.
        """
        try:
            with self._store.write(durable=durable) as c:
                [logged] = self.append_many(c, [canonical(entry)])
        except StoreUnavailable as error:
            raise LogUnwritable(f"The log could not be written. {error}") from error
        return logged

    def append_many(self, c: Connection, bodies: Sequence[str]) -> list[Logged]:
        """Write entries as part of a transaction; they are in the log once it is committed.

        Args:
            bodies: of entries, from `canonical`.

        Raises:
            InputInvalid: an entry is longer than the log takes.
            LogKeyInvalid: the key that signs the log is missing or another one.
            LogBroken: the log in the store is not what was signed.
        """
        entries.lock(c)
        if not bodies:
            return []
        first = self._growing.append(c, bodies)
        return [Logged(number, body) for number, body in enumerate(bodies, first)]

    def get(self, number: int) -> Logged:
        """One entry, or NotFound."""
        with self._store.read() as c:
            last = entries.last(c)
            # A number far beyond the last is also beyond what the database can compare.
            found = entries.starting_at(c, number, 1) if last and number <= last.number else []
        if not found or found[0].number != number:
            raise NotFound(f"The log has no entry {number}.")
        return Logged(*found[0])

    def newest(self, limit: int, before: int | None = None) -> Sequence[Logged]:
        """Entries from the newest down, those under `before` only."""
        with self._store.read() as c:
            last = entries.last(c)
            end = last.number + 1 if last else 0
            end = end if before is None else min(before, end)
            start = max(0, end - limit)
            found = entries.starting_at(c, start, end - start)
        return [Logged(*row) for row in reversed(found)]

    def all(self) -> Iterator[Logged]:
        """Every entry from the first, read a page at a time."""
        start = 0
        while True:
            with self._store.read() as c:
                page = entries.starting_at(c, start, PAGE)
            if not page:
                return
            yield from (Logged(*row) for row in page)
            start = page[-1].number + 1

    def bodies(self, start: int, end: int) -> list[bytes]:
        """The entries from one number up to another, as far as there are any."""
        with self._store.read() as c:
            return live_files.bodies(c, start, end)

    def tile(self, at: At) -> bytes:
        """The hashes of a tile, empty where there is none; a tile of more may hold this one."""
        with self._store.read() as c:
            return tree.tile(c, at.level, at.number)[: at.width * HASH_BYTES]

    def checkpoint(self) -> Note:
        """The newest checkpoint, which no power cut can take back: it may be shown to others.

        Raises:
            NotFound: the log is empty.
            LogUnwritable: it cannot be put on the disk.
            LogBroken: an older database was put in the place of the one that was there.
        """
        head = self._head()
        if head is None:
            raise NotFound("The log is empty: no model has been called yet.")
        shown = self._durable
        if shown and shown.origin == head.origin and shown.size > head.size:
            raise not_extended(shown.size, head.size, self._shown or self._store.home)
        if head != self._durable:
            try:
                with self._store.write(durable=True) as c:
                    entries.lock(c)
                    head = tree.write_again(c) or head
            except StoreUnavailable as error:
                raise LogUnwritable(f"The log could not be written. {error}") from error
            self._durable = head
        return notes.parse(head.note)

    def receipt(self, number: int, checkpoint: Note | None = None) -> Receipt:
        """Proof that an entry is in the log, for whoever keeps it.

        Args:
            checkpoint: the one to prove it under, such as one that witnesses cosigned.

        Raises:
            NotFound: there is no such entry, or it is newer than the checkpoint.
        """
        checkpoint = checkpoint or self.checkpoint()
        size = Checkpoint.parse(checkpoint.text).size
        if not 0 <= number < size:
            raise NotFound(f"The log has no entry {number} under a checkpoint of {size} entries.")
        return Receipt(number, tuple(self._prover.inclusion(number, size)), checkpoint)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the log of `new` entries extends the one of `old`."""
        return self._prover.consistency(old, new)

    def files(self) -> LogFiles:
        """The log as the files that others read; it may grow while it is read."""
        return LogFiles(self._file)

    def verify(self, check_entry: CheckEntry | None = None) -> Verified:
        """Read every entry, compute the tree anew, and compare it with what is signed."""
        with self._store.read() as c:
            head, last = tree.head(c), entries.last(c)
            count, size = last.number + 1 if last else 0, head.size if head else 0
            if count != size:
                return Verified(size, fault=f"{size} entries are signed for and {count} are there.")
            if head is None:
                return Verified(root=EMPTY_ROOT.hex())
            policy = Policy(logs=[VerifierKey.parse(head.vkey)])
            files = LogFiles(lambda path: live_files.file(c, path))
            return verify_files(files, policy, check_entry=check_entry)

    def check(self) -> None:
        """Refuse to go on from a store that is not what was signed; quick.

        Raises:
            LogBroken: the tree's edge or the last entry is not what the head signs.
            LogKeyInvalid: the key that signs the log is missing or another one.
        """
        with self._store.write() as c:
            entries.lock(c)
            self._growing.check(c)

    def renew(self) -> str:
        """Sign on with a new key under a new name, as a new log that begins with the same entries.

        For a log whose key is lost, or that was restored from a backup older than what others
        have seen of it: under the old name it would show two histories. Gives the public key.
        """
        with self._store.write(durable=True) as c:
            entries.lock(c)
            return self._growing.renew(c)

    def _head(self) -> tree.Head | None:
        with self._store.read() as c:
            return tree.head(c)

    def _file(self, path: str) -> bytes:
        if path == CHECKPOINT:
            return str(self.checkpoint()).encode()
        with self._store.read() as c:
            return live_files.file(c, path)


def open_ledger(settings: Settings, store: Store) -> StoredLedger:
    """The log of this store, with the key that the settings name."""
    return StoredLedger(
        store, KeyFile(settings.ledger_key, settings.ledger_origin), settings.log_folder
    )
