"""Which side each respondent took where the consultation asked them outright.

An open question often follows a closed one ("Do you agree with ...? Please say why."). What people
ticked there is their own word, so it tells the stance of a theme better than any reading of sentences.
"""

from __future__ import annotations

import re

import numpy as np

from bernard.tools.consult.themes.stance import Sides
from bernard.tools.consult.types import Column, Consultation

_AGAINST = re.compile(
    r"\b(?:disagree|oppose|opposed|against|object|reject|not support|unfavourable)\b|^no\b(?!\W*(?:view|opinion|prefer|answer))",
    re.IGNORECASE,
)
_FOR = re.compile(
    r"\b(?:agree|support|in favou?r|favourable|approve|welcome)\b|^yes\b", re.IGNORECASE
)
_NEITHER = re.compile(r"\b(?:neither|nor|unsure|don['’]t know|not sure|neutral)\b", re.IGNORECASE)
# Asked so, a `yes` is against what is proposed.
_TURNED = re.compile(r"\b(?:oppose|object|against|disagree|concerns?|worried)\b", re.IGNORECASE)


def side_of(option: str) -> int:
    """1 for an option that is for what is proposed, -1 for one against, 0 for any other.

    >>> [side_of(o) for o in ("Strongly support", "Disagree", "Neither agree nor disagree", "No", "Bus")]
    [1, -1, 0, -1, 0]
    """
    if _NEITHER.search(option):
        return 0
    if _AGAINST.search(option):
        return -1
    return 1 if _FOR.search(option) else 0


def sides_of(consultation: Consultation, question: Column) -> Sides | None:
    """By number of response the side ticked just before this question; None where none was asked for."""
    asked = _asked(consultation, question)
    if asked is None:
        return None
    known = {option: side_of(option) for option in asked.options}
    sides = np.zeros(len(consultation.responses), np.int8)
    for response in consultation.responses:
        ticked = {known.get(one, side_of(one)) for one in response.answers.get(asked.name, ())}
        if len(ticked) == 1:
            sides[response.number] = ticked.pop()
    return sides


def _asked(consultation: Consultation, question: Column) -> Column | None:
    """The closed column right before the question, if its options are sides."""
    before = consultation.columns[: consultation.columns.index(question)]
    for column in reversed(before):
        if column.kind == "left out":
            continue
        sides = {side_of(option) for option in column.options}
        fits = column.kind == "closed" and {1, -1} <= sides
        return column if fits and not _TURNED.search(_bare(column)) else None
    return None


def _bare(column: Column) -> str:
    """The wording without both sides named at once, as in `agree or disagree`."""
    both = r"(?:support|agree)\w*\s*(?:/|or|and)\s*(?:oppose|disagree)\w*"
    return re.sub(both, "", column.question or column.name, flags=re.IGNORECASE)
