"""Which special categories a text holds, and whether it holds criminal offence data: of a person.

A word such as `cancer` says nothing of anybody. It counts where a person has it (`her cancer`, `he was
treated for cancer`), in a sentence that is about a person and not about people in general. What is
said without saying of whom (`Diagnosed with asthma.`) counts where the text names a person before.

Source: UK GDPR, Articles 9(1) and 10; Data Protection Act 2018, section 11(2).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import msgspec

from bernard.privacy.categories.lexicon import OFFENCE, Hit, Lexicon, people, shipped
from bernard.privacy.categories.persons import About, Reader
from bernard.privacy.categories.tokens import WORD, Token, sentences, tokens

# How many words a link may reach over.
_OWNED, _HELD, _HOLDER = 6, 12, 10
_MOST_EVIDENCE = 100


class Evidence(NamedTuple):
    """Where a text says something, of which category, and why it counts."""

    start: int
    end: int
    category: str
    why: str


class Derived(msgspec.Struct, frozen=True):
    """What a text holds of special categories and of criminal offence data."""

    special: frozenset[str] = frozenset()
    offence: bool = False
    evidence: tuple[Evidence, ...] = ()

    def __bool__(self) -> bool:
        """Whether it holds any."""
        return self.offence or bool(self.special)


NOTHING = Derived()


class Categories:
    """Derives categories from texts. It keeps no text, so a process shares one."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Take the words of the categories."""
        self._lexicon = lexicon
        self._reader = Reader()
        words = people()
        self._having, self._being = frozenset(words.having), frozenset(words.being)
        self._breakers, self._of = frozenset(words.breakers), frozenset(words.of)
        self._guards, self._humans = frozenset(words.guards), frozenset(words.humans)
        self._empty = frozenset(words.empty)
        self._general = frozenset(words.general)
        self._after, self._trades = frozenset(words.after), frozenset(words.trades)

    def of(self, text: str) -> Derived:
        """What the text says of persons; stand-ins (`⟦PERSON-1⟧`) count as persons too."""
        found = list(self._evidence(text))
        if not found:
            return NOTHING
        special = frozenset(one.category for one in found) - {OFFENCE}
        offence = any(one.category == OFFENCE for one in found)
        return Derived(special, offence, tuple(found[:_MOST_EVIDENCE]))

    def _evidence(self, text: str) -> Iterator[Evidence]:
        triggers = self._lexicon.triggers
        before: deque[tuple[str, bool | None]] = deque(maxlen=_REMEMBERED)
        for start, part in sentences(text):
            somebody: bool | None = None
            if not triggers.isdisjoint(WORD.findall(part.lower())):
                sentence = tokens(part, start)
                if hits := _counting(list(self._lexicon.hits(sentence))):
                    about = self._reader.about(sentence)
                    somebody = bool(about.persons)
                    known = somebody or self._names_somebody(before)
                    for hit in hits:
                        if why := self._why(sentence, hit, about, known):
                            first, last = sentence[hit.start], sentence[hit.end - 1]
                            yield Evidence(first.start, last.end, hit.category, why)
            before.append((part, somebody))

    def _names_somebody(self, before: deque[tuple[str, bool | None]]) -> bool:
        """Whether one of the sentences before names a person; each is read once."""
        for place in range(len(before) - 1, -1, -1):
            part, somebody = before[place]
            if somebody is None:
                somebody = bool(self._reader.about(tokens(part)).persons)
                before[place] = (part, somebody)
            if somebody:
                return True
        return False

    def _why(self, sentence: Sequence[Token], hit: Hit, about: About, known: bool) -> str:
        """Why the phrase counts; empty if it does not."""
        if hit.kind == "labels":
            return "a field of a form has a value" if self._is_field(sentence, hit) else ""
        if hit.kind not in ("sure", "always") and self._is_guarded(sentence, hit):
            return ""
        if hit.kind == "always":
            return "it says so by itself"
        whose = _Whose(sentence, about, known)
        if not whose.anybody or (about.supposed and not whose.named):
            return ""
        if hit.kind == "sure":
            meant = whose.is_about(hit) and not self._is_trade(sentence, hit)
            return "said of a person" if meant else ""
        if hit.kind in ("things", "taken") and not self._ends(sentence, hit):
            return ""
        if self._is_owned(sentence, hit, whose):
            return "said to be a person's"
        links = self._being if hit.kind == "identities" else self._having
        if hit.kind == "taken":
            links = links | {"on"}
        if self._is_held(sentence, hit, whose, links):
            return "said of a person"
        if hit.kind == "identities" and _word(sentence, hit.end) in self._humans and about.persons:
            return "said of a person"
        return ""

    def _is_field(self, sentence: Sequence[Token], hit: Hit) -> bool:
        if hit.start > _FIELD_START or _word(sentence, hit.end) not in _COLONS:
            at = hit.end
            # JSON has its quotation mark before the colon.
            if not (_word(sentence, at) in _QUOTES and _word(sentence, at + 1) in _COLONS):
                return False
        value = [t.word for t in sentence[hit.end :] if t.word[0].isalnum() or t.word[0] == "⟦"]
        if not value or value[0] in self._empty or "_" in value[0]:
            return False
        marks = {t.word for t in sentence[hit.end :]}
        return marks.isdisjoint(_BOXES) and len(value) <= _LONGEST_VALUE

    def _is_guarded(self, sentence: Sequence[Token], hit: Hit) -> bool:
        """Whether the phrase only says what something else is of: cancer services."""
        return _word(sentence, hit.end) in self._guards

    def _ends(self, sentence: Sequence[Token], hit: Hit) -> bool:
        """Whether a thing is the thing meant, and not said of another word: her cancer charity."""
        after = _word(sentence, hit.end)
        return not after.isalpha() or after in self._after or after.endswith(_ENDINGS)

    def _is_trade(self, sentence: Sequence[Token], hit: Hit) -> bool:
        """Whether somebody only works with such things: she teaches in prison."""
        before = range(max(0, hit.start - _TRADE), hit.start)
        return any(sentence[at].word in self._trades for at in before)

    def _is_owned(self, sentence: Sequence[Token], hit: Hit, whose: _Whose) -> bool:
        for at in range(hit.start - 1, max(-1, hit.start - 1 - _OWNED), -1):
            if at in whose.owners:
                return True
            if self._breaks(sentence, at):
                return False
        return False

    def _is_held(
        self, sentence: Sequence[Token], hit: Hit, whose: _Whose, links: frozenset[str]
    ) -> bool:
        for at in range(hit.start - 1, max(-1, hit.start - 1 - _HELD), -1):
            if sentence[at].word in links:
                if whose.is_before(at):
                    return True
            elif self._breaks(sentence, at) or sentence[at].word in self._general:
                return False
        return False

    def _breaks(self, sentence: Sequence[Token], at: int) -> bool:
        word = sentence[at].word
        if word == "of":
            return _word(sentence, at - 1) not in self._of
        return word in self._breakers


class _Whose:
    """Whose something in a sentence may be."""

    def __init__(self, sentence: Sequence[Token], about: About, known: bool) -> None:
        one = known or bool(about.persons)
        self._length = len(sentence)
        self.named = bool(about.persons)
        self.persons = sorted([*about.persons, *about.several]) if one else about.persons
        self.owners = frozenset(about.owners) | (frozenset(about.several) if one else frozenset())
        self._general = about.general
        # A note leaves out of whom it tells: `Takes insulin.`
        self._headless = known and not about.persons and not about.general
        self.anybody = bool(self.persons) or self._headless

    def is_about(self, hit: Hit) -> bool:
        """Whether a phrase that needs no link is said of a person."""
        if self._headless:
            return hit.start <= _AT_BEGINNING or self._length <= _SHORT
        near = [at for at in self.persons if abs(at - hit.start) <= _NEAR]
        if not near:
            return False
        before = [at for at in self._general if at < hit.start]
        # Nearer than the person stand people in general: they are meant.
        return not before or any(before[-1] < at for at in near)

    def is_before(self, at: int) -> bool:
        """Whether a person stands shortly before a word that says that somebody has something."""
        if self._headless:
            return at <= _FIELD_START
        place = bisect_right(self.persons, at)
        if not place:
            return False
        person = self.persons[place - 1]
        if at - person > _HOLDER:
            return False
        return not any(person < general < at for general in self._general)


# For how many sentences a person is remembered.
_REMEMBERED = 8
# A note says it at its beginning, or is short.
_AT_BEGINNING, _SHORT = 6, 14
_NEAR = 25
_FIELD_START = 3
_TRADE = 5
_ENDINGS = ("ed", "ly", "ing", "s")
_LONGEST_VALUE = 40
_COLONS = frozenset((":", "|", "\t", "="))
_QUOTES = frozenset(('"', "'", "*"))
_BOXES = frozenset(("[", "☐", "□", "/"))


def _counting(hits: list[Hit]) -> list[Hit]:
    """The hits that nothing beside them turns into something else."""
    never = [hit for hit in hits if hit.kind == "never"]
    if not never:
        return hits
    return [
        hit
        for hit in hits
        if hit.kind != "never" and not any(n.start < hit.end and hit.start < n.end for n in never)
    ]


def _word(sentence: Sequence[Token], at: int) -> str:
    return sentence[at].word if 0 <= at < len(sentence) else ""


@cache
def categories() -> Categories:
    """The one that comes with Bernard, made at the first call."""
    return Categories(shipped())
