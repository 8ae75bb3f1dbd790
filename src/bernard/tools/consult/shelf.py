"""Where the stages of an analysis keep what they have made, so that a killed run goes on.

A name holds all of its bytes or nothing: what was half written when the power went is not there.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from bernard.errors import FolderInUse, InputInvalid, StoreUnavailable
from bernard.store import consultations
from bernard.store.database import Store

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,150}")
# What a run leaves in its folder: outcomes of stages by name and key, a half-written file, its hold.
_OURS = re.compile(r"[a-z0-9-]+-[0-9a-f]{24}(?:-\d{5})?|\.part-[0-9a-f]{32}|\.lock")
_SUM = 32
# Databases and their drivers hold a value in memory several times over, so values stay small.
_PIECE_BYTES = 8_000_000


class Shelf(Protocol):
    """Bytes by name."""

    def get(self, name: str) -> bytes | None:
        """What is kept under a name, None where nothing is."""
        ...

    def put(self, name: str, data: bytes) -> None:
        """Keep bytes under a name; they are on the disk when this returns.

        Raises:
            StoreUnavailable: they cannot be written, as where the disk is full.
        """
        ...

    def names(self, prefix: str = "") -> list[str]:
        """The names that begin so, in order."""
        ...

    def remove(self, name: str) -> None:
        """Keep nothing under the name any more."""
        ...


class FolderShelf:
    """A file for each name, behind a checksum, in a folder that others cannot look into."""

    def __init__(self, folder: Path) -> None:
        """Keep files in this folder, which is made where it is missing.

        Raises:
            InputInvalid: it cannot be made.
        """
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise InputInvalid(
                f"The folder {str(folder)!r} cannot be made: {error.strerror}."
            ) from error

    def get(self, name: str) -> bytes | None:
        """What is kept under a name; None too where the file was cut short or changed."""
        try:
            kept = self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _failed(self._path(name), "read", error) from error
        data = kept[_SUM:]
        return data if hashlib.sha256(data).digest() == kept[:_SUM] else None

    def put(self, name: str, data: bytes) -> None:
        """Write a file beside, then put it in its place: at no time is there a part of one."""
        write_whole(self._path(name), hashlib.sha256(data).digest() + data)

    def names(self, prefix: str = "") -> list[str]:
        """The names that begin so, in order."""
        found = (path.name for path in self._folder.iterdir())
        return sorted(n for n in found if n.startswith(prefix) and _NAME.fullmatch(n))

    def remove(self, name: str) -> None:
        """Delete the file."""
        self._path(name).unlink(missing_ok=True)

    def clear(self) -> None:
        """Delete what stages put here, and the folder unless it holds something else."""
        for path in sorted(self._folder.iterdir()):
            if _OURS.fullmatch(path.name):
                path.unlink(missing_ok=True)
        with suppress(OSError):
            self._folder.rmdir()

    def _path(self, name: str) -> Path:
        assert _NAME.fullmatch(name), name
        return self._folder / name


class StoreShelf:
    """The parts of one consultation in the database; large ones lie there in pieces."""

    def __init__(self, store: Store, id: str) -> None:
        """Keep what is made of this consultation."""
        self._store = store
        self._id = id

    def get(self, name: str) -> bytes | None:
        """What is kept under a name."""
        with self._store.read() as c:
            first = consultations.part(c, self._id, name)
            if first is None:
                return None
            count = int(first)
            pieces = [
                consultations.part(c, self._id, _piece(name, number)) for number in range(count)
            ]
        # Another worker may have put the same name meanwhile, with as many pieces: bytes are equal.
        return None if None in pieces else b"".join(piece or b"" for piece in pieces)

    def put(self, name: str, data: bytes) -> None:
        """Keep bytes under a name; the name is there once all its pieces are."""
        pieces = _pieces(name, data)
        for piece_name, piece in pieces[:-1]:
            with self._store.write() as c:
                consultations.put_part(c, self._id, piece_name, piece)
        with self._store.write(durable=True) as c:
            consultations.put_part(c, self._id, *pieces[-1])

    @staticmethod
    def put_in(c: Connection, id: str, name: str, data: bytes) -> None:
        """Keep bytes of a consultation in the caller's transaction, with what else is written in it."""
        for piece_name, piece in _pieces(name, data):
            consultations.put_part(c, id, piece_name, piece)

    def names(self, prefix: str = "") -> list[str]:
        """The names that begin so, in order."""
        with self._store.read() as c:
            found = consultations.part_names(c, self._id)
        return [name for name in found if name.startswith(prefix) and "." not in name]

    def remove(self, name: str) -> None:
        """Delete it and its pieces."""
        with self._store.write() as c:
            for found in consultations.part_names(c, self._id):
                if found == name or found.startswith(f"{name}."):
                    consultations.remove_part(c, self._id, found)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it holds all of the bytes or, whatever happens, what it held before.

    Raises:
        StoreUnavailable: it cannot be written, as where the disk is full.
    """
    beside = path.with_name(f".part-{uuid.uuid4().hex}")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
        _sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise _failed(path, "written", error) from error


@contextmanager
def sole(folder: Path) -> Iterator[None]:
    """Hold a folder for one run; the hold ends with the process, however that ends.

    Raises:
        FolderInUse: another run holds it.
        StoreUnavailable: the file that holds it cannot be written.
    """
    path = folder / ".lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise _failed(path, "written", error) from error
    try:
        try:
            _try_lock(handle)
        except OSError as error:
            raise FolderInUse(
                f"Another run is writing into {str(folder.parent)!r}. Wait until it is done, or "
                "name another folder with --out."
            ) from error
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _sync_folder(folder: Path) -> None:
        """Nothing: a folder cannot be opened there, and its entries are written with the file."""
else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _sync_folder(folder: Path) -> None:
        """Put the folder's own entries on the disk."""
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _piece(name: str, number: int) -> str:
    return f"{name}.{number:04d}"


def _pieces(name: str, data: bytes) -> list[tuple[str, bytes]]:
    """The pieces of a value, and last what says how many there are."""
    assert _NAME.fullmatch(name), name
    starts = range(0, len(data), _PIECE_BYTES)
    pieces = [
        (_piece(name, number), data[at : at + _PIECE_BYTES]) for number, at in enumerate(starts)
    ]
    return [*pieces, (name, str(len(pieces)).encode())]


def _failed(path: Path, done: str, error: OSError) -> StoreUnavailable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreUnavailable(
            f"The disk is full, so {str(path)!r} was not {done}. Make room, then run the same "
            "command again: it goes on where it stopped."
        )
    return StoreUnavailable(f"{str(path)!r} cannot be {done}: {error.strerror}.")
