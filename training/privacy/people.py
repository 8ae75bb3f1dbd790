"""Somebody invented to train with, and every way of naming them."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

from training.privacy.names import Culture, stock

_TITLES = (
    "Mr",
    "Mr",
    "Mrs",
    "Ms",
    "Miss",
    "Dr",
    "Prof",
    "Sir",
    "Rev",
    "Mx",
    "Cllr",
    "Mr.",
    "Mrs.",
    "Ms.",
    "Dr.",
    "Judge",
)
_MAIL = (
    "example.org",
    "example.com",
    "example.net",
    "mail.example.com",
    "example.co.uk",
    "post.example",
    "gmail.example",
)


# How many are called something that is a word as well: Mark, Rose, Stone.
_WORDS = 0.07


@dataclass(frozen=True)
class Person:
    """A name and its parts."""

    given: str
    middle: str
    family: str
    title: str
    mark: int

    def called(self, form: str) -> str:
        """A form of the name; the forms are those of `_FORMS`."""
        return _FORMS[form](self)

    @property
    def plain(self) -> tuple[str, str]:
        """Given and family name in small ASCII letters."""
        return _plain(self.given), _plain(self.family)


def invent(rng: random.Random, culture: Culture | None = None) -> Person:
    """Somebody of a culture; one in twelve has a double-barrelled name, one in fifteen parents of two cultures."""
    culture = culture or (stock().words if rng.random() < _WORDS else stock().choose(rng))
    others = stock().choose(rng) if rng.random() < 1 / 15 else culture
    family = rng.choice(others.family)
    if rng.random() < 1 / 12 and " " not in family and "-" not in family:
        family += rng.choice(("-", "-", " ")) + rng.choice(culture.family)
    given = rng.choice(culture.given)
    if rng.random() < 1 / 30 and "-" not in given:
        given += rng.choice(("-", " ")) + rng.choice(culture.given)
    return Person(
        given, rng.choice(culture.given), family, rng.choice(_TITLES), rng.randrange(10_000)
    )


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("ø", "o"))
    return "".join(c for c in letters.lower() if c.isascii() and c.isalpha()) or "x"


def _email(person: Person) -> str:
    given, family = person.plain
    forms = (
        f"{given}.{family}",
        f"{given[0]}{family}",
        f"{given}{person.mark % 100:02}",
        f"{family}_{given}",
        f"{given}{family}{person.mark % 10}",
        f"{given[0]}.{family}",
    )
    return f"{forms[person.mark % 6]}@{_MAIL[person.mark % 7]}"


def _handle(person: Person) -> str:
    given, family = person.plain
    forms = (
        f"@{given}{family}",
        f"@{given}_{family}",
        f"@{person.given.split()[0]}{person.family.split()[0]}".replace("'", "").replace("-", ""),
        f"@{given}{person.mark % 100}",
        f"@the{given}",
        f"@{given[:3]}_{family[:4]}{person.mark % 10}",
    )
    return forms[person.mark % 6]


_FORMS = {
    "full": lambda p: f"{p.given} {p.family}",
    "g": lambda p: p.given,
    "f": lambda p: p.family,
    "formal": lambda p: f"{p.given} {p.middle} {p.family}",
    "mi": lambda p: f"{p.given} {p.middle[0]}. {p.family}",
    "i": lambda p: f"{p.given[0]}. {p.family}",
    "ib": lambda p: f"{p.given[0]} {p.family}",
    "ii": lambda p: f"{p.given[0]}.{p.middle[0]}. {p.family}",
    "ini": lambda p: f"{p.given[0]}.{p.family[0]}.",
    "bare": lambda p: f"{p.given[0]}{p.family[0]}",
    "one": lambda p: f"{p.family[0]}.",
    "tf": lambda p: f"{p.title} {p.family}",
    "tfull": lambda p: f"{p.title} {p.given} {p.family}",
    "ti": lambda p: f"{p.title} {p.given[0]}. {p.family}",
    "tini": lambda p: f"{p.title} {p.given[0]}.{p.family[0]}.",
    "lf": lambda p: f"{p.family}, {p.given}",
    "LF": lambda p: f"{p.family.upper()}, {p.given}",
    "Lf": lambda p: f"{p.family.upper()} {p.given}",
    "fi": lambda p: f"{p.family} {p.given[0]}",
    "Fi": lambda p: f"{p.family.upper()} {p.given[0]}",
    "ff": lambda p: p.family.lower(),
    "fl": lambda p: f"{p.family} {p.given}",
    "gF": lambda p: f"{p.given} {p.family.upper()}",
    "up": lambda p: f"{p.given} {p.family}".upper(),
    "low": lambda p: f"{p.given} {p.family}".lower(),
    "gl": lambda p: p.given.lower(),
    "gi": lambda p: f"{p.given} {p.family[0]}",
    "nick": lambda p: p.given[: max(3, len(p.given) // 2)],
    "email": _email,
    "handle": _handle,
    "user": lambda p: f"{p.plain[1][:6]}{p.plain[0][0]}{p.mark % 90 + 10}",
    "tag": lambda p: "#" + "".join(part.capitalize() for part in p.plain),
}
FORMS = frozenset(_FORMS)
CODES = frozenset({"email", "handle", "user"})
