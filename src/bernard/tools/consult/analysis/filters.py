"""Some of the responses: any of these answers, all of these columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec
import numpy as np

from bernard.errors import InputInvalid
from bernard.tools.consult.analysis.placing import STANCES, Mask, Placed, placed
from bernard.tools.consult.analysis.searching import Words
from bernard.tools.consult.types import Analysed, Column, Consultation, Outcome, Stance

NO_ANSWER = "No answer"
OTHER_ANSWER = "Other answer"
_Name = TypeVar("_Name", bound=str)
GROUPING = ("closed", "multiple", "hybrid", "demographic")


class Filter(msgspec.Struct, frozen=True):
    """What a response must be like. What is left empty asks nothing.

    Attributes:
        answers: by column the options wanted: any of a column's, of every column named.
            `No answer` stands for those who left the column blank.
        themes: ids; any of them, or all where `every_theme`. A theme holds those nested in it.
        without: ids of themes it must not be in.
        stances: any of them, as `Placed.stances` has them.
        campaign: whether it is in a campaign. `campaigns`: ids, any of them.
        outcomes: any of them.
        sure, unsure: a theme of it (of `themes`, where given) has at least, at most this confidence.
        decided: whether a person decided it, as a whole or one of its themes.
        words: as `search` takes them.
        ids: what the file calls the responses; any of them.
    """

    answers: dict[str, tuple[str, ...]] = {}
    themes: tuple[str, ...] = ()
    every_theme: bool = False
    without: tuple[str, ...] = ()
    stances: tuple[Stance, ...] = ()
    campaign: bool | None = None
    campaigns: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    sure: float | None = None
    unsure: float | None = None
    decided: bool | None = None
    words: str = ""
    ids: tuple[str, ...] = ()


def chosen(
    analysed: Analysed, consultation: Consultation, wanted: Filter, *, at: Placed | None = None
) -> Mask:
    """Which responses are wanted, by number.

    Args:
        at: what `placed` makes of the question, where the caller has it.

    Raises:
        InputInvalid: there is no such column, theme, campaign or stance.
    """
    at = at or placed(analysed)
    mask = np.ones(len(analysed.texts), dtype=np.bool_)
    for column, options in wanted.answers.items():
        groups = answered(consultation, column)
        mask &= _any(len(mask), (groups[o] for o in options if o in groups))
    if wanted.themes:
        held = np.array([_theme(at, theme) for theme in wanted.themes])
        mask &= held.all(axis=0) if wanted.every_theme else held.any(axis=0)
    for theme in wanted.without:
        mask &= ~_theme(at, theme)
    if wanted.stances:
        stances = at.stances()
        mask &= _any(len(mask), (stances[_known(s, STANCES, "stance")] for s in wanted.stances))
    if wanted.outcomes:
        known = tuple(at.outcomes)
        mask &= _any(len(mask), (at.outcomes[_known(o, known, "outcome")] for o in wanted.outcomes))
    mask &= _by_campaign(analysed, wanted)
    mask &= _by_confidence(analysed, wanted)
    if wanted.decided is not None:
        mask &= decided(analysed) == wanted.decided
    if wanted.ids:
        ids = frozenset(wanted.ids)
        mask &= np.array([response.id in ids for response in consultation.responses], np.bool_)
    if wanted.words.strip():
        mask &= _by_words(analysed, wanted.words, mask)
    return mask


def answered(consultation: Consultation, column: str) -> dict[str, Mask]:
    """Responses by what they answered in a column, in the order of its options.

    Words that people wrote beside the column's options are `Other answer`; `No answer` comes last.
    Of a column without options every answer is one, the commonest first.

    Raises:
        InputInvalid: there is no such column, or it holds no options to choose from.
    """
    found = next((c for c in consultation.columns if c.name == column), None)
    if found is None or found.kind not in GROUPING:
        raise InputInvalid(
            f"There is no column {column!r} with answers to choose from. Name one whose kind is "
            "closed, multiple, hybrid or demographic."
        )
    by: dict[str, list[int]] = {option: [] for option in found.options}
    blank: list[int] = []
    for response in consultation.responses:
        given = response.answers.get(column, ())
        for option in dict.fromkeys(shown_answer(found, answer) for answer in given):
            by.setdefault(option, []).append(response.number)
        if not given:
            blank.append(response.number)
    listed = list(found.options) or sorted(by, key=lambda option: (-len(by[option]), option))
    groups = {option: by[option] for option in (*listed, *(by.keys() - set(listed)))}
    if blank:
        groups[NO_ANSWER] = [*groups.get(NO_ANSWER, []), *blank]
    size = len(consultation.responses)
    return {option: _mask(size, numbers) for option, numbers in groups.items()}


def shown_answer(column: Column, answer: str) -> str:
    """An answer as it is counted and shown: an option of the column, or `Other answer`."""
    return answer if not column.options or answer in column.options else OTHER_ANSWER


def decided(analysed: Analysed) -> Mask:
    """Responses that a person decided, as a whole or one of their themes."""
    return np.array(
        [bool(m.by) or any(a.by for a in m.themes) for m in analysed.mapped], dtype=np.bool_
    )


def in_campaign(analysed: Analysed, ids: Iterable[str] = ()) -> Mask:
    """Responses that are in a campaign; in one of these, where any are given."""
    wanted = frozenset(ids)
    mask = np.zeros(len(analysed.texts), dtype=np.bool_)
    for campaign in analysed.campaigns:
        if not wanted or campaign.id in wanted:
            mask[list(campaign.members)] = True
    return mask


def _by_campaign(analysed: Analysed, wanted: Filter) -> Mask:
    mask = np.ones(len(analysed.texts), dtype=np.bool_)
    if wanted.campaign is not None:
        mask &= in_campaign(analysed) == wanted.campaign
    if wanted.campaigns:
        known = tuple(campaign.id for campaign in analysed.campaigns)
        mask &= in_campaign(analysed, [_known(c, known, "campaign") for c in wanted.campaigns])
    return mask


def _by_confidence(analysed: Analysed, wanted: Filter) -> Mask:
    if wanted.sure is None and wanted.unsure is None:
        return np.ones(len(analysed.texts), dtype=np.bool_)
    low = 0.0 if wanted.sure is None else wanted.sure
    high = 1.0 if wanted.unsure is None else wanted.unsure
    themes = frozenset(wanted.themes)
    return np.array(
        [
            any(
                low <= a.confidence <= high and (not themes or a.theme in themes)
                for a in mapped.themes
            )
            for mapped in analysed.mapped
        ],
        dtype=np.bool_,
    )


def _by_words(analysed: Analysed, words: str, among: Mask) -> Mask:
    """Only responses that are still wanted are read."""
    query = Words(words)
    found = np.zeros(len(among), dtype=np.bool_)
    for number in map(int, np.flatnonzero(among)):
        found[number] = bool(analysed.texts[number] and query.found(analysed.texts[number]))
    return found


def _theme(at: Placed, theme: str) -> Mask:
    _known(theme, tuple(one.id for one in at.themes), "theme")
    return at.of(theme)


def _known(name: _Name, names: tuple[_Name, ...], kind: str) -> _Name:
    if name not in names:
        raise InputInvalid(f"There is no {kind} {name!r}. There are {', '.join(names) or 'none'}.")
    return name


def _any(size: int, masks: Iterable[Mask]) -> Mask:
    made = np.zeros(size, dtype=np.bool_)
    for mask in masks:
        made |= mask
    return made


def _mask(size: int, numbers: list[int]) -> Mask:
    made = np.zeros(size, dtype=np.bool_)
    made[numbers] = True
    return made
