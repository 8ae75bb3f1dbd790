"""How many say what: counts and shares of the themes, outcomes and stances of a question."""

from __future__ import annotations

import msgspec
import numpy as np

from bernard.tools.consult.analysis.intervals import share
from bernard.tools.consult.analysis.placing import Campaigns, Mask, Placed, counted, placed
from bernard.tools.consult.analysis.wording import worded
from bernard.tools.consult.types import Analysed, Stance


class Count(msgspec.Struct, frozen=True):
    """A count, its share of those who say something, and the ends of the share's 95% interval."""

    count: int
    of: int
    share: float
    low: float
    high: float


class ThemeCount(msgspec.Struct, frozen=True):
    """A theme and how many responses are in it.

    Attributes:
        level: how deep it is nested, from 0. `parent`: id of the theme it is nested in.
        count: of the responses that count; it holds those of themes nested in it.
        words: the share by the rule of `wording`.
        every, once, without: the count with campaigns counted in full, once each, not at all.
        decided: how many of them a person decided.
    """

    id: str
    title: str
    description: str
    stance: Stance | None
    level: int
    parent: str | None
    count: Count
    words: str
    every: int
    once: int
    without: int
    decided: int


class Counts(msgspec.Struct, frozen=True):
    """What is said to a question, counted.

    Attributes:
        responses: that count. `answered`: of those, how many left the question not blank.
        said: how many of those say something; shares are shares of these.
        none_of_these, nothing_said: by outcome; blank answers are `nothing said`.
        stances: by `Placed.stances`, of those who say something; empty where no theme has a stance.
        themes: each followed by those nested in it.
        campaigns: how campaigns are counted.
    """

    responses: int
    answered: int
    said: int
    none_of_these: Count
    nothing_said: int
    stances: dict[Stance, Count]
    themes: tuple[ThemeCount, ...]
    campaigns: Campaigns

    @property
    def largest_first(self) -> tuple[ThemeCount, ...]:
        """Themes by size, each followed by those nested in it, the largest first."""
        place = {theme.id: i for i, theme in enumerate(self.themes)}
        keys: dict[str, tuple[tuple[int, int], ...]] = {}
        for theme in self.themes:
            above = keys.get(theme.parent or "", ())
            keys[theme.id] = (*above, (-theme.count.count, place[theme.id]))
        return tuple(sorted(self.themes, key=lambda theme: keys[theme.id]))


def count(
    analysed: Analysed,
    *,
    where: Mask | None = None,
    campaigns: Campaigns = "every",
    at: Placed | None = None,
) -> Counts:
    """The counts of a question.

    Args:
        where: which responses to look at, as `chosen` makes it; all by default.
        at: what `placed` makes of the question, where the caller has it.
    """
    at = at or placed(analysed)
    asked = np.ones(len(analysed.texts), np.bool_) if where is None else where
    mask = asked & counted(analysed, campaigns)
    said = mask & at.said
    of = int(said.sum())
    stances = at.stances() if any(theme.stance for theme in at.themes) else {}
    return Counts(
        responses=int(mask.sum()),
        answered=int((mask & _filled(analysed)).sum()),
        said=of,
        none_of_these=_count(at.outcomes["none of these"] & mask, of),
        nothing_said=int((at.outcomes["nothing said"] & mask).sum()),
        stances={name: _count(held & said, of) for name, held in stances.items()},
        themes=_themes(analysed, at, asked & at.said, said, campaigns),
        campaigns=campaigns,
    )


def _themes(
    analysed: Analysed, at: Placed, asked: Mask, said: Mask, campaigns: Campaigns
) -> tuple[ThemeCount, ...]:
    every = (at.matrix & asked[:, None]).sum(axis=0)
    once = (at.matrix & (asked & counted(analysed, "once"))[:, None]).sum(axis=0)
    without = (at.matrix & (asked & counted(analysed, "left out"))[:, None]).sum(axis=0)
    by_people = _decided(analysed, at, said)
    made = []
    for place, theme in enumerate(at.themes):
        counted_here = _count(at.matrix[:, place] & said, int(said.sum()))
        made.append(
            ThemeCount(
                id=theme.id,
                title=theme.title,
                description=theme.description,
                stance=theme.stance,
                level=at.levels[place],
                parent=at.themes[at.parents[place]].id if at.parents[place] >= 0 else None,
                count=counted_here,
                words=worded(counted_here.count, counted_here.of),
                every=int(every[place]),
                once=int(once[place]),
                without=int(without[place]),
                decided=by_people.get(theme.id, 0),
            )
        )
    return tuple(made)


def _decided(analysed: Analysed, at: Placed, said: Mask) -> dict[str, int]:
    """By theme, how many responses a person put there themselves."""
    known = {theme.id for theme in at.themes}
    made: dict[str, int] = {}
    for mapped in analysed.mapped:
        if not said[mapped.response]:
            continue
        for assigned in mapped.themes:
            if (assigned.by or mapped.by) and assigned.theme in known:
                made[assigned.theme] = made.get(assigned.theme, 0) + 1
    return made


def _filled(analysed: Analysed) -> Mask:
    return np.array([bool(text.strip()) for text in analysed.texts], dtype=np.bool_)


def _count(mask: Mask, of: int) -> Count:
    return counted_of(int(mask.sum()), of)


def counted_of(number: int, of: int) -> Count:
    """A count with its share and interval."""
    found = share(number, of)
    return Count(number, of, found.value, found.low, found.high)
