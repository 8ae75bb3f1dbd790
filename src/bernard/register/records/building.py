"""What is handed on of a record: its files, and writing them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bernard.errors import InputInvalid
from bernard.register.records import govspeak, outputs
from bernard.register.records.template import template
from bernard.register.records.types import Record


def files(record: Record, name: str = "record") -> dict[str, bytes]:
    """The files of a record by their names: the same record gives the same bytes."""
    of = template(record.version)
    body = govspeak.body(record, of)
    publisher = msgspec.json.encode(outputs.metadata(record, of, body))
    return {
        f"{name}.json": outputs.as_json(record),
        f"{name}.govspeak.md": body.encode(),
        f"{name}.publisher.json": msgspec.json.format(publisher, indent=2) + b"\n",
        f"{name}.csv": outputs.as_csv(record, of),
    }


def write(record: Record, folder: Path, name: str = "record") -> list[Path]:
    """Write the files of a record into a folder, which is made where it is not there.

    Raises:
        InputInvalid: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = []
        for file, data in files(record, name).items():
            (folder / file).write_bytes(data)
            made.append(folder / file)
    except OSError as error:
        raise InputInvalid(f"{str(folder)!r} cannot be written: {error.strerror}.") from error
    return made
