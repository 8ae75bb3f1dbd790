"""Checkpoints: the size and the root of a log at one time, signed.

Source: C2SP tlog-checkpoint, https://c2sp.org/tlog-checkpoint.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bernard.errors import InputInvalid, LogBroken
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.keys import Algorithm, SignerKey, VerifierKey
from bernard.ledger.tlog.note import Note, decode_hashes, encode64

MOST_ENTRIES = 2**62
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class Checkpoint(NamedTuple):
    """The state of a log.

    Attributes:
        origin: the log's name, the same for all its life.
        size: how many entries it holds.
        root: the hash of its tree.
        extensions: further lines, which nobody can check; our log writes none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The lines that are signed."""
        lines = (self.origin, str(self.size), encode64(self.root), *self.extensions)
        return "\n".join(lines) + "\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The state from the text of a note.

        Raises:
            InputInvalid: it is not a checkpoint.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines):
            raise InputInvalid("A checkpoint has an origin, a size and a root, each on its line.")
        [root] = decode_hashes(lines[2:3])
        return cls(lines[0], parse_number(lines[1]), root, tuple(lines[3:]))


def sign_checkpoint(checkpoint: Checkpoint, signer: SignerKey) -> Note:
    """The checkpoint as a note signed by the log."""
    return notes.sign(checkpoint.text, [signer])


def open_checkpoint(note: Note, log: VerifierKey, origin: str = "") -> Checkpoint:
    """The checkpoint in a note that the log signed.

    Args:
        origin: the log's origin where it is not the name of its key.

    Raises:
        LogBroken: the log did not sign it, or it is another log's.
        InputInvalid: it is not a checkpoint.
    """
    if log not in notes.check(note, [log]):
        raise LogBroken(f"The checkpoint is not signed by {log.name!r}.")
    return checkpoint_of(note, origin or log.name)


def checkpoint_of(note: Note, expected: str) -> Checkpoint:
    """The checkpoint in a note whose signature has been checked, if it is of the log of this name.

    Raises:
        LogBroken: it is another log's.
        InputInvalid: it is not a checkpoint.
    """
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != expected:
        raise LogBroken(f"The checkpoint is of {checkpoint.origin!r}, not of {expected!r}.")
    return checkpoint


def cosigned_by(note: Note, witnesses: dict[str, VerifierKey]) -> dict[str, int]:
    """The witnesses that cosigned a checkpoint, with the time each of them says.

    Raises:
        LogBroken: a cosignature that claims to be by one of them is not.
    """
    found = notes.check(note, witnesses.values())
    return {name: found[key] for name, key in witnesses.items() if key in found}


def is_witness_key(key: VerifierKey) -> bool:
    """Whether the key makes cosignatures, as a witness must."""
    return key.algorithm is not Algorithm.ED25519


def parse_number(text: str) -> int:
    """A size or an index: decimal without leading zeros.

    Raises:
        InputInvalid: it is not, or no log is that large.
    """
    if not _NUMBER.fullmatch(text) or int(text) > MOST_ENTRIES:
        raise InputInvalid(f"{text[:40]!r} is not a number of entries.")
    return int(text)
