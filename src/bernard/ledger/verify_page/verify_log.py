#!/usr/bin/env python3
"""Verify a transparency log without the software that wrote it.

One file, Python 3.9 or newer, nothing to install. Copy it, read it, run it:

    python verify_log.py LOG KEY [--seen FILE] [--entries] [--witness KEY]... [--quorum N]
    python verify_log.py --receipt FILE --entry FILE KEY [--witness KEY]... [--quorum N]

LOG is a folder or a web address. KEY is the log's public key in one line,
name+id+base64; get it from somewhere else than the log. With --seen FILE the log must extend the
checkpoint in that file, and when all holds the newest checkpoint is put there for the next time.
It prints one line and ends with 0 where all holds, 1 where something does not, 2 if used wrongly.

What is checked of a log: its checkpoint is signed; the hash tree over all entries has the signed
root; every published tile of hashes is as the entries make it; what was seen before is still there.
With --entries, for logs of Bernard, also what the entries say: each is canonical JSON, calls are
numbered without gaps for each key, and each names an agreement whose text is in the log before it.

Formats: RFC 9162 section 2.1 (hashes and proofs), RFC 8032 (Ed25519); https://c2sp.org/signed-note,
tlog-checkpoint, tlog-tiles, tlog-cosignature (by Ed25519; others are passed over), tlog-proof.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import http.client
import json
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

WIDTH = 256  # hashes in a full tile, entries in a full bundle
SIGNATURE, COSIGNATURE = 1, 4  # kinds of keys
MOST_ENTRIES, MOST_SIGNATURES, MOST_CHARACTERS = 2**62, 100, 1_000_000
MOST_FAULTS = 20  # of entries, that are printed
MOST_BYTES = 2**25  # of a file that a server sends; the largest bundle has half as many

# A key: its name, its id, its kind, its 32 bytes.
Key = tuple[str, bytes, int, bytes]
Point = tuple[int, int, int, int]
Hashes = list[bytes]


class Fault(Exception):
    """Something does not hold."""


# Ed25519: the curve -x² + y² = 1 + D·x²·y² over the integers modulo P; points as (X, Y, Z, T)
# with x = X/Z, y = Y/Z, x·y = T/Z. RFC 8032 section 5.1.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a: Point, b: Point) -> Point:
    """The sum of two points."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return (
        (f - e) * (h - g) % P,
        (h + g) * (f + e) % P,
        (h - g) * (h + g) % P,
        (f - e) * (f + e) % P,
    )


def times(count: int, point: Point) -> Point:
    """A point added to itself this many times."""
    total = (0, 1, 1, 0)
    while count:
        if count & 1:
            total = add(total, point)
        point, count = add(point, point), count >> 1
    return total


def unpack_point(data: bytes) -> Point:
    """The point from its 32 bytes: y, with the lowest bit of x on top."""
    number = int.from_bytes(data, "little")
    y, odd = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (odd and not x):
        raise Fault("A key or a signature is not a point of the curve.")
    x = P - x if x & 1 != odd else x
    return x, y, 1, x * y % P


BASE = unpack_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
# Keys of so small an order that anybody can sign for them, by their y.
EIGHTH = 2707385501144840649318225287225658788936804267575313519463743609750303402022
WEAK = (0, 1, P - 1, EIGHTH, P - EIGHTH)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is the key's signature over the message."""
    if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    try:
        right = times(int.from_bytes(digest, "little") % ORDER, unpack_point(public))
        right = add(unpack_point(signature[:32]), right)
    except Fault:
        return False
    left = times(int.from_bytes(signature[32:], "little"), BASE)
    same_x = (left[0] * right[2] - right[0] * left[2]) % P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % P == 0


# Signed notes: a text, an empty line, then lines of "— name base64(key id, signature)".


def decode(text: str) -> bytes:
    """The bytes of base 64 in its one right form."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Fault(f"{text[:60]!r} is not base 64.") from None
    if base64.b64encode(data).decode() != text:
        raise Fault(f"{text[:60]!r} is not base 64 in its one right form.")
    return data


def read_key(text: str) -> Key:
    """A key's name, id, kind and 32 bytes, from name+id+base64."""
    name, _, rest = text.strip().partition("+")
    id, _, encoded = rest.partition("+")
    material = decode(encoded)
    right = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
    if not is_name(name) or right.hex() != id or len(material) != 33 or material[0] not in (1, 4):
        raise Fault(f"{text[:60]!r} is not a key by Ed25519 of the form name+id+base64.")
    y = int.from_bytes(material[1:], "little") % 2**255
    if y >= P or y in WEAK:
        raise Fault(f"The key of {name!r} is too weak: anybody could sign for it.")
    return name, right, material[0], material[1:]


def is_name(text: str) -> bool:
    """Whether a key may have this name."""
    return text != "" and not any(c == "+" or c.isspace() for c in text)


def signers(note: str, keys: list[Key]) -> tuple[str, list[Key]]:
    """The text of a note, and which of the keys signed it."""
    if any(c < " " and c != "\n" for c in note) or len(note) > MOST_CHARACTERS:
        raise Fault("The note holds control characters, or is far too long.")
    head, empty, tail = note.rpartition("\n\n")
    text = head + "\n"
    signed: list[Key] = []
    lines = tail.split("\n")
    if not empty or lines.pop() or not 0 < len(lines) <= MOST_SIGNATURES:
        raise Fault("The checkpoint does not end in signature lines after an empty line.")
    for line in lines:
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        blob = decode(encoded)
        if dash != "—" or not is_name(name) or len(blob) < 5:
            raise Fault(f"The line {line[:60]!r} is not a signature.")
        for key in keys:
            if key[:2] == (name, blob[:4]):
                if not fits(key, text, blob[4:]):
                    raise Fault(f"The signature of {name!r} does not fit the text.")
                signed.append(key)
    return text, signed


def fits(key: Key, text: str, signature: bytes) -> bool:
    """Whether the key signed the text; a cosignature begins with its time in 8 bytes."""
    if key[2] == SIGNATURE:
        return is_signed(key[3], text.encode(), signature)
    time = int.from_bytes(signature[:8], "big")
    message = f"cosignature/v1\ntime {time}\n{text}".encode()
    return time < 2**63 and is_signed(key[3], message, signature[8:])


def read_checkpoint(note: str, log: Key, witnesses: list[Key], quorum: int) -> tuple[int, bytes]:
    """The size and root that the log signed and enough witnesses saw."""
    text, signed = signers(note, [log, *witnesses])
    if log not in signed:
        raise Fault(f"The checkpoint is not signed by {log[0]!r}.")
    if len({key[3] for key in signed if key != log}) < quorum:
        raise Fault(f"Fewer than {quorum} witnesses saw the checkpoint.")
    origin, size, root = [*text.split("\n"), "", ""][:3]
    if origin != log[0] or len(decode(root)) != 32 or "" in text.split("\n")[:-1]:
        raise Fault(f"The note is not a checkpoint of {log[0]!r}.")
    return number(size), decode(root)


def number(text: str) -> int:
    """A decimal number without leading zeros."""
    is_decimal = text.isascii() and text.isdigit() and str(int(text[:19])) == text
    if not is_decimal or int(text) > MOST_ENTRIES:
        raise Fault(f"{text[:40]!r} is not a number of entries.")
    return int(text)


# The tree: a leaf is the hash of 0 and the entry, a node that of 1 and its two children.


def leaf(entry: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_over(hashes: Hashes) -> bytes:
    """The root over a row of hashes: pairs are hashed, an odd last one moves up as it is."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    while len(hashes) > 1:
        pairs = [node(hashes[i], hashes[i + 1]) for i in range(0, len(hashes) - 1, 2)]
        hashes = pairs + hashes[len(hashes) & ~1 :]
    return hashes[0]


def root_from_proof(hash: bytes, index: int, size: int, proof: Hashes) -> bytes:
    """The root that a proof leads to from a leaf; RFC 9162 section 2.1.3.2."""
    last = size - 1
    for sibling in proof:
        if last == 0:
            raise Fault("The proof is too long.")
        if index & 1 or index == last:
            hash = node(sibling, hash)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hash = node(hash, sibling)
        index, last = index >> 1, last >> 1
    if last:
        raise Fault("The proof is too short.")
    return hash


# The files of a log.


def read(log: str, path: str) -> bytes:
    """One file of the log."""
    try:
        if log.startswith(("http://", "https://")):
            with urllib.request.urlopen(f"{log.rstrip('/')}/{path}", timeout=60) as answer:  # noqa: S310
                return bytes(answer.read(MOST_BYTES))
        return Path(log, path).read_bytes()
    except (OSError, http.client.HTTPException) as error:
        raise Fault(f"The file {path!r} cannot be read: {error}") from None


def read_wide(
    log: str, folder: str, at: int, width: int, unpack: Callable[[bytes, int, str], Hashes]
) -> Hashes:
    """The hashes of a tile or the entries of a bundle; a full file may stand for a partial one."""
    name = f"{at % 1000:03}"
    while at := at // 1000:
        name = f"x{at % 1000:03}/{name}"
    path = f"tile/{folder}/{name}"
    if width < WIDTH:
        try:
            return unpack(read(log, f"{path}.p/{width}"), width, path)
        except Fault as fault:
            if "cannot be read" not in str(fault):
                raise
    return unpack(read(log, path), WIDTH, path)[:width]


def unpack_tile(data: bytes, width: int, path: str) -> Hashes:
    """Hashes of 32 bytes."""
    if len(data) != 32 * width:
        raise Fault(f"The tile {path!r} does not hold {width} hashes.")
    return [data[i : i + 32] for i in range(0, len(data), 32)]


def unpack_bundle(data: bytes, width: int, path: str) -> Hashes:
    """Entries, each after its length in two bytes."""
    entries: Hashes = []
    at = 0
    while at < len(data) and len(entries) < width:
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : end])
        at = end
    if at != len(data) or len(entries) != width:
        raise Fault(f"The bundle {path!r} does not hold {width} whole entries.")
    return entries


def verify_log(
    log: str, size: int, root: bytes, seen: tuple[int, bytes], look: Callable[[Hashes], None]
) -> None:
    """Read every entry and tile, and raise a Fault where something does not hold."""
    if seen[0] > size:
        raise Fault(f"The log had {seen[0]} entries before and has {size} now.")
    row: Hashes = []
    for at in range(-(-size // WIDTH)):
        entries = read_wide(log, "entries", at, min(WIDTH, size - at * WIDTH), unpack_bundle)
        row += [leaf(entry) for entry in entries]
        look(entries)
    if root_over(row) != root:
        raise Fault("The entries do not give the root that the log signed.")
    if root_over(row[: seen[0]]) != seen[1]:
        raise Fault(f"The first {seen[0]} entries are others than those seen before.")
    level = 0
    while row:
        tiles = [row[i : i + WIDTH] for i in range(0, len(row), WIDTH)]
        for at, hashes in enumerate(tiles):
            if read_wide(log, str(level), at, len(hashes), unpack_tile) != hashes:
                raise Fault(f"Tile {at} of level {level} does not follow from the entries.")
        row = [root_over(hashes) for hashes in tiles if len(hashes) == WIDTH]
        level += 1


def verify_receipt(receipt: str, entry: bytes, log: Key, witnesses: list[Key], quorum: int) -> int:
    """The index at which the receipt shows the entry."""
    head, _, note = receipt.partition("\n\n")
    lines = head.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Fault("The file is not a receipt.")
    if lines and lines[0].startswith("extra "):
        decode(lines.pop(0)[6:])
    if not lines or not lines[0].startswith("index "):
        raise Fault("The receipt does not say the index of its entry.")
    index, proof = number(lines[0][6:]), [decode(line) for line in lines[1:]]
    size, root = read_checkpoint(note, log, witnesses, quorum)
    if index >= size or any(len(hash) != 32 for hash in proof):
        raise Fault("The receipt's proof cannot be of this log.")
    if root_from_proof(leaf(entry), index, size, proof) != root:
        raise Fault(f"The receipt does not show this entry at {index}.")
    return index


# What the entries say, in logs of Bernard.


class Story:
    """Follows the entries of a log from the first on, and keeps what does not fit."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self.count = self.wrong = 0
        self.last: dict[str, int] = {}  # by key, the last sequence number
        self.parts: dict[str, list[str]] = {}  # by hash, of an agreement's text
        self.texts: set[str] = set()  # hashes of the agreements whose text was there
        self.faults: list[str] = []  # the first of those that are wrong

    def look(self, entries: Hashes) -> None:
        """Go on with these entries."""
        for entry in entries:
            try:
                faults = self.faults_of(entry)
            except TypeError:
                faults = ["a field of it is not of the kind that it should be"]
            self.wrong += len(faults)
            if len(self.faults) < MOST_FAULTS:
                self.faults += [f"entry {self.count}: {fault[:300]}" for fault in faults]
            self.count += 1

    def faults_of(self, entry: bytes) -> list[str]:
        """What is wrong with the next entry."""
        fields = unpack_json(entry)
        if fields is None:
            return ["it is not an object of canonical JSON"]
        event, agreement = fields.get("event"), fields.get("agreement_sha256", "")
        faults = []
        if event == "agreement" and "text" in fields:
            faults.append(self.text_fault(fields, agreement))
        if event in ("intent", "refusal"):
            faults.append(self.gap(str(fields.get("key", "")), fields.get("sequence")))
        if event == "intent" and agreement not in self.texts:
            faults.append(f"the agreement {agreement!r} is not in the log before it")
        return [fault for fault in faults if fault]

    def gap(self, key: str, sequence: object) -> str:
        """What is wrong with a sequence number. Logs begin without, from before there were any."""
        last = self.last.get(key, 0)
        if sequence is None and not self.last:
            return ""
        if type(sequence) is not int or sequence <= last:
            return f"number {sequence!r} of the key {key!r} comes after {last}"
        self.last[key] = sequence
        missing = sequence - last - 1
        return f"{missing} calls with the key {key!r} before it are missing" if missing else ""

    def text_fault(self, fields: dict[str, Any], hash: str) -> str:
        """Whether the text of an agreement, once its parts are all there, is what its hash says."""
        parts, part = self.parts.setdefault(hash, []), fields.get("part", 1)
        if part == 1:
            parts.clear()
        if part == len(parts) + 1:
            parts.append(str(fields["text"]))
        if part < fields.get("parts", 1):
            return ""
        text = "".join(self.parts.pop(hash)).encode()
        if hashlib.sha256(text).hexdigest() != hash:
            return "the text of the agreement is not what its hash says"
        self.texts.add(hash)
        return ""


def unpack_json(entry: bytes) -> dict[str, Any] | None:
    """The fields of an entry; None where it is not written the one canonical way."""
    try:
        # Numbers with a point stay as they were written, between marks.
        text = entry.decode()
        fields = json.loads(text, parse_float=lambda text: f"\0{text}\0", parse_constant=int)
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        text = text.replace('"\\u0000', "").replace('\\u0000"', "")
        return fields if isinstance(fields, dict) and text.encode() == entry else None
    except (ValueError, RecursionError):
        return None


# The command.


def main(words: list[str]) -> int:
    """Run the command with these words, and give how it ends."""
    parser = argparse.ArgumentParser(description="Verify a transparency log, or a receipt from it.")
    parser.add_argument("log", nargs="?", help="folder or address of the log")
    parser.add_argument("key", help="the log's public key, name+id+base64")
    parser.add_argument("--seen", type=Path, help="file with the last checkpoint seen; kept up")
    parser.add_argument("--entries", action="store_true", help="also check what entries say")
    parser.add_argument("--witness", action="append", default=[], help="a witness's public key")
    parser.add_argument(
        "--quorum", type=int, help="how many of the witnesses must have seen; else all"
    )
    parser.add_argument("--receipt", type=Path, help="a receipt, in place of a log")
    parser.add_argument("--entry", type=Path, help="the entry that the receipt is for")
    asked = parser.parse_args(words)
    if bool(asked.log) == bool(asked.receipt) or bool(asked.receipt) != bool(asked.entry):
        parser.error("give LOG, or both --receipt and --entry")
    try:
        sys.stdout.write(run(asked) + "\n")
    except (Fault, OSError, UnicodeError) as fault:
        # What a server says must not command the terminal.
        said = "".join(c if c.isprintable() or c == "\n" else "?" for c in str(fault))
        sys.stderr.write(f"DOES NOT HOLD: {said}\n")
        return 1
    return 0


def run(asked: argparse.Namespace) -> str:
    """Check what was asked, and say what holds."""
    log = read_key(asked.key)
    witnesses = [read_key(key) for key in asked.witness]
    if log[2] != SIGNATURE or any(key[2] != COSIGNATURE for key in witnesses):
        raise Fault("A log's key must make signatures (kind 1), a witness's cosignatures (kind 4).")
    quorum = len(witnesses) if asked.quorum is None else asked.quorum
    if asked.receipt:
        receipt = asked.receipt.read_bytes().decode()
        index = verify_receipt(receipt, asked.entry.read_bytes(), log, witnesses, quorum)
        return f"holds: the entry is in the log {log[0]!r} at {index}"
    seen = (0, root_over([]))
    if asked.seen and asked.seen.exists():
        seen = read_checkpoint(asked.seen.read_bytes().decode(), log, [], 0)
    note = read(asked.log, "checkpoint").decode()
    size, root = read_checkpoint(note, log, witnesses, quorum)
    story = Story()
    verify_log(asked.log, size, root, seen, story.look if asked.entries else lambda entries: None)
    if story.faults:
        rest = story.wrong - len(story.faults)
        more = [f"and {rest} more"] if rest else []
        raise Fault("\n".join(["What entries say:", *story.faults, *more]))
    if asked.seen:
        asked.seen.write_bytes(note.encode())
    return f"holds: {size} entries of {log[0]!r}, root {root.hex()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
