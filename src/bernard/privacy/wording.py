"""Invented words among the stand-ins. (natural style)"""

from __future__ import annotations


class Wording:
    """Placeholder"""

    def add_phrase(self, invented: str, original: str) -> None: ...
    def swaps(
        self, text: str, start: int, *, json: bool, final: bool
    ) -> tuple[list[tuple[int, int, str]], int]:
        return [], len(text)
