"""What a GGUF file says of itself, read with care: it may come from anywhere."""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bernard.errors import ModelMissing, ModelRejected

_SCALARS = {
    0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?",
    10: "<Q", 11: "<q", 12: "<d",
}  # fmt: skip
_STRING, _ARRAY = 8, 9
_MOST = 1_000_000


@dataclass(frozen=True)
class Header:
    """The start of a GGUF file.

    Attributes:
        facts: its metadata, without the arrays (vocabularies run to megabytes).
    """

    architecture: str
    tensors: int
    facts: Mapping[str, Any]

    @property
    def can_chat(self) -> bool:
        """Whether it says how a conversation is written down for it."""
        return bool(self.facts.get("tokenizer.chat_template"))


def read_header(path: Path) -> Header:
    """The header of a GGUF file that is whole.

    Raises:
        ModelMissing: it cannot be opened.
        ModelRejected: it is not a GGUF file, or it is damaged or cut short.

    Source: the GGUF specification, versions 2 and 3,
    https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
    """
    try:
        with path.open("rb") as file:
            return _Reader(file, path).header()
    except (struct.error, UnicodeDecodeError, OverflowError, MemoryError) as error:
        raise ModelRejected(f"{str(path)!r} is damaged or cut short: its header ends early.") from (
            error
        )
    except OSError as error:
        raise ModelMissing(f"The model file {str(path)!r} cannot be read: {error}.") from error


class _Reader:
    """Reads the header's values in order, refusing lengths that the file cannot hold."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self.file = file
        self.path = path
        self.size = os.fstat(file.fileno()).st_size

    def header(self) -> Header:
        if self.file.read(4) != b"GGUF":
            raise ModelRejected(f"{str(self.path)!r} is not a GGUF file.")
        version = self.number("<I")
        if version not in (2, 3):
            raise ModelRejected(f"{str(self.path)!r} is GGUF version {version!r}, not 2 or 3.")
        tensors, count = self.count(), self.count()
        facts: dict[str, Any] = {}
        for _ in range(count):
            name = self.string()
            value = self.value(self.number("<I"))
            if value is not None:
                facts[name] = value
        self.check_tensors(tensors, int(facts.get("general.alignment", 32)))
        return Header(str(facts.get("general.architecture", "")), tensors, facts)

    def check_tensors(self, tensors: int, alignment: int) -> None:
        """Refuse a file that ends before its last tensor begins."""
        last = 0
        for _ in range(tensors):
            self.string()
            for _ in range(self.number("<I")):
                self.number("<Q")
            self.number("<I")
            last = max(last, self.number("<Q"))
        start = -(-self.file.tell() // max(alignment, 1)) * max(alignment, 1)
        if tensors and start + last >= self.size:
            raise ModelRejected(f"{str(self.path)!r} is cut short: its last tensor is missing.")

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.file.read(struct.calcsize(form)))[0]

    def count(self) -> int:
        number = int(self.number("<Q"))
        if number > _MOST:
            raise ModelRejected(f"{str(self.path)!r} is damaged: it claims {number} entries.")
        return number

    def string(self) -> str:
        return self.take(int(self.number("<Q"))).decode("utf-8")

    def take(self, length: int) -> bytes:
        if length > self.size:
            raise ModelRejected(f"{str(self.path)!r} is damaged: it claims a text of {length}.")
        data = self.file.read(length)
        if len(data) < length:
            raise struct.error("the file ends early")
        return data

    def value(self, kind: int) -> Any:
        if kind == _STRING:
            return self.string()
        if kind == _ARRAY:
            return self.skip_array()
        if kind not in _SCALARS:
            raise ModelRejected(f"{str(self.path)!r} is damaged: unknown kind of value {kind!r}.")
        return self.number(_SCALARS[kind])

    def skip_array(self) -> None:
        kind, length = self.number("<I"), int(self.number("<Q"))
        if kind in _SCALARS:
            self.file.seek(length * struct.calcsize(_SCALARS[kind]), os.SEEK_CUR)
            return
        if kind != _STRING or length > self.size:
            raise ModelRejected(f"{str(self.path)!r} is damaged: a list that cannot be read.")
        for _ in range(length):
            self.take(int(self.number("<Q")))
