"""What the quality of a mapping is stated in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Stratify = Literal["none", "theme", "group", "doubt"]


@dataclass(frozen=True)
class Estimate:
    """A figure worked out from a sample.

    Attributes:
        value: the best guess.
        low, high: the ends of its 95% interval.
        n: how many checked responses it rests on.
    """

    value: float
    low: float
    high: float
    n: int

    @property
    def margin(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class Stratum:
    """A part of the responses that is drawn from by itself.

    Attributes:
        size: how many responses are in it.
        certain: whether one text of it was taken on purpose and stands for all (a campaign).
    """

    name: str
    size: int
    certain: bool = False


@dataclass(frozen=True)
class Drawn:
    """A check sample, in the order to be read. Reading may stop anywhere: what was read is a sample too.

    Attributes:
        numbers: of the responses.
        stratum: for each of them, the place of its stratum in `strata`.
        strata: one only, unless the sample was stratified or counts campaigns once.
    """

    numbers: tuple[int, ...]
    stratum: tuple[int, ...]
    strata: tuple[Stratum, ...]


@dataclass(frozen=True)
class Plan:
    """How many responses to read.

    Attributes:
        population: responses that could be drawn: all that are not blank.
        checked: how many have been read blind already.
        wanted: how many it takes in all; `more`: how many of these are still to be read.
        margin: what it takes them for: the F1 known to so much either way, with 95% confidence.
        spread: of F1 from response to response: its standard deviation, assumed or measured.
        measured: whether `spread` is that of the responses checked so far.
        share_margin: the margin that `wanted` responses give the share of any theme, at the most.
        statement: all this in a sentence or two.
    """

    population: int
    checked: int
    wanted: int
    more: int
    margin: float
    spread: float
    measured: bool
    share_margin: float
    statement: str


@dataclass(frozen=True)
class ThemeQuality:
    """How well one theme is mapped.

    Attributes:
        theme: its id. `title`: its title.
        checked: checked responses that a person or the machine put in it.
        precision: of those the machine put in it, how many people put there too.
        recall: of those people put in it, how many the machine put there too.
        alpha: Krippendorff's, between the people who read the same responses.
        counted: share of all responses that the machine put in it.
        share: what that share is once the machine's known errors are corrected for.
        too_few: whether the check sample is too small to say much about it.
        Each estimate is None where nothing checked bears on it.
    """

    theme: str
    title: str
    checked: int
    precision: Estimate | None
    recall: Estimate | None
    f1: Estimate | None
    alpha: Estimate | None
    counted: float
    share: Estimate | None
    too_few: bool


@dataclass(frozen=True)
class GroupQuality:
    """How well the responses of a group of people are mapped.

    Attributes:
        value: what they answered in the column that makes the groups; empty for those who did not.
        checked: how many of them were checked.
        f1: None where fewer than 5 were.
    """

    value: str
    checked: int
    f1: Estimate | None


@dataclass(frozen=True)
class Agreement:
    """How far people who read the same responses agree.

    Attributes:
        responses: how many were read by two people or more.
        f1: between two people, as it is between a person and the machine.
        alpha: Krippendorff's, over whole sets of themes, with the MASI distance between sets.
    """

    responses: int
    f1: Estimate
    alpha: Estimate | None


@dataclass(frozen=True)
class Attention:
    """A theme that somebody should look at, and why, in one sentence."""

    theme: str
    title: str
    why: str


@dataclass(frozen=True)
class Bin:
    """The themes that the machine gave with a confidence from `low` to `high`.

    Attributes:
        n: how many. `confidence`: their mean confidence. `right`: the share that people gave too.
    """

    low: float
    high: float
    n: int
    confidence: float
    right: float


@dataclass(frozen=True)
class Calibration:
    """Whether the machine is right as often as it says.

    Attributes:
        error: expected calibration error, the mean distance between confidence and right.
        bins: the reliability table, without empty bins.
    """

    error: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Quality:
    """What the check sample says about the mapping of one question.

    Attributes:
        checked: responses read blind by at least one person. `population`: those that could be drawn.
        coders: who read them.
        f1: samples-F1 of the machine against people; None while nothing is checked.
        themes: in the framework's order.
        group: the column that `groups` are of; empty where none was asked for.
        agreement: between people; None where nobody read the same response.
        attention: what to look at first, the most pressing first.
        calibration: None where no theme that the machine gave was checked.
        plan: how many more to read.
        statement: the main result in plain words, for a page or a report.
        notes: what else to know about these figures, one sentence each.
    """

    checked: int
    population: int
    coders: tuple[str, ...]
    f1: Estimate | None
    themes: tuple[ThemeQuality, ...]
    group: str
    groups: tuple[GroupQuality, ...]
    agreement: Agreement | None
    attention: tuple[Attention, ...]
    calibration: Calibration | None
    plan: Plan
    statement: str
    notes: tuple[str, ...] = ()
