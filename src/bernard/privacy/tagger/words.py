"""Running text as words, numbers and marks, each with its place, in windows of bounded size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

# Stand inside a word without ending it: accents written apart, soft hyphens, marks of no width.
JOINERS = "\u0300-\u036f\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff"
_LONGEST = 48
# Each repeat has a bound, so that the time is linear whatever the text.
_TOKEN = re.compile(
    r"[^\S\n\r\t]?(?:"
    rf"[^\W\d_]{{1,{_LONGEST}}}(?:[{JOINERS}]{{1,8}}[^\W\d_]{{0,{_LONGEST}}}){{0,8}}"
    r"|\d{1,24}"
    r"|[\n\r]\s{0,64}"
    r"|\t"
    r"|([^\w\s]|_)\1{0,63})"
)

BLANKS = frozenset(
    " \x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""White space that may stand before a token within its line."""


@dataclass(frozen=True)
class Window:
    """Some tokens of a text that stand one after another.

    Attributes:
        keys: each token as it is written, with the space before it if there is one.
        starts: where each begins in the text, in characters, without that space.
        ends: where each ends.
        first: the first token that this window is to judge; those before it are its context.
        last: the token after the last that it is to judge.
    """

    keys: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    first: int = 0
    last: int = 0


def windows(text: str, size: int, context: int) -> Iterator[Window]:
    """The text's tokens in windows; each token is judged in one of them.

    Args:
        size: most tokens of a window.
        context: tokens shown before and after those that are judged, where the text has them.

    >>> [(w.keys, w.first, w.last) for w in windows("Dear Mx Li, hello", 4, 1)]
    [(['Dear', ' Mx', ' Li', ','], 0, 3), ([' Li', ',', ' hello'], 1, 3)]
    """
    found = _TOKEN.finditer(text)
    keys: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    first = 0
    while True:
        spans = [match.span() for match in islice(found, size - len(keys))]
        more = [text[start:end] for start, end in spans]
        keys += more
        starts += [start + (key[0] in BLANKS) for key, (start, _) in zip(more, spans, strict=True)]
        ends += [end for _, end in spans]
        if len(keys) < size:
            break
        yield Window(keys, starts, ends, first, size - context)
        kept = size - 2 * context
        keys, starts, ends, first = keys[kept:], starts[kept:], ends[kept:], context
    if len(keys) > first:
        yield Window(keys, starts, ends, first, len(keys))
