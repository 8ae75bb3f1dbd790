"""One trace span for each call, where OpenTelemetry is configured; never what was said in it.

Source: OpenTelemetry semantic conventions for generative AI, version 1.37,
https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from bernard.api.gateway.types import Surface
from bernard.errors import SettingInvalid
from bernard.gateway.types import Receipt
from bernard.wire.types import Usage

# The variables by which OpenTelemetry's own SDK is told where traces go.
WANTED = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
OPERATIONS = {"chat": "chat", "embed": "embeddings", "moderate": "moderation"}
PROVIDERS = {
    "anthropic": "anthropic",
    "azure": "azure.ai.openai",
    "gemini": "gcp.gemini",
    "google": "gcp.gemini",
    "mistral": "mistral_ai",
    "openai": "openai",
}


def is_wanted(environ: Mapping[str, str] | None = None) -> bool:
    """Whether OpenTelemetry is configured by its standard variables."""
    environ = os.environ if environ is None else environ
    if environ.get("OTEL_SDK_DISABLED", "").casefold() == "true":
        return False
    exporter = environ.get("OTEL_TRACES_EXPORTER", "")
    return exporter == "otlp" or (exporter == "" and any(environ.get(name) for name in WANTED))


class Tracing:
    """Makes spans and sends them."""

    def __init__(self, exporter: Any = None) -> None:
        """Send to where the OTEL_… variables say, or to this exporter.

        Raises:
            SettingInvalid: OpenTelemetry is configured but not installed.
        """
        # An optional extra, which most gateways run without.
        try:
            sdk = import_module("opentelemetry.sdk.trace")
            export = import_module("opentelemetry.sdk.trace.export")
            resources = import_module("opentelemetry.sdk.resources")
            if exporter is None:
                otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
                exporter = otlp.OTLPSpanExporter()
            self._trace = import_module("opentelemetry.trace")
            context = import_module("opentelemetry.trace.propagation.tracecontext")
        except ModuleNotFoundError as error:
            raise SettingInvalid(
                "OTEL_… variables ask for traces, and OpenTelemetry is not installed. "
                "Run: pip install 'bernard[telemetry]'"
            ) from error
        named = {"service.name": os.environ.get("OTEL_SERVICE_NAME", "bernard")}
        self._provider = sdk.TracerProvider(resource=resources.Resource.create(named))
        self._provider.add_span_processor(export.BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("bernard.gateway")
        self._context = context.TraceContextTextMapPropagator()

    def begin(self, surface: Surface, parent: bytes) -> Span:
        """A span for a call; `parent` is the caller's `traceparent` header."""
        operation = OPERATIONS[surface.operation]
        span = self._tracer.start_span(
            operation,
            context=self._context.extract({"traceparent": parent.decode("latin-1")}),
            kind=self._trace.SpanKind.SERVER,
            attributes={"gen_ai.operation.name": operation, "url.path": surface.path},
        )
        return Span(span, operation, self._trace.StatusCode.ERROR)

    def close(self) -> None:
        """Send what waits."""
        self._provider.shutdown()


class Span:
    """The span of one call."""

    def __init__(self, span: Any, operation: str, failed: Any) -> None:
        """Take the span that has begun."""
        self._span = span
        self._operation = operation
        self._failed = failed

    def answered(self, receipt: Receipt, streamed: bool) -> None:
        """Note who answered, where, and where the log holds it."""
        self._span.update_name(f"{self._operation} {receipt.model}")
        self._span.set_attributes(
            {
                "gen_ai.provider.name": PROVIDERS.get(receipt.provider, receipt.provider),
                "gen_ai.request.model": receipt.model,
                "gen_ai.response.model": receipt.model,
                "bernard.stream": streamed,
                "bernard.place": receipt.place,
                "bernard.agreement": receipt.agreement,
                "bernard.clause": receipt.clause,
                "bernard.receipt": receipt.entry,
                "bernard.left_bytes": receipt.left,
            }
        )

    def used(self, usage: Usage) -> None:
        """Note the tokens."""
        self._span.set_attribute("gen_ai.usage.input_tokens", usage.prompt_tokens)
        self._span.set_attribute("gen_ai.usage.output_tokens", usage.completion_tokens)

    def end(self, status: int, error: str) -> None:
        """The call has ended; `error` is its kind, empty where there was none."""
        self._span.set_attribute("http.response.status_code", status)
        if error:
            self._span.set_attribute("error.type", error)
            self._span.set_status(self._failed)
        self._span.end()
