"""Find the campaigns among responses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from bernard.tools.consult.campaigns.align import Marks, shared_words
from bernard.tools.consult.campaigns.group import FEWEST_RUNS, Groups, group
from bernard.tools.consult.campaigns.shingles import (
    Places,
    Shared,
    among,
    expanded,
    runs,
    shared_runs,
)
from bernard.tools.consult.campaigns.words import WORD, Vocabulary, Words, number_words
from bernard.tools.consult.types import Campaign, Span

# So many responses make a campaign.
SMALLEST = 3
# Shorter answers ("I agree with the proposal") are alike by chance, not by arrangement.
SHORTEST = 8


def find_campaigns(
    texts: Sequence[str], *, smallest: int = SMALLEST, ignored: Sequence[str] = ()
) -> list[Campaign]:
    """The campaigns among the responses, largest first: form letters and their edited copies.

    A response belongs to a campaign if it holds half of the words that its members share, so that a letter with a
    long paragraph of one's own belongs; or a quarter of them, where these are three fifths of it, so that a letter
    with sentences left out belongs. One sentence of a letter quoted in a text of one's own is neither. At least 8
    words must be shared, and the fewer they are the fewer others there may be: of 20 words half, of 10 four fifths.
    A response is in one campaign at most. The same texts give the same campaigns, on any number of cores.

    Args:
        texts: of all responses, in order of number; blank ones may be among them.
        smallest: how many members make a campaign.
        ignored: words that many repeat for another reason, such as the question's wording.
    """
    vocabulary = Vocabulary()
    words = number_words(texts, SHORTEST, vocabulary)
    if not len(words.weight):
        return []
    shared = shared_runs(words, _runs_of(ignored, vocabulary))
    groups = group(words, shared)
    responses = _Responses(words)
    found = [
        _campaign(texts, words, responses, rows, _letter(shared, groups, which))
        for which, every in enumerate(_rows(groups))
        for rows in [_like_the_first(words, every)]
        if words.weight[rows].sum() >= smallest
    ]
    found.sort(key=lambda c: (-len(c.members), c.members))
    return [
        Campaign(f"C{place}", c.members, c.typical, c.shared, c.own)
        for place, c in enumerate(found, 1)
    ]


class _Responses:
    """The responses that have each text."""

    def __init__(self, words: Words) -> None:
        """Sort them by text."""
        self._order = np.argsort(words.of, kind="stable")
        self._starts = np.searchsorted(words.of[self._order], np.arange(len(words.weight) + 1))

    def having(self, text: int) -> list[int]:
        """Their numbers, ascending."""
        found = self._order[self._starts[text] : self._starts[text + 1]]
        return [int(number) for number in found]


def _runs_of(ignored: Sequence[str], vocabulary: Vocabulary) -> Places:
    """The runs of words that do not count."""
    said = [runs(np.array(vocabulary.numbers(text), dtype=np.int32)) for text in ignored]
    return np.concatenate([np.zeros(0, dtype=np.int64), *said])


def _rows(groups: Groups) -> list[Places]:
    """The texts of each group, those nearest its letter first."""
    order = np.lexsort((np.arange(len(groups.of)), -groups.likeness, groups.of))
    bounds = np.searchsorted(groups.of[order], np.arange(groups.count + 1))
    return [order[start:end] for start, end in pairwise(bounds.tolist())]


def _like_the_first(words: Words, rows: Places) -> Places:
    """The texts that share some runs with the typical one: parts of a letter that never meet are not one."""
    sizes = words.lengths[rows]
    hashed = runs(words.words[expanded(words.starts[rows], sizes)])
    owner = np.repeat(np.arange(len(rows)), sizes)
    inside = np.flatnonzero(owner[: len(hashed)] == owner[len(owner) - len(hashed) :])
    typical = np.sort(hashed[inside][owner[inside] == 0])
    common = np.bincount(owner[inside][among(hashed[inside], typical)], minlength=len(rows))
    return rows[common >= FEWEST_RUNS]


def _letter(shared: Shared, groups: Groups, which: int) -> Places:
    return shared.hashed[groups.letter[groups.starts[which] : groups.starts[which + 1]]]


def _campaign(
    texts: Sequence[str], words: Words, responses: _Responses, rows: Places, letter: Places
) -> Campaign:
    """A campaign, as yet without a name. Its typical member is the first of those nearest its letter."""
    sizes = words.lengths[rows]
    flat = words.words[expanded(words.starts[rows], sizes)]
    marks = shared_words(flat, sizes, words.weight[rows], 0, letter)
    ends = np.cumsum(sizes)
    own: dict[int, tuple[Span, ...]] = {}
    for row, start, end in zip(rows.tolist(), ends - sizes, ends, strict=True):
        theirs = ~marks[start:end]
        for number in responses.having(row):
            own[number] = _spans(texts[number], theirs)
    typical = responses.having(int(rows[0]))[0]
    members = tuple(sorted(own))
    shared = _spans(texts[typical], marks[: int(ends[0])])
    return Campaign("", members, typical, shared, tuple(own[number] for number in members))


def _spans(text: str, marks: Marks) -> tuple[Span, ...]:
    """The characters from the first to the last of each run of marked words."""
    if not marks.any():
        return ()
    places = list(map(re.Match.span, WORD.finditer(text)))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], marks, [False])).astype(np.int8)))
    return tuple(
        Span(places[first][0], places[last - 1][1])
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    )
