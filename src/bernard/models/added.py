"""The models that the people who run Bernard added: their own files and servers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import msgspec

from bernard.agreements.vocabulary import words
from bernard.errors import InputInvalid, NotFound
from bernard.models.embedding_files import EmbeddingFiles
from bernard.models.hashes import write_whole
from bernard.models.manifest import known
from bernard.models.suppliers.address import is_loopback, read_address
from bernard.models.types import THIS_MACHINE, Deployment

_LIST = "models.json"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_RESERVED = ("auto", "none")


class AddedModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A model that somebody added.

    Attributes:
        path: the GGUF or ONNX file, left where it lies; empty for a server.
        url: a server's base address; empty for a file.
        served_as: what the server calls the model.
        supplier: who runs it, in the words of the agreement; `embedded` for a file.
    """

    name: str
    role: Literal["chat", "embedding"]
    path: str = ""
    sha256: str = ""
    tokenizer: str = ""
    tokenizer_sha256: str = ""
    dimensions: int = 0
    url: str = ""
    served_as: str = ""
    supplier: str = "embedded"
    place: str = THIS_MACHINE
    key_env: str = ""
    key_file: str = ""

    @property
    def deployment(self) -> Deployment:
        """Where it runs and who answers for it."""
        return Deployment(self.name, self.supplier, self.place, sha256=self.sha256)

    @property
    def embedding_files(self) -> EmbeddingFiles:
        """The files of an embedding model."""
        return EmbeddingFiles(
            Path(self.path), self.sha256, Path(self.tokenizer), self.tokenizer_sha256
        )


def added(folder: Path) -> dict[str, AddedModel]:
    """The added models by name.

    Raises:
        InputInvalid: the list is damaged.
    """
    path = folder / _LIST
    try:
        models = msgspec.json.decode(path.read_bytes(), type=list[AddedModel])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError) as error:
        raise InputInvalid(
            f"{str(path)!r} cannot be read: {error}. Mend it or remove it."
        ) from error
    return {model.name: model for model in models}


def add_file(folder: Path, name: str, path: Path) -> AddedModel:
    """Add a GGUF chat model, or an ONNX embedding model with its tokenizer.json beside it.

    The file stays where it is; what it is now is what it must be each time it is loaded.

    Raises:
        InputInvalid: the name cannot be used.
        ModelMissing: the file is not there.
        ModelRejected: it is in another format, which may run code, or it is damaged.
    """
    _check_name(folder, name)
    # Heavy: it runs the file in an engine once. Who only reads the list needs no engine.
    from bernard.models.added_file import describe

    model = describe(name, path)
    _save(folder, {**added(folder), name: model})
    return model


def add_server(folder: Path, model: AddedModel) -> AddedModel:
    """Add a model on a server. Nothing is sent to it.

    Raises:
        InputInvalid: the name, address, place, supplier or dimensions cannot be used.
    """
    _check_name(folder, model.name)
    read_address(model.url)
    model = msgspec.structs.replace(model, url=model.url.rstrip("/"))
    _check_place(model)
    if not model.served_as:
        raise InputInvalid("Say what the server calls the model, with --model.")
    if not _NAME.fullmatch(model.supplier) or model.supplier == "embedded":
        raise InputInvalid(
            f"{model.supplier!r} cannot be a supplier. Use the word that the agreement uses."
        )
    if model.role == "embedding" and model.dimensions < 1:
        raise InputInvalid("Say how long the model's vectors are, with --dimensions.")
    _save(folder, {**added(folder), model.name: model})
    return model


def remove(folder: Path, name: str) -> AddedModel:
    """Take a model off the list; a file stays where it is.

    Raises:
        NotFound: it is not on the list.
    """
    models = added(folder)
    if name not in models:
        raise NotFound(f"No model {name!r} was added here.")
    model = models.pop(name)
    _save(folder, models)
    return model


def _save(folder: Path, models: dict[str, AddedModel]) -> None:
    data = msgspec.json.format(msgspec.json.encode(list(models.values())), indent=2)
    try:
        write_whole(folder / _LIST, data + b"\n")
    except OSError as error:
        raise InputInvalid(f"{str(folder)!r} cannot be written: {error}.") from error


def _check_name(folder: Path, name: str) -> None:
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise InputInvalid(
            f"{name!r} cannot be a name. Use up to 64 small letters, digits, dots and hyphens."
        )
    if name in known() or name in added(folder):
        raise InputInvalid(f"There is a model {name!r} already. Choose another name.")


def _check_place(model: AddedModel) -> None:
    if model.place not in words("places"):
        raise InputInvalid(
            f"{model.place!r} is not a place. Write this-machine, own-network or the code of a "
            f"country, such as GB."
        )
    if model.place == THIS_MACHINE and not is_loopback(model.url):
        raise InputInvalid(
            f"{model.url!r} is not on this machine. Say where it is with --place: own-network for "
            f"a server of your own, or the code of the country."
        )
