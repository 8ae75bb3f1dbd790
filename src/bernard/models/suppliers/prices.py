"""The price file: what suppliers ask for a million tokens, when that was read, and where."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec

from bernard.errors import RegisterInvalid
from bernard.models.suppliers.types import Price

_NONE = Price()


class Prices(msgspec.Struct, frozen=True):
    """Prices in pence, by `supplier/model`."""

    models: Mapping[str, Price] = {}
    date: str = ""
    source: str = ""

    def of(self, supplier: str, model: str) -> Price:
        """The price of a model at a supplier; of each number None where nobody has said."""
        return self.models.get(f"{supplier}/{model}", _NONE)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: prices in a currency, and the pence for one unit of it."""

    version: str
    date: datetime.date
    source: str
    currency: str
    pence: float
    models: dict[str, Price]


def read_prices(path: Path) -> Prices:
    """The prices in a file.

    Raises:
        RegisterInvalid: it cannot be read, or has another form.
    """
    try:
        return _in_pence(path.read_bytes())
    except OSError as error:
        raise RegisterInvalid(
            f"The price file {str(path)!r} cannot be read: {error.strerror}."
        ) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RegisterInvalid(f"The price file {str(path)!r} has a fault: {error}.") from error


@cache
def shipped_prices() -> Prices:
    """The prices that come with Bernard: a start, to be checked."""
    file = resources.files("bernard.models.suppliers") / "prices.yaml"
    return _in_pence(file.read_bytes())


def _in_pence(data: bytes) -> Prices:
    file = msgspec.yaml.decode(data, type=_File)
    if not 0 < file.pence < 1_000_000:
        raise msgspec.ValidationError("`pence` is what one unit of the currency costs, above 0")
    for name, price in file.models.items():
        if min(price.prompt or 0, price.completion or 0, price.cached or 0) < 0:
            raise msgspec.ValidationError(f"the price of {name!r} is below 0")
    return Prices(
        {name: _times(price, file.pence) for name, price in file.models.items()},
        str(file.date),
        file.source,
    )


def _times(price: Price, pence: float) -> Price:
    def times(number: float | None) -> float | None:
        return None if number is None else number * pence

    return Price(times(price.prompt), times(price.completion), times(price.cached))
