"""Hints for whoever edits a framework: themes to merge, to reword, to split, to let go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Literal

import msgspec

from bernard.text.words import STOP_WORDS
from bernard.tools.consult.themes.stance import proposal_of, said_plainly, stance_of
from bernard.tools.consult.types import Encoder, Framework, Mapped, Theme

Hint = Literal["merge", "reword", "split", "drop"]

_SAME_MEMBERS = 0.7
_SAME_MEANING = 0.8
_TOO_LARGE, _FEWEST_FOR_TOO_LARGE = 0.4, 50
_TOO_SMALL_SHARE, _TOO_SMALL = 0.005, 3
_FEWEST_SENTENCES = 10
# Sentences of a theme whose stance is looked at.
_LOOKED_AT = 200
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CATCH_ALL = re.compile(
    r"\b(?:other|others|misc\w*|general|various|etc|mixed|overall|assorted|everything|anything)\b"
    r"|^(?:comments?|concerns?|issues?|views?|opinions?|thoughts?|feedback|suggestions?|impacts?"
    r"|effects?|considerations?|positives?|negatives?|ideas?)\b[^,]*$",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    """
    comment comments concern concerns issue issues view views opinion opinions thought thoughts
    feedback suggestion suggestions impact impacts effect effects consideration considerations
    positive negative idea ideas point points matter matters theme themes response responses general
    other various need needs support importance
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


class Suggestion(msgspec.Struct, frozen=True):
    """Something that whoever edits a framework may want to do.

    Attributes:
        themes: ids of the themes that it is about; the larger first where they might be merged.
        reason: one sentence.
    """

    kind: Hint
    themes: tuple[str, ...]
    reason: str


def suggestions(
    framework: Framework,
    mapped: Sequence[Mapped],
    texts: Sequence[str],
    question: str,
    *,
    encoder: Encoder,
) -> tuple[Suggestion, ...]:
    """What may be wrong with these themes: merges first, then wording, splits and themes hardly used.

    Args:
        mapped: how the responses map to the themes now; where there is nothing, only the wording is
            looked at.
        texts: by number of response; personal data may be blanked out.
    """
    members = _members(framework, mapped)
    speaking = sum(one.outcome != "nothing said" for one in mapped)
    return (
        *_to_merge(framework.themes, members, encoder),
        *_to_reword(framework.themes),
        *_too_large(framework.themes, members, speaking),
        *_mixing_sides(framework.themes, mapped, texts, question, encoder),
        *_to_drop(framework.themes, members, speaking),
    )


def _members(framework: Framework, mapped: Sequence[Mapped]) -> dict[str, set[int]]:
    members: dict[str, set[int]] = {theme.id: set() for theme in framework.themes}
    for one in mapped:
        for assigned in one.themes:
            members.setdefault(assigned.theme, set()).add(one.response)
    return members


def _to_merge(
    themes: Sequence[Theme], members: Mapping[str, set[int]], encoder: Encoder
) -> Iterator[Suggestion]:
    if len(themes) < 2:
        return
    vectors = encoder([theme.title for theme in themes])
    alike = vectors @ vectors.T
    for one, other in combinations(range(len(themes)), 2):
        pair = sorted((themes[one], themes[other]), key=lambda t: (-len(members[t.id]), t.id))
        if _nested(*pair):
            continue
        first, second = (members[theme.id] for theme in pair)
        share = len(first & second) / max(len(first | second), 1)
        both = f"“{pair[0].title}” and “{pair[1].title}”"
        ids = (pair[0].id, pair[1].id)
        if share > _SAME_MEMBERS:
            yield Suggestion("merge", ids, f"{both} share {share:.0%} of their responses.")
        elif alike[one, other] > _SAME_MEANING and not _opposed(*pair):
            yield Suggestion("merge", ids, f"{both} are worded nearly the same.")


def _nested(one: Theme, other: Theme) -> bool:
    return one.parent == other.id or other.parent == one.id


def _opposed(one: Theme, other: Theme) -> bool:
    return {one.stance, other.stance} == {"for", "against"}


def _to_reword(themes: Sequence[Theme]) -> Iterator[Suggestion]:
    for theme in themes:
        if reason := vague(theme.title):
            yield Suggestion("reword", (theme.id,), f"The title “{theme.title}” {reason}.")


def vague(title: str) -> str:
    """What is vague about a title, to follow `The title …`; empty if nothing is.

    >>> vague("Other concerns"), vague("Buses are too expensive")
    ('is a catch-all: it does not say what people said', '')
    """
    words = {word.lower() for word in _WORD.findall(title)} - STOP_WORDS
    if _CATCH_ALL.search(title) and len(words - _EMPTY) < 2:
        return "is a catch-all: it does not say what people said"
    if words <= _EMPTY:
        return "has no word that says what it is about"
    if len(words) == 1:
        return "is a single word, which does not say what people think of it"
    if len(title.split()) > 20:
        return "is too long to be read in a table"
    return ""


def _too_large(
    themes: Sequence[Theme], members: Mapping[str, set[int]], speaking: int
) -> Iterator[Suggestion]:
    parents = {theme.parent for theme in themes}
    for theme in themes:
        share = len(members[theme.id]) / max(speaking, 1)
        large = share > _TOO_LARGE and speaking >= _FEWEST_FOR_TOO_LARGE
        if large and theme.id not in parents:
            reason = (
                f"“{theme.title}” holds {share:.0%} of the responses, which may be several themes."
            )
            yield Suggestion("split", (theme.id,), reason)


def _to_drop(
    themes: Sequence[Theme], members: Mapping[str, set[int]], speaking: int
) -> Iterator[Suggestion]:
    if not speaking:
        return
    least = max(_TOO_SMALL, _TOO_SMALL_SHARE * speaking)
    parents = {theme.parent for theme in themes}
    for theme in themes:
        count = len(members[theme.id])
        if count < least and theme.id not in parents:
            held = "no response" if not count else f"only {count} of {speaking:,} responses"
            yield Suggestion("drop", (theme.id,), f"“{theme.title}” holds {held}.")


def _mixing_sides(
    themes: Sequence[Theme],
    mapped: Sequence[Mapped],
    texts: Sequence[str],
    question: str,
    encoder: Encoder,
) -> Iterator[Suggestion]:
    """Themes whose sentences are partly for, partly against what the question proposes."""
    if not proposal_of(question):
        return
    said: dict[str, list[str]] = {theme.id: [] for theme in themes}
    for one in mapped:
        for assigned in one.themes:
            sentence = texts[one.response][assigned.start : assigned.end]
            if assigned.theme in said and len(said[assigned.theme]) < _LOOKED_AT:
                said[assigned.theme].append(sentence)
    for theme in themes:
        sentences = said[theme.id]
        if len(sentences) < _FEWEST_SENTENCES or theme.stance == "mixed":
            continue
        sides = said_plainly(sentences, question)
        if stance_of(sides) == "mixed":
            reason = (
                f"Under “{theme.title}” {int((sides > 0).sum())} sentences say plainly that they are for "
                f"what is proposed, and {int((sides < 0).sum())} that they are against it."
            )
            yield Suggestion("split", (theme.id,), reason)
