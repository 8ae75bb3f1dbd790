"""Are responses given the themes that people gave them, and is the stated confidence true?"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bernard.evals.consult_data import NEEDS, Labelled, read_labelled
from bernard.evals.types import House, OnProgress, Outcome, Task
from bernard.tools.consult import mapping
from bernard.tools.consult.encoder import GatewayEncoder
from bernard.tools.consult.said import says_nothing
from bernard.tools.consult.sentences import find_places
from bernard.tools.consult.types import Decided, Mapped, Sentences

PLAIN, AFTER_200 = "plain", "after-200"
_DRAWS, _SEED = 1000, 6
_BINS = 10
# How many responses people check, over all the data sets of a folder, and how many at a time.
_CHECKED, _ROUND = 200, 10
Doubles = NDArray[np.float64]


def measure(
    house: House, folder: Path, limit: int | None, on_progress: OnProgress, mode: str = PLAIN
) -> Outcome:
    """Samples-F1 with its interval, precision, recall and calibration.

    Args:
        mode: `after-200` lets the tool first ask what people said of 200 responses, shared evenly among the
            data sets that lie side by side, and scores those it did not ask for.
    """
    data = read_labelled(folder, limit)
    encoder = GatewayEncoder(house.gateway).suited(sum(map(len, data.texts)))
    silent = [says_nothing(text, data.question) for text in data.texts]
    sentences = encoded(data.texts, silent, encoder)
    scored = mapping.score(
        data.texts,
        sentences,
        data.themes,
        data.question,
        encoder=encoder,
        nothing_said=silent,
    )
    decided = taught(data, scored, _CHECKED // _beside(folder)) if mode == AFTER_200 else []
    found = mapping.mapped(mapping.learnt(scored, decided), data.themes)
    checked = {one.response for one in decided}
    rows = [row for row in range(len(found)) if row not in checked]
    on_progress(len(found), len(found))
    kept = judged(data, found, rows)
    return Outcome(len(rows), scores([kept]), kept=kept)


def taught(data: Labelled, scored: mapping.Scored, count: int) -> list[Decided]:
    """What people said of the responses that the tool asked for, a few at a time, at most half of all."""
    decided: list[Decided] = []
    count = min(count, len(data.texts) // 2)
    while len(decided) < count:
        found = mapping.mapped(mapping.learnt(scored, decided), data.themes)
        wanted = min(_ROUND, count - len(decided))
        rows = mapping.next_to_check(found, scored.sentences, decided, count=wanted)
        if not rows:
            break
        decided += [_said(data, row, len(decided) + place) for place, row in enumerate(rows)]
    return decided


def _said(data: Labelled, row: int, place: int) -> Decided:
    """What people said of a response, as one of them would enter it."""
    themes = dict.fromkeys(sorted(data.gold[row]))
    return Decided(row, "themes" if themes else "none of these", themes, "evals", float(place))


def _beside(folder: Path) -> int:
    """How many data sets lie beside this one, itself too: they share the checks."""
    beside = folder.parent.glob("*/")
    return max(1, sum(all((path / name).is_file() for name in NEEDS) for path in beside))


def encoded(texts: Sequence[str], silent: Sequence[bool], encoder: GatewayEncoder) -> Sentences:
    """The sentences of texts in which no personal data is looked for: these sets are public."""
    places = find_places(texts, {row for row, mark in enumerate(silent) if mark})
    rows = zip(places.response.tolist(), places.start.tolist(), places.end.tolist(), strict=True)
    vectors = encoder([texts[response][start:end] for response, start, end in rows])
    return Sentences(places.response, places.start, places.end, vectors)


@dataclass(frozen=True)
class Judged:
    """Answers beside what people said, undecided themes left out.

    Attributes:
        given, gold: of each response.
        confidences: of each theme given, and whether people gave it too.
    """

    given: Sequence[AbstractSet[str]]
    gold: Sequence[AbstractSet[str]]
    confidences: Sequence[tuple[float, bool]]


def judged(data: Labelled, found: Sequence[Mapped], rows: Sequence[int]) -> Judged:
    """The answers for these responses beside what people said."""
    pairs = [
        (one.confidence, one.theme in data.gold[row])
        for row in rows
        for one in found[row].themes
        if one.theme not in data.undecided[row]
    ]
    given = [{one.theme for one in found[row].themes} - data.undecided[row] for row in rows]
    return Judged(given, [data.gold[row] for row in rows], pairs)


def scores(parts: Sequence[Judged]) -> dict[str, float]:
    """The figures over all responses of these parts."""
    given = [one for part in parts for one in part.given]
    gold = [one for part in parts for one in part.gold]
    each = np.array([f1(g, h) for g, h in zip(given, gold, strict=True)])
    held = np.array([bool(g) for g in gold], bool)
    low, high = interval(each)
    right = sum(len(g & h) for g, h in zip(given, gold, strict=True))
    figures = {
        "f1": float(each.mean()) if len(each) else 0.0,
        "f1_low": low,
        "f1_high": high,
        "precision": right / max(sum(map(len, given)), 1),
        "recall": right / max(sum(map(len, gold)), 1),
        "ece": calibration_error([pair for part in parts for pair in part.confidences]),
    }
    return figures | ({"f1_labelled": float(each[held].mean())} if held.any() else {})


def f1(given: AbstractSet[str], gold: AbstractSet[str]) -> float:
    """Twice what is in both over all that is in either; 1 where both are empty.

    >>> f1({"A", "B"}, {"A"})
    0.6666666666666666
    """
    return 2 * len(given & gold) / (len(given) + len(gold)) if given or gold else 1.0


def interval(each: Doubles) -> tuple[float, float]:
    """The ends of the 95% interval of the mean, by drawing the responses again and again."""
    if not len(each):
        return 0.0, 0.0
    draws = np.random.default_rng(_SEED).integers(0, len(each), (_DRAWS, len(each)))
    low, high = np.quantile(each[draws].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def calibration_error(confidences: Sequence[tuple[float, bool]]) -> float:
    """How far confidence and the share that is right lie apart, on average over ten bins of width 0.1.

    >>> round(calibration_error([(0.75, True), (0.75, False)]), 2)
    0.25
    """
    if not confidences:
        return 0.0
    p, hit = np.array(confidences, float).T
    place = np.minimum((p * _BINS).astype(int), _BINS - 1)
    parts = [place == number for number in range(_BINS)]
    gaps = [abs(p[part].mean() - hit[part].mean()) * part.mean() for part in parts if part.any()]
    return float(sum(gaps))


TASK = Task(
    name="consult.mapping",
    description="Whether responses are given the themes that people gave them.",
    needs=NEEDS,
    measure=measure,
    modes=(PLAIN, AFTER_200),
    pool=scores,
)
