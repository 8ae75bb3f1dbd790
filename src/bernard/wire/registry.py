"""The dialects of chat by name."""

from __future__ import annotations

from bernard.errors import NotFound
from bernard.wire import anthropic_messages, gemini, openai_chat, openai_responses
from bernard.wire.types import Dialect

DIALECTS: dict[str, Dialect] = {
    room.DIALECT.name: room.DIALECT
    for room in (openai_chat, openai_responses, anthropic_messages, gemini)
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
