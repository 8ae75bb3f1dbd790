"""Receipts: proof that one entry is in the log, for whoever keeps the file.

Source: C2SP tlog-proof, https://c2sp.org/tlog-proof.
"""

from __future__ import annotations

from dataclasses import dataclass

from bernard.errors import InputInvalid, LogBroken
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.checkpoint import Checkpoint, parse_number
from bernard.ledger.tlog.note import Note, decode64, decode_hashes, encode64
from bernard.ledger.tlog.policy import Policy
from bernard.ledger.tlog.proofs import inclusion_holds
from bernard.ledger.tlog.tree import hash_leaf

MEDIA_SUFFIX = ".tlog-proof"
# A tree of 2**62 leaves needs no more.
MOST_HASHES = 63
_HEADER = "c2sp.org/tlog-proof@v1"
_EXTRA, _INDEX = "extra ", "index "


@dataclass(frozen=True)
class Receipt:
    """A receipt as it was read; nothing of it is to be believed before `check_receipt`.

    Attributes:
        index: the entry's place in the log, from 0.
        proof: hashes from the leaf upward.
        checkpoint: the log's signed checkpoint, with the cosignatures of its witnesses.
        extra: whatever the issuer added; no signature covers it. None where there is none.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes | None = None

    def __str__(self) -> str:
        """The receipt as it is stored."""
        extra = "" if self.extra is None else f"{_EXTRA}{encode64(self.extra)}\n"
        proof = "".join(f"{encode64(hash)}\n" for hash in self.proof)
        return f"{_HEADER}\n{extra}{_INDEX}{self.index}\n{proof}\n{self.checkpoint}"


def parse_receipt(text: bytes | str) -> Receipt:
    """A receipt from its file.

    Raises:
        InputInvalid: it is not a receipt.
    """
    if isinstance(text, bytes):
        try:
            text = text.decode()
        except UnicodeDecodeError as error:
            raise InputInvalid("The receipt is not UTF-8.") from error
    head, empty, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    extra = None
    if lines.pop(0) != _HEADER or not empty:
        raise InputInvalid(f"A receipt begins with {_HEADER!r}.")
    if lines and lines[0].startswith(_EXTRA):
        extra = decode64(lines.pop(0).removeprefix(_EXTRA))
    if not lines or not lines[0].startswith(_INDEX):
        raise InputInvalid("The receipt does not say the index of its entry.")
    index = parse_number(lines.pop(0).removeprefix(_INDEX))
    if len(lines) > MOST_HASHES:
        raise InputInvalid(f"The receipt has {len(lines)} hashes; no proof needs as many.")
    return Receipt(index, decode_hashes(lines), notes.parse(checkpoint), extra)


def check_receipt(receipt: Receipt, entry: bytes, policy: Policy) -> Checkpoint:
    """The checkpoint under which the entry is in the log; it needs no network.

    Raises:
        LogBroken: the receipt does not show that this entry is in a log of the policy.
    """
    checkpoint = policy.open(receipt.checkpoint)
    holds = inclusion_holds(
        hash_leaf(entry), receipt.index, checkpoint.size, receipt.proof, checkpoint.root
    )
    if not holds:
        raise LogBroken(f"The receipt does not show this entry at {receipt.index}.")
    return checkpoint
