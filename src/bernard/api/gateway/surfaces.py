"""Every path of the gateway that takes calls."""

from __future__ import annotations

from bernard.api.gateway.types import Surface

CALLS = {
    surface.path: surface
    for surface in (
        Surface("/v1/chat/completions", "openai-chat", "chat", "openai"),
        Surface("/v1/responses", "openai-responses", "chat", "openai-responses"),
        Surface("/v1/messages", "anthropic-messages", "chat", "anthropic"),
        Surface("/v1/embeddings", "openai-embeddings", "embed", "openai", streams=False),
        Surface(
            "/v1/moderations",
            "openai-moderations",
            "moderate",
            "openai",
            streams=False,
            default_model="omni-moderation-latest",
        ),
    )
}
