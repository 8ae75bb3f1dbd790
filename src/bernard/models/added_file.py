"""Look at a model file that somebody adds: refuse what may run code, note what it is now."""

from __future__ import annotations

from pathlib import Path

import onnxruntime

from bernard.errors import ModelMissing, ModelRejected
from bernard.models.added import AddedModel
from bernard.models.embedding import OnnxEmbedder
from bernard.models.gguf import read_header
from bernard.models.hashes import sha256_of


def describe(name: str, path: Path) -> AddedModel:
    """What stands on the list for a GGUF or ONNX file.

    Raises:
        ModelMissing: the file is not there.
        ModelRejected: it is in another format, which may run code, or it is damaged.
    """
    path = path.expanduser().absolute()
    path = path / "model.onnx" if path.is_dir() else path
    _refuse_other_formats(path)
    return _chat_file(name, path) if path.suffix == ".gguf" else _embedding_file(name, path)


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
