"""The models that the people who run Bernard added: their own files and servers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import msgspec
import onnxruntime

from bernard.agreements.vocabulary import words
from bernard.errors import InputInvalid, ModelMissing, ModelRejected, NotFound
from bernard.models.embedding import EmbeddingFiles, OnnxEmbedder
from bernard.models.gguf import read_header
from bernard.models.hashes import sha256_of, write_whole
from bernard.models.manifest import known
from bernard.models.server import Server, check_address
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

    def server(self, timeout_s: float) -> Server:
        """How to reach it, for one on a server."""
        return Server(self.url, self.served_as, self.key_env, self.key_file, timeout_s)


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
    path = path.expanduser().absolute()
    path = path / "model.onnx" if path.is_dir() else path
    _refuse_other_formats(path)
    model = _chat_file(name, path) if path.suffix == ".gguf" else _embedding_file(name, path)
    _save(folder, {**added(folder), name: model})
    return model


def add_server(folder: Path, model: AddedModel) -> AddedModel:
    """Add a model on a server. Nothing is sent to it.

    Raises:
        InputInvalid: the name, address, place, supplier or dimensions cannot be used.
    """
    _check_name(folder, model.name)
    model = msgspec.structs.replace(model, url=check_address(model.url))
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
    if model.place == THIS_MACHINE and not model.server(1).on_this_machine:
        raise InputInvalid(
            f"{model.url!r} is not on this machine. Say where it is with --place: own-network for "
            f"a server of your own, or the code of the country."
        )


def _refuse_other_formats(path: Path) -> None:
    """Only data formats are let in: a pickle runs whatever its maker put in it."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise ModelMissing(f"The model file {str(path)!r} cannot be read: {error}.") from error
    if start.startswith((b"PK\x03\x04", b"\x80")) or path.suffix in (
        ".bin", ".pt", ".pth", ".pkl", ".ckpt", ".joblib",
    ):  # fmt: skip
        raise ModelRejected(
            f"{str(path)!r} is a PyTorch or Python pickle file, which can run any program when it "
            f"is loaded. Bernard takes GGUF and ONNX files, which are data only."
        )
    if path.suffix == ".gguf" or (path.suffix == ".onnx" and start.startswith(b"\x08")):
        return
    raise ModelRejected(f"{str(path)!r} is neither a GGUF nor an ONNX file.")


def _chat_file(name: str, path: Path) -> AddedModel:
    if not read_header(path).can_chat:
        raise ModelRejected(
            f"{str(path)!r} has no chat template: it is a base model, which continues text and "
            f"does not answer. Look for its instruct version."
        )
    return AddedModel(name, "chat", str(path), sha256_of(path))


def _embedding_file(name: str, path: Path) -> AddedModel:
    tokenizer = path.with_name("tokenizer.json")
    if not tokenizer.is_file():
        raise ModelMissing(f"{str(tokenizer)!r} is missing; an embedding model needs it.")
    model = AddedModel(
        name,
        "embedding",
        str(path),
        sha256_of(path),
        str(tokenizer),
        sha256_of(tokenizer),
        _width(path),
    )
    # Run it once, so that a model that cannot be used is refused now and not in the search.
    OnnxEmbedder(name, model.embedding_files, model.dimensions, 256, 1).embed(["Is it well?"])
    return model


def _width(path: Path) -> int:
    try:
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's own exceptions share no base class
        raise ModelRejected(f"{str(path)!r} cannot be loaded: {error}") from error
    width = session.get_outputs()[0].shape[-1]
    if not isinstance(width, int):
        raise ModelRejected(f"{str(path)!r} does not say how long its vectors are.")
    return width
