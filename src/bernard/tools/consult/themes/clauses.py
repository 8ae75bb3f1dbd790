"""Clauses of a sentence: the parts that could stand alone, by commas and joining words."""

from __future__ import annotations

import re

from bernard.tools.consult.types import Span

_JOINT = re.compile(
    r"\s*[;:–—]\s+|\s+-\s+"
    r"|,\s+(?=(?:but|however|whereas|while|although|though|yet|and|so|because|which|as|since|or)\b)"
    r"|\s+(?=(?:but|whereas|although|because)\s)"
    r"|(?<=\w),\s+(?=(?:it|they|we|this|there|the|i|you|he|she)\s+\w+)",
    re.IGNORECASE,
)
_FEWEST_WORDS = 4


def clauses(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Places of the clauses in text[start:end]; one too short to say anything stays with the one before.

    >>> text = "While ads fund sport, the harm to children is worse; ban them all now."
    >>> [text[a:b] for a, b in clauses(text)]
    ['While ads fund sport', 'the harm to children is worse', 'ban them all now.']
    """
    end = len(text) if end is None else end
    parts, begun = [], start
    for joint in _JOINT.finditer(text, start, end):
        parts.append(Span(begun, joint.start()))
        begun = joint.end()
    parts.append(Span(begun, end))
    whole: list[Span] = []
    for part in parts:
        if whole and min(_words(text, part), _words(text, whole[-1])) < _FEWEST_WORDS:
            whole[-1] = Span(whole[-1].start, part.end)
        else:
            whole.append(part)
    return whole


def _words(text: str, span: Span) -> int:
    return len(text[span.start : span.end].split())
