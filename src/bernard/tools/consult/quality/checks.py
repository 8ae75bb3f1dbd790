"""What people decided blind beside what the machine gave, as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.quality.draw import drawable
from bernard.tools.consult.quality.estimates import Design, Numbers
from bernard.tools.consult.quality.types import Drawn
from bernard.tools.consult.types import Analysed, Decided, Mapped, Outcome

# The outcome `none of these`, as a label beside the themes.
NONE = "none of these"
Labels = frozenset[str]
Readings = Mapping[int, Mapping[str, Labels]]


@dataclass(frozen=True)
class Checks:
    """The check sample.

    Attributes:
        numbers: of the responses that were checked, ascending. Rows of the rest are in this order.
        readings: for each of them, what each person gave it.
        themes: ids, in the framework's order. Columns of the tables.
        machine: which themes the machine gave. `people`: the share of its readers who did.
        f1: of the machine against people, of each response.
        counts: whether it counts in F1: not where all agree that nothing is said.
        given: for each theme, how many responses of the population the machine gave it.
        population: how many responses could be drawn.
        notes: what was left out, and why.
    """

    numbers: NDArray[np.int64]
    readings: tuple[Mapping[str, Labels], ...]
    themes: tuple[str, ...]
    machine: Numbers
    people: Numbers
    f1: Numbers
    counts: Numbers
    given: NDArray[np.int64]
    population: int
    design: Design
    notes: tuple[str, ...]


def gather(analysed: Analysed, drawn: Drawn | None = None) -> Checks:
    """The blind decisions that can be compared with an answer of the machine's own."""
    themes = tuple(theme.id for theme in analysed.framework.themes)
    everyone = drawable(analysed)
    mapped = {m.response: m for m in analysed.machine or analysed.mapped}
    labelling = Labelling(frozenset(themes), _stands(mapped.values()))
    readings, notes = _usable(_blind(analysed.decided, labelling), everyone, mapped, drawn)
    numbers = np.array(sorted(readings), dtype=np.int64)
    rows = tuple(readings[number] for number in numbers.tolist())
    answers = [labelling.of_machine(mapped[number]) for number in numbers.tolist()]
    said = [
        not all(map(labelling.silent, (a, *r.values()))) for a, r in zip(answers, rows, strict=True)
    ]
    return Checks(
        numbers=numbers,
        readings=rows,
        themes=themes,
        machine=_table([[answer] for answer in answers], themes),
        people=_table([list(row.values()) for row in rows], themes),
        f1=np.array([_mean_f1(a, row) for a, row in zip(answers, rows, strict=True)], dtype=float),
        counts=np.array(said, dtype=float),
        given=_given(mapped, everyone, themes, labelling),
        population=len(everyone),
        design=_design(numbers, len(everyone), drawn),
        notes=notes,
    )


@dataclass(frozen=True)
class Labelling:
    """Answers as sets of labels.

    Attributes:
        known: ids of the themes in the framework.
        stands: the theme that stands for an outcome (`Other`, `No reason given`), where the framework has one.
    """

    known: frozenset[str]
    stands: Mapping[Outcome, str]

    def of(self, outcome: Outcome, given: Iterable[str]) -> Labels:
        """The themes of the framework among those given; without any, what stands for the outcome."""
        themes = self.known.intersection(given)
        if themes or outcome == "themes":
            return themes
        if outcome in self.stands:
            return frozenset({self.stands[outcome]})
        return frozenset({NONE}) if outcome == "none of these" else frozenset()

    def of_machine(self, said: Mapped) -> Labels:
        """The machine's answer."""
        return self.of(said.outcome, (given.theme for given in said.themes))

    def silent(self, labels: Labels) -> bool:
        """Whether that means that nothing is said."""
        return labels <= {self.stands.get("nothing said", "")}


def _stands(mapped: Iterable[Mapped]) -> dict[Outcome, str]:
    """The themes that the mapping gives with an outcome that is not `themes`."""
    found: dict[Outcome, str] = {}
    for one in mapped:
        if one.outcome != "themes" and one.themes:
            found.setdefault(one.outcome, one.themes[0].theme)
    return found


def set_f1(one: Labels, other: Labels) -> float:
    """F1 of two sets of labels, which is the same from either side; 1 if both are empty.

    >>> set_f1(frozenset("ab"), frozenset("b"))
    0.6666666666666666
    """
    both = len(one) + len(other)
    return 2 * len(one & other) / both if both else 1.0


def _mean_f1(answer: Labels, row: Mapping[str, Labels]) -> float:
    return sum(set_f1(answer, given) for given in row.values()) / len(row)


def _blind(decided: Sequence[Decided], labelling: Labelling) -> dict[int, dict[str, Labels]]:
    """What each person last said of each response; not where all they chose has left the framework."""
    newest: dict[tuple[int, str], Decided] = {}
    for one in decided:
        key = (one.response, one.by)
        if one.blind and (key not in newest or one.at >= newest[key].at):
            newest[key] = one
    found: dict[int, dict[str, Labels]] = {}
    for (number, by), one in sorted(newest.items()):
        given = labelling.of(one.outcome, one.themes)
        row = found.setdefault(number, {})
        if given or one.outcome == "nothing said":
            row[by] = given
    return found


def _usable(
    readings: dict[int, dict[str, Labels]],
    everyone: Sequence[int],
    mapped: Mapping[int, Mapped],
    drawn: Drawn | None,
) -> tuple[dict[int, dict[str, Labels]], tuple[str, ...]]:
    """The responses whose check can be used, and why others cannot."""
    there = set(everyone)
    sampled = set(drawn.numbers) if drawn else there
    why: Counter[str] = Counter()
    usable: dict[int, dict[str, Labels]] = {}
    for number, row in readings.items():
        reason = _reason(number, row, there, sampled, mapped.get(number))
        if reason:
            why[reason] += 1
        else:
            usable[number] = row
    notes = [f"{_responses(count)} left out: {reason}." for reason, count in sorted(why.items())]
    return usable, tuple(notes)


def _reason(
    number: int, row: Mapping[str, Labels], there: set[int], sampled: set[int], said: Mapped | None
) -> str:
    if not row:
        return "every theme that a person chose has since left the framework"
    if number not in there or said is None:
        return "there is no text of this number, or it was not mapped"
    if number not in sampled:
        return "they are not in the sample that was drawn"
    if said.by or any(given.by for given in said.themes):
        return "the machine's own answer is not known any more, a person's has taken its place"
    return ""


def _responses(count: int) -> str:
    return "1 checked response is" if count == 1 else f"{count:,} checked responses are"


def _table(rows: Sequence[Sequence[Labels]], themes: Sequence[str]) -> Numbers:
    """For each response and theme, the share of its readings that hold it."""
    column = {theme: place for place, theme in enumerate(themes)}
    table = np.zeros((len(rows), len(themes)))
    for place, readings in enumerate(rows):
        for given in readings:
            for theme in given & column.keys():
                table[place, column[theme]] += 1 / len(readings)
    return np.asarray(np.minimum(table, 1.0))


def _given(
    mapped: Mapping[int, Mapped],
    everyone: Sequence[int],
    themes: Sequence[str],
    labelling: Labelling,
) -> NDArray[np.int64]:
    said = [mapped[number] for number in everyone if number in mapped]
    counted = Counter([given.theme for one in said for given in one.themes])
    for outcome, theme in labelling.stands.items():
        counted[theme] += sum(one.outcome == outcome and not one.themes for one in said)
    return np.array([counted[theme] for theme in themes], dtype=np.int64)


def _design(numbers: NDArray[np.int64], population: int, drawn: Drawn | None) -> Design:
    """Each checked response stands for its share of its stratum."""
    if drawn is None:
        stratum, sizes, certain = np.zeros(len(numbers), dtype=np.int64), [population], [False]
    else:
        of = dict(zip(drawn.numbers, drawn.stratum, strict=True))
        stratum = np.array([of[number] for number in numbers.tolist()], dtype=np.int64)
        sizes = [s.size for s in drawn.strata]
        certain = [s.certain for s in drawn.strata]
    size = np.array(sizes, dtype=float)
    count = np.bincount(stratum, minlength=len(size)).astype(float)
    left = np.where(certain, 0.0, 1 - count / np.maximum(size, 1))
    return Design((size / np.maximum(count, 1))[stratum], stratum, np.maximum(left, 0.0))
