"""Read a register strictly: every field that is wrong, unknown or missing, with its line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bernard.agreements.document import Document
from bernard.agreements.types import Fault
from bernard.agreements.vocabulary import OPEN_WORD, words
from bernard.errors import Error, InputInvalid
from bernard.models.suppliers.address import is_loopback, read_address, request_head
from bernard.models.suppliers.kinds import KIND_NAMES, kind_of
from bernard.models.suppliers.limits import Limits
from bernard.models.suppliers.prices import Prices, read_prices, shipped_prices
from bernard.models.suppliers.register_types import DeploymentEntry, Register, SupplierEntry
from bernard.models.types import THIS_MACHINE

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORD = re.compile(OPEN_WORD)
T = TypeVar("T", bound=msgspec.Struct)


def read_document(
    document: Document, folder: Path, others: Collection[str]
) -> tuple[Register | None, list[Fault]]:
    """The register in a document, if it has no fault, and every fault found.

    Args:
        folder: that paths in the document start from.
        others: names of deployments that are not in it.
    """
    return _Reading(document, folder, others).register()


class _Reading:
    """Reads one document and collects its faults."""

    def __init__(self, document: Document, folder: Path, others: Collection[str]) -> None:
        self.document = document
        self.folder = folder
        self.others = others
        self.values = document.values if isinstance(document.values, dict) else {}
        self.found: list[Fault] = []

    def register(self) -> tuple[Register | None, list[Fault]]:
        for name in self.values:
            if name not in _TOP:
                self.fault((name,), f"{name!r} is unknown.", f"There are: {', '.join(_TOP)}.")
        if str(self.values.get("version")) != "1":
            self.fault(("version",), "The version of the form is not said.", 'Write version: "1".')
        suppliers = self.entries("suppliers", SupplierEntry)
        deployments = self.entries("deployments", DeploymentEntry)
        for name, supplier in suppliers.items():
            self.check_supplier(("suppliers", name), supplier)
        for name, deployment in deployments.items():
            self.check_deployment(("deployments", name), deployment, suppliers)
        aliases = self.aliases(deployments)
        prices = self.prices(self.values.get("prices"))
        self.found.sort(key=lambda fault: fault.line)
        if self.found:
            return None, self.found
        return Register(suppliers, deployments, aliases, prices), []

    def fault(self, steps: tuple[str | int, ...], message: str, remedy: str = "") -> None:
        self.found.append(Fault(self.document.line(steps), message, remedy))

    def part(self, field: str) -> Iterator[tuple[str, Any]]:
        part = self.values.get(field)
        if part is not None and not isinstance(part, dict):
            self.fault((field,), f"{field} is not a list of names, each with its fields.")
            return
        for name, value in (part or {}).items():
            if not isinstance(name, str) or not _WORD.fullmatch(name):
                self.fault(
                    (field, name),
                    f"{name!r} cannot be a name.",
                    "Use up to 64 small letters, digits, dots and hyphens.",
                )
            else:
                yield name, value

    def declared(self, field: str) -> Collection[str]:
        """The names in a part, whether or not what stands under them can be read."""
        part = self.values.get(field)
        return [str(name) for name in part] if isinstance(part, dict) else ()

    def entries(self, field: str, form: type[T]) -> dict[str, T]:
        read = {}
        for name, value in self.part(field):
            try:
                read[name] = msgspec.convert(value, form)
            except msgspec.ValidationError as error:
                steps, message = _explained(str(error))
                ours = message.endswith("is unknown.") and len(steps) == 1
                remedy = _instead(steps[0], form) if ours else ""
                self.fault((field, name, *steps), f"{name}: {message}", remedy)
        return read

    def check_supplier(self, at: tuple[str, str], entry: SupplierEntry) -> None:
        if entry.kind not in KIND_NAMES:
            names = ", ".join(KIND_NAMES)
            self.fault((*at, "kind"), f"{entry.kind!r} is no kind of supplier.", f"It is: {names}.")
            return
        if entry.supplier and (not _WORD.fullmatch(entry.supplier) or entry.supplier == "embedded"):
            self.fault((*at, "supplier"), f"{entry.supplier!r} cannot be a supplier's name.")
        if at[1] == "embedded":
            self.fault(at, "The name 'embedded' stands for the models in this process.")
        if not entry.url and not kind_of(entry.kind, entry.api_version).url:
            self.fault(at, f"{at[1]} has no address.", "Give its `url`.")
        if entry.api_version and entry.kind != "azure":
            self.fault((*at, "api_version"), "Only Azure has an `api_version`.", "Leave it out.")
        if entry.key_env and entry.key_file:
            self.fault(at, f"{at[1]} has two places for its key.", "Keep one.")
        if entry.key_env and not _VARIABLE.fullmatch(entry.key_env):
            # It may be the key itself, so it is not shown.
            self.fault(
                (*at, "key_env"),
                "`key_env` is not the name of a variable.",
                "Name the variable that holds the key; the key itself must not stand here.",
            )
        self.check_address(at, entry)
        self.check_limits((*at, "limits"), entry.limits)

    def check_address(self, at: tuple[str, str], entry: SupplierEntry) -> None:
        try:
            if entry.url:
                address = read_address(entry.url)
                if "?" in address.path:
                    self.fault((*at, "url"), "The address has a question mark in it.")
            request_head("POST", "/", entry.headers)
        except InputInvalid as error:
            self.fault((*at, "url" if entry.url else "headers"), str(error))
        for header in entry.headers:
            if header.lower() in _OURS:
                self.fault(
                    (*at, "headers", header),
                    f"The header {header!r} is not for the register.",
                    "Keys come from `key_env` or `key_file`.",
                )

    def check_limits(self, at: tuple[str, ...], limits: Limits) -> None:
        for field in limits.__struct_fields__:
            if not 0 < getattr(limits, field) < 1_000_000:
                self.fault((*at, field), f"{field} must be above 0.")

    def check_deployment(
        self, at: tuple[str, str], entry: DeploymentEntry, suppliers: Mapping[str, SupplierEntry]
    ) -> None:
        if entry.at not in self.declared("suppliers"):
            names = ", ".join(suppliers)
            self.fault(
                (*at, "at"), f"There is no supplier {entry.at!r} here.", f"There are: {names}."
            )
        elif entry.at in suppliers and suppliers[entry.at].kind in KIND_NAMES:
            self.check_operations(at, entry, suppliers[entry.at])
        if at[1] in self.others:
            self.fault(at, f"There is a model {at[1]!r} on this machine.", "Choose another name.")
        if not _WORD.fullmatch(entry.model):
            self.fault((*at, "model"), f"{entry.model!r} cannot be a model in an agreement.",
                       "Use small letters, and say what the supplier calls it in `served_as`.")  # fmt: skip
        if not entry.places:
            self.fault((*at, "places"), "No place is said, so nothing could ever be sent.")
        for number, place in enumerate(entry.places):
            if place not in words("places"):
                self.fault(
                    (*at, "places", number),
                    f"{place!r} is not a place.",
                    "Use own-network, this-machine or the code of a country, such as GB.",
                )
        url = suppliers[entry.at].url if entry.at in suppliers else ""
        if THIS_MACHINE in entry.places and not is_loopback(url):
            self.fault(
                (*at, "places"),
                f"{entry.at} is not on this machine.",
                "Say own-network for a server of your own, or the codes of its countries.",
            )
        if entry.retention_s < 0:
            self.fault((*at, "retention_s"), "retention_s must not be below 0.")
        if not entry.source.strip():
            self.fault((*at, "source"), "Nobody says where these facts were read.")
        for field in ("active_parameters_b", "total_parameters_b"):
            value = getattr(entry, field)
            if value is not None and not 0 < value < 1_000_000:
                self.fault((*at, field), f"{field} is in billions, and above 0.")

    def check_operations(
        self, at: tuple[str, str], entry: DeploymentEntry, supplier: SupplierEntry
    ) -> None:
        kind = kind_of(supplier.kind, supplier.api_version)
        able = {route.operation for route in kind.routes}
        for number, operation in enumerate(entry.operations):
            if operation not in able:
                self.fault(
                    (*at, "operations", number),
                    f"Bernard cannot ask {supplier.kind} for this ({operation}).",
                    f"It can ask for: {', '.join(sorted(able))}.",
                )

    def aliases(self, deployments: Mapping[str, DeploymentEntry]) -> dict[str, tuple[str, ...]]:
        read = {}
        declared = self.declared("deployments")
        for name, value in self.part("aliases"):
            members = [value] if isinstance(value, str) else value
            if not isinstance(members, list) or not members:
                self.fault(("aliases", name), f"{name} names no deployments.", "Give it a list.")
                continue
            if name in declared or name in self.others:
                self.fault(("aliases", name), f"{name!r} is a deployment already.")
            for number, member in enumerate(members):
                if str(member) not in declared and member not in self.others:
                    self.fault(("aliases", name, number), f"There is no deployment {member!r}.")
            read[name] = tuple(map(str, members))
        return read

    def prices(self, given: Any) -> Prices:
        if given is None:
            return shipped_prices()
        try:
            return read_prices(self.folder / str(given))
        except Error as error:
            self.fault(("prices",), str(error))
            return Prices()


_TOP = ("version", "suppliers", "deployments", "aliases", "prices")
_OURS = (
    "authorization", "api-key", "x-api-key", "x-goog-api-key", "host", "content-length",
    "transfer-encoding", "connection", "accept-encoding", "content-type",
)  # fmt: skip


def _instead(unknown: str | int, form: type[msgspec.Struct]) -> str:
    """What to write in place of a field that there is not."""
    if unknown in ("key", "api_key"):
        return "Keep the key out of this file: name its variable in `key_env` or its file in `key_file`."
    known = form.__struct_fields__
    near = difflib.get_close_matches(str(unknown), known, 1)
    return f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(known)}."


def _explained(message: str) -> tuple[tuple[str | int, ...], str]:
    """Where a value is that has the wrong form, and what is wrong with it."""
    text, _, path = message.partition(" - at `$")
    steps: list[str | int] = [
        int(index) if index else name for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", path)
    ]
    unknown = re.search(r"unknown field `(.+)`", text)
    if unknown:
        steps.append(unknown[1])
        return tuple(steps), f"the field {unknown[1]!r} is unknown."
    missing = re.search(r"required field `(.+)`", text)
    if missing:
        return tuple(steps), f"the field {missing[1]!r} is missing."
    where = f"{'.'.join(map(str, steps))}: " if steps else ""
    return tuple(steps), f"{where}{text[:1].lower()}{text[1:]}."
