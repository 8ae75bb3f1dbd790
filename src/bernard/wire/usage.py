"""Token counts from the several events of one stream, as one."""

from __future__ import annotations

from bernard.wire.types import Usage


def merged(one: Usage | None, other: Usage | None) -> Usage | None:
    """The greater of each count: the counts in a stream are totals so far, and some say only half."""
    if one is None or other is None:
        return one or other
    return Usage(
        max(one.prompt_tokens, other.prompt_tokens),
        max(one.completion_tokens, other.completion_tokens),
        max(one.cached_tokens, other.cached_tokens),
        max(one.reasoning_tokens, other.reasoning_tokens),
    )
