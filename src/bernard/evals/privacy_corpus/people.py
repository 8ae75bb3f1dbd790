"""People that do not exist: names of ten groups, and what follows from a name."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from bernard.evals.privacy_corpus.shares import PARTS, part_of

_MAIL = ("example.org", "example.com", "example.net", "post.example.org", "mail.example.com")


@dataclass(frozen=True)
class Names:
    """The names of one group that one part may use."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]


def read_names(path: Path) -> dict[str, dict[str, Names]]:
    """Part: group: names. A name that stands in several groups belongs to one part in all of them."""
    groups: Mapping[str, Mapping[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts: dict[str, str] = {}
    for lists in groups.values():
        for names in lists.values():
            for place, name in enumerate(_split(names)):
                parts.setdefault(name, part_of(place))

    def of(part: str, names: str) -> tuple[str, ...]:
        return tuple(name for name in _split(names) if parts[name] == part)

    return {
        part: {
            group: Names(**{kind: of(part, names) for kind, names in lists.items()})
            for group, lists in groups.items()
        }
        for part in PARTS
    }


def _split(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


@dataclass(frozen=True)
class Person:
    """Somebody invented."""

    given: str
    middle: str
    family: str
    title: str
    female: bool
    number: int

    @property
    def initials(self) -> str:
        """`SM`."""
        return self.given[0] + self.family[0]

    def forms(self) -> dict[str, str]:
        """Every way a template may name them."""
        given, middle, family = self.given, self.middle, self.family
        return {
            "full": f"{given} {family}",
            "given": given,
            "family": family,
            "formal": f"{given} {middle} {family}",
            "middle": middle,
            "middle-initial": f"{given} {middle[0]}. {family}",
            "initial": f"{given[0]}. {family}",
            "initial-bare": f"{given[0]} {family}",
            "initials": self.initials,
            "dotted": f"{given[0]}.{family[0]}.",
            "last-first": f"{family}, {given}",
            "last-first-caps": f"{family.upper()}, {given}",
            "last-initial": f"{family} {given[0]}",
        }

    def email(self) -> str:
        """An address at a domain that is kept for examples (RFC 2606)."""
        given, family = _plain(self.given), _plain(self.family)
        forms = (
            f"{given}.{family}",
            f"{given[0]}{family}{self.number % 90 + 10}",
            f"{given}{self.number % 100:02}",
        )
        return f"{forms[self.number % 3]}@{_MAIL[self.number % len(_MAIL)]}"

    def handle(self) -> str:
        """A name on a social network."""
        return f"@{_plain(self.given)}_{_plain(self.family)[:4]}{self.number % 100}"

    def user_name(self) -> str:
        """A name to sign in with."""
        return f"{_plain(self.family)[:6]}{_plain(self.given)[0]}{self.number % 90 + 10}"


def _plain(name: str) -> str:
    """Small ASCII letters only.

    >>> _plain("Łucja O'Brien")
    'lucjaobrien'
    """
    letters = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L"))
    return "".join(c for c in letters if c.isascii() and c.isalpha()).lower()


def invent(names: Names, rng: random.Random, female: bool | None, family: str = "") -> Person:
    """Somebody new.

    Args:
        female: None for either.
        family: the family name, where they are of one family.
    """
    female = rng.random() < 0.5 if female is None else female
    given, middle = rng.sample(names.female if female else names.male, 2)
    family = family or _family(names, rng)
    title = rng.choice(("Mrs", "Ms", "Miss", "Ms", "Dr") if female else ("Mr", "Mr", "Mr", "Dr"))
    return Person(given, middle, family, title, female, rng.randrange(10_000))


def _family(names: Names, rng: random.Random) -> str:
    """A family name; one in twelve is double-barrelled."""
    first, second = rng.sample(names.family, 2)
    plain = " " not in first + second and "-" not in first + second
    return f"{first}-{second}" if plain and rng.random() < 1 / 12 else first
