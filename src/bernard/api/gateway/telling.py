"""What is told of a call when it is over: numbers, a line in the log, a trace. Never content."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any

from bernard.api.gateway.exchanging import Exchanging
from bernard.api.gateway.logs import FIELDS
from bernard.api.gateway.meter import Meter

_log = logging.getLogger("bernard.gateway.calls")


class Telling:
    """Tells of calls."""

    def __init__(self, meter: Meter) -> None:
        """Count here."""
        self._meter = meter
        self._lines = _log.isEnabledFor(logging.INFO)

    def tell(self, call: Exchanging) -> None:
        """The call is over."""
        seconds = perf_counter() - call.began
        path = call.surface.path
        self._meter.finished(path, call.status, seconds)
        if call.first_s:
            self._meter.began(path, call.first_s)
        if call.answered is not None:
            self._count_use(call)
        if self._lines:
            _log.info("call", extra={FIELDS: _line(call, seconds)})
        if call.span is not None:
            _trace(call)

    def _count_use(self, call: Exchanging) -> None:
        assert call.answered is not None
        receipt, spent = call.answered.receipt, call.answered.spent
        model, supplier = receipt.model, receipt.provider
        if receipt.left:
            self._meter.used("bytes_left", model, supplier, receipt.left)
        if spent is not None and spent.usage is not None:
            self._meter.used("prompt_tokens", model, supplier, spent.usage.prompt_tokens)
            self._meter.used("completion_tokens", model, supplier, spent.usage.completion_tokens)
            self._meter.used("pence", model, supplier, spent.pence)


def _line(call: Exchanging, seconds: float) -> dict[str, Any]:
    """The fields of the line; of the model only a name that we know, as callers may write any."""
    line: dict[str, Any] = {
        "request": call.id,
        "path": call.surface.path,
        "status": call.status,
        "ms": round(seconds * 1000, 1),
        "key": call.key.id if call.key else "",
        "service": call.key.service if call.key else "",
        "stream": call.sent >= 0,
        "error": call.error,
        "receipt": call.entry,
    }
    if call.answered is not None:
        receipt = call.answered.receipt
        line |= {"model": receipt.model, "supplier": receipt.provider, "place": receipt.place}
    return line


def _trace(call: Exchanging) -> None:
    span, answered = call.span, call.answered
    assert span is not None
    if answered is not None:
        span.answered(answered.receipt, call.sent >= 0)
        if answered.spent is not None and answered.spent.usage is not None:
            span.used(answered.spent.usage)
    span.end(call.status, call.error)
