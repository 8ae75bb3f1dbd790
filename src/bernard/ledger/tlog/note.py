"""Signed notes: a text, and below it the lines of those who signed it.

Source: C2SP signed-note, https://c2sp.org/signed-note.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bernard.errors import InputInvalid, LogBroken
from bernard.ledger.tlog.keys import KEY_ID_BYTES, SignerKey, VerifierKey, is_key_name

MOST_SIGNATURES = 100
MOST_BYTES = 1_000_000
_DASH = "— "


class Signature(NamedTuple):
    """One signature line: who says to have signed, with which key, and the signature itself."""

    name: str
    key_id: bytes
    blob: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, with its line feed."""
        return f"{_DASH}{self.name} {encode64(self.key_id + self.blob)}\n"


class Note(NamedTuple):
    """A note as it was read; nothing of it is to be believed before `check`."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """The note as it is sent and stored."""
        return f"{self.text}\n" + "".join(signature.line for signature in self.signatures)


def parse(note: bytes | str) -> Note:
    """The text and the signatures of a note.

    Raises:
        InputInvalid: it is not a signed note.
    """
    if len(note) > MOST_BYTES:
        raise InputInvalid(f"The note is longer than {MOST_BYTES} bytes.")
    whole = _text(note)
    end = whole.rfind("\n\n")
    lines = whole[end + 2 :].split("\n")
    if end < 0 or lines.pop() or not lines or len(lines) > MOST_SIGNATURES:
        raise InputInvalid("The note does not end in signature lines after an empty line.")
    return Note(whole[: end + 1], tuple(parse_signature(line) for line in lines))


def parse_signature(line: str) -> Signature:
    """One signature line, without its line feed.

    Raises:
        InputInvalid: it is not a signature line.
    """
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not is_key_name(name):
        raise InputInvalid(f"The line {line[:80]!r} is not a signature.")
    blob = decode64(encoded)
    if len(blob) <= KEY_ID_BYTES:
        raise InputInvalid(f"The signature of {name!r} is too short.")
    return Signature(name, blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES:])


def sign(text: str, signers: Iterable[SignerKey], time_s: int = 0) -> Note:
    """A note with this text, signed by each of the keys.

    Args:
        time_s: seconds since 1970; cosignatures carry it, plain signatures do not.
    """
    found = [Signature(key.name, key.key_id, key.sign(text, time_s)) for key in signers]
    return Note(text, tuple(found))


def check(note: Note, keys: Iterable[VerifierKey]) -> dict[VerifierKey, int]:
    """The keys that signed the note, with the time that a cosignature says, 0 for a signature.

    Signatures by other keys are passed over: anybody may add one.

    Raises:
        LogBroken: a signature that claims to be by one of the keys is not.
    """
    known = {(key.name, key.key_id): key for key in keys}
    signed = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        time_s = key.verify(note.text, signature.blob)
        if time_s is None:
            raise LogBroken(f"The signature of {signature.name!r} does not fit the text.")
        signed[key] = time_s
    return signed


def encode64(data: bytes) -> str:
    """Base 64 with padding."""
    return base64.b64encode(data).decode()


def decode64(text: str) -> bytes:
    """The bytes of base 64 that is written the one right way.

    Raises:
        InputInvalid: it is not base 64, or has bits that mean nothing.
    """
    try:
        data = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise InputInvalid(f"{text[:80]!r} is not base 64.") from error
    if encode64(data) != text:
        raise InputInvalid(f"{text[:80]!r} is not base 64 in its one right form.")
    return data


def decode_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """SHA-256 hashes, one a line in base 64.

    Raises:
        InputInvalid: a line is not the hash of 32 bytes.
    """
    hashes = tuple(decode64(line) for line in lines)
    if any(len(hash) != 32 for hash in hashes):
        raise InputInvalid("A hash of the proof has not 32 bytes.")
    return hashes


def _text(note: bytes | str) -> str:
    try:
        # Text that came as JSON may hold halves of characters, which nobody can sign.
        whole = (note.encode() if isinstance(note, str) else note).decode()
    except UnicodeError as error:
        raise InputInvalid("The note is not UTF-8.") from error
    if any(c < " " and c != "\n" for c in whole):
        raise InputInvalid("The note holds control characters.")
    return whole
