"""The site's folder: written beside the old one and put in its place whole."""

from __future__ import annotations

import ctypes
import fcntl
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from bernard.errors import FolderNotOurs, InputInvalid
from bernard.register.site.manifest import HEAD, MADE_BY, MANIFEST

Put = Callable[[str, bytes], None]
_AT_FDCWD, _EXCHANGE = -100, 2


def check_ours(folder: Path) -> None:
    """Refuse a folder with anything in it that no build of ours put there.

    Raises:
        FolderNotOurs: nothing in it is touched.
    """
    if not folder.exists() and not folder.is_symlink():
        return
    if folder.is_symlink() or not folder.is_dir():
        raise FolderNotOurs(f"{str(folder)!r} is no folder. Name one that is new or empty.")
    there = {_path(file, folder) for file in folder.rglob("*") if not file.is_dir()}
    if not there:
        return
    strange = sorted(there - _ours(folder) - {MANIFEST})
    if strange:
        named = ", ".join(map(repr, strange[:3])) + (" and others" if len(strange) > 3 else "")
        raise FolderNotOurs(
            f"{str(folder)!r} holds files that no register put there: {named}. A build would "
            "remove them. Name a folder that is new, empty or made by `bernard register build`."
        )


def is_register(folder: Path) -> bool:
    """Whether a build of ours made this folder; quick, for it is asked at each request."""
    try:
        with (folder / MANIFEST).open("rb") as file:
            return file.read(len(HEAD)) == HEAD
    except OSError:
        return False


@contextmanager
def replacing(folder: Path) -> Iterator[Put]:
    """Gives a function that puts a file into the new folder, which takes the old one's place.

    A reader finds the old site or the new one. Killed halfway, or after an error, the old one is
    still where it was; what was begun beside it is removed, at the latest by the next build.

    Raises:
        FolderNotOurs: the folder holds what no build of ours put there.
        InputInvalid: the folder cannot be written.
    """
    check_ours(folder)
    try:
        # `.` and `..` have no name that a new folder could take.
        place = folder.resolve()
        place.parent.mkdir(parents=True, exist_ok=True)
        _remove_left(place)
        new = Path(tempfile.mkdtemp(prefix=_beside(place), dir=place.parent))
        try:
            with _held(new):
                yield lambda path, data: _write(new, path, data)
                new.chmod(0o755)
                # A power cut must not leave a site of empty files under the name.
                os.sync()
                _swap(new, place)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    except OSError as error:
        raise InputInvalid(f"{str(folder)!r} cannot be written: {error}.") from error


def _ours(folder: Path) -> set[str]:
    """The files that the manifest in the folder lists; none where there is no manifest of ours."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes())
        if manifest["made_by"] != MADE_BY:
            return set()
        return {str(file["path"]) for file in manifest["files"]}
    except (OSError, msgspec.DecodeError, KeyError, TypeError):
        return set()


def _path(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix()


def _beside(folder: Path) -> str:
    return f".{folder.name}.building-"


def _remove_left(folder: Path) -> None:
    """Remove what builds left that were killed, and nothing of one that is at work."""
    for left in folder.parent.glob(f"{glob.escape(_beside(folder))}*"):
        with suppress(OSError), _held(left):
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """A lock on a folder that a site is written into; it ends with the process that has it.

    Raises:
        BlockingIOError: another build has it.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _write(folder: Path, path: str, data: bytes) -> None:
    # Names of pages are made of ids of agreements and of files' names.
    if path.startswith("/") or ".." in path.split("/"):
        raise InputInvalid(f"{path!r} is no name for a page of a register.")
    file = folder / path
    # If the folder itself is gone, what was written into it is too, and half a site would be left.
    folder.stat()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def _swap(new: Path, folder: Path) -> None:
    """The new folder under the name of the old one, and the old one under that of the new."""
    if not folder.exists():
        new.rename(folder)
        return
    if _exchange(new, folder):
        return
    # Without an exchange in one step the name is free for a moment, and nobody sees half a site.
    old = new.with_name(f"{new.name}-old")
    folder.rename(old)
    new.rename(folder)
    old.rename(new)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step, where the system can; whether it could."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    rename = getattr(libc, "renameat2", None)
    if rename is None:
        return False
    done = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE)
    return bool(done == 0)
