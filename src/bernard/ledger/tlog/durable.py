"""Files that a reader, or a power cut, finds whole: the old one or the new one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that readers see whole at once; `sync` puts it on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)


def write_durably(path: Path, data: bytes) -> None:
    """Write a file that is on the disk when this returns.

    Its bytes are on the disk before its name is: the old file is not lost to a power cut.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(data)
    sync([part])
    part.replace(path)
    sync([path.parent])


def sync(paths: Iterable[Path]) -> None:
    """Have these files, and the names in these folders, on the disk."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
