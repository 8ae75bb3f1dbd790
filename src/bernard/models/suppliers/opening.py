"""Open every deployment there is: the models on this machine, those added, and the register's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Literal, cast

from bernard.config import Settings
from bernard.errors import ModelMissing, SettingInvalid
from bernard.models.added import AddedModel, added
from bernard.models.manifest import KnownModel, known
from bernard.models.registry import Models, chosen, is_here
from bernard.models.suppliers.deployments import Deployments
from bernard.models.suppliers.embedded import ChatEngine, EmbeddedChat, EmbeddedEmbedder, Embedder
from bernard.models.suppliers.http import Client
from bernard.models.suppliers.keys import read_key
from bernard.models.suppliers.kinds import KINDS, kind_of
from bernard.models.suppliers.limits import Limits
from bernard.models.suppliers.register import Register, SupplierEntry, read_register
from bernard.models.suppliers.remote import RemoteSupplier
from bernard.models.suppliers.types import Attested, Operation, Supplier
from bernard.models.types import THIS_MACHINE

OWN_NETWORK = "own-network"
# Nobody has said how long the supplier of an added model keeps what it gets: longer than any
# agreement allows.
_FOR_EVER_S = 100 * 365 * 24 * 3600
# Bits for one parameter in our 4-bit files, for an estimate of their number.
_BITS = 5.0
_OPERATIONS: Mapping[str, Operation] = {"chat": "chat", "embedding": "embed"}


def open_deployments(
    settings: Settings, models: Models, environ: Mapping[str, str] | None = None
) -> Deployments:
    """All deployments. Nothing is loaded, connected or sent yet; keys are read.

    Each event loop needs its own; the models on this machine are shared through `models`. To take
    up a changed register, make new ones and give them to `Routes.replace`.

    Args:
        environ: where keys are looked for; None means this process's own environment.

    Raises:
        RegisterInvalid: the register has faults.
        SettingInvalid: a setting names a model that there is not.
    """
    here = [*_known(settings, models), *_added(settings, models, environ)]
    names = [supplier.attested.name for supplier in here]
    path = settings.deployments
    register = read_register(path, names) if path is not None else Register()
    suppliers = [*here, *_registered(register, settings, environ)]
    defaults = {
        operation: name
        for role, operation in _OPERATIONS.items()
        if (name := _default(settings, cast(Literal["chat", "embedding"], role), suppliers))
    }
    deployments = Deployments(suppliers, register.aliases, defaults)
    _check_defaults(settings, deployments)
    return deployments


def known_names(settings: Settings) -> list[str]:
    """The names of the deployments that are not in the register, which its aliases may use."""
    ours = [model.name for model in known().values() if is_here(settings, model)]
    return [*ours, *added(settings.models_folder)]


def _known(settings: Settings, models: Models) -> Iterator[Supplier]:
    for model in known().values():
        if is_here(settings, model):
            attested = _own(
                model.name,
                _OPERATIONS[model.role],
                model.built.sha256 if model.built else model.files[0].sha256,
                _parameters_b(model) if model.role == "chat" else None,
            )
            yield _embedded(attested, model.role, models)


def _added(
    settings: Settings, models: Models, environ: Mapping[str, str] | None
) -> Iterator[Supplier]:
    for model in added(settings.models_folder).values():
        operation = _OPERATIONS[model.role]
        if model.url:
            yield _server(model, operation, settings, environ)
        else:
            attested = _own(model.name, operation, model.sha256)
            yield _embedded(attested, model.role, models)


def _own(
    name: str, operation: Operation, sha256: str, parameters_b: float | None = None
) -> Attested:
    """What is true of every model in this process."""
    return Attested(
        name,
        "embedded",
        name,
        (THIS_MACHINE,),
        (operation,),
        training="never",
        human_review="never",
        source="It runs in this process.",
        sha256=sha256,
        total_parameters_b=parameters_b,
    )


def _parameters_b(model: KnownModel) -> float:
    return sum(file.size for file in model.files) * 8 / _BITS / 1e9


def _embedded(attested: Attested, role: str, models: Models) -> Supplier:
    if role == "chat":
        return EmbeddedChat(attested, partial(_chat_engine, models, attested.name))
    return EmbeddedEmbedder(attested, partial(_embedder, models, attested.name))


def _chat_engine(models: Models, name: str) -> ChatEngine:
    model = models.chat(name)
    if model is None:
        raise ModelMissing(f"The chat model {name!r} is not on this machine any more.")
    return cast(ChatEngine, model)


def _embedder(models: Models, name: str) -> Embedder:
    model = models.embedder(name)
    if model is None:
        raise ModelMissing(f"The embedding model {name!r} is not on this machine any more.")
    return cast(Embedder, model)


def _server(
    model: AddedModel, operation: Operation, settings: Settings, environ: Mapping[str, str] | None
) -> Supplier:
    own = model.place in (THIS_MACHINE, OWN_NETWORK)
    attested = Attested(
        model.name,
        model.supplier,
        model.name,
        (model.place,),
        (operation,),
        training="never" if own else "always",
        human_review="never" if own else "always",
        retention_s=0 if own else _FOR_EVER_S,
        source="`bernard models add`: a register of deployments says more.",
    )
    limits = Limits(first_byte_s=settings.chat_timeout_s, idle_s=settings.chat_timeout_s)
    return RemoteSupplier(
        attested,
        KINDS["openai-compatible"],
        Client(limits, settings.ca_file),
        model.url,
        model.served_as,
        read_key(model.key_env, model.key_file, environ),
    )


def _registered(
    register: Register, settings: Settings, environ: Mapping[str, str] | None
) -> Iterator[Supplier]:
    clients = {name: Client(e.limits, settings.ca_file) for name, e in register.suppliers.items()}
    for name, entry in register.deployments.items():
        supplier = register.suppliers[entry.at]
        yield RemoteSupplier(
            register.attested(name),
            kind_of(supplier.kind, supplier.api_version),
            clients[entry.at],
            _url(supplier),
            entry.served_as or entry.model,
            read_key(supplier.key_env, supplier.key_file, environ),
            supplier.api_version,
            supplier.headers,
        )


def _url(supplier: SupplierEntry) -> str:
    return supplier.url or kind_of(supplier.kind, supplier.api_version).url


def _default(
    settings: Settings, role: Literal["chat", "embedding"], suppliers: list[Supplier]
) -> str:
    """The model used where none is named: the settings' choice, else the register's first."""
    name = chosen(settings, role)
    setting = settings.chat_model if role == "chat" else settings.embedding_model
    if name or setting == "none":
        return name
    able = (s.attested.name for s in suppliers if _OPERATIONS[role] in s.attested.operations)
    return next(able, "")


def _check_defaults(settings: Settings, deployments: Deployments) -> None:
    for role, name in (("chat", settings.chat_model), ("embedding", settings.embedding_model)):
        if name in ("auto", "none"):
            continue
        try:
            deployments.find(name, _OPERATIONS[role])
        except ModelMissing as error:
            raise SettingInvalid(
                f"BERNARD_{role.upper()}_MODEL is {name!r}, and there is no {role} model of that "
                f"name here or in the register of deployments."
            ) from error
