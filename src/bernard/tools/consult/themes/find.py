"""Themes found in the responses to a question, with no large model."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from bernard.tools.consult.themes.counting import wilson
from bernard.tools.consult.themes.grouping import Labels, expected_themes, grouped
from bernard.tools.consult.themes.said import Said, what_is_said
from bernard.tools.consult.themes.space import Floats, apart, grouping_space, unit
from bernard.tools.consult.themes.titles import Group, titles
from bernard.tools.consult.types import (
    Campaign,
    Encoder,
    Found,
    FoundTheme,
    Quote,
    Sentences,
    Theme,
)

_BLOCK = 16_384
_QUOTES = 5


def find_themes(
    texts: Sequence[str],
    sentences: Sentences,
    question: str,
    *,
    encoder: Encoder,
    campaigns: Sequence[Campaign] = (),
    nothing_said: Sequence[bool] | Collection[int] = (),
) -> Found:
    """The themes in these responses, largest first.

    Args:
        texts: by number of response; personal data may be blanked out with spaces.
        campaigns: each counts once when themes are looked for; all its members are counted in them.
        nothing_said: a mark for each response, or a set of numbers.
    """
    said = what_is_said(texts, sentences, campaigns, nothing_said)
    if not len(said.sample):
        return Found(unthemed=said.speaking, notes=("There is nothing to find themes in.",))
    topic = sentences.vectors[said.sample].mean(axis=0)
    meaning = apart(sentences.vectors[said.sample], topic)
    space = grouping_space([_words(texts, sentences, row) for row in said.sample], meaning)
    labels = grouped(space, expected_themes(len(said.speaking)))
    middles = _middles(meaning, labels)
    placed = _placed(sentences, said, topic, middles)
    return _found(texts, sentences, said, placed, middles, topic, encoder)


class _Placed(NamedTuple):
    """For each row that says something, its group and how near the group's middle it is."""

    group: Labels
    near: Floats


def _words(texts: Sequence[str], sentences: Sentences, row: int) -> str:
    response = int(sentences.response[row])
    return texts[response][int(sentences.start[row]) : int(sentences.end[row])]


def _middles(meaning: Floats, labels: Labels) -> Floats:
    return unit(np.stack([meaning[labels == n].mean(axis=0) for n in range(labels.max() + 1)]))


def _placed(sentences: Sentences, said: Said, topic: Floats, middles: Floats) -> _Placed:
    groups, nears = [], []
    for at in range(0, len(said.rows), _BLOCK):
        rows = said.rows[at : at + _BLOCK]
        near = apart(sentences.vectors[rows], topic) @ middles.T
        groups.append(near.argmax(axis=1))
        nears.append(near.max(axis=1))
    return _Placed(np.concatenate(groups), np.concatenate(nears))


def _found(
    texts: Sequence[str],
    sentences: Sentences,
    said: Said,
    placed: _Placed,
    middles: Floats,
    topic: Floats,
    encoder: Encoder,
) -> Found:
    members = [
        np.unique(sentences.response[said.rows[placed.group == n]]) for n in range(len(middles))
    ]
    order = sorted(
        (n for n in range(len(middles)) if len(members[n])), key=lambda n: (-len(members[n]), n)
    )
    groups = [Group(_quotes(sentences, said, placed, n), middles[n]) for n in order]
    names = titles(groups, texts, encoder, topic)
    themes = []
    for number, (n, group, title) in enumerate(zip(order, groups, names, strict=True), 1):
        count, total = len(members[n]), len(said.speaking)
        low, high = wilson(count, total)
        themes.append(
            FoundTheme(
                Theme(f"T{number}", title, origin="found", examples=tuple(group.quotes[:3])),
                tuple(members[n].tolist()),
                count / total,
                low,
                high,
                tuple(group.quotes[:_QUOTES]),
                (),
            )
        )
    themed = {m for theme in themes for m in theme.members}
    return Found(tuple(themes), tuple(n for n in said.speaking if n not in themed))


def _quotes(sentences: Sentences, said: Said, placed: _Placed, group: int) -> list[Quote]:
    at = np.flatnonzero(placed.group == group)
    at = at[np.argsort(-placed.near[at], kind="stable")][:60]
    rows = said.rows[at]
    return [
        Quote(int(sentences.response[r]), int(sentences.start[r]), int(sentences.end[r]))
        for r in rows
    ]
