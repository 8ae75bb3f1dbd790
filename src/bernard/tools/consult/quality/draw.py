"""Draw the responses to check: by chance, so that they stand for all, and so that anybody can draw them again."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Sequence

from bernard.errors import InputInvalid
from bernard.tools.consult.quality.types import Drawn, Stratify, Stratum
from bernard.tools.consult.types import Analysed, Campaign, Consultation

# Below, above: how sure the mapping is, in words.
_DOUBTS = ((0.2, "sure"), (0.5, "less sure"), (math.inf, "unsure"))


def sample(
    analysed: Analysed,
    consultation: Consultation,
    size: int,
    *,
    stratify: Stratify = "none",
    group: str | None = None,
    once: bool = False,
) -> list[int]:
    """Numbers of the responses to check, in the order to be read; the first of `draw`.

    A larger size gives the same numbers and more. Nothing about the machine's answers is in it.
    """
    drawn = draw(analysed, consultation, size, stratify=stratify, group=group, once=once)
    return list(drawn.numbers)


def draw(
    analysed: Analysed,
    consultation: Consultation,
    size: int,
    *,
    stratify: Stratify = "none",
    group: str | None = None,
    once: bool = False,
) -> Drawn:
    """A check sample, to be kept: `assess` needs it back where it is stratified or counts campaigns once.

    Every response that is not blank has a rank, the SHA-256 of the file's SHA-256, the question's column and
    the response's number, each on a line. The lowest ranks are read first, in each stratum by itself.
    Strata are drawn from in proportion to the root of their size, so that small ones are seen too.

    Args:
        stratify: by `theme` (the rarest that the machine gave), `group` (answers in a column) or `doubt`.
        group: name of the column that makes the groups.
        once: the typical text of a campaign is read once and stands for all its members, where so
            large a campaign would be expected in the sample at least once anyway.

    Raises:
        InputInvalid: there is no such column.

    Source: Bankier 1988, https://doi.org/10.1080/00031305.1988.10475556 (allocation by a power of the size);
    Sainte-Laguë's divisors, which never take back a place that was given.
    """
    everyone = drawable(analysed)
    held = _held(analysed.campaigns, everyone, size) if once else {}
    spoken_for = {member for campaign in held.values() for member in campaign.members}
    parts: dict[str, list[int]] = {}
    names = _names(analysed, consultation, stratify, group)
    for number in everyone:
        if number not in spoken_for:
            parts.setdefault(names[number], []).append(number)
    strata = [Stratum(c.id, len(c.members), certain=True) for c in held.values()]
    order = [(0.0, "", number, place) for place, number in enumerate(held)]
    for name in sorted(parts):
        place, numbers = len(strata), parts[name]
        strata.append(Stratum(name, len(numbers)))
        ranked = sorted((_rank(analysed, consultation, number), number) for number in numbers)
        pace = math.sqrt(len(numbers))
        order += [((i + 0.5) / pace, rank, n, place) for i, (rank, n) in enumerate(ranked)]
    order = sorted(order)[: max(size, 0)]
    return Drawn(tuple(o[2] for o in order), tuple(o[3] for o in order), tuple(strata))


def drawable(analysed: Analysed) -> list[int]:
    """Numbers of the responses that are not blank, ascending."""
    return [number for number, text in enumerate(analysed.texts) if text.strip()]


def _rank(analysed: Analysed, consultation: Consultation, number: int) -> str:
    said = f"{consultation.sha256}\n{analysed.column.name}\n{number}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _held(campaigns: Sequence[Campaign], everyone: Sequence[int], size: int) -> dict[int, Campaign]:
    """By their typical member, campaigns of at least as many members as one drawn response stands for."""
    each = len(everyone) / max(size, 1)
    return {c.typical: c for c in campaigns if len(c.members) >= max(each, 2)}


def _names(
    analysed: Analysed, consultation: Consultation, stratify: Stratify, group: str | None
) -> list[str]:
    """The stratum of each response."""
    if stratify == "group":
        return [" | ".join(values) for values in answers(consultation, group)]
    if stratify == "theme":
        return _rarest(analysed)
    if stratify == "doubt":
        return [next(name for end, name in _DOUBTS if m.doubt < end) for m in analysed.mapped]
    return [""] * len(analysed.texts)


def _rarest(analysed: Analysed) -> list[str]:
    counts = Counter(given.theme for mapped in analysed.mapped for given in mapped.themes)
    return [
        min((given.theme for given in m.themes), key=lambda t: (counts[t], t), default=m.outcome)
        for m in analysed.mapped
    ]


def answers(consultation: Consultation, group: str | None) -> list[tuple[str, ...]]:
    """What each respondent answered in a column.

    Raises:
        InputInvalid: there is no such column.
    """
    names = [column.name for column in consultation.columns]
    if group not in names:
        raise InputInvalid(f"There is no column {group!r}. There are: {', '.join(names)}.")
    return [response.answers.get(group, ()) for response in consultation.responses]
