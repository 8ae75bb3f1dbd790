"""The weights of the taggers: what each file is, under which licence, and its only right bytes."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from bernard.errors import ModelMissing, ModelRejected

WEIGHTS = Path(__file__).parents[1] / "weights"
_MANIFEST = "manifest.yaml"


class WeightsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a tagger.

    Attributes:
        use: what the tagger reads it as: `model`, `names`, `tokenizer`.
        file: its name in the folder of weights.
        sha256: of its bytes, in hexadecimal.
    """

    use: str
    file: str
    sha256: str


class KnownTagger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tagger of the manifest.

    Attributes:
        mode: the mode that it is for.
        about: what it is, in a sentence.
        licence: of its weights.
        origin: where they come from.
    """

    mode: Literal["fast", "assured"]
    about: str
    licence: str
    origin: str
    files: tuple[WeightsFile, ...]


class TaggerFiles:
    """The files of a tagger, each checked before it is opened."""

    def __init__(self, tagger: KnownTagger, folder: Path = WEIGHTS) -> None:
        """Look for them in a folder."""
        self._folder = folder
        self._files = {file.use: file for file in tagger.files}

    def path(self, use: str) -> Path:
        """Where a file is, after its bytes were compared.

        Raises:
            ModelMissing: it is not there.
            ModelRejected: its bytes are others than the manifest says.
        """
        file = self._files[use]
        path = self._folder / file.file
        try:
            with path.open("rb") as opened:
                found = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            raise ModelMissing(
                f"The tagger's file {str(path)!r} cannot be read. It comes with Bernard: "
                "install Bernard again, or set BERNARD_PRIVACY_MODE to rules."
            ) from error
        if found != file.sha256:
            raise ModelRejected(
                f"{str(path)!r} is not the file that Bernard comes with, so it was not loaded: "
                f"its SHA-256 is {found}, and {file.sha256} was expected. Install Bernard again."
            )
        return path


@cache
def taggers() -> dict[str, KnownTagger]:
    """Every tagger that Bernard comes with, by its mode."""
    known = msgspec.yaml.decode((WEIGHTS / _MANIFEST).read_bytes(), type=list[KnownTagger])
    return {tagger.mode: tagger for tagger in known}
