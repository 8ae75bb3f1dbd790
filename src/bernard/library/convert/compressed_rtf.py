"""The packing of rich text in Outlook messages."""

from __future__ import annotations

import struct

from bernard.errors import DocumentTooLarge, DocumentUnreadable

WINDOW = 4096
_PACKED, _UNPACKED = b"LZFu", b"MELA"
# The dictionary that every packed text starts from, fixed by the specification.
_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}"
    rb"{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New Roman"
    rb"Courier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def decompress(data: bytes, most: int) -> bytes:
    """The RTF inside.

    Raises:
        DocumentUnreadable: it is damaged.
        DocumentTooLarge: it unpacks to more than `most` bytes.

    Source: [MS-OXRTFCP] Rich Text Format (RTF) Compression Algorithm, section 2.2.
    """
    if len(data) < 16:
        raise DocumentUnreadable("is damaged: its text is cut short.")
    size, kind = struct.unpack_from("<I4s", data, 4)
    if kind == _UNPACKED:
        return data[16 : 16 + size]
    if kind != _PACKED:
        raise DocumentUnreadable("is damaged: its text is packed in an unknown way.")
    if size > most:
        raise DocumentTooLarge("holds too much text to be read.")
    return _unpack(data[16:], size)


def _unpack(data: bytes, size: int) -> bytes:
    window = bytearray(_START.ljust(WINDOW, b" "))
    at, write, out = 0, len(_START), bytearray()
    while at < len(data) and len(out) < size:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data) or len(out) >= size:
                break
            if control >> bit & 1:
                reference = int.from_bytes(data[at : at + 2], "big")
                at += 2
                offset, length = reference >> 4, (reference & 15) + 2
                if offset == write:
                    return bytes(out)
                copied = [(offset + i) % WINDOW for i in range(length)]
            else:
                copied = []
                window[write] = data[at]
                out.append(data[at])
                at += 1
                write = (write + 1) % WINDOW
            for source in copied:
                byte = window[source]
                window[write] = byte
                out.append(byte)
                write = (write + 1) % WINDOW
    return bytes(out)
