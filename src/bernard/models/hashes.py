"""SHA-256 of files, remembered so that a large model is not read through at every start."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

import msgspec

from bernard.errors import ModelMissing, ModelRejected

_MEMORY = ".verified.json"


class _Seen(msgspec.Struct, frozen=True):
    """What a file was when it was last read through."""

    size: int
    modified_ns: int
    inode: int
    sha256: str


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_file(path: Path, sha256: str, memory: Path | None = None) -> None:
    """Return if the file's bytes are the ones named.

    Args:
        memory: folder that remembers what was read; a file with the same size, time and inode
            is not read again.

    Raises:
        ModelMissing: the file is not there.
        ModelRejected: its bytes are others.
    """
    try:
        found = _remembered(path, memory) if memory else sha256_of(path)
    except FileNotFoundError as error:
        raise ModelMissing(f"The model file {str(path)!r} is not there.") from error
    except OSError as error:
        raise ModelMissing(f"The model file {str(path)!r} cannot be read: {error}.") from error
    if found != sha256:
        raise ModelRejected(
            f"{str(path)!r} is not the file it should be, so it was not loaded: its SHA-256 is "
            f"{found}, and {sha256} was expected. Remove it and fetch it again."
        )


def _remembered(path: Path, memory: Path) -> str:
    stat = path.stat()
    seen = _load(memory).get(str(path))
    now = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
    if seen and (seen.size, seen.modified_ns, seen.inode) == now:
        return seen.sha256
    sha256 = sha256_of(path)
    _save(memory, str(path), _Seen(*now, sha256))
    return sha256


def _load(memory: Path) -> dict[str, _Seen]:
    try:
        return msgspec.json.decode((memory / _MEMORY).read_bytes(), type=dict[str, _Seen])
    except (OSError, msgspec.MsgspecError):
        return {}


def _save(memory: Path, name: str, seen: _Seen) -> None:
    # A folder that cannot be written costs time at the next start, nothing else.
    with contextlib.suppress(OSError):
        write_whole(memory / _MEMORY, msgspec.json.encode({**_load(memory), name: seen}))


def write_whole(path: Path, data: bytes) -> None:
    """Write the file so that a reader finds the old bytes or the new, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
