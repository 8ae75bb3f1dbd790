"""Which files an embedding model has; to know them costs no engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bernard.errors import ModelMissing
from bernard.models.manifest import KnownModel


@dataclass(frozen=True)
class EmbeddingFiles:
    """The files of an embedding model and the bytes that they must have.

    Attributes:
        memory: folder that remembers what was verified, or None to read the files each time.
    """

    model: Path
    model_sha256: str
    tokenizer: Path
    tokenizer_sha256: str
    memory: Path | None = None

    @property
    def present(self) -> bool:
        """Whether both are there; their bytes are checked when they are loaded."""
        return self.model.is_file() and self.tokenizer.is_file()


def shipped(model: KnownModel, folder: Path | None = None) -> EmbeddingFiles:
    """The files that the wheel carries for a model we build or trained.

    Raises:
        ModelMissing: this model is not one that we build.
    """
    if model.built is None:
        raise ModelMissing(f"Bernard does not come with {model.name!r}.")
    folder = folder or model.built.home
    tokenizer = next(file for file in model.files if file.name == "tokenizer.json")
    return EmbeddingFiles(
        model=folder / model.built.file,
        model_sha256=model.built.sha256,
        tokenizer=folder / f"{model.name}.tokenizer.json",
        tokenizer_sha256=tokenizer.sha256,
    )
