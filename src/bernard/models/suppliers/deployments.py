"""The deployments that are open now: found by name or alias, replaced as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bernard.errors import ModelMissing
from bernard.models.suppliers.types import Operation, Supplier


class Deployments:
    """A set of open suppliers, and the names by which they are asked for.

    Args:
        aliases: a name to the names of deployments, the first choice first.
        defaults: the deployment or alias of an operation where no model is named.
    """

    def __init__(
        self,
        suppliers: Iterable[Supplier],
        aliases: Mapping[str, Sequence[str]] | None = None,
        defaults: Mapping[Operation, str] | None = None,
    ) -> None:
        self._suppliers = {supplier.attested.name: supplier for supplier in suppliers}
        self._aliases = dict(aliases or {})
        self._found: dict[tuple[str, Operation], tuple[Supplier, ...]] = {}
        names = {name: (name,) for name in self._suppliers} | self._aliases
        for name, members in names.items():
            for member in members:
                supplier = self._suppliers[member]
                for operation in supplier.attested.operations:
                    key = (name, operation)
                    self._found[key] = (*self._found.get(key, ()), supplier)
        for operation, name in (defaults or {}).items():
            if (name, operation) in self._found:
                self._found["", operation] = self._found[name, operation]

    @property
    def suppliers(self) -> tuple[Supplier, ...]:
        """All of them, in the order of the register."""
        return tuple(self._suppliers.values())

    @property
    def aliases(self) -> Mapping[str, Sequence[str]]:
        """The names that stand for deployments."""
        return self._aliases

    def find(self, model: str, operation: Operation) -> tuple[Supplier, ...]:
        """The deployments that do this under that name, in order; of '' the default.

        Raises:
            ModelMissing: there is none.
        """
        found = self._found.get((model, operation))
        if found is not None:
            return found
        if not model:
            raise ModelMissing(f"There is no model for this ({operation}) here.")
        if model in self._suppliers or model in self._aliases:
            raise ModelMissing(f"The model {model!r} does not do this ({operation}).")
        raise ModelMissing(f"There is no model {model!r} here. `/v1/models` lists them.")

    async def close(self) -> None:
        """Give back connections; calls under way end in their own time."""
        for supplier in self._suppliers.values():
            await supplier.close()
