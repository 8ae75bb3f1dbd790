"""The file that a backup is: what is in it, and whether that is still what was put in."""

from __future__ import annotations

import hashlib
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import msgspec

from bernard.errors import InputInvalid, StoreUnavailable
from bernard.store.faults import explain

DATABASE = "bernard.db"
_MANIFEST = "manifest.json"
_ORIGINAL = re.compile(r"files/([0-9a-f]{64})")
_FORMAT = 1
_CHUNK = 1 << 20
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    KeyError,
    EOFError,
    ValueError,
    RuntimeError,
    OverflowError,
    msgspec.MsgspecError,
)


class Summary(msgspec.Struct, frozen=True):
    """What a backup holds.

    Attributes:
        made: when, in seconds since 1970.
        revision: of the tables.
        rows: how many each table has.
    """

    made: float
    revision: str
    rows: dict[str, int]


class _Manifest(msgspec.Struct, frozen=True):
    format: int
    summary: Summary
    members: dict[str, str]


class NewArchive:
    """A backup that is being made."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        """Write into this ZIP."""
        self._zip = file
        self._members: dict[str, str] = {}

    def add_database(self, path: Path) -> None:
        """Put the database in."""
        with (
            open(path, "rb") as source,
            self._zip.open(DATABASE, "w", force_zip64=True) as target,
        ):
            self._members[DATABASE] = _copy(source, target)

    def add_original(self, sha256: str, data: bytes) -> None:
        """Put an original in."""
        self._zip.writestr(f"files/{sha256}", data)
        self._members[f"files/{sha256}"] = sha256

    def finish(self, summary: Summary) -> Summary:
        """Write the list of what is in it."""
        manifest = _Manifest(_FORMAT, summary, self._members)
        self._zip.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        return summary


class Archive:
    """A backup to be read."""

    def __init__(self, file: Path, packed: zipfile.ZipFile, manifest: _Manifest) -> None:
        """Read from this ZIP."""
        self._file = file
        self._zip = packed
        self._members = manifest.members
        self.summary = manifest.summary

    def check(self) -> None:
        """Read every byte.

        Raises:
            InputInvalid: something is missing or is not what was put in.
        """
        with _intact(self._file):
            for name, sha256 in self._members.items():
                with self._zip.open(name) as member:
                    if _copy(member) != sha256:
                        raise zipfile.BadZipFile(f"{name!r} is not what was put in")

    def extract_database(self, folder: Path) -> Path:
        """Put the database into this folder."""
        path = folder / DATABASE
        with self._zip.open(DATABASE) as source, open(path, "wb") as target:
            _copy(source, target)
            target.flush()
            os.fsync(target.fileno())
        return path

    def originals(self) -> Iterator[bytes]:
        """The originals, one at a time."""
        for name in self._members:
            if name != DATABASE:
                yield self._zip.read(name)


@contextmanager
def new_archive(file: Path) -> Iterator[NewArchive]:
    """A new backup; the file is there whole, or not at all.

    Raises:
        InputInvalid: the file exists.
        StoreUnavailable: it cannot be written.
    """
    if file.exists():
        raise InputInvalid(f"{str(file)!r} exists. Give a name that is not taken.")
    part = file.with_name(f".{file.name}.part")
    try:
        # It holds everything, so only this account may read it.
        with open(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600), "w+b") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
                yield NewArchive(packed)
            out.flush()
            os.fsync(out.fileno())
        part.rename(file)
    except OSError as error:
        raise StoreUnavailable(explain(error, str(file))) from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def open_archive(file: Path) -> Iterator[Archive]:
    """A backup.

    Raises:
        InputInvalid: it is none, or parts of it are missing.
    """
    if not file.exists():
        raise InputInvalid(f"There is no file {str(file)!r}.")
    with ExitStack() as opened:
        with _intact(file):
            packed = opened.enter_context(zipfile.ZipFile(file))
            manifest = msgspec.json.decode(packed.read(_MANIFEST), type=_Manifest)
        _accept(manifest)
        yield Archive(file, packed, manifest)


@contextmanager
def _intact(file: Path) -> Iterator[None]:
    """Python's reader of ZIPs tells of damage in many ways."""
    try:
        yield
    except (*_DAMAGE, OSError) as error:
        raise InputInvalid(f"{str(file)!r} is damaged or is no backup of Bernard's.") from error


def _accept(manifest: _Manifest) -> None:
    if manifest.format != _FORMAT:
        raise InputInvalid(
            f"A newer Bernard made this backup (its format is {manifest.format}, this program "
            f"knows {_FORMAT}). Install that version to restore it."
        )
    for name, sha256 in manifest.members.items():
        original = _ORIGINAL.fullmatch(name)
        if name != DATABASE and (original is None or original[1] != sha256):
            raise InputInvalid(f"The backup names a part {name!r}, which does not belong there.")
    if DATABASE not in manifest.members:
        raise InputInvalid("The backup holds no database.")


def _copy(source: IO[bytes], target: IO[bytes] | None = None) -> str:
    """Copy a file, if only to nowhere; gives its SHA-256."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        if target:
            target.write(chunk)
    return digest.hexdigest()
