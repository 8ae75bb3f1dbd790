"""The kinds of supplier: what each is asked at which address, in which dialect, with which header.

A new supplier that speaks a dialect we have is a row here. Sources, read November 2026: the
suppliers' API references (platform.openai.com/docs, learn.microsoft.com/azure/ai-foundry/openai,
docs.anthropic.com, ai.google.dev/api, docs.mistral.ai/api) and their official Python clients.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bernard.models.suppliers.types import Operation

CHAT = "openai-chat"
RESPONSES = "openai-responses"
MESSAGES = "anthropic-messages"
GEMINI = "gemini"
EMBEDDINGS = "openai-embeddings"
MODERATIONS = "openai-moderations"


class Route(msgspec.Struct, frozen=True):
    """How one dialect of one operation is asked for.

    Attributes:
        path: after the base address; `{model}` and `{version}` are filled in.
        stream_path: where streams have an address of their own, and so no field in the body.
        model_in_body: False where the address names the model.
        usage_on_wish: streams count tokens only when asked to, by `stream_options`.
        renamed: fields that this supplier knows under another name.
        dropped: fields that it refuses and that change no answer.
        developer: the role that stands for `developer`, empty where that is known.
        short_ids: ids of tool calls must be nine letters or digits.
        bearer: the key goes in `authorization` here, whatever the kind's header is.
    """

    operation: Operation
    dialect: str
    path: str
    stream_path: str = ""
    model_in_body: bool = True
    usage_on_wish: bool = False
    renamed: Mapping[str, str] = {}
    dropped: tuple[str, ...] = ()
    developer: str = ""
    short_ids: bool = False
    bearer: bool = False


class Kind(msgspec.Struct, frozen=True):
    """One kind of supplier. Of the routes of an operation the first is its own dialect.

    Attributes:
        url: its base address, empty where each customer has another.
        key_header: the header that the key goes in, after `key_prefix`.
        headers: sent with every call.
    """

    routes: tuple[Route, ...]
    url: str = ""
    key_header: str = "authorization"
    key_prefix: str = "Bearer "
    headers: Mapping[str, str] = {}


def _openai(prefix: str = "", suffix: str = "") -> tuple[Route, ...]:
    return (
        Route("chat", CHAT, f"{prefix}/chat/completions{suffix}", usage_on_wish=True),
        Route("chat", RESPONSES, f"{prefix}/responses{suffix}"),
        Route("embed", EMBEDDINGS, f"{prefix}/embeddings{suffix}"),
    )


_AZURE = "/openai/deployments/{model}"
_VERSION = "?api-version={version}"

KINDS: Mapping[str, Kind] = {
    "openai": Kind(
        routes=(*_openai(), Route("moderate", MODERATIONS, "/moderations")),
        url="https://api.openai.com/v1",
    ),
    # Without `api_version`: the v1 address, where the body names the deployment.
    "azure": Kind(routes=_openai("/openai/v1"), key_header="api-key", key_prefix=""),
    # With it: the older address, which names the deployment itself.
    "azure-versioned": Kind(
        routes=(
            Route("chat", CHAT, f"{_AZURE}/chat/completions{_VERSION}", usage_on_wish=True),
            Route("chat", RESPONSES, f"/openai/responses{_VERSION}"),
            Route("embed", EMBEDDINGS, f"{_AZURE}/embeddings{_VERSION}"),
        ),
        key_header="api-key",
        key_prefix="",
    ),
    "anthropic": Kind(
        routes=(Route("chat", MESSAGES, "/messages"),),
        url="https://api.anthropic.com/v1",
        key_header="x-api-key",
        key_prefix="",
        headers={"anthropic-version": "2023-06-01"},
    ),
    "gemini": Kind(
        routes=(
            Route(
                "chat",
                GEMINI,
                "/models/{model}:generateContent",
                stream_path="/models/{model}:streamGenerateContent?alt=sse",
                model_in_body=False,
            ),
            Route("embed", EMBEDDINGS, "/openai/embeddings", bearer=True),
        ),
        url="https://generativelanguage.googleapis.com/v1beta",
        key_header="x-goog-api-key",
        key_prefix="",
    ),
    "mistral": Kind(
        routes=(
            # It refuses every field that it does not know, and counts tokens in streams unasked.
            Route(
                "chat",
                CHAT,
                "/chat/completions",
                renamed={"seed": "random_seed", "max_completion_tokens": "max_tokens"},
                dropped=("stream_options", "store", "user"),
                developer="system",
                short_ids=True,
            ),
            Route("embed", EMBEDDINGS, "/embeddings", dropped=("user",)),
        ),
        url="https://api.mistral.ai/v1",
    ),
    # vLLM, Ollama, llama.cpp and the like: older ones know the older names only.
    "openai-compatible": Kind(
        routes=(
            Route(
                "chat",
                CHAT,
                "/chat/completions",
                usage_on_wish=True,
                renamed={"max_completion_tokens": "max_tokens"},
                developer="system",
            ),
            Route("embed", EMBEDDINGS, "/embeddings"),
        ),
    ),
}

KIND_NAMES = ("openai", "azure", "anthropic", "gemini", "mistral", "openai-compatible")


def kind_of(name: str, api_version: str = "") -> Kind:
    """The kind of that name; Azure's has two addresses, told apart by the version."""
    return KINDS["azure-versioned" if name == "azure" and api_version else name]
