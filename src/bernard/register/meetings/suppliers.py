"""Whom agreements are with, and all the names that they go by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from bernard.agreements import Agreement
from bernard.agreements.document import Document
from bernard.errors import InputInvalid

_T = TypeVar("_T")
SHIPPED = Path(__file__).with_name("suppliers.yaml")
"""The names that come with Bernard."""


class Supplier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A supplier.

    Attributes:
        id: the word that agreements use for it: `openai`.
        legal_names, trading_names: further names of itself.
        subsidiaries: names of companies that it owns; a meeting with one is shown as with it.
        never: names that look like it and are somebody else's.
        agreements: the ids of the agreements that are with it.
    """

    id: str
    name: str
    legal_names: tuple[str, ...] = ()
    trading_names: tuple[str, ...] = ()
    subsidiaries: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    agreements: tuple[str, ...] = ()


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person said of a name that may be a supplier's.

    Attributes:
        same: whether it is.
        by: who said so, and when.
    """

    organisation: str
    supplier: str
    same: bool
    by: str = ""


class _Suppliers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    suppliers: tuple[Supplier, ...] = ()


class _Answers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    answers: tuple[Answer, ...] = ()


def read_suppliers(path: Path) -> tuple[Supplier, ...]:
    """The suppliers in a YAML file.

    Raises:
        InputInvalid: the file cannot be read or has a fault; the message says which and where.
    """
    found = _read(path, _Suppliers).suppliers
    twice = {one.id for one in found if sum(other.id == one.id for other in found) > 1}
    if twice:
        raise InputInvalid(
            f"{str(path)!r} has the supplier {min(twice)!r} twice. Keep one of them."
        )
    return found


def read_answers(path: Path) -> tuple[Answer, ...]:
    """What a person said of possible matches, from a YAML file.

    Raises:
        InputInvalid: the file cannot be read or has a fault.
    """
    return _read(path, _Answers).answers


def known_suppliers(
    agreements: Iterable[Agreement], named: Sequence[Supplier] = ()
) -> tuple[Supplier, ...]:
    """The suppliers of these agreements, each with the names that are known of it.

    Args:
        named: what a file of the public body says of them; it goes before what comes with Bernard,
            and may hold suppliers that no agreement is with.
    """
    shipped = {one.id: one for one in read_suppliers(SHIPPED)}
    own = {one.id: one for one in named}
    found: dict[str, Supplier] = {}
    for agreement in agreements:
        party = agreement.parties.supplier
        if party is None:
            continue
        before = found.get(party.id) or _with_names(party.id, party.name, own, shipped)
        ids = dict.fromkeys([*before.agreements, agreement.id])
        found[party.id] = msgspec.structs.replace(before, agreements=tuple(ids))
    return (*found.values(), *(one for one in named if one.id not in found))


def _with_names(
    id_: str, name: str, own: dict[str, Supplier], shipped: dict[str, Supplier]
) -> Supplier:
    known = own.get(id_) or shipped.get(id_)
    if known is None:
        return Supplier(id_, name)
    more = () if name == known.name else (known.name,)
    return msgspec.structs.replace(known, name=name, trading_names=(*more, *known.trading_names))


def _read(path: Path, form: type[_T]) -> _T:
    try:
        document = Document(path.read_bytes())
    except OSError as error:
        raise InputInvalid(f"{str(path)!r} cannot be read: {error.strerror}.") from error
    if document.faults:
        fault = document.faults[0]
        raise InputInvalid(f"{str(path)!r}, line {fault.line}: {fault.message} {fault.remedy}")
    try:
        return msgspec.convert(document.values or {}, form)
    except msgspec.ValidationError as error:
        raise InputInvalid(f"{str(path)!r} has a fault: {error}.") from error
