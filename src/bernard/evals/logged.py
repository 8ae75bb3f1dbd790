"""What the log says of an evaluation: the task, on which data, by which model, with which scores."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from bernard.agreements.schema import Look
from bernard.ledger.types import Entry
from bernard.models.types import Deployment

_DIGITS = 6


def evaluation(result: Mapping[str, Any], data: Path, at: int, model: Deployment | None) -> Entry:
    """The entry for what `run` measured.

    Args:
        data: the data set, or the folder of data sets, whose hash the entry holds.
        model: that the task used, if it used one.
    """
    mode = str(result.get("mode", ""))
    return Entry(
        "evaluation",
        at,
        task=str(result["task"]),
        cases=int(result["n"]),
        scores={
            name.replace(" ", "_"): round(float(n), _DIGITS)
            for name, n in result["metrics"].items()
        },
        file_sha256=data_sha256(data),
        detector=mode if mode in get_args(Look) else "",
        model=model.model if model else "",
        model_version=model.version if model else "",
        provider=model.provider if model else "",
    )


def data_sha256(data: Path) -> str:
    """SHA-256 of a file; of a folder, over a line `HASH  PATH` for each file in it, in order."""
    if data.is_file():
        return _hash(data)
    inside = sorted((path.relative_to(data).as_posix(), path) for path in data.rglob("*"))
    lines = (f"{_hash(path)}  {name}\n" for name, path in inside if path.is_file())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
