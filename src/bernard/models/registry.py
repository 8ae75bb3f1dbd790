"""The models of this machine: which there are, which is used, and one open copy of each."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bernard.config import Settings
from bernard.errors import ModelFailed, ModelMissing, NotFound, SettingInvalid
from bernard.models import added as added_models
from bernard.models.added import AddedModel, added
from bernard.models.embedding import OnnxEmbedder, shipped
from bernard.models.fetch import Progress, fetch
from bernard.models.gguf import read_header
from bernard.models.hashes import check_file
from bernard.models.llama import LlamaChat, LlamaOptions
from bernard.models.manifest import KnownModel, find, known
from bernard.models.openai_compatible import ServerChat, ServerEmbedder
from bernard.models.server import models_served
from bernard.models.types import (
    THIS_MACHINE,
    ChatModel,
    ChatRequest,
    EmbeddingModel,
    Message,
)

_CONTEXT = 4096


@dataclass(frozen=True)
class Listed:
    """A model as `bernard models list` shows it.

    Attributes:
        state: `ready`, or `not here` for one that can be fetched.
        used: whether the settings as they are choose it.
    """

    name: str
    role: Literal["chat", "embedding"]
    state: Literal["ready", "not here"]
    used: bool
    about: str
    licence: str
    origin: str
    supplier: str
    place: str
    size: int


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
        self._embedder: EmbeddingModel | None = None
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
                model = _open_chat(self._settings, wanted)
                if model is None:
                    return None
                self._chats[wanted] = model
            return self._chats[wanted]

    def embedder(self) -> EmbeddingModel | None:
        """The embedding model that the settings choose; None where there is none."""
        with self._lock:
            wanted = chosen(self._settings, "embedding")
            if self._embedder is None and wanted:
                self._embedder = _open_embedder(self._settings, wanted)
            return self._embedder

    def close(self) -> None:
        """Stop the models and give their memory back."""
        with self._lock:
            for model in self._chats.values():
                if isinstance(model, LlamaChat):
                    model.close()
            self._chats.clear()
            self._embedder = None


def installed(settings: Settings) -> list[Listed]:
    """Every model that is here or can be fetched, those of the manifest first."""
    used = {chosen(settings, "chat"), chosen(settings, "embedding")}
    rows = [_known_row(settings, model, used) for model in known().values()]
    return rows + [_added_row(model, used) for model in added(settings.models_folder).values()]


def get(
    settings: Settings,
    name: str,
    *,
    source: Path | None = None,
    progress: Progress = lambda what, done, total: None,
) -> Path:
    """Fetch a model of the manifest; the folder it is in.

    Raises:
        NotFound: the manifest does not name it.
        FetchFailed, ModelRejected: it cannot be had, or is not what it should be.
    """
    model = find(name)
    if model.built and shipped(model).present:
        return shipped(model).model.parent
    home = fetch(model, settings.models_folder, source=source, progress=progress)
    if model.built:
        _build(model, home)
    return home


def check(settings: Settings, name: str) -> list[str]:
    """What was found in order, a sentence each: every byte is read and the model is run once.

    A model on a server is asked only which models it has; no text is sent to it.

    Raises:
        NotFound: there is no such model.
        ModelMissing, ModelRejected, ModelFailed: what is wrong.
    """
    theirs = added(settings.models_folder).get(name)
    if theirs and theirs.url:
        return [_ask_server(theirs, settings)]
    found = _check_bytes(settings, theirs or find(name))
    return [*found, _run_once(settings, name)]


def remove(settings: Settings, name: str) -> str:
    """Remove a model; a sentence that says what was done.

    Raises:
        NotFound: it is not here.
    """
    folder = settings.models_folder
    if name in added(folder):
        model = added_models.remove(folder, name)
        left = f" The file {model.path!r} was left where it is." if model.path else ""
        return f"{name} is off the list.{left}"
    home = folder / find(name).name
    if not home.is_dir():
        where = "comes with Bernard and stays" if find(name).built else "is not here"
        raise NotFound(f"{name!r} {where}; there is nothing to remove.")
    size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    shutil.rmtree(home)
    return f"{name} was removed; {size >> 20} MB are free again."


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
    here = [m.name for m in ours if _is_here(settings, m)]
    return next(iter(here + theirs), "")


def _check_choice(settings: Settings, role: str, name: str) -> None:
    theirs = added(settings.models_folder).get(name)
    model = theirs or known().get(name)
    variable = f"BERNARD_{role.upper()}_MODEL"
    if model is None or model.role != role:
        raise SettingInvalid(
            f"{variable} is {name!r}, and there is no {role} model of that name. "
            f"`bernard models list` shows them."
        )
    if isinstance(model, KnownModel) and not _is_here(settings, model):
        raise ModelMissing(
            f"{variable} is {name!r}, which is not on this machine. "
            f"`bernard models get {name}` fetches it."
        )


def _is_here(settings: Settings, model: KnownModel) -> bool:
    if model.built:
        return shipped(model).present
    return all((settings.models_folder / model.name / f.name).is_file() for f in model.files)


def _open_chat(settings: Settings, name: str) -> ChatModel | None:
    theirs = added(settings.models_folder).get(name)
    if theirs and theirs.role == "chat":
        if theirs.url:
            return ServerChat(theirs.deployment, theirs.server(settings.chat_timeout_s))
        return _llama(settings, name, Path(theirs.path), theirs.sha256)
    model = known().get(name)
    if model is None or model.role != "chat" or not _is_here(settings, model):
        return None
    [file] = model.files
    return _llama(settings, name, settings.models_folder / name / file.name, file.sha256)


def _llama(settings: Settings, name: str, path: Path, sha256: str) -> LlamaChat:
    options = LlamaOptions(
        threads=settings.threads, context=_CONTEXT, timeout_s=settings.chat_timeout_s
    )
    return LlamaChat(name, path, sha256, options, memory=settings.models_folder)


def _open_embedder(settings: Settings, name: str) -> EmbeddingModel | None:
    theirs = added(settings.models_folder).get(name)
    if theirs and theirs.url:
        server = theirs.server(settings.chat_timeout_s)
        return ServerEmbedder(theirs.deployment, server, theirs.dimensions)
    if theirs:
        files = theirs.embedding_files
        return OnnxEmbedder(name, files, theirs.dimensions, 256, settings.threads)
    model = find(name)
    return OnnxEmbedder(name, shipped(model), model.dimensions, model.max_tokens, settings.threads)


def _known_row(settings: Settings, model: KnownModel, used: set[str]) -> Listed:
    return Listed(
        name=model.name,
        role=model.role,
        state="ready" if _is_here(settings, model) else "not here",
        used=model.name in used,
        about=model.about,
        licence=model.licence,
        origin=model.origin,
        supplier="embedded",
        place=THIS_MACHINE,
        size=model.size,
    )


def _added_row(model: AddedModel, used: set[str]) -> Listed:
    path = Path(model.path) if model.path else None
    there = path is None or path.is_file()
    return Listed(
        name=model.name,
        role=model.role,
        state="ready" if there else "not here",
        used=model.name in used,
        about=f"{model.served_as} on a server." if model.url else "A file you added.",
        licence="",
        origin=model.url or model.path,
        supplier=model.supplier,
        place=model.place,
        size=path.stat().st_size if path and there else 0,
    )


def _build(model: KnownModel, home: Path) -> None:
    try:
        # Heavy, and only in a copy of the source: the wheel carries what this makes.
        from bernard.models import onnx_build
    except ImportError as error:
        raise ModelMissing(
            f"This copy of Bernard lacks {model.name!r}, which an installed one carries. "
            f"Run `make setup`, or install the wheel again."
        ) from error
    onnx_build.write(model, home)


def _check_bytes(settings: Settings, model: KnownModel | AddedModel) -> list[str]:
    if isinstance(model, AddedModel):
        files = {model.path: model.sha256, model.tokenizer: model.tokenizer_sha256}
    elif model.built:
        ours = shipped(model)
        files = {str(ours.model): ours.model_sha256, str(ours.tokenizer): ours.tokenizer_sha256}
    else:
        home = settings.models_folder / model.name
        files = {str(home / file.name): file.sha256 for file in model.files}
    found = []
    for path, sha256 in files.items():
        if path:
            check_file(Path(path), sha256)
            found.append(f"{path} has the right SHA-256, {sha256}.")
            if path.endswith(".gguf"):
                found.append(f"It is whole: {read_header(Path(path)).tensors} tensors.")
    return found


def _run_once(settings: Settings, name: str) -> str:
    start = time.monotonic()
    model = added(settings.models_folder).get(name) or find(name)
    if model.role == "embedding":
        embedder = _open_embedder(settings, name)
        assert embedder is not None
        embedder.embed(["Is it well?"])
    else:
        chat = _open_chat(settings, name)
        assert isinstance(chat, LlamaChat)
        try:
            list(chat.chat(ChatRequest([Message("user", "Say yes.")], max_tokens=4)))
        finally:
            chat.close()
    return f"It loads and answers, in {time.monotonic() - start:.1f} seconds."


def _ask_server(model: AddedModel, settings: Settings) -> str:
    server = model.server(settings.chat_timeout_s)
    names = models_served(server)
    if model.served_as not in names:
        have = ", ".join(sorted(names)[:20]) or "none"
        raise ModelFailed(f"{server.host} has no model {model.served_as!r}. It has: {have}.")
    return f"{server.host} answers and has {model.served_as}. No text was sent to it."
