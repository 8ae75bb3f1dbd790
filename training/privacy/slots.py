r"""Fill a sentence: `{p1.full} lives at {address}`.

`{p1.full}` to `{p9.full}` are people, each the same throughout; `{m1.full}` is a public figure; `{any}` is a person in
any form. The other slots are in `_SLOTS`. `\n` is a new line. `(a|b|c)` in a sentence is one of them.
"""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Callable
from functools import cache

from bernard.evals.privacy_corpus import dates, decoys
from training.privacy import codes, places
from training.privacy.example import Example, Label, Piece, built
from training.privacy.names import HERE
from training.privacy.people import CODES, FORMS, Person, invent

_SLOT = re.compile(r"\{(?P<slot>[a-zA-Z][\w.-]*)\}")
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
_ANY = (
    "full",
    "full",
    "full",
    "full",
    "g",
    "f",
    "tf",
    "ti",
    "i",
    "mi",
    "formal",
    "lf",
    "gF",
    "low",
    "up",
    "tfull",
)
_FIGURE_FORMS = ("full", "tfull", "tf", "full")


def _date(rng: random.Random) -> str:
    day = datetime.date(rng.randrange(1960, 2027), rng.randrange(1, 13), rng.randrange(1, 29))
    shapes = (
        f"{day:%A} {day.day} {day:%B}",
        f"{day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.year}-{day.month}-{day.day}",
    )
    return dates.written(day, rng) if rng.random() < 0.7 else rng.choice(shapes)


def _birth(rng: random.Random) -> str:
    day = datetime.date(rng.randrange(1925, 2024), rng.randrange(1, 13), rng.randrange(1, 29))
    shapes = (
        f"{day:%B} {day.day}, {day.year}",
        f"{day.month}/{day.day}/{day.year}",
        f"{day.day}/{day.month}/{day.year % 100:02}",
        f"{day.day} {day:%b} {day.year}",
    )
    return dates.written(day, rng) if rng.random() < 0.7 else rng.choice(shapes)


def _of(kind: str) -> Callable[[random.Random], str]:
    return lambda rng: places.of(kind, rng)


def _decoy(slot: str) -> Callable[[random.Random], str]:
    return lambda rng: decoys.DECOYS[slot][1](rng)


_SLOTS: dict[str, tuple[Label | None, Callable[[random.Random], str]]] = {
    "address": ("ADDRESS", places.address),
    "lines": ("ADDRESS", lambda rng: places.address(rng, "\n")),
    "street": ("ADDRESS", places.street),
    "postcode": ("ADDRESS", places.postcode),
    "place": ("PLACE", places.place),
    "town": ("PLACE", _of("towns")),
    "city": ("PLACE", _of("world")),
    "country": ("PLACE", _of("countries")),
    "county": ("PLACE", _of("counties")),
    "seat": ("PLACE", _of("seats")),
    "org": ("ORGANISATION", places.body),
    "company": ("ORGANISATION", _of("companies")),
    "team": ("ORGANISATION", _of("teams")),
    "court": ("ORGANISATION", _of("bodies")),
    "code": ("CODE", codes.code),
    "phone": ("CODE", codes.telephone),
    "online": ("CODE", codes.address_online),
    "nhs": ("CODE", lambda rng: codes.shaped(rng.choice(("999 999 9999", "9999999999")), rng)),
    "application": (
        "CODE",
        lambda rng: codes.shaped(rng.choice(("99999/99", "9999/99", "9999/9999")), rng),
    ),
    "dob": ("DATE-OF-BIRTH", _birth),
    "date": (None, _date),
    "year": (None, lambda rng: str(rng.randrange(1950, 2027))),
    "age": (None, lambda rng: str(rng.randrange(1, 97))),
    "number": (None, lambda rng: str(rng.randrange(2, 5000))),
    "money": (None, _decoy("money")),
    "time": (None, _decoy("time")),
    "form": (None, _decoy("form")),
    "law": (None, _decoy("law")),
    "harmless": (None, codes.harmless),
    "nationality": (None, _of("nationalities")),
    "job": (None, _of("jobs")),
    "topic": (None, _of("topics")),
    "ministry": (None, _of("ministries")),
    "party": (None, _of("parties")),
}


@cache
def sentences(genre: str) -> tuple[str, ...]:
    """The sentences of a genre that we wrote: one a line."""
    lines = (HERE / "templates" / f"{genre}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("# "))


def genres() -> tuple[str, ...]:
    """All genres, in order."""
    return tuple(sorted(path.stem for path in (HERE / "templates").glob("*.txt")))


def told(genre: str, rng: random.Random) -> Example:
    """A sentence of a genre, filled."""
    return filled(rng.choice(sentences(genre)), rng, f"synthetic/{genre}")


def filled(sentence: str, rng: random.Random, source: str) -> Example:
    """The sentence with a value in each slot.

    Raises:
        KeyError: it has a slot that there is not.
    """
    sentence = _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), sentence)
    sentence = sentence.replace("\\n", "\n").replace("\\t", "\t")
    people: dict[str, Person] = {}
    out: list[Piece] = []
    at = 0
    for match in _SLOT.finditer(sentence):
        out.append((sentence[at : match.start()], None))
        out.extend(_pieces(match["slot"], people, rng))
        at = match.end()
    return built([*out, (sentence[at:], None)], source)


def _pieces(slot: str, people: dict[str, Person], rng: random.Random) -> list[Piece]:
    if slot == "any":
        return [(invent(rng).called(rng.choice(_ANY)), "PERSON")]
    who, _, form = slot.partition(".")
    if re.fullmatch(r"[pm]\d", who):
        if who not in people:
            people[who] = invent(rng)
        form = form or rng.choice(_ANY if who[0] == "p" else _FIGURE_FORMS)
        if form not in FORMS:
            raise KeyError(slot)
        label: Label = "CODE" if form in CODES else "PERSON" if who[0] == "p" else "PUBLIC-FIGURE"
        return [(people[who].called(form), label)]
    known, make = _SLOTS[slot]
    value = make(rng)
    if known == "ORGANISATION" and value.startswith("the "):
        return [("the ", None), (value[4:], known)]
    return [(value, known)]
