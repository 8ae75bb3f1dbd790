"""Find the campaigns among responses."""

from __future__ import annotations

from collections.abc import Sequence

from bernard.tools.consult.types import Campaign, Span

SMALLEST = 3


def find_campaigns(
    texts: Sequence[str], *, smallest: int = SMALLEST, ignored: Sequence[str] = ()
) -> list[Campaign]:
    """The campaigns among the responses, largest first.

    Args:
        texts: of all responses, in order of number; blank ones may be among them.
        smallest: how many members make a campaign.
        ignored: words that many repeat for another reason, such as the question's wording.
    """
    same: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        words = text.casefold().split()
        if len(words) >= 8:
            same.setdefault(" ".join(words), []).append(number)
    groups = sorted((g for g in same.values() if len(g) >= smallest), key=lambda g: (-len(g), g))
    return [
        Campaign(f"C{i}", tuple(g), g[0], (Span(0, len(texts[g[0]])),), ((),) * len(g))
        for i, g in enumerate(groups, 1)
    ]
