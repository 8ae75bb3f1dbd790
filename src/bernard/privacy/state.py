"""What stands for what, as it is kept for a case, and two of them brought together.

A state is personal data itself: whoever keeps it encrypts it and destroys it on time.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bernard.errors import InputInvalid


class KeptValue(msgspec.Struct, frozen=True, array_like=True):
    """One value that is no person's name.

    Attributes:
        kind: `EMAIL`.
        same: what all ways to write the value have in common.
        stand_in: that goes in its place.
        original: as it was written first.
        known: every way in which it was written that is looked for in other texts.
    """

    kind: str
    same: str
    stand_in: str
    original: str
    known: tuple[str, ...] = ()


class KeptPerson(msgspec.Struct, frozen=True, array_like=True):
    """One person, or a name that several people share.

    Attributes:
        core: `PERSON-1`.
        given: given names as names are compared.
        family: the family name, likewise.
        initials: of the given names.
        alone: the only name known, where it may be given or family.
        gender: `f` or `m`, where a title told.
        forms: label of each writing: `{"Amara Okafor": "", "Okafor": "FAMILY"}`.
        shared: whether several people have the name.
    """

    core: str
    given: tuple[str, ...] = ()
    family: str = ""
    initials: str = ""
    alone: str = ""
    gender: str = ""
    forms: dict[str, str] = {}
    shared: bool = False

    @property
    def name(self) -> tuple[tuple[str, ...], str] | None:
        """The full name; None where it is not known, or not one person's."""
        return (self.given, self.family) if self.given and self.family else None

    def marks(self) -> Iterator[tuple[str, str]]:
        """Every stand-in of the person, and the writing behind it."""
        for written, label in self.forms.items():
            yield (f"⟦{self.core}-{label}⟧" if label else f"⟦{self.core}⟧"), written

    def may_be(self, other: KeptPerson) -> bool:
        """Does nothing that is known of the two tell them apart?"""
        if self.shared or other.shared:
            return self.shared == other.shared and self.alone == other.alone
        known = {*self.given, *self.family.split(), self.family, self.alone} - {""}
        others = {*other.given, *other.family.split(), other.family, other.alone} - {""}
        if self.name and other.name:
            return self.family == other.family and self.given[0] == other.given[0]
        return bool(known & others)


class KeptWord(msgspec.Struct, frozen=True, array_like=True):
    """An invented name in place of a name, in the natural style.

    Attributes:
        invented: `Tregowan`.
        original: `Okafor`.
        owner: whose name it is, where a family may not share one; empty for everybody's.
        role: `given`, `family`, or `alone` where it may be either.
    """

    invented: str
    original: str
    owner: str = ""
    role: str = "family"


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All that `Pseudonyms` needs to go on where another left off.

    Attributes:
        values: with the stand-in of each.
        people: with the forms of their names.
        words: invented names (natural style).
        retired: stand-ins that are restored but given out no longer, with their originals.
        decided: sign of a text: whom each name in it was taken for, by where it begins.
        contested: stand-ins of two values, so that they are restored to neither.
    """

    values: tuple[KeptValue, ...] = ()
    people: tuple[KeptPerson, ...] = ()
    words: tuple[KeptWord, ...] = ()
    retired: dict[str, str] = {}
    decided: dict[str, dict[int, str]] = {}
    contested: tuple[str, ...] = ()


def encode(state: State) -> bytes:
    """The state as bytes."""
    return msgspec.json.encode(state)


def decode(data: bytes) -> State:
    """A state from its bytes.

    Raises:
        InputInvalid: they are none.
    """
    try:
        return msgspec.json.decode(data, type=State)
    except msgspec.DecodeError as error:
        raise InputInvalid("This is no mapping of stand-ins that Bernard wrote.") from error


def merge(a: State, b: State) -> State:
    """One state from two that grew from one at the same time.

    A stand-in that the two gave to different values is restored to neither from then on: it stays in
    a reply and is reported, and each value gets a new one. Where the two gave different stand-ins to
    one value, both are restored and that of `a` goes on.
    """
    contested = {*a.contested, *b.contested}
    retired = {**b.retired, **a.retired}
    values = _values(a, b, contested, retired)
    people = _people(a, b, contested, retired)
    words = _words(a, b, contested)
    values = [value for value in values if value.stand_in not in contested]
    for mark in contested & retired.keys():
        del retired[mark]
    decided = {**b.decided, **a.decided}
    marks = tuple(sorted(contested))
    return State(tuple(values), tuple(people), tuple(words), retired, decided, marks)


def _values(a: State, b: State, contested: set[str], retired: dict[str, str]) -> list[KeptValue]:
    """The values of both; what stands for two is contested, the second stand-in of one retired."""
    by_value = {(value.kind, value.same): value for value in a.values}
    by_mark = {value.stand_in: (value.kind, value.same) for value in a.values}
    for value in b.values:
        key = value.kind, value.same
        if by_mark.setdefault(value.stand_in, key) != key:
            contested.add(value.stand_in)
        ours = by_value.setdefault(key, value)
        if ours is not value:
            known = tuple(dict.fromkeys((*ours.known, *value.known)))
            by_value[key] = KeptValue(*key, ours.stand_in, ours.original, known)
            if ours.stand_in != value.stand_in:
                retired.setdefault(value.stand_in, value.original)
    return list(by_value.values())


def _people(a: State, b: State, contested: set[str], retired: dict[str, str]) -> list[KeptPerson]:
    """The people of both; one whose number is somebody else's too is met anew."""
    by_core = {person.core: person for person in a.people}
    by_name = {person.name: person.core for person in a.people if person.name}
    lost: set[str] = set()
    for person in b.people:
        ours = by_core.get(person.core)
        if ours is None and person.name in by_name:
            retired.update(
                {mark: written for mark, written in person.marks() if mark not in retired}
            )
        elif ours is None:
            by_core[person.core] = person
        elif ours.may_be(person):
            by_core[person.core] = _one_person(ours, person)
        else:
            lost.add(person.core)
            contested.update(mark for mark, _ in (*ours.marks(), *person.marks()))
    return [person for core, person in by_core.items() if core not in lost]


def _one_person(a: KeptPerson, b: KeptPerson) -> KeptPerson:
    """What the two know of one person; where they wrote one form in two ways, that of `a`."""
    more = {w: label for w, label in b.forms.items() if label not in a.forms.values()}
    full = a if (a.given and a.family) or not (b.given and b.family) else b
    return KeptPerson(
        a.core,
        full.given,
        full.family,
        max(a.initials, b.initials, key=len),
        full.alone,
        a.gender or b.gender,
        {**more, **a.forms},
        a.shared,
    )


def _words(a: State, b: State, contested: set[str]) -> list[KeptWord]:
    by_invented = {word.invented: word for word in a.words}
    for word in b.words:
        ours = by_invented.setdefault(word.invented, word)
        if (ours.original.casefold(), ours.owner) != (word.original.casefold(), word.owner):
            contested.add(word.invented)
    return [word for word in by_invented.values() if word.invented not in contested]
