"""The original bytes of every document, kept once under their SHA-256.

Beside SQLite they are files in a folder; PostgreSQL keeps them in a table, so that every machine
has them.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select

from bernard.errors import NotFound, StoreUnavailable
from bernard.store.sql import is_sqlite, upsert
from bernard.store.tables import documents, files

_NEW = ".new-"


def put(c: Connection, data: bytes) -> str:
    """Keep these bytes; gives their SHA-256.

    They are on the disk when this returns. Do it in the transaction that adds the document, so
    that `remove_unused` cannot take them away in between.

    Raises:
        StoreUnavailable: the disk is full or the folder cannot be written.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    if is_sqlite(c):
        _write(_path(c, sha256), data)
    elif not _held(c, sha256):
        new = upsert(c, files).values(sha256=sha256, data=data)
        # Two may put the same: the second writes the row again, which holds it as `_held` does.
        same = {"sha256": new.excluded.sha256}
        c.execute(new.on_conflict_do_update(index_elements=["sha256"], set_=same))
    return sha256


def get(c: Connection, sha256: str) -> bytes:
    """The bytes with this SHA-256.

    Raises:
        NotFound: they are not kept here.
    """
    data = _read(_path(c, sha256)) if is_sqlite(c) else _select(c, sha256)
    if data is None:
        raise NotFound(f"The original file {sha256!r} is missing. Put the document in again.")
    return data


def has(c: Connection, sha256: str) -> bool:
    """Whether the bytes with this SHA-256 are kept."""
    if is_sqlite(c):
        return _path(c, sha256).exists()
    return c.scalar(select(files.c.sha256).where(files.c.sha256 == sha256)) is not None


def remove_unused(c: Connection, hashes: Iterable[str]) -> int:
    """Delete those of these originals that no document has any more; gives how many.

    Call it in a transaction of its own, after the one that removed the documents: an original
    deleted in a transaction that fails could not be brought back.
    """
    return sum(_remove(c, sha256) for sha256 in set(hashes) if not _used(c, sha256))


def kept(c: Connection) -> list[str]:
    """The SHA-256 of every original that is kept."""
    if not is_sqlite(c):
        return list(c.scalars(select(files.c.sha256).order_by(files.c.sha256)))
    return sorted(p.name for p in folder(c).glob("??/*") if len(p.name) == 64)


def unused(c: Connection) -> list[str]:
    """The originals that no document has: what was left when a program was killed in between."""
    used = set(c.scalars(select(documents.c.sha256)))
    return [sha256 for sha256 in kept(c) if sha256 not in used]


def remove_unfinished(c: Connection, before: float) -> None:
    """Delete what a killed program had only begun to write before that time."""
    if is_sqlite(c):
        for path in folder(c).glob(f"??/{_NEW}*"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)


def folder(c: Connection) -> Path:
    """Where the originals lie beside SQLite."""
    return Path(c.get_execution_options()["files"])


def _path(c: Connection, sha256: str) -> Path:
    # Folders by the first two digits, because some file systems are slow with many in one.
    return folder(c) / sha256[:2] / sha256


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing, and on the disk, whatever happens to program or power."""
    if path.exists():
        return
    temporary = ""
    try:
        for missing in (path.parent.parent, path.parent):
            missing.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=_NEW)
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync_folder(path.parent)
        _sync_folder(path.parent.parent)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise StoreUnavailable(_why(path, error)) from error


def _sync_folder(folder: Path) -> None:
    """The name of a new file is on the disk only once its folder is."""
    if os.name == "nt":
        return  # Windows has no such call and needs none.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _why(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"There is no room left in {path.parent}. Free some disk space and try again."
    return (
        f"The file could not be kept in {path.parent} ({error.strerror}). Give this account the "
        "right to write there, or set BERNARD_HOME to a folder of its own."
    )


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreUnavailable(
            f"The original {path} cannot be read ({error.strerror}). Check the disk."
        ) from error


def _select(c: Connection, sha256: str) -> bytes | None:
    # By the driver itself, since as text a file would take eight times its size in memory.
    driver: Any = c.connection.driver_connection
    query = "SELECT data FROM files WHERE sha256 = %s"
    row = driver.execute(query, [sha256], binary=True).fetchone()
    return bytes(row[0]) if row else None


def _held(c: Connection, sha256: str) -> bool:
    """Whether PostgreSQL has it, and nobody can delete it until the transaction ends."""
    query = select(files.c.sha256).where(files.c.sha256 == sha256).with_for_update()
    return c.scalar(query) is not None


def _used(c: Connection, sha256: str) -> bool:
    if not is_sqlite(c):
        # Waits for a `put` that is under way, whose document the next query then sees.
        _held(c, sha256)
    query = select(documents.c.id).where(documents.c.sha256 == sha256).limit(1)
    return c.scalar(query) is not None


def _remove(c: Connection, sha256: str) -> bool:
    if not is_sqlite(c):
        return bool(c.execute(delete(files).where(files.c.sha256 == sha256)).rowcount)
    path = _path(c, sha256)
    there = path.exists()
    path.unlink(missing_ok=True)
    return there
