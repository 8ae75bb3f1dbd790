"""Who of those met is a supplier: asserted where the names are the same, else shown as possible."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from bernard.register.meetings.names import Form, form_of, readings, squashed
from bernard.register.meetings.near import Likeness, Near
from bernard.register.meetings.suppliers import Answer, Supplier
from bernard.register.meetings.types import Record

_AND = re.compile(r"\s+(?:and|&)\s+", re.IGNORECASE)
How = Literal["name", "other-name", "subsidiary", "confirmed"]


class Link(msgspec.Struct, frozen=True):
    """A record that is of a supplier.

    Attributes:
        organisation: the words of the record that name it.
        how: by its own name, another name of it, one of its subsidiaries', or since a person said so.
    """

    supplier: str
    organisation: str
    how: How
    record: Record


class Possible(msgspec.Struct, frozen=True):
    """A name that may be a supplier's, which a person has to say.

    Attributes:
        like: the supplier's name that it is like.
        why: what is alike.
        records: how many records have it.
    """

    supplier: str
    organisation: str
    like: str
    why: str
    records: tuple[Record, ...]


class Links(msgspec.Struct, frozen=True):
    """What was found."""

    links: tuple[Link, ...] = ()
    possible: tuple[Possible, ...] = ()


class _Found(msgspec.Struct, frozen=True):
    """What one name is."""

    sure: tuple[tuple[str, How], ...] = ()
    near: tuple[tuple[str, Near], ...] = ()


def link(
    records: Iterable[Record], suppliers: Sequence[Supplier], answers: Sequence[Answer] = ()
) -> Links:
    """The records that are of these suppliers, and the names that may be.

    Args:
        answers: what a person said of possible ones.
    """
    names = Names(suppliers, answers)
    links: list[Link] = []
    possible: dict[tuple[str, str], tuple[Near, list[Record]]] = {}
    for record in records:
        found = {name: names.look_up(name) for name in record.organisations}
        sure = {who: (name, how) for name, one in reversed(found.items()) for who, how in one.sure}
        for name in _joined(record) if names.may_be_in(record.organisations_text) else ():
            for who, how in names.exactly(name):
                sure.setdefault(who, (name, how))
        links += [Link(who, name, how, record) for who, (name, how) in sure.items()]
        for name, one in found.items():
            for who, like in one.near:
                if who not in sure:
                    possible.setdefault((who, name), (like, []))[1].append(record)
    return Links(tuple(links), tuple(_possible(possible)))


def _possible(
    found: dict[tuple[str, str], tuple[Near, list[Record]]],
) -> Iterable[Possible]:
    for (supplier, organisation), (one, records) in sorted(found.items()):
        yield Possible(supplier, organisation, one.like, one.why, tuple(records))


def _joined(record: Record) -> list[str]:
    """Names that may have been cut in two: a name with a comma or an `and` in it, and the whole."""
    pairs = list(itertools.pairwise(record.organisations))
    joined = [f"{one}{sign}{other}" for one, other in pairs for sign in (", ", " and ")]
    return [*joined, record.organisations_text]


class Names:
    """All the names of some suppliers, ready to be looked up."""

    def __init__(self, suppliers: Sequence[Supplier], answers: Sequence[Answer] = ()) -> None:
        """Take the suppliers, and what a person said."""
        self._sure: dict[str, dict[str, How]] = {}
        self._never: set[tuple[str, str]] = set()
        self._kept: dict[str, _Found] = {}
        known = [form for one in suppliers for form in self._add(one)]
        self._likeness = Likeness(known)
        for answer in answers:
            key = form_of(answer.organisation).key
            if answer.same:
                self._sure.setdefault(key, {}).setdefault(answer.supplier, "confirmed")
            else:
                self._never.add((answer.supplier, key))

        keys = sorted((re.escape(key) for key in self._sure), key=len)
        self._keys = re.compile("|".join(keys) or r"(?!)")

    def _add(self, one: Supplier) -> Iterator[tuple[str, str, Form]]:
        self._never |= {(one.id, form_of(name).key) for name in one.never}
        other = (*one.legal_names, *one.trading_names)
        named: tuple[tuple[tuple[str, ...], How], ...] = (
            ((one.name,), "name"),
            (other, "other-name"),
            (one.subsidiaries, "subsidiary"),
        )
        for names, how in named:
            for name in (found for written in names for found in _bare(written)):
                form = form_of(name)
                if form.key:
                    self._sure.setdefault(form.key, {}).setdefault(one.id, how)
                    yield one.id, name, form

    def may_be_in(self, text: str) -> bool:
        """Whether the letters of a name are in the text; where not, no name of it is a supplier's."""
        return self._keys.search(squashed(text)) is not None

    def exactly(self, name: str) -> tuple[tuple[str, How], ...]:
        """Whose name it is, and nothing like it."""
        return self._exactly(form_of(name).key)

    def _exactly(self, key: str) -> tuple[tuple[str, How], ...]:
        found = self._sure.get(key)
        if not found:
            return ()
        return tuple((who, how) for who, how in found.items() if (who, key) not in self._never)

    def look_up(self, organisation: str) -> _Found:
        """Whose name it is, or whose it is like."""
        if organisation not in self._kept:
            self._kept[organisation] = self._look_up(organisation)
        return self._kept[organisation]

    def _look_up(self, organisation: str) -> _Found:
        names = readings(organisation)
        forms = [form_of(name) for name in names]
        whole = form_of(organisation).key
        sure: dict[str, How] = {}
        for form in forms:
            for supplier, how in self._exactly(form.key):
                if (supplier, whole) not in self._never:
                    sure.setdefault(supplier, how)
        for supplier, how in self._all_of(organisation):
            sure.setdefault(supplier, how)
        unsure = tuple(
            (supplier, one)
            for supplier, one in self._likeness.of(forms).items()
            if supplier not in sure and (supplier, whole) not in self._never
        )
        return _Found(tuple(sure.items()), unsure)

    def _all_of(self, organisation: str) -> list[tuple[str, How]]:
        """The suppliers of `Acme and Borealis`, where both are: else an `and` may be in a name."""
        parts = _AND.split(organisation)
        found = [self.exactly(part) for part in parts] if len(parts) > 1 else []
        return [one for part in found for one in part] if len(found) > 1 and all(found) else []


def _bare(name: str) -> tuple[str, ...]:
    """A name, and without what stands in brackets, which often only explains it."""
    bare = " ".join(name.split("(")[0].split())
    return (name, bare) if bare and bare != name else (name,)
