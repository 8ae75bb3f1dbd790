"""Copy everything into one file, and put it back, on the same kind of database or the other.

A backup is a ZIP of three things: `bernard.db`, a SQLite database whatever it was taken from;
`files/`, the originals under their SHA-256; and `manifest.json`, which names each with its hash.
What stands for whom in cases is not in it, nor are documents that are being redacted.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from bernard.config import Settings
from bernard.errors import InputInvalid, StoreUnavailable
from bernard.store import cases, files, redactions
from bernard.store.archive import DATABASE, Archive, Summary, new_archive, open_archive
from bernard.store.database import Store, open_store
from bernard.store.export import export
from bernard.store.faults import explain
from bernard.store.index import open_index
from bernard.store.revision import HEAD
from bernard.store.tables import documents
from bernard.store.transfer import copy_index, copy_rows, count_rows


def backup(store: Store, file: Path) -> Summary:
    """Copy the database as it is at one moment, and its originals, into a new file.

    Others may go on reading and writing meanwhile. The file is there whole or not at all.

    Raises:
        InputInvalid: the file exists.
        StoreUnavailable: the disk is full, or the database cannot be read.
    """
    with new_archive(file) as archive, _scratch(file.parent) as home:
        _copy_database(store, home)
        copied = open_store(Settings(home=home))
        with closing(copied), copied.read() as rows, store.read() as c:
            counts = count_rows(rows)
            for sha256 in rows.scalars(select(documents.c.sha256).distinct()):
                # A document that was inside another may have no original of its own.
                if files.has(c, sha256):
                    archive.add_original(sha256, files.get(c, sha256))
        archive.add_database(home / DATABASE)
        return archive.finish(Summary(time.time(), HEAD, counts))


def verify(file: Path) -> Summary:
    """What the backup holds, once every byte of it has been read and found right.

    Raises:
        InputInvalid: it is no backup, or is damaged.
    """
    with open_archive(file) as archive, tempfile.TemporaryDirectory() as folder:
        archive.check()
        database = archive.extract_database(Path(folder))
        with closing(sqlite3.connect(database)) as connection:
            faults = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        if faults != ["ok"]:
            raise InputInvalid(f"The database in {str(file)!r} is damaged: {faults[0]}.")
        return archive.summary


def restore(settings: Settings, file: Path) -> Summary:
    """Put a backup back, into a home or a PostgreSQL database that holds nothing yet.

    Raises:
        InputInvalid: something is there already, or `verify` finds a fault.
        StoreUnavailable: the disk is full, the database cannot be written, or a newer Bernard
            made the backup.
    """
    summary = verify(file)
    if not settings.database and (settings.home / DATABASE).exists():
        raise InputInvalid(
            f"There is a database in {str(settings.home)!r} already, and a backup never "
            "overwrites one. Set BERNARD_HOME to an empty folder, or move the old one away."
        )
    with open_archive(file) as archive, _scratch(settings.home) as home:
        archive.extract_database(home)
        # Opening brings the backup of an older Bernard up to date.
        source = open_store(replace(settings, home=home, database=""))
        with closing(source):
            if settings.database:
                _fill_postgresql(settings, source, archive)
            else:
                _fill_folder(settings, source, archive)
        if not settings.database:
            # Last, so that a restore that was killed can be begun again.
            (home / DATABASE).rename(settings.home / DATABASE)
    return summary


def _copy_database(store: Store, home: Path) -> None:
    if store.dialect == "sqlite":
        with (
            closing(sqlite3.connect(str(store.engine.url.database))) as source,
            closing(sqlite3.connect(home / DATABASE)) as target,
        ):
            source.backup(target)
        copied = open_store(Settings(home=home))
        with closing(copied), copied.write() as c:
            # A copy of what stands for whom in a case would outlast its destruction.
            cases.clear(c)
            redactions.clear(c)
        return
    copied = open_store(Settings(home=home))
    with closing(copied), store.read() as source_rows, copied.write() as c:
        copy_rows(source_rows, c)
        copy_index(source_rows, c, open_index(copied))


def _fill_folder(settings: Settings, source: Store, archive: Archive) -> None:
    with source.read() as c:
        home = c.execution_options(files=settings.home / "files")
        for data in archive.originals():
            files.put(home, data)


def _fill_postgresql(settings: Settings, source: Store, archive: Archive) -> None:
    target = open_store(settings)
    with closing(target), source.read() as rows, target.write() as c:
        if any(count_rows(c).values()):
            raise InputInvalid(
                f"There is something in {target.place} already, and a backup never overwrites "
                "anything. Set BERNARD_DATABASE to an empty database."
            )
        copy_rows(rows, c)
        copy_index(rows, c, open_index(target))
        for data in archive.originals():
            files.put(c, data)


@contextmanager
def _scratch(beside: Path) -> Iterator[Path]:
    """A folder on the same disk, gone afterwards."""
    try:
        beside.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=beside, prefix=".bernard-") as folder:
            yield Path(folder)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(explain(error, str(beside))) from error


__all__ = ["Summary", "backup", "export", "restore", "verify"]
