"""The log that a register is made from: as far as one signed checkpoint goes, and verified."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from bernard.errors import LogBroken
from bernard.ledger.tlog import Checkpoint, LogFiles, Note, Policy, VerifierKey, verify_files
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.files import CHECKPOINT
from bernard.ledger.tlog.tiles import TILE_WIDTH

# The year 3000; a signature that carries no time says something far beyond.
LATEST_S = 32_503_680_000


@dataclass(frozen=True)
class Source:
    """A log up to a checkpoint.

    Attributes:
        files: of the log; its checkpoint is the one here, however far the log has grown since.
        note: the checkpoint as it was signed, with the cosignatures of witnesses.
        vkey: the log's public key in one line.
    """

    files: LogFiles
    note: Note
    vkey: str

    @property
    def checkpoint(self) -> Checkpoint:
        """The size and the root that are signed."""
        return Checkpoint.parse(self.note.text)

    def entries(self) -> Iterator[dict[str, Any]]:
        """The fields of each entry, from number 0 on; none of what is no entry of ours."""
        return map(fields_of, self.bodies())

    def bodies(self) -> Iterator[bytes]:
        """Each entry as it stands in the log, from number 0 on."""
        size = self.checkpoint.size
        for start in range(0, size, TILE_WIDTH):
            yield from self.files.entries(start // TILE_WIDTH, min(TILE_WIDTH, size - start))

    def witnesses(self) -> list[tuple[str, int]]:
        """The names under which the checkpoint was cosigned, with the times in seconds since 1970.

        Whether they are who they say is for the reader's own policy to tell.
        """
        log = VerifierKey.parse(self.vkey)
        return [
            (one.name, _time(one.blob))
            for one in self.note.signatures
            if (one.name, one.key_id) != (log.name, log.key_id) and len(one.blob) > 8
        ]


def fields_of(body: bytes) -> dict[str, Any]:
    """The fields of an entry; none where it is not JSON with fields.

    >>> fields_of(b'{"event": "sealed"}'), fields_of(b"no entry")
    ({'event': 'sealed'}, {})
    """
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def _time(blob: bytes) -> int:
    """When a cosignature says it was made; 0 where it is none, or says what cannot be."""
    said = int.from_bytes(blob[:8], "big")
    return said if said < LATEST_S else 0


def open_source(files: LogFiles, vkey: str, note: Note | None = None) -> Source:
    """The log in these files, after every entry and tile of it was checked.

    Args:
        note: the checkpoint to go as far as; the newest where none is given.

    Raises:
        LogBroken: the log does not hold, so nothing is to be published from it.
        InputInvalid: the key is no public key of a log.
        NotFound: the log is empty.
    """
    key = VerifierKey.parse(vkey)
    note = note or notes.parse(files.checkpoint())
    pinned = LogFiles(lambda path: str(note).encode() if path == CHECKPOINT else files.read(path))
    verified = verify_files(pinned, Policy(logs=[key]))
    if verified.fault:
        raise LogBroken(f"No register was made, because the log does not hold. {verified.fault}")
    return Source(pinned, note, vkey)
