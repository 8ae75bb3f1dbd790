"""Names that were found, wherever else they stand: whole, in part, as initials, in user names.

A person found once as `Jane Okafor` is `Okafor`, `Jane`, `J. Okafor`, `jokafor72` or `JO` elsewhere. Each
token of a text is looked up in one table, so a thousand names are no slower to look for than one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bernard.privacy.names import PARTICLES, NameParts, folded, parts_of_name
from bernard.privacy.ordinary import CALENDAR, NEVER, ORDINARY, PLACES, SHORT
from bernard.privacy.types import Finding

# A name by itself; a name that is also a word; a particle or an initial, which only belongs to one.
_STRONG, _WEAK, _LINK = 3, 2, 1

Part = tuple[int, int, int]

_LETTERS = re.compile(r"[^\W\d_]+")
# What stands between two parts of one name. A full stop only after an initial: see `_joins`.
_JOINS = frozenset({" ", "-", "'", "\u2019", ".", ". ", "_", "  ", "\u00a0", "\u2010", "\u2011"})
_TITLED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Cllr|Councillor|Rev|Sir|Dame|Judge|Aunt|Auntie|Uncle)\.? ?"
    r"|[Dd]ear )$"
)
_ENDS_SENTENCE = re.compile(r"(?:^|[.!?:;\n\u201c\"(\[>|-])[ \t\"'\u201c(*_>-]{0,6}$")
# A name before one of these is that of a place, a body or a thing.
_NAMES_A_THING = re.compile(
    r"[\u2019']?s? (?:City|County|Town|Borough|District|Council|Street|Road|Lane|Avenue|Close|Court|House|School"
    r"|College|University|Academy|Hospital|Hospice|Station|Park|Prison|Centre|Center|Ward|Building|Library|Airport"
    r"|Bridge|Market|Review|Report|Inquiry|Commission|Committee|Act|Law|Rule|[Ss]yndrome|[Dd]isease|[Ff]ormula"
    r"|[Tt]est|[Pp]rinciples?|FC|United|Rovers|Cathedral|Castle|Crown|Magistrates|Constabulary|Police)\b"
)
_INITIALS = re.compile(r"(?<![^\W_])(?:[A-Z]\.[ ]?){1,4}[A-Z]\b\.?")
_BRACKETED = re.compile(r"[ ]?\([\"'\u2018\u201c]?([A-Z]{2,4})[\"'\u2019\u201d]?\)")
_SHORTEST = 3
_AROUND = 30
_WHY = "part of a name that was found in the text"
_USER_WHY = "a user name made of a name that was found in the text"


class Mentions:
    """The parts of some names, and where they stand in a text."""

    __slots__ = ("_dotted", "_exact", "_kinds", "_parts", "_seen", "_squeezed")

    def __init__(self) -> None:
        """Start with no names."""
        self._seen: set[str] = set()
        self._parts: dict[str, int] = {}
        self._kinds: dict[str, str] = {}
        self._squeezed: set[str] = set()
        self._dotted: set[str] = set()
        self._exact: set[str] = set()

    def __bool__(self) -> bool:
        """Whether there is any name to look for."""
        return bool(self._parts)

    def add(self, name: str, kind: str = "PERSON", after: str = "") -> None:
        """Look for the parts of a name too.

        Args:
            name: as it was found.
            kind: what its mentions are: `PERSON`, or `PUBLIC-FIGURE`.
            after: what follows it in its text, where initials may stand in brackets.
        """
        if after and (bracketed := _BRACKETED.match(after)):
            self._add_initials(bracketed.group(1), name)
        if name in self._seen:
            return
        self._seen.add(name)
        self._learn(parts_of_name(name), kind)

    def find(self, text: str) -> Iterator[Finding]:
        """Where parts of the names stand, in order of place; some may overlap."""
        if not self._parts:
            return
        yield from self._runs(text)
        if self._dotted:
            yield from self._as_initials(text)

    def _learn(self, parts: NameParts, kind: str) -> None:
        for name in (parts.family, parts.former, *parts.given):
            for token in _tokens(name):
                self._put(token, _strength(token), kind)
        for letter in parts.initials[:4].lower():
            self._put(letter, _LINK, kind)
        if len(parts.all_initials) > 1 and parts.given:
            self._dotted.add(parts.all_initials)
        self._squeeze(parts)

    def _put(self, token: str, strength: int, kind: str) -> None:
        if strength > self._parts.get(token, 0):
            self._parts[token] = strength
        # Somebody of that name who is no public figure is not to be left in for one who is.
        if self._kinds.get(token) != "PERSON":
            self._kinds[token] = kind

    def _squeeze(self, parts: NameParts) -> None:
        """User names are often a name run together: `janesmith`, `jsmith`, `smithj`."""
        family = "".join(_tokens(parts.family))
        if len(family) < _SHORTEST or not parts.initials:
            return
        first = folded(parts.initials[0])
        if len(family) > _SHORTEST:
            self._squeezed |= {first + family, family + first}
            if len(parts.initials) > 1:
                self._squeezed.add(folded(parts.initials) + family)
        if parts.given:
            given = "".join(_tokens(parts.given[0]))
            self._squeezed |= {given + family, family + given}

    def _add_initials(self, letters: str, name: str) -> None:
        whole = parts_of_name(name).all_initials
        if whole and letters[0] == whole[0] and letters[-1] == whole[-1]:
            self._exact.add(letters)

    def _runs(self, text: str) -> Iterator[Finding]:
        """Tokens that are parts of names, those that stand together as one."""
        ascii_only = text.isascii()
        low = text.lower() if ascii_only else text
        run: list[Part] = []
        parts, squeezed, exact = self._parts, self._squeezed, self._exact
        for match in _LETTERS.finditer(low):
            token = match.group()
            if not ascii_only:
                token = folded(token)
            strength = parts.get(token)
            if strength is None:
                if run:
                    yield from self._judged(text, run)
                    run = []
                if token in squeezed:
                    yield self._user_name(text, *match.span())
                elif exact and text[match.start() : match.end()] in exact:
                    yield Finding(*match.span(), "PERSON", 0.9, "mentions", _WHY)
                continue
            start, end = match.span()
            if run and not _joins(text, run[-1], start):
                yield from self._judged(text, run)
                run = []
            run.append((start, end, strength))
        if run:
            yield from self._judged(text, run)

    def _judged(self, text: str, run: list[Part]) -> Iterator[Finding]:
        """The run as one finding, if it is a name and not a word."""
        run = _without_small_ends(text, run)
        strong = [part for part in run if part[2] == _STRONG]
        weak = [part for part in run if part[2] == _WEAK]
        if not strong and not weak:
            return
        if not strong and not _is_name(text, run, weak):
            return
        start, end = run[0][0], run[-1][1]
        if len(run) == 1 and _NAMES_A_THING.match(text, end, end + _AROUND):
            return
        start, end = _whole(text, start, end)
        token = folded(text[run[0][0] : run[0][1]])
        kind = self._kinds.get(token, "PERSON")
        yield Finding(start, end, kind, 0.85, "mentions", _WHY)

    def _user_name(self, text: str, start: int, end: int) -> Finding:
        start, end = _whole(text, start, end)
        return Finding(start, end, "USER-NAME", 0.85, "mentions", _USER_WHY)

    def _as_initials(self, text: str) -> Iterator[Finding]:
        for match in _INITIALS.finditer(text):
            letters = "".join(filter(str.isalpha, match.group()))
            if letters in self._dotted:
                yield Finding(*match.span(), "PERSON", 0.8, "mentions", _WHY)


def mentions_of(names: Iterable[str]) -> Mentions:
    """The mentions of some names.

    >>> text = "J. Okafor wrote. I told Okafor's aunt. Log in as jokafor72."
    >>> [text[f.start : f.end] for f in mentions_of(["Jane Okafor"]).find(text)]
    ['J. Okafor', 'Okafor', 'jokafor72']
    """
    mentions = Mentions()
    for name in names:
        mentions.add(name)
    return mentions


def _tokens(name: str) -> list[str]:
    return _LETTERS.findall(folded(name))


def _strength(token: str) -> int:
    """How much a part of a name says by itself."""
    if len(token) < 2 or token in NEVER or token in PARTICLES or token in SHORT:
        return _LINK
    return _WEAK if len(token) < _SHORTEST or token in ORDINARY else _STRONG


def _joins(text: str, last: Part, start: int) -> bool:
    """Whether a token that begins at `start` goes on with the name whose last token is `last`."""
    begin, end, _ = last
    between = text[end:start]
    if between not in _JOINS:
        return False
    # "... told Smith. Jane went": a full stop and a space join only after an initial.
    return between != ". " or end - begin == 1


def _without_small_ends(text: str, run: list[Part]) -> list[Part]:
    """Without the initials at its ends that are small letters: `a smith` is no `A Smith`."""
    first, last = 0, len(run)
    while last and run[last - 1][2] == _LINK and not _is_capital(text, run[last - 1]):
        last -= 1
    while first < last and run[first][2] == _LINK and not _is_capital(text, run[first]):
        first += 1
    return run[first:last]


def _is_capital(text: str, part: Part) -> bool:
    start, end, _ = part
    return (
        end - start > 1
        or text[start].isupper()
        or text[end : end + 1] in ("_", ".")
        or text[start - 1 : start] in ("_", ".")
    )


def _is_name(text: str, run: list[Part], weak: list[Part]) -> bool:
    """Whether parts that are ordinary words too stand as a name here."""
    if not all(text[start].isupper() for start, _, _ in weak):
        return False
    start, end, _ = weak[0]
    before = text[max(0, start - _AROUND) : start]
    if len(weak) > 1 or len(run) > 1 or _TITLED.search(before):
        return True
    if end - start > 1 and text[start:end].isupper():
        return False
    word = text[start:end].lower()
    if word in CALENDAR or _beside_capital(text, start, end):
        return False
    if len(word) < _SHORTEST:
        return True
    pattern = _PLACED if word in PLACES else _LED_ON
    return not _ENDS_SENTENCE.search(before) and not pattern.search(before)


_LED_ON = re.compile(r"(?:\b[Tt]he|\b[Aa]n?) $")
_PLACED = re.compile(r"\b(?:the|an?|in|at|of|to|from|near|for|around|outside) $", re.IGNORECASE)
_CAPITAL_BEFORE = re.compile(r"(?<![.!?:] )(?<![^\s(])[A-Z][\w'’-]* $")


def _beside_capital(text: str, start: int, end: int) -> bool:
    """Whether it is part of something longer that begins with capitals: the Price Commission."""
    after = text[end : end + 2]
    if len(after) == 2 and after[0] == " " and after[1].isupper():
        return True
    return _CAPITAL_BEFORE.search(text, max(0, start - _AROUND), start) is not None


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """With the figures and underscores that make it a user name."""
    limit = min(len(text), end + _AROUND)
    while end < limit and (text[end] == "_" or text[end].isdigit()):
        end += 1
    while end > start and text[end - 1] == "_":
        end -= 1
    first = max(0, start - _AROUND)
    while start > first and (text[start - 1] == "_" or text[start - 1].isdigit()):
        start -= 1
    return start, end
