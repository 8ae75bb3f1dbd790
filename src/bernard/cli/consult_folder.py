"""The folder that a run writes into: nothing of somebody else's there is written over."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from bernard.errors import FolderNotOurs, InputInvalid
from bernard.tools.consult.reading.bundles import RESPONSES
from bernard.tools.consult.shelf import write_whole

WORK, RECEIPTS = ".bernard", "receipts.json"
# It lies there from before the first file of a report is written until all of them are.
_WRITING = "writing"
_WRITTEN = (
    "report.docx",
    "themes.xlsx",
    "analysis.json",
    "themes.csv",
    "responses.csv",
    "mapping.csv",
    "campaigns.csv",
    "cross-tables.csv",
    "said-together.csv",
    "quality.csv",
    "chart-[0-9]*-*.svg",
    RECEIPTS,
)
_ANOTHER = "Name another folder with --out."


def is_written(name: str) -> bool:
    """Whether a run writes files of this name."""
    return any(fnmatch(name, pattern) for pattern in _WRITTEN)


def check_ours(out: Path, given: Sequence[Path]) -> None:
    """Make sure that the report takes the place of nothing but a report.

    Args:
        given: the files and folders that the run reads.

    Raises:
        FolderNotOurs: something of somebody's would be written over, or the report would be read
            with the letters when the run is done again.
        InputInvalid: a folder cannot be read.
    """
    whole = out.resolve()
    for path in given:
        if path.resolve().parent == whole and is_written(path.name):
            raise FolderNotOurs(
                f"{str(path)!r} is to be read, and the report would be written over it. {_ANOTHER}"
            )
        if _holds_letters(path) and whole.is_relative_to(path.resolve()):
            raise FolderNotOurs(
                f"{str(out)!r} lies in {str(path)!r}, so the report would be read as one of the "
                f"letters. {_ANOTHER}"
            )
    if (out / RECEIPTS).is_file() or (out / WORK / _WRITING).is_file() or not out.is_dir():
        return
    theirs = sorted(path.name for path in _inside(out) if is_written(path.name))
    if theirs:
        raise FolderNotOurs(
            f"{str(out / theirs[0])!r} was not written by a run, so nothing was written. {_ANOTHER}"
        )


def begin_writing(out: Path) -> None:
    """Remember that the files that will lie there are ours, should the run be killed."""
    write_whole(out / WORK / _WRITING, b"")


def end_writing(out: Path, written: Sequence[str]) -> None:
    """All files lie there: those of an earlier report, of more questions, go."""
    for path in out.glob("chart-[0-9]*-*.svg"):
        if path.name not in written:
            path.unlink()
    (out / WORK / _WRITING).unlink(missing_ok=True)


def _inside(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise InputInvalid(f"{str(folder)!r} cannot be read: {error.strerror}.") from error


def _holds_letters(path: Path) -> bool:
    if not path.is_dir() or (path / RESPONSES).is_file():
        return False
    return not any((inner / RESPONSES).is_file() for inner in _inside(path))
