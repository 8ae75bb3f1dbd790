"""Who is who: the mentions of one person brought together, whatever form the name takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from bernard.privacy.names import TITLES, NameParts, bare, folded, parts_of_name
from bernard.privacy.state import KeptPerson

_WOMEN = frozenset({"mrs", "ms", "miss", "dame", "lady", "sister", "baroness", "aunt", "auntie"})
_MEN = frozenset({"mr", "sir", "lord", "brother", "uncle", "father", "fr", "baron"})
_WORD = re.compile(r"\w[\w.’'-]*")
_JOINED = re.compile(r"\s+(?:and|&)\s+|\s*[/;\n]\s*", re.IGNORECASE)
_TITLE_BEFORE = re.compile(r"(\w+)\.?[ \u00a0]$")
# With these a family name begins, though it stands alone.
_IRISH = ("Ó ", "Ní ", "Nic ", "Uí ", "Mac ", "Mhic ")
_NOT_LETTER = re.compile(r"[^a-z]+")
_BARRELS = re.compile(r"[\s-]+")
# Among more people of one name only those that the same text names are looked at.
_MANY = 64


class Mention(NamedTuple):
    """A name in a text, without the title before it and the possessive after it."""

    start: int
    end: int
    written: str
    parts: NameParts


@dataclass(slots=True, eq=False)
class Person:
    """One person, or a name that several share. Names are held as names are compared.

    Attributes:
        core: `PERSON-1`.
        given: the given names.
        family: the family name.
        initials: of the given names.
        alone: the only name known, where it may be given or family.
        gender: `f` or `m`, where a title told.
        forms: label of each writing.
        labels: writing of each label.
        shared: whether several people have the name.
        written_parts: of the name, as they are looked for.
    """

    core: str
    given: tuple[str, ...] = ()
    family: str = ""
    initials: str = ""
    alone: str = ""
    gender: str = ""
    forms: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    shared: bool = False
    written_parts: list[str] = field(default_factory=list)

    def label(self, written: str, form: str) -> str:
        """The label of a writing: none for the first, then its form, then what sets it apart."""
        label = self.forms.get(written)
        if label is None:
            label = next(one for one in _labels(written, form, self) if one not in self.labels)
            self.forms[written] = label
            self.labels[label] = written
        return label

    def form(self, mention: Mention) -> str:
        """The form that a mention has: `FULL`, `FAMILY`, `SHORT`."""
        parts = mention.parts
        if parts.family and parts.given:
            return "LISTED" if "," in mention.written else "FULL"
        if parts.family and parts.initials:
            return "SHORT"
        name = folded(parts.family or " ".join(parts.given))
        if not name:
            return "INITIALS"
        if name in self.given:
            return "GIVEN"
        return "FAMILY" if parts.family or name in _names(self.family) else "NAME"

    def note(self, parts: NameParts) -> None:
        """Remember how the parts of the name are written."""
        for name in (*parts.given, parts.family, *_BARRELS.split(parts.family)):
            if name and name not in self.written_parts:
                self.written_parts.append(name)

    def kept(self) -> KeptPerson:
        """As it is kept for a case."""
        return KeptPerson(
            self.core,
            self.given,
            self.family,
            self.initials,
            self.alone,
            self.gender,
            dict(self.forms),
            self.shared,
        )


def _labels(written: str, form: str, person: Person) -> Iterator[str]:
    """Labels that a writing may have, the best first; they say as much as can be said without it."""
    # Where the full name is known, only that in its usual capitals goes without a label: the same
    # in every process, whatever each met first.
    usual = form == "FULL" and not (written.isupper() or written.islower())
    if usual or not (
        person.labels or (person.given and person.family) or form in ("EMAIL", "HANDLE")
    ):
        yield ""
    if form not in ("EMAIL", "HANDLE", "INITIALS") and (written.isupper() or written.islower()):
        form = f"{form}-{'CAPS' if written.isupper() else 'SMALL'}"
    yield form
    count = 1
    while True:
        yield f"{form}-{_letters(count)}"
        count += 1


def _letters(count: int) -> str:
    """Another label by how many came before: B, C, up to Z, then AA, AB."""
    letters = ""
    count += 1
    while count:
        count, rest = divmod(count - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def mentions(start: int, value: str, before: str = "") -> list[Mention]:
    """The names in what was found to be one, most often one; a title alone is none.

    Args:
        before: the end of the text before it, which may be a title.

    >>> [mention.written for mention in mentions(0, "Mr and Mrs Amara Okafor's")]
    ['Amara Okafor']
    """
    found: list[Mention] = []
    parts_apart = list(_apart(value))
    for at, end in parts_apart:
        name = value[at:end]
        stripped = bare(name)
        first = _first_name(stripped)
        if first == len(stripped) and len(parts_apart) == 1:
            first = 0
        written = stripped[first:]
        if written:
            at += start + name.find(stripped) + first
            title = _TITLE_BEFORE.search(before) if not first and not found else None
            titled = title is not None and folded(title[1]) in TITLES
            parts = parts_of_name(f"{title[1]} {stripped}" if title and titled else stripped)
            if written.startswith(_IRISH) and not parts.given:
                parts = replace(parts, family=written, initials="")
            elif not (parts.given or parts.family or parts.initials):
                parts = replace(parts, given=(written,))
            found.append(Mention(at, at + len(written), written, parts))
    return found


def _first_name(name: str) -> int:
    """Where the titles end; the end of the name where it is nothing else."""
    for word in _WORD.finditer(name):
        title = folded(word.group()).rstrip(".")
        # One letter may be Monsieur's or an initial: an initial in either case.
        if title not in TITLES or len(title) == 1:
            return word.start()
    return len(name)


def _apart(value: str) -> Iterator[tuple[int, int]]:
    at = 0
    for joint in _JOINED.finditer(value):
        yield at, joint.start()
        at = joint.end()
    yield at, len(value)


def implied(mention: Mention) -> Iterator[tuple[str, str]]:
    """The forms that are certain once a full name is known.

    >>> dict(implied(mentions(0, "Mrs Amara Okafor")[0]))["SHORT"]
    'A. Okafor'
    """
    parts = mention.parts
    if not parts.given or not parts.family:
        return
    given, family = parts.given[0], parts.family
    yield "", mention.written
    yield "FULL", mention.written
    yield "FAMILY", family
    yield "GIVEN", given
    yield "SHORT", f"{given[0]}. {family}"
    yield "LISTED", f"{family}, {' '.join(parts.given)}"
    letters = f"{given[0]}{parts.all_initials[-1:]}".upper()
    yield "INITIALS", "".join(f"{letter}." for letter in letters)


def local_key(address: str) -> str:
    """The letters before the @ of an email address, or of a user's name."""
    return _NOT_LETTER.sub("", folded(address.lstrip("@").partition("@")[0].partition("+")[0]))


class People:
    """The people of a call, a conversation or a case.

    A mention that may be of two people is told apart by the others in the same text, or by a title.
    Where that does not tell, it has a stand-in of its own: `⟦FAMILY-NAME-1⟧`.
    """

    __slots__ = ("_core", "_index", "everybody")

    def __init__(self, core: Callable[[str, str, int], str]) -> None:
        """Start with nobody.

        Args:
            core: gives a stand-in's kind and number: of this kind, for this value, from that number on.
        """
        self._core = core
        self.everybody: dict[str, Person] = {}
        self._index: dict[tuple[str, ...], dict[Person, None]] = {}

    def take_up(self, kept: KeptPerson) -> Person:
        """Somebody from a state."""
        person = Person(
            kept.core,
            tuple(kept.given),
            kept.family,
            kept.initials,
            kept.alone,
            kept.gender,
            dict(kept.forms),
            {label: written for written, label in kept.forms.items()},
            kept.shared,
        )
        self.everybody[person.core] = person
        if person.shared:
            kind = person.core.rpartition("-")[0]
            self._index.setdefault(("shared", kind, person.alone), {})[person] = None
        else:
            self._enter(person)
        return person

    def meet(
        self, found: Sequence[Mention], decided: dict[int, str], here: dict[Person, None]
    ) -> dict[int, Person]:
        """Whom each mention of one text means, by where it begins.

        Args:
            decided: for whom a mention was taken when the same text was seen before.
            here: the people that the text names; more come in.
        """
        who: dict[int, Person] = {}
        rest: list[Mention] = []
        for mention in found:
            known = self.everybody.get(decided.get(mention.start, ""))
            if known:
                who[mention.start] = known
                here[known] = None
            else:
                rest.append(mention)
        crowd = _crowded(rest)
        for mention in sorted(rest, key=_least_certain_last):
            parts = mention.parts
            if parts.family and parts.given:
                person = self._full(parts, crowd)
            else:
                person = self._short(parts, here)
            _learn_gender(person, parts)
            person.note(parts)
            who[mention.start] = person
            here[person] = None
        return who

    def of_address(self, address: str) -> Person | None:
        """Whose email address or user name this is, where one person's name says so."""
        key = local_key(address)
        owners = self._index.get(("local", key), _NOBODY) if len(key) > 3 else _NOBODY
        return next(iter(owners)) if len(owners) == 1 else None

    def _full(self, parts: NameParts, crowd: frozenset[str]) -> Person:
        given = tuple(folded(name) for name in parts.given)
        family = folded(parts.family)
        same = [p for p in self._of("full", family, given[0]) if _agree(p, given, parts.initials)]
        if len(same) > 1:
            same = [p for p in same if p.given == given and p.initials == parts.initials]
        if len(same) == 1:
            self._learn(same[0], given, family, parts.initials)
            return same[0]
        if not same:
            person = self._not_yet_full(given, family, parts, crowd)
            if person:
                self._learn(person, given, family, parts.initials)
                return person
        return self._new("PERSON", given=given, family=family, initials=parts.initials)

    def _not_yet_full(
        self, given: tuple[str, ...], family: str, parts: NameParts, crowd: frozenset[str]
    ) -> Person | None:
        """The one person of whom only a part of this name was known."""
        if family in crowd:
            return None
        same = [
            p
            for p in self._of("part", family)
            if (not p.initials or parts.initials.startswith(p.initials)) and _fits(p, parts)
        ]
        if not same and not self._of("family", family):
            same = [p for p in self._of("alone", family) if _fits(p, parts)]
        if not same and given[0] not in crowd and not self._of("given", given[0]):
            same = [p for p in self._of("alone", given[0]) if _fits(p, parts)]
        return same[0] if len(same) == 1 else None

    def _short(self, parts: NameParts, here: dict[Person, None]) -> Person:
        family = folded(parts.family)
        given = tuple(folded(name) for name in parts.given)
        if family and parts.initials:
            name, kind = family, "FAMILY-NAME"
            same = self._any_of(here, ("family", family), ("alone", family))
            letters = parts.initials
            same = [p for p in same if not p.initials or _one_begins(p.initials, letters)]
        elif family or given:
            name = family or given[0]
            kind = "FAMILY-NAME"
            lists = [("family", name), ("alone", name)]
            if not family:
                lists.append(("given", name))
            same = self._any_of(here, *lists)
            if same and all(p.given[:1] == (name,) for p in same):
                kind = "GIVEN-NAME"
        else:
            name, kind = parts.initials.casefold(), "INITIALS"
            same = self._any_of(here, ("initials", name))
        same = [p for p in same if _fits(p, parts)]
        if len(same) > 1:
            same = [p for p in same if p in here] or same
        if len(same) == 1:
            self._learn(same[0], (), family, parts.initials)
            return same[0]
        if same:
            return self._shared(kind, name, same)
        if family:
            return self._new("PERSON", family=family, initials=parts.initials)
        return self._new("PERSON", alone=name)

    def _any_of(self, here: dict[Person, None], *lists: tuple[str, str]) -> list[Person]:
        """Those of these names; of very many, those that the text names, or two to say that there are more."""
        same = dict.fromkeys(
            p
            for key in lists
            for p in (
                self._of(*key)
                if len(self._of(*key)) <= _MANY
                else [p for p in here if p in self._of(*key)] or list(self._of(*key))[:2]
            )
        )
        return list(same)

    def _shared(self, kind: str, name: str, among: Iterable[Person]) -> Person:
        shared = next(iter(self._of("shared", kind, name)), None)
        if shared is None:
            first = next(iter(among)).core.rpartition("-")[2]
            shared = Person(self._core(kind, name, int(first)), alone=name, shared=True)
            self.everybody[shared.core] = shared
            self._index.setdefault(("shared", kind, name), {})[shared] = None
        return shared

    def _new(
        self,
        kind: str,
        *,
        given: tuple[str, ...] = (),
        family: str = "",
        initials: str = "",
        alone: str = "",
    ) -> Person:
        same = " ".join((*given, family, initials if not given else "", alone)).strip()
        person = Person(self._core(kind, same, 0), given, family, initials, alone)
        self.everybody[person.core] = person
        self._enter(person)
        return person

    def _learn(self, person: Person, given: tuple[str, ...], family: str, initials: str) -> None:
        """Take up what a mention says more about a person."""
        if person.shared:
            return
        longer = len(given) > len(person.given)
        if longer:
            person.given = given
        if len(initials) > len(person.initials):
            person.initials = initials
            longer = True
        if family and not person.family:
            person.family, person.alone = family, ""
            longer = True
        if longer:
            self._enter(person)

    def _enter(self, person: Person) -> None:
        """Index the person under every name by which it may be met."""
        index = self._index
        for alone in _names(person.alone):
            index.setdefault(("alone", alone), {})[person] = None
        families = _names(person.family)
        for family in families:
            index.setdefault(("family", family), {})[person] = None
            if not person.given:
                index.setdefault(("part", family), {})[person] = None
        if person.family:
            index.get(("alone", person.family), {}).pop(person, None)
        if person.given:
            for key in ("alone", person.given[0]), *(("part", family) for family in families):
                index.get(key, {}).pop(person, None)
            index.setdefault(("given", person.given[0]), {})[person] = None
            for family in families:
                index.setdefault(("full", family, person.given[0]), {})[person] = None
                for local in _locals(person.given[0], family):
                    index.setdefault(("local", local), {})[person] = None
        if person.family and person.initials:
            last = person.family.split()[-1][0]
            for letters in {person.initials, person.initials[0]}:
                key = ("initials", (letters + last).casefold())
                index.setdefault(key, {})[person] = None

    def _of(self, *key: str) -> dict[Person, None]:
        return self._index.get(key, _NOBODY)


_NOBODY: dict[Person, None] = {}


def _names(name: str) -> set[str]:
    """A family name, and each barrel of it."""
    return {name, *(part for part in _BARRELS.split(name) if len(part) > 2)} if name else set()


def _locals(given: str, family: str) -> set[str]:
    """The letters of the email addresses that people make of a name."""
    given, family = _NOT_LETTER.sub("", given), _NOT_LETTER.sub("", family)
    if not given or not family:
        return set()
    first = given[0]
    return {given + family, family + given, first + family, family + first, given + family[0]}


def _agree(person: Person, given: tuple[str, ...], initials: str) -> bool:
    """May these given names be the person's?"""
    shorter = min(len(person.given), len(given))
    return person.given[:shorter] == given[:shorter] and _one_begins(person.initials, initials)


def _one_begins(a: str, b: str) -> bool:
    return a.startswith(b) or b.startswith(a)


def _fits(person: Person, parts: NameParts) -> bool:
    gender = _gender(parts.title)
    return not (gender and person.gender and gender != person.gender)


def _gender(title: str) -> str:
    for word in folded(title).split():
        if word in _WOMEN:
            return "f"
        if word in _MEN:
            return "m"
    return ""


def _learn_gender(person: Person, parts: NameParts) -> None:
    if not person.gender and not person.shared:
        person.gender = _gender(parts.title)


def _crowded(found: Iterable[Mention]) -> frozenset[str]:
    """Names that two different people in one text have."""
    first: dict[str, tuple[str, str]] = {}
    crowd = set()
    for mention in found:
        if mention.parts.family and mention.parts.given:
            family, given = folded(mention.parts.family), folded(mention.parts.given[0])
            for name in {*_names(family), given}:
                if first.setdefault(name, (family, given)) != (family, given):
                    crowd.add(name)
    return frozenset(crowd)


def _least_certain_last(mention: Mention) -> tuple[int, int]:
    parts = mention.parts
    if parts.family and parts.given:
        return 0, mention.start
    if parts.family:
        return (1 if parts.initials else 2), mention.start
    return (2 if parts.given else 3), mention.start
