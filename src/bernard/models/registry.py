"""The models of this machine: which there are, which is used, and one open copy of each."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Literal

from bernard.config import Settings
from bernard.errors import ModelMissing, SettingInvalid
from bernard.models.added import added
from bernard.models.embedding_files import shipped
from bernard.models.llama import LlamaChat
from bernard.models.llama_process import LlamaOptions
from bernard.models.manifest import KnownModel, find, known
from bernard.models.types import (
    ChatModel,
    EmbeddingModel,
)

_CONTEXT = 4096


class Models:
    """Opens each model once and keeps it open; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings.

        Raises:
            SettingInvalid: a setting names a model that there is not.
            ModelMissing: a setting names a model that is not on this machine yet.
        """
        self._settings = settings
        self._lock = threading.Lock()
        self._chats: dict[str, ChatModel] = {}
        self._embedders: dict[str, EmbeddingModel] = {}
        for role, name in (("chat", settings.chat_model), ("embedding", settings.embedding_model)):
            if name not in ("auto", "none"):
                _check_choice(settings, role, name)

    def chat(self, name: str = "") -> ChatModel | None:
        """The chat model of that name, or the one the settings choose; None where there is none."""
        wanted = name or chosen(self._settings, "chat")
        if not wanted:
            return None
        with self._lock:
            if wanted not in self._chats:
                model = open_chat(self._settings, wanted)
                if model is None:
                    return None
                self._chats[wanted] = model
            return self._chats[wanted]

    def embedder(self, name: str = "") -> EmbeddingModel | None:
        """The embedding model of that name, or the one the settings choose; None where none is."""
        with self._lock:
            wanted = name or chosen(self._settings, "embedding")
            if not wanted:
                return None
            if wanted not in self._embedders:
                model = open_embedder(self._settings, wanted)
                if model is None:
                    return None
                self._embedders[wanted] = model
            return self._embedders[wanted]

    def close(self) -> None:
        """Stop the models and give their memory back."""
        with self._lock:
            for model in self._chats.values():
                if isinstance(model, LlamaChat):
                    model.close()
            self._chats.clear()
            self._embedders.clear()


def chosen(settings: Settings, role: Literal["chat", "embedding"]) -> str:
    """The name of the model that the settings choose for a role; empty where there is none.

    `auto` takes the best of the manifest that is here, then what was added first. A model that
    is fit for tests only is never taken by itself.
    """
    setting = settings.chat_model if role == "chat" else settings.embedding_model
    if setting == "none":
        return ""
    if setting != "auto":
        return setting
    ours = [m for m in known().values() if m.role == role and m.use in ("default", "")]
    theirs = [m.name for m in added(settings.models_folder).values() if m.role == role]
    here = [m.name for m in ours if is_here(settings, m)]
    return next(iter(here + theirs), "")


def _check_choice(settings: Settings, role: str, name: str) -> None:
    theirs = added(settings.models_folder).get(name)
    model = theirs or known().get(name)
    variable = f"BERNARD_{role.upper()}_MODEL"
    if model is None and settings.deployments is not None:
        return  # it may be in the register, which is read with the deployments
    if model is None or model.role != role:
        raise SettingInvalid(
            f"{variable} is {name!r}, and there is no {role} model of that name. "
            f"`bernard models list` shows them."
        )
    if isinstance(model, KnownModel) and not is_here(settings, model):
        raise ModelMissing(
            f"{variable} is {name!r}, which is not on this machine. "
            f"`bernard models get {name}` fetches it."
        )


def is_here(settings: Settings, model: KnownModel) -> bool:
    """Whether the model's files are on this machine; their bytes are checked when loaded."""
    if model.built:
        return shipped(model).present
    return all((settings.models_folder / model.name / f.name).is_file() for f in model.files)


def open_chat(settings: Settings, name: str) -> ChatModel | None:
    """The chat model of that name in this process, None where there is none here."""
    theirs = added(settings.models_folder).get(name)
    if theirs and theirs.role == "chat" and not theirs.url:
        return _llama(settings, name, Path(theirs.path), theirs.sha256)
    model = known().get(name)
    if model is None or model.role != "chat" or not is_here(settings, model):
        return None
    [file] = model.files
    return _llama(settings, name, settings.models_folder / name / file.name, file.sha256)


def _llama(settings: Settings, name: str, path: Path, sha256: str) -> LlamaChat:
    options = LlamaOptions(
        threads=settings.threads, context=_CONTEXT, timeout_s=settings.chat_timeout_s
    )
    return LlamaChat(name, path, sha256, options, memory=settings.models_folder)


def open_embedder(settings: Settings, name: str) -> EmbeddingModel | None:
    """The embedding model of that name in this process, None where there is none here."""
    # Heavy: NumPy and ONNX Runtime, which a gateway without a model of its own never loads.
    from bernard.models.embedding import OnnxEmbedder

    theirs = added(settings.models_folder).get(name)
    if theirs and theirs.url:
        return None
    if theirs:
        files = theirs.embedding_files
        return OnnxEmbedder(name, files, theirs.dimensions, 256, settings.threads)
    model = find(name)
    return OnnxEmbedder(name, shipped(model), model.dimensions, model.max_tokens, settings.threads)
