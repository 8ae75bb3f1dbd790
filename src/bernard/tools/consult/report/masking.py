"""Words of a response without the personal data in them."""

from __future__ import annotations

from collections.abc import Sequence

from bernard.tools.consult.types import Personal


def without_personal(text: str, spans: Sequence[Personal], start: int, end: int) -> str:
    """text[start:end] with the kind of each piece of personal data in its place."""
    parts, at = [], start
    for one in sorted(spans):
        if one.end <= at or one.start >= end:
            continue
        parts += [text[at : max(at, one.start)], f"[{one.kind}]"]
        at = one.end
    return "".join([*parts, text[at:end]] if at < end else parts)
