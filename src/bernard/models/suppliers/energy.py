"""What a call costs: pence by the price file, energy and carbon by a published estimate.

The estimate counts the tokens that a model writes, for models of known size; it is 0 where the
register does not say how many parameters a model has, and for embeddings, which the method does not
cover. It is right to perhaps a factor of three, and good for comparing, not for accounts.

Source: as `energy.yaml` says, with every number.
"""

from __future__ import annotations

import math
from functools import cache
from importlib import resources
from typing import NamedTuple

import msgspec

from bernard.models.suppliers.types import Attested
from bernard.wire.types import Usage

_YEAR_S = 365 * 24 * 3600
_THIS_MACHINE = "this-machine"


class Footprint(NamedTuple):
    """What one call cost. `co2e_g` holds a share of making the machines too."""

    pence: float = 0.0
    energy_wh: float = 0.0
    co2e_g: float = 0.0


class Rates:
    """The costs of one deployment for a token, worked out once."""

    __slots__ = ("attested", "cached", "completion", "g", "g_second", "prompt", "wh", "wh_second")

    def __init__(self, attested: Attested) -> None:
        """Work them out."""
        price, data = attested.price, _data()
        self.attested = attested
        self.prompt = (price.prompt or 0.0) / 1_000_000
        self.completion = (price.completion or 0.0) / 1_000_000
        self.cached = self.prompt if price.cached is None else price.cached / 1_000_000
        grid = _grid(attested.places, data)
        self.wh, embodied_g = _for_a_token(attested, data)
        self.g = self.wh / 1000 * grid + embodied_g
        own = attested.places == (_THIS_MACHINE,)
        self.wh_second = data.own_watts / 3600 if own else 0.0
        self.g_second = self.wh_second / 1000 * grid


_rates: dict[str, Rates] = {}


def footprint(attested: Attested, usage: Usage, seconds: float = 0.0) -> Footprint:
    """What a call to this deployment cost.

    Args:
        seconds: that it took; for a model in this process they say more than its tokens do.
    """
    rates = _rates.get(attested.name)
    if rates is None or rates.attested is not attested:
        rates = _rates[attested.name] = Rates(attested)
    completion = usage.completion_tokens
    # Those read from a cache are part of the prompt.
    cached = min(usage.cached_tokens, usage.prompt_tokens)
    pence = (usage.prompt_tokens - cached) * rates.prompt + cached * rates.cached
    pence += completion * rates.completion
    if seconds and rates.wh_second:
        return Footprint(pence, seconds * rates.wh_second, seconds * rates.g_second)
    return Footprint(pence, completion * rates.wh, completion * rates.g)


class _Line(msgspec.Struct, frozen=True):
    alpha: float
    beta: float
    gamma: float


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    gpu_wh: _Line
    seconds: _Line
    batch: int
    gpus: int
    gpu_memory_gb: float
    memory_overhead: float
    bits: int
    server_watts: float
    server_kg: float
    gpu_kg: float
    lifetime_years: float
    pue: float
    own_watts: float
    grid_g: dict[str, float]


@cache
def _data() -> _Data:
    file = resources.files("bernard.models.suppliers") / "energy.yaml"
    return msgspec.yaml.decode(file.read_bytes(), type=_Data)


def _grid(places: tuple[str, ...], data: _Data) -> float:
    world = data.grid_g["world"]
    return max((data.grid_g.get(place, world) for place in places), default=world)


def _for_a_token(attested: Attested, data: _Data) -> tuple[float, float]:
    """Watt-hours, and grams of CO2e from making the machines, for one token written."""
    active = attested.active_parameters_b or attested.total_parameters_b
    if not active:
        return 0.0, 0.0
    total = attested.total_parameters_b or active
    gpu, time = data.gpu_wh, data.seconds
    gpu_wh = gpu.alpha * math.exp(gpu.beta * data.batch) * active + gpu.gamma
    seconds = time.alpha * active + time.beta * data.batch + time.gamma
    gpus = _gpus(total, data)
    share = gpus / data.gpus
    server_wh = seconds * data.server_watts / 3600 * share / data.batch
    made_kg = share * data.server_kg + gpus * data.gpu_kg
    lifetime_s = data.lifetime_years * _YEAR_S
    embodied_g = seconds / (data.batch * lifetime_s) * made_kg * 1000
    return data.pue * (server_wh + gpus * gpu_wh), embodied_g


def _gpus(total_b: float, data: _Data) -> int:
    """GPUs that hold the model; they come in powers of two."""
    needed = math.ceil(data.memory_overhead * total_b * data.bits / 8 / data.gpu_memory_gb)
    return int(2 ** math.ceil(math.log2(needed)))
