"""The gateway's doors, opened in front of a house."""

from __future__ import annotations

from pathlib import Path

from bernard.api.gateway.app import Gateway
from bernard.api.gateway.door import Door
from bernard.api.gateway.meter import Meter
from bernard.api.gateway.published import PublishedLog
from bernard.api.gateway.state import is_loopback
from bernard.api.gateway.tracing import Tracing, is_wanted
from bernard.config import Settings
from bernard.gateway.house import House


def open_front(settings: Settings, house: House, folder: Path | None = None) -> Gateway:
    """The gateway as an application.

    Args:
        folder: where workers leave their numbers for one another; None where there is one process.

    Raises:
        SettingInvalid: traces are asked for, and OpenTelemetry is not installed.
    """
    tracing = Tracing() if is_wanted() else None
    door = Door(house.exchange, house.keys, Meter(folder), settings, tracing)
    here_only = is_loopback(settings.host) and not settings.hosts
    published = PublishedLog(settings.log_folder, here_only=here_only)
    shown = published if settings.ledger_public else None
    return Gateway(door, house, settings.metrics_token, shown)
