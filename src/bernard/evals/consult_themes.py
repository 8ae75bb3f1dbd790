"""Does the tool find the themes that people found?

The rule. A gold theme is *recovered* when a found theme has nearly its members: Matthews' correlation
between the two, over the responses that are not undecided for that gold theme, is at least 0.3. Gold
and found themes are matched one to one, so that the correlations add up to the most: a found theme
recovers one gold theme at most. Correlation is used, not overlap alone, because chance gives 0
whatever the sizes are. Gold themes of fewer than five responses, and those that say `none of the
above` or `nothing said`, do not count. `recovered_strictly` asks for an F1 of at least 0.5 instead.

Two found themes are near duplicates if most of their members are the same (Jaccard above 0.7) or
their titles are (cosine above 0.9).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bernard.evals.consult_data import NEEDS, Labelled, read_labelled
from bernard.evals.consult_mapping import encoded
from bernard.evals.types import House, OnProgress, Outcome, Task
from bernard.tools.consult.encoder import GatewayEncoder
from bernard.tools.consult.mapping.wording import outcome_of
from bernard.tools.consult.said import says_nothing
from bernard.tools.consult.themes import find_themes
from bernard.tools.consult.types import Encoder, Found, FoundTheme

PLAIN, BOTH_SIDES = "plain", "both-sides"
_LEAST_CORRELATION, _LEAST_F1 = 0.3, 0.5
_FEWEST = 5
_SAME_MEMBERS, _SAME_TITLE = 0.7, 0.9
_FOR, _AGAINST = "-for", "-against"
Marks = NDArray[np.bool_]
Doubles = NDArray[np.float64]
_Alike = Callable[[Marks, Marks], float]


@dataclass(frozen=True)
class Compared:
    """The found themes of a question beside the gold ones.

    Attributes:
        correlations, f1s: of each gold theme with the found theme that it is matched with.
        near: for each found theme, whether another nearly duplicates it.
        chance: the share of gold themes recovered when the members of found themes are shuffled.
        sides: of each found theme, the share of its members on the larger side; where sides are known.
        stances: of each theme said to be for or against, whether its larger side is that one.
    """

    correlations: Doubles
    f1s: Doubles
    near: Sequence[bool]
    chance: float
    sides: Sequence[float] = ()
    stances: Sequence[bool] = ()


def measure(
    house: House, folder: Path, limit: int | None, on_progress: OnProgress, mode: str = PLAIN
) -> Outcome:
    """How many gold themes are recovered, and how many found ones nearly duplicate another.

    Args:
        mode: `both-sides` takes a folder that ends in `-for` together with its `-against`, and says
            whether found themes mix the two; it passes over all other folders.
    """
    data, sides = read_labelled(folder, limit), None
    if mode == BOTH_SIDES:
        other = folder.with_name(folder.name.removesuffix(_FOR) + _AGAINST)
        if not folder.name.endswith(_FOR) or not other.is_dir():
            return Outcome(0)
        against = read_labelled(other, limit)
        sides = np.repeat([True, False], [len(data.texts), len(against.texts)])
        data = _together(data, against)
    encoder = GatewayEncoder(house.gateway).suited(sum(map(len, data.texts)))
    found = look(data, encoder)
    compared = compare(data, found, encoder, sides)
    on_progress(len(data.texts), len(data.texts))
    return Outcome(len(data.texts), scores([compared]), _rows(data, compared), kept=compared)


def look(data: Labelled, encoder: GatewayEncoder) -> Found:
    """The themes that the tool finds, of the question and the responses alone."""
    silent = [says_nothing(text, data.question) for text in data.texts]
    sentences = encoded(data.texts, silent, encoder)
    return find_themes(data.texts, sentences, data.question, encoder=encoder, nothing_said=silent)


def _together(one: Labelled, other: Labelled) -> Labelled:
    """Both sides of a topic as one question."""
    question = one.question.rpartition(". Why")[0] or one.question
    return Labelled(
        one.name,
        f"{question}. Do you agree?",
        one.themes + other.themes,
        one.texts + other.texts,
        one.gold + other.gold,
        one.undecided + other.undecided,
    )


def compare(data: Labelled, found: Found, encoder: Encoder, sides: Marks | None = None) -> Compared:
    """The found themes beside the gold ones.

    Args:
        sides: for each response, whether it is for what is proposed.
    """
    gold = counted(data)
    held = _held([theme.members for theme in found.themes], len(data.texts))
    of_gold = np.array([[id in one for one in data.gold] for id in gold], bool)
    unsure = np.array([[id in one for one in data.undecided] for id in gold], bool)
    of_gold, unsure = of_gold.reshape(len(gold), -1), unsure.reshape(len(gold), -1)
    correlations = matched(_table(of_gold, held, unsure, _correlation))
    shuffled = held[:, np.random.default_rng(0).permutation(held.shape[1])]
    by_chance = matched(_table(of_gold, shuffled, unsure, _correlation))
    share, right = _sided(found.themes, sides)
    return Compared(
        correlations,
        matched(_table(of_gold, held, unsure, _f1)),
        near_duplicates(found.themes, held, encoder),
        float((by_chance >= _LEAST_CORRELATION).mean()) if gold else 0.0,
        share,
        right,
    )


def counted(data: Labelled) -> list[str]:
    """Ids of the gold themes that count."""
    sizes = {theme.id: sum(theme.id in one for one in data.gold) for theme in data.themes}
    return [
        theme.id
        for theme in data.themes
        if sizes[theme.id] >= _FEWEST and outcome_of(theme) == "themes"
    ]


def _held(members: Sequence[Sequence[int]], responses: int) -> Marks:
    held = np.zeros((len(members), responses), bool)
    for row, numbers in enumerate(members):
        held[row, list(numbers)] = True
    return held


def _table(gold: Marks, found: Marks, unsure: Marks, alike: _Alike) -> Doubles:
    """How alike each gold theme (row) and found theme (column) are, undecided responses left out."""
    rows = [
        [alike(one[~out], other[~out]) for other in found]
        for one, out in zip(gold, unsure, strict=True)
    ]
    return np.array(rows, float).reshape(len(gold), len(found))


def matched(table: Doubles) -> Doubles:
    """For each row its value in the one-to-one matching that adds up to the most; 0 if it has none.

    >>> matched(np.array([[0.9, 0.8], [0.7, 0.1]])).tolist()
    [0.8, 0.7]
    """
    # Imported here: SciPy takes most of a second to load, which no other evaluation need wait for.
    from scipy.optimize import linear_sum_assignment

    values = np.zeros(len(table))
    if table.size:
        rows, columns = linear_sum_assignment(table, maximize=True)
        values[rows] = table[rows, columns]
    return values


def _correlation(one: Marks, other: Marks) -> float:
    if one.all() or other.all() or not one.any() or not other.any():
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _f1(one: Marks, other: Marks) -> float:
    return float(2 * (one & other).sum() / max(one.sum() + other.sum(), 1))


def near_duplicates(
    themes: Sequence[FoundTheme], held: Marks, encoder: Encoder
) -> tuple[bool, ...]:
    """For each theme, whether another has most of its members or says the same."""
    if len(themes) < 2:
        return (False,) * len(themes)
    together = held.astype(float) @ held.T
    either = held.sum(1)[:, None] + held.sum(1) - together
    titles = encoder([theme.theme.title for theme in themes])
    near = (together / np.maximum(either, 1) > _SAME_MEMBERS) | (titles @ titles.T > _SAME_TITLE)
    np.fill_diagonal(near, False)
    return tuple(bool(one) for one in near.any(axis=1))


def _sided(
    themes: Sequence[FoundTheme], sides: Marks | None
) -> tuple[tuple[float, ...], tuple[bool, ...]]:
    if sides is None:
        return (), ()
    share = [float(sides[list(theme.members)].mean()) for theme in themes]
    right = tuple(
        (one >= 0.5) == (theme.theme.stance == "for")
        for one, theme in zip(share, themes, strict=True)
        if theme.theme.stance in ("for", "against")
    )
    return tuple(max(one, 1 - one) for one in share), right


def scores(parts: Sequence[Compared | None]) -> dict[str, float]:
    """The figures over all gold and found themes of these parts."""
    kept = [part for part in parts if part is not None]
    correlations = np.concatenate([part.correlations for part in kept] or [np.zeros(0)])
    f1s = np.concatenate([part.f1s for part in kept] or [np.zeros(0)])
    near = [mark for part in kept for mark in part.near]
    gold = max(len(correlations), 1)
    figures = {
        "themes_recovered": float((correlations >= _LEAST_CORRELATION).sum()) / gold,
        "recovered_strictly": float((f1s >= _LEAST_F1).sum()) / gold,
        "recovered_by_chance": sum(p.chance * len(p.correlations) for p in kept) / gold,
        "near_duplicates": sum(near) / max(len(near), 1),
        "correlation": float(correlations.sum()) / gold,
        "found": len(near) / max(len(kept), 1),
        "gold": len(correlations) / max(len(kept), 1),
    }
    sides = [share for part in kept for share in part.sides]
    right = [mark for part in kept for mark in part.stances]
    if sides:
        figures["one_sided"] = float(np.mean(sides))
    if right:
        figures["stance_right"] = float(np.mean(right))
    return figures


def _rows(data: Labelled, compared: Compared) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    titles = {theme.id: theme.title for theme in data.themes}
    rows = zip(counted(data), compared.correlations, compared.f1s, strict=True)
    return {"theme": {titles[id]: {"correlation": float(c), "f1": float(f)} for id, c, f in rows}}


TASK = Task(
    name="consult.themes",
    description="How many of the themes that people found are found, and how many nearly twice.",
    needs=NEEDS,
    measure=measure,
    pool=scores,
    modes=(PLAIN, BOTH_SIDES),
)
