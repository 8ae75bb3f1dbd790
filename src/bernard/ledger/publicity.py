"""How much of an entry is public: how coarse its time is, and whether it is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import get_args

import msgspec

from bernard.agreements.schema import TimeStep
from bernard.errors import SettingInvalid

STEPS: Mapping[str, int] = MappingProxyType({"second": 1, "minute": 60, "hour": 3600, "day": 86400})
DEFAULT: TimeStep = "hour"


class Private(msgspec.Struct, frozen=True, gc=False):
    """What is not to be public of an entry, and is kept beside the log.

    Attributes:
        time: how coarse its public time is; None where the house's setting decides.
        sealed: nothing of it is public but a commitment to it.
        salt: of its commitment to content.
        until: when the salt is destroyed, in seconds since 1970; None where nobody has said.
    """

    time: TimeStep | None = None
    sealed: bool = False
    salt: bytes = b""
    until: float | None = None


OPEN = Private()


def coarse(at: int, step: str) -> int:
    """The beginning of the minute, hour or day (UTC) that a time is in.

    >>> coarse(1_795_309_262, "hour"), coarse(1_795_309_262, "second")
    (1795309200, 1795309262)
    """
    return at - at % STEPS[step]


def read_step(text: str) -> TimeStep:
    """The step that a setting names.

    Raises:
        SettingInvalid: there is no such step.
    """
    for step in get_args(TimeStep):
        if text == step:
            return step  # type: ignore[no-any-return]
    raise SettingInvalid(
        f"BERNARD_LEDGER_TIME is {text!r}. Write one of: {', '.join(get_args(TimeStep))}."
    )
