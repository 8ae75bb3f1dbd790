"""The numbers as Prometheus reads them.

Source: Prometheus text exposition format 0.0.4,
https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from bernard.api.gateway.meter import SECONDS, Labels, Numbers, Times

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"
BUCKETS = [*map(str, SECONDS), "+Inf"]


LEDGER = {
    "published_entries": "Entries of the log that are published.",
    "published_timestamp_seconds": "When the log was published last, seconds since 1970.",
    "witnesses_cosigned": "Witnesses that cosigned what is published.",
    "publishing_failed": "1 where the last try to publish the log failed.",
}


def families(numbers: Numbers, published: Mapping[str, float]) -> Iterator[Metric]:
    """Every metric."""
    yield _histogram(
        "bernard_gateway_call_seconds",
        "Seconds from the first byte of a call to the last of its answer.",
        ("surface", "status"),
        numbers.calls,
    )
    yield _histogram(
        "bernard_gateway_first_piece_seconds",
        "Seconds from the first byte of a call to the first piece of its stream.",
        ("surface",),
        numbers.first,
    )
    yield _counter(
        "bernard_gateway_errors",
        "Calls answered with an error, and streams that broke off, by kind of error.",
        ("surface", "error"),
        numbers.errors,
    )
    yield _counter(
        "bernard_gateway_used",
        "What calls used: tokens in and out, bytes that left, pence.",
        ("what", "model", "supplier"),
        numbers.used,
    )
    yield GaugeMetricFamily("bernard_gateway_calls", "Calls that run now.", value=numbers.calls_now)
    yield GaugeMetricFamily(
        "bernard_gateway_streams", "Streams that run now.", value=numbers.streams_now
    )
    for name, value in published.items():
        yield GaugeMetricFamily(f"bernard_ledger_{name}", LEDGER[name], value=value)
    about = GaugeMetricFamily("bernard_build", "The version that runs.", labels=["version"])
    about.add_metric([version("bernard")], 1)
    yield about


class _Numbers:
    """The numbers, for prometheus-client to write."""

    def __init__(self, numbers: Numbers, published: Mapping[str, float]) -> None:
        self._numbers = numbers
        self._published = published

    def collect(self) -> Iterator[Metric]:
        """Every metric."""
        return families(self._numbers, self._published)


def render(numbers: Numbers, published: Mapping[str, float]) -> bytes:
    """The numbers as text, with those of what is published of the log."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers(numbers, published))
    return generate_latest(registry)


def _histogram(
    name: str, said: str, labels: Labels, times: Mapping[Labels, Times]
) -> HistogramMetricFamily:
    family = HistogramMetricFamily(name, said, labels=labels)
    for values, one in sorted(times.items()):
        counts = zip(BUCKETS, accumulate(one.counts), strict=True)
        family.add_metric(list(values), list(counts), sum_value=one.total)
    return family


def _counter(
    name: str, said: str, labels: Labels, numbers: Mapping[Labels, float]
) -> CounterMetricFamily:
    family = CounterMetricFamily(name, said, labels=labels)
    for values, number in sorted(numbers.items()):
        family.add_metric(list(values), number)
    return family
