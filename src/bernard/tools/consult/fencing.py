"""People's words set apart in what a model is asked, so that none of them passes for a part of the task."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bernard.text.clean import clean


def fence_for(parts: Sequence[str]) -> str:
    """A mark to begin each part with, which who wrote them cannot know."""
    return f"~~~{hashlib.sha256(''.join(parts).encode()).hexdigest()[:8]}"


def fenced(fence: str, parts: Sequence[str]) -> str:
    """The parts, each on one line behind the mark, and an end."""
    return "\n".join([*(f"{fence} {part}" for part in parts), f"{fence} end"])


def on_one_line(text: str) -> str:
    """The text without what nobody can see, on one line."""
    return " ".join(clean(text).split())
