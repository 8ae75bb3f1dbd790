"""Quotes that show what a theme is: sure, readable, and each from somebody else."""

from __future__ import annotations

from bernard.tools.consult.analysis.placing import Mask
from bernard.tools.consult.types import Analysed, Assigned, Mapped, Quote

# A sentence of this length can be read at a glance and still says something.
_SHORTEST, _LONGEST = 50, 320


def quotes(
    analysed: Analysed, theme: str, *, most: int = 3, where: Mask | None = None
) -> list[Quote]:
    """The sentences that best show a theme, best first.

    Those that a person put there come first, then those the machine is surest of; no two have the
    same words or come from the same campaign.
    """
    campaign = {n: c.id for c in analysed.campaigns for n in c.members}
    found = sorted(
        (_rank(analysed, mapped, assigned), assigned)
        for mapped in analysed.mapped
        for assigned in mapped.themes
        if assigned.theme == theme and (where is None or where[mapped.response])
    )
    made: list[Quote] = []
    seen: set[str] = set()
    for (*_, number), assigned in found:
        words = " ".join(analysed.texts[number][assigned.start : assigned.end].split()).casefold()
        source = campaign.get(number, "")
        if not words or words in seen or source in seen:
            continue
        seen |= {words, source} - {""}
        made.append(Quote(number, assigned.start, assigned.end))
        if len(made) == most:
            break
    return made


def _rank(
    analysed: Analysed, mapped: Mapped, assigned: Assigned
) -> tuple[int, int, int, float, int]:
    length = assigned.end - assigned.start
    personal = (
        any(
            p.start < assigned.end and assigned.start < p.end
            for p in analysed.personal[mapped.response]
        )
        if mapped.response < len(analysed.personal)
        else False
    )
    return (
        0 if _SHORTEST <= length <= _LONGEST else 1,
        0 if assigned.by or mapped.by else 1,
        int(personal),
        -round(assigned.confidence, 2),
        mapped.response,
    )
