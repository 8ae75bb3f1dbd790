"""The dialects of chat by name."""

from __future__ import annotations

from bernard.errors import NotFound
from bernard.wire.anthropic_messages import AnthropicMessages
from bernard.wire.gemini import Gemini
from bernard.wire.openai_chat import OpenAIChat
from bernard.wire.openai_responses import OpenAIResponses
from bernard.wire.types import Dialect

DIALECTS: dict[str, Dialect] = {
    d.name: d for d in (OpenAIChat(), OpenAIResponses(), AnthropicMessages(), Gemini())
}


def dialect(name: str) -> Dialect:
    """The dialect of that name: `openai-chat`, `openai-responses`, `anthropic-messages`, `gemini`.

    Raises:
        NotFound: there is none of that name.
    """
    found = DIALECTS.get(name)
    if found is None:
        raise NotFound(f"There is no dialect {name!r}. There are {', '.join(sorted(DIALECTS))}.")
    return found
