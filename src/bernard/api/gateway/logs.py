"""Logs for machines to read: one JSON object a line on standard error, no content and no keys."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from typing import Any, TextIO

import msgspec

from bernard.config import LOG_LEVELS
from bernard.errors import SettingInvalid

FIELDS = "fields"
_encode = msgspec.json.Encoder(enc_hook=str).encode


class JsonLines(logging.Formatter):
    """Each record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        said: dict[str, Any] = {
            "time": _time(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            said["error"] = record.exc_info[0].__name__
            said["where"] = _where(record.exc_info[2])
        return _encode(said).decode()


def set_up(level: str, stream: TextIO | None = None) -> None:
    """Write logs of this level and above, from now on.

    Raises:
        SettingInvalid: there is no such level.
    """
    if level not in LOG_LEVELS:
        raise SettingInvalid(
            f"BERNARD_LOG_LEVEL is {level!r}. Choose one of: {', '.join(LOG_LEVELS)}."
        )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("bernard").setLevel(level.upper())


def _time(seconds: float) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}Z"


def _where(place: Any) -> list[str]:
    """The lines of code of an error. Its own words are left out: they may quote what was sent."""
    frames = traceback.extract_tb(place)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
