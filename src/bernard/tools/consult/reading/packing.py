"""A file or folder on the disk as a name and bytes; a folder becomes a ZIP, the same each time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert.intake import read_bytes
from bernard.library.convert.limits import Limits
from bernard.tools.consult.reading.bundles import QUESTION, RESPONSES

_WHEN = (1980, 1, 1, 0, 0, 0)


def packed(path: Path, limits: Limits | None = None) -> tuple[str, bytes]:
    """The name and bytes that `preview` and `read` take.

    Responses in JSON Lines take `question.txt` along where it stands beside them.

    Raises:
        DocumentUnreadable: there is nothing there, or it is no plain file or folder.
        DocumentTooLarge: it is over the limit on bytes.
    """
    limits = limits or Limits()
    if path.is_dir() and not path.is_symlink():
        return f"{path.resolve().name or 'folder'}.zip", _zipped(_under(path), path, limits)
    beside = path.with_name(QUESTION)
    if path.name == RESPONSES and beside.is_file():
        folder = path.resolve().parent
        return f"{folder.name}.zip", _zipped([beside, path], path.parent, limits)
    return path.name, read_bytes(path.name, path, limits)


def _under(folder: Path) -> list[Path]:
    """The files of a folder in order of name; of a question's folder, the two that matter."""
    question = [folder / QUESTION, folder / RESPONSES]
    if question[1].is_file():
        return [path for path in question if path.is_file()]
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and not any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
    ]
    if not found:
        raise DocumentUnreadable(f"{folder.name!r} is a folder with no files in it.")
    return found


def _zipped(paths: Sequence[Path], folder: Path, limits: Limits) -> bytes:
    buffer, size = io.BytesIO(), 0
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in paths:
            name = path.relative_to(folder).as_posix()
            data = read_bytes(name, path, limits)
            size += len(data)
            if size > limits.max_bytes:
                raise DocumentTooLarge(
                    f"{folder.name!r} holds more than {limits.max_bytes / 1e6:,.0f} MB. Split it, "
                    "or raise BERNARD_MAX_FILE_MB."
                )
            archive.writestr(zipfile.ZipInfo(name, _WHEN), data)
    return buffer.getvalue()
