"""A ZIP opened with care: nothing a header says is believed before the bytes are counted."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert.draft import unpacks_to_too_much
from bernard.library.convert.limits import Limits

CHUNK = 1 << 16
MAX_RATIO = 250
# Below this size a high ratio harms nobody, and a page of repeated words can reach it honestly.
RATIO_MATTERS_FROM = 20_000_000
LOCAL_HEADER = 30
ENCRYPTED = 0x1

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    UnicodeError,
)


class Archive:
    """The members of a ZIP, read one at a time within the limits."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Read the directory.

        Raises:
            DocumentUnreadable: it is no ZIP, is cut short, or its members overlap.
            DocumentTooLarge: it has too many members.
        """
        self.limits = limits
        self._spent = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except DAMAGED as error:
            raise DocumentUnreadable(
                "is damaged or cut short: its directory cannot be read. "
                "Copy it again from where it came."
            ) from error
        self._members = {m.filename: m for m in self._zip.infolist()}
        self._check_count()
        self._check_overlap()

    def _check_count(self) -> None:
        if len(self._zip.infolist()) > self.limits.max_members:
            raise DocumentTooLarge(
                f"holds {len(self._zip.infolist()):,} files; at most "
                f"{self.limits.max_members:,} are read. Split it, or raise BERNARD_MAX_MEMBERS."
            )

    def _check_overlap(self) -> None:
        end = 0
        for member in sorted(self._zip.infolist(), key=lambda m: m.header_offset):
            if member.header_offset < end:
                raise DocumentUnreadable(
                    "has files that overlap, as a ZIP bomb does, so it was not unpacked."
                )
            end = member.header_offset + LOCAL_HEADER + member.compress_size

    def __contains__(self, name: str) -> bool:
        return name in self._members

    @property
    def names(self) -> list[str]:
        """The names of the members that are files, as written in the archive."""
        return [m.filename for m in self._zip.infolist() if not m.is_dir()]

    def files(self) -> Iterator[zipfile.ZipInfo]:
        """The members that are files."""
        return (m for m in self._zip.infolist() if not m.is_dir())

    def is_locked(self, member: zipfile.ZipInfo) -> bool:
        """True where it takes a password."""
        return bool(member.flag_bits & ENCRYPTED)

    def get(self, name: str) -> bytes | None:
        """The bytes of a member, or nothing where there is none of that name."""
        member = self._members.get(name)
        return None if member is None else self.read(member)

    def read(self, member: zipfile.ZipInfo) -> bytes:
        """The bytes of a member, counted as they are inflated.

        Raises:
            DocumentUnreadable: it is damaged, locked or compressed in a way that is not read.
            DocumentTooLarge: the archive unpacks to too much.
        """
        if self.is_locked(member):
            raise DocumentUnreadable(
                f"holds {member.filename[:200]!r}, which is locked with a password. "
                "Save a copy without one."
            )
        chunks: list[bytes] = []
        size = 0
        try:
            with self._zip.open(member) as stream:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    self._count(len(chunk), size, member)
                    chunks.append(chunk)
        except DAMAGED as error:
            raise DocumentUnreadable(
                f"is damaged: {member.filename[:200]!r} inside it cannot be unpacked. "
                "Copy it again from where it came."
            ) from error
        return b"".join(chunks)

    def _count(self, more: int, size: int, member: zipfile.ZipInfo) -> None:
        self._spent += more
        if self._spent > self.limits.max_bytes:
            raise unpacks_to_too_much(self.limits)
        if size > RATIO_MATTERS_FROM and size > MAX_RATIO * max(member.compress_size, 1):
            raise DocumentTooLarge(
                f"holds {member.filename[:200]!r}, which unpacks to over {MAX_RATIO} times its "
                "size, as a ZIP bomb does, so it was not unpacked."
            )
