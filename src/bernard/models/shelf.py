"""The shelf of models: what is on it, putting one there, testing it, and taking it down."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bernard.config import Settings
from bernard.errors import ModelFailed, ModelMissing, NotFound
from bernard.models import added as added_models
from bernard.models.added import AddedModel, added
from bernard.models.embedding_files import shipped
from bernard.models.fetch import Progress, fetch
from bernard.models.gguf import read_header
from bernard.models.hashes import check_file
from bernard.models.llama import LlamaChat
from bernard.models.manifest import KnownModel, find, known
from bernard.models.registry import chosen, is_here, open_chat, open_embedder
from bernard.models.served import models_served
from bernard.models.suppliers.address import read_address
from bernard.models.types import THIS_MACHINE, ChatRequest, Message


@dataclass(frozen=True)
class Listed:
    """A model as `bernard models list` shows it.

    Attributes:
        state: `ready`, or `not here` for one that can be fetched.
        used: whether the settings as they are choose it.
    """

    name: str
    role: Literal["chat", "embedding", "reader"]
    state: Literal["ready", "not here"]
    used: bool
    about: str
    licence: str
    origin: str
    supplier: str
    place: str
    size: int

    @property
    def is_ready(self) -> bool:
        """Whether it can be used as it is."""
        return self.state == "ready"


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


def _known_row(settings: Settings, model: KnownModel, used: set[str]) -> Listed:
    return Listed(
        name=model.name,
        role=model.role,
        state="ready" if is_here(settings, model) else "not here",
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
        embedder = open_embedder(settings, name)
        assert embedder is not None
        embedder.embed(["Is it well?"])
    else:
        chat = open_chat(settings, name)
        assert isinstance(chat, LlamaChat)
        try:
            list(chat.chat(ChatRequest([Message("user", "Say yes.")], max_tokens=4)))
        finally:
            chat.close()
    return f"It loads and answers, in {time.monotonic() - start:.1f} seconds."


def _ask_server(model: AddedModel, settings: Settings) -> str:
    host = read_address(model.url).host
    names = models_served(model, settings.chat_timeout_s, settings.ca_file)
    if model.served_as not in names:
        have = ", ".join(sorted(names)[:20]) or "none"
        raise ModelFailed(f"{host} has no model {model.served_as!r}. It has: {have}.")
    return f"{host} answers and has {model.served_as}. No text was sent to it."
