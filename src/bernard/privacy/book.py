"""The book of a call or a case: which value has which stand-in, and which text held what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

from bernard.privacy.known import Known
from bernard.privacy.marks import BARE, MARK, key_of, looks_bare, looks_marked, split
from bernard.privacy.originals import Originals
from bernard.privacy.overlaps import resolved
from bernard.privacy.people import Mention, People, Person, implied, mentions
from bernard.privacy.policy import Policy
from bernard.privacy.sameness import same_value
from bernard.privacy.state import KeptPerson, KeptValue, KeptWord, State
from bernard.privacy.surrogates import Inventor
from bernard.privacy.types import Finding

_NO_LETTER = re.compile(r"[^A-Z]+")
_NUMBER = re.compile(r"[0-9]+")
_NAMES = frozenset({"PERSON", "PUBLIC-FIGURE"})
_OF_A_PERSON = {"EMAIL": "EMAIL", "HANDLE": "HANDLE", "USER-NAME": "HANDLE"}
_LONGEST_NAME = 100
_LONGEST_TITLE = 16
_MOST_DECIDED = 2_000
_LEAST_NUMBER, _NUMBERS = 100_000, 900_000
_NOT_KNOWN = frozenset({"AGE", "LITERAL", "CARD-EXPIRY"})

# A range of a text, and what goes in its place.
Piece = tuple[int, int, str]


class Book:
    """Stand-ins and what they stand for. It is personal data itself."""

    __slots__ = (
        "_contested",
        "_cores",
        "_decided",
        "_inventor",
        "_known",
        "_next",
        "_people",
        "_retired",
        "_seed",
        "_taken",
        "_values",
        "_words",
        "originals",
    )

    def __init__(self, seed: bytes, policy: Policy, state: State | None) -> None:
        """Open a book: an empty one, or where another left off."""
        self.originals = Originals()
        self._seed = seed
        natural = policy.style == "natural"
        self._inventor = Inventor(seed, policy.keep, self.originals) if natural else None
        self._people = People(self._core)
        self._values: dict[tuple[str, str], KeptValue] = {}
        # Kinds with numbers that are in use, or that a text holds so that they must stay free.
        self._cores: set[str] = set()
        self._next: dict[str, int] = {}
        self._taken: dict[str, set[str]] = {}
        self._known = Known()
        self._decided: dict[str, dict[int, str]] = {}
        self._contested: tuple[str, ...] = ()
        self._retired: dict[str, str] = {}
        self._words: tuple[KeptWord, ...] = ()
        if state is not None:
            self._take_up(state)

    @property
    def taken_out(self) -> dict[str, int]:
        """How many different values of each kind were replaced in the texts that were masked."""
        return {kind: len(values) for kind, values in self._taken.items()}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is looked for in texts but what a detector finds."""
        return not self.originals

    def state(self) -> State:
        """All that another book needs to go on."""
        return State(
            values=tuple(self._values.values()),
            people=tuple(person.kept() for person in self._people.everybody.values()),
            decided={sign: dict(who) for sign, who in self._decided.items()},
            words=self._inventor.words if self._inventor else self._words,
            retired=dict(self._retired),
            contested=self._contested,
        )

    def keep_free(self, text: str) -> None:
        """Keep free the marks that a text holds which was sent as it is."""
        self._cores.update(split(key)[0] for key, _ in _marks(text))

    def mask(self, text: str, found: Sequence[Finding]) -> str:
        """The text with a stand-in for each finding, and for each value that was met before."""
        more = [*self._known.find(text), *self._marked_already(text)]
        if self._inventor:
            more += self._invented_already(text, self._inventor)
        found = resolved([*found, *more])
        if not found:
            return text
        pieces = [*self._names(text, found), *self._others(text, found)]
        masked: list[str] = []
        end = 0
        for start, stop, stand_in in sorted(pieces):
            masked += (text[end:start], stand_in)
            end = stop
        masked.append(text[end:])
        return "".join(masked)

    def _names(self, text: str, found: Sequence[Finding]) -> Iterator[Piece]:
        """Stand-ins for the names among the findings, and for parts of them that stand alone."""
        named = [m for f in found if _is_name(f) for m in _mentions(text, f)]
        if not named:
            return
        sign = self._sign(text)
        decided = self._decided.pop(sign, {})
        here: dict[Person, None] = {}
        who = self._people.meet(named, decided, here)
        news = [self._know_person(person) for person in here]
        if any(news):
            again = list(_outside(self._known.find(text), found))
            more = [m for f in again if _is_name(f) for m in _mentions(text, f)]
            if more:
                who |= self._people.meet(more, decided, here)
                named += more
        for mention in sorted(named):
            person = who[mention.start]
            self._count("PERSON", person.core)
            apart = _stands_apart(text, mention.start, mention.end)
            yield mention.start, mention.end, self._name(person, mention, apart=apart)
        if len(self._decided) >= _MOST_DECIDED:
            del self._decided[next(iter(self._decided))]
        self._decided[sign] = {start: person.core for start, person in who.items()}

    def _others(self, text: str, found: Iterable[Finding]) -> Iterator[Piece]:
        for finding in found:
            if not _is_name(finding):
                value = text[finding.start : finding.end]
                if finding.kind != "LITERAL":
                    self._count(finding.kind, same_value(finding.kind, value))
                apart = _stands_apart(text, finding.start, finding.end)
                yield finding.start, finding.end, self._value(finding.kind, value, apart=apart)

    def _marked_already(self, text: str) -> Iterator[Finding]:
        """Marks in the text that would be taken for ours when they come back.

        One that is not in use is kept free; for one that is, another stand-in goes in its place.
        """
        for key, (start, end) in _marks(text):
            if self.originals.find(key) is not None:
                why = "the text holds such a mark already"
                yield Finding(start, end, "LITERAL", 1.0, "pseudonyms", why)
            else:
                self._cores.add(split(key)[0])

    def _invented_already(self, text: str, inventor: Inventor) -> Iterator[Finding]:
        """What a text holds that was invented for something else: it gets a stand-in of its own."""
        inventor.see(text)
        for start, end in inventor.clashes(text):
            why = "the text holds what was invented"
            yield Finding(start, end, "LITERAL", 1.0, "pseudonyms", why)

    def _name(self, person: Person, mention: Mention, *, apart: bool) -> str:
        label = person.label(mention.written, person.form(mention))
        if self._inventor and apart:
            invented = self._inventor.name(person, mention)
            if invented:
                self.originals.by_stand_in.setdefault(invented, mention.written)
                self._known.add_name("PERSON", mention.written)
                return invented
        mark = _mark(person, label)
        if mark not in self.originals.by_stand_in:
            self.originals.add(mark, mention.written)
            self._take_in(person, (mention,))
            self._known.add_name("PERSON", mention.written)
        return mark

    def _know_person(self, person: Person) -> bool:
        """Look for each part of the name in all texts; whether that is new."""
        if person.shared:
            return False
        news = [self._known.add_name("PERSON", name) for name in person.written_parts]
        return any(news)

    def _value(self, kind: str, value: str, *, apart: bool = True) -> str:
        same = same_value(kind, value)
        if self._inventor and not apart:
            # What is invented could not be told from the word that it would be a part of.
            same += "\0part"
        kept = self._values.get((kind, same))
        if kept is None:
            stand_in = self._invented(kind, same, value) if apart else ""
            if stand_in:
                self.originals.by_stand_in.setdefault(stand_in, value)
            else:
                stand_in = self._value_mark(kind, same, value)
                self.originals.add(stand_in, value)
            kept = KeptValue(kind, same, stand_in, value, ())
        if kind not in _NOT_KNOWN and value not in kept.known:
            self._known.add(kind, value)
            kept = KeptValue(kind, same, kept.stand_in, kept.original, (*kept.known, value))
        self._values[kind, same] = kept
        return kept.stand_in

    def _invented(self, kind: str, same: str, value: str) -> str:
        """What is invented for a value; empty where it has a mark."""
        if self._inventor is None:
            return ""
        if kind in _OF_A_PERSON:
            return self._inventor.address(self._people.of_address(value), value)
        if kind == "LITERAL":
            return self._inventor.literal(value) if value.isalpha() else ""
        return self._inventor.value(kind, value, same, self._value)

    def _value_mark(self, kind: str, same: str, value: str) -> str:
        form = _OF_A_PERSON.get(kind)
        person = self._people.of_address(value) if form else None
        if form and person and person.labels:
            return _mark(person, person.label(value, form))
        first = 0
        if kind == "LITERAL":
            # The number of the mark itself, so that it does not depend on what else was met.
            number = _NUMBER.search(key_of(value)) if any(_marks(value)) else None
            first = int(number[0]) if number else 0
        return f"⟦{self._core(kind, same, first)}⟧"

    def _core(self, kind: str, same: str, first: int) -> str:
        """A kind and a number that are free: from `first` on, where it is one."""
        kind = _NO_LETTER.sub("-", kind.upper()).strip("-") or "OTHER"
        number = first or self._first_number(kind, same)
        while (key := key_of(f"{kind}-{number}")) in self._cores:
            number += 1
        self._cores.add(key)
        if not self._seed and not first:
            self._next[kind] = number + 1
        return f"{kind}-{number}"

    def _first_number(self, kind: str, same: str) -> int:
        if not self._seed:
            return self._next.get(kind, 1)
        digest = blake2b(f"{kind}\0{same}".encode(), key=self._seed, digest_size=8).digest()
        return int.from_bytes(digest) % _NUMBERS + _LEAST_NUMBER

    def _sign(self, text: str) -> str:
        """A sign of a text, which a case may keep instead of the text."""
        data = text.encode("utf-8", "surrogatepass")
        return blake2b(data, key=self._seed, digest_size=12).hexdigest()

    def _count(self, kind: str, same: str) -> None:
        self._taken.setdefault(kind, set()).add(same)

    def _take_up(self, state: State) -> None:
        self._contested = state.contested
        self._retired = dict(state.retired)
        for mark in (*state.contested, *state.retired):
            self._cores.add(split(key_of(mark))[0])
        for mark, original in state.retired.items():
            self.originals.add(mark, original)
        for kept in state.values:
            self._values.setdefault((kept.kind, kept.same), kept)
            if kept.kind != "LITERAL" or kept.stand_in[0] == "⟦":
                self.originals.add(kept.stand_in, kept.original)
            if self._inventor and kept.stand_in[0] != "⟦":
                self._inventor.enter_ways(kept.kind, kept.stand_in, kept.original)
            self._cores.add(split(key_of(kept.stand_in))[0])
            for value in kept.known:
                self._known.add(kept.kind, value)
        for person in state.people:
            self._take_up_person(person)
        self._words = state.words
        if self._inventor:
            self._inventor.take_up(state.words, state.contested)
        else:
            for word in state.words:
                self.originals.invented().add_word(word.invented, word.original)
        self._decided = {sign: dict(who) for sign, who in state.decided.items()}

    def _take_up_person(self, kept: KeptPerson) -> None:
        person = self._people.take_up(kept)
        self._cores.add(key_of(person.core))
        for written, label in kept.forms.items():
            self.originals.add(_mark(person, label), written)
            self._known.add_name("PERSON", written)
            if not label.startswith(("EMAIL", "HANDLE")):
                self._take_in(person, mentions(0, written))
        self._know_person(person)

    def _take_in(self, person: Person, found: Iterable[Mention]) -> None:
        for mention in found:
            person.note(mention.parts)
            for form, written in implied(mention):
                self.originals.imply(person.core, form, written)


def _mark(person: Person, label: str) -> str:
    return f"⟦{person.core}-{label}⟧" if label else f"⟦{person.core}⟧"


def _is_name(finding: Finding) -> bool:
    return finding.kind in _NAMES and finding.end - finding.start <= _LONGEST_NAME


def _stands_apart(text: str, start: int, end: int) -> bool:
    """Is a range of a text no part of a longer word?"""
    return not (_goes_over(text, start) or _goes_over(text, end))


def _goes_over(text: str, place: int) -> bool:
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()


def _mentions(text: str, finding: Finding) -> list[Mention]:
    before = text[max(0, finding.start - _LONGEST_TITLE) : finding.start]
    return mentions(finding.start, text[finding.start : finding.end], before)


def _marks(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Keys and places of the marks that a text holds, also without brackets."""
    if looks_marked(text):
        for mark in MARK.finditer(text):
            yield key_of(mark["core"]), mark.span()
    if looks_bare(text):
        for mark in BARE.finditer(text):
            yield key_of(mark["core"]), mark.span()


def _outside(more: Iterable[Finding], found: Sequence[Finding]) -> Iterator[Finding]:
    """Those of the one list that overlap none of the other; both are in order of place."""
    place = 0
    for finding in sorted(more):
        while place < len(found) and found[place].end <= finding.start:
            place += 1
        if place == len(found) or found[place].start >= finding.end:
            yield finding
