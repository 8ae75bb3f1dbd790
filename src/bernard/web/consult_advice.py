"""What the tool suggests about a framework, with the page where a person can see to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from urllib.parse import urlencode

from bernard.web.consult_themes import Asked


@dataclass(frozen=True)
class Hint:
    """A suggestion.

    Attributes:
        of: by theme that it is about, what it says on that theme's own page.
        about: their titles. `do`: what the link says. `href`: where it leads.
    """

    what: str
    of: Mapping[str, str]
    about: str
    do: str
    href: str


# Two themes that share so many of their responses may be one.
_SAME = 0.6
_FEWEST = 5


def hints(of: Asked) -> list[Hint]:
    """What to see to, the surest first."""
    return _together(of)


def _together(of: Asked) -> list[Hint]:
    """Themes that are mostly mapped to the same responses."""
    alone: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for mapped in of.analysed.mapped:
        ids = sorted({one.theme for one in mapped.themes})
        alone.update(ids)
        both.update(combinations(ids, 2))
    themes = of.state.themes
    found = [
        (count / (alone[a] + alone[b] - count), a, b)
        for (a, b), count in both.items()
        if count >= _FEWEST and a in themes and b in themes
    ]
    return [
        _merge_hint(
            of, a, b, f"are in the same responses {share:.0%} of the time; they may be one."
        )
        for share, a, b in sorted(found, key=lambda row: (-row[0], row[1], row[2]))
        if share >= _SAME
    ]


def _merge_hint(of: Asked, a: str, b: str, why: str) -> Hint:
    one, other = of.state.themes[a].title, of.state.themes[b].title
    query = urlencode({"theme": [a, b]}, doseq=True)
    return Hint(
        f"“{one}” and “{other}” {why}",
        {a: f"It and “{other}” {why}", b: f"It and “{one}” {why}"},
        f"{one}, {other}",
        "Merge them",
        f"{of.here}/framework/merge?{query}",
    )
