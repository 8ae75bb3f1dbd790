"""What a register of deployments says: entries for suppliers, and for what each serves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from bernard.models.suppliers.limits import Limits
from bernard.models.suppliers.prices import Prices
from bernard.models.suppliers.types import Attested, Operation, Price

_Practice = Literal["never", "opt-in", "always"]


class SupplierEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to one supplier: an account, a region, a server of one's own.

    Attributes:
        supplier: the word that agreements use; empty means the entry's own name.
        url: base address up to and with the version; empty means the kind's usual one.
        key_env, key_file: the variable or file that holds the key. The key is never in the register.
        api_version: Azure's; empty means its v1 address.
        headers: sent with every call.
    """

    kind: str
    supplier: str = ""
    url: str = ""
    key_env: str = ""
    key_file: str = ""
    api_version: str = ""
    headers: dict[str, str] = {}
    limits: Limits = Limits()


class DeploymentEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model that can be asked there.

    Attributes:
        at: name of a supplier entry.
        model: as agreements name it; served_as: as the supplier does, where that differs.
        source: where the facts were read, and when.
        price: pence for a million tokens, where the price file does not say or says otherwise.
    """

    at: str
    model: str
    places: tuple[str, ...]
    training: _Practice
    human_review: _Practice
    retention_s: int
    source: str
    served_as: str = ""
    version: str = ""
    operations: tuple[Operation, ...] = ("chat",)
    price: Price | None = None
    active_parameters_b: float | None = None
    total_parameters_b: float | None = None


class Register(msgspec.Struct, frozen=True):
    """What the file says.

    Attributes:
        aliases: a name to deployments, the first choice first.
        prices: for deployments that give none of their own.
    """

    suppliers: Mapping[str, SupplierEntry] = {}
    deployments: Mapping[str, DeploymentEntry] = {}
    aliases: Mapping[str, tuple[str, ...]] = {}
    prices: Prices = Prices()

    def attested(self, name: str) -> Attested:
        """The facts of one deployment."""
        entry = self.deployments[name]
        supplier = self.suppliers[entry.at].supplier or entry.at
        return Attested(
            name=name,
            supplier=supplier,
            model=entry.model,
            version=entry.version,
            places=entry.places,
            operations=entry.operations,
            training=entry.training,
            human_review=entry.human_review,
            retention_s=entry.retention_s,
            source=entry.source,
            price=entry.price or self.prices.of(supplier, entry.model),
            active_parameters_b=entry.active_parameters_b,
            total_parameters_b=entry.total_parameters_b,
        )
