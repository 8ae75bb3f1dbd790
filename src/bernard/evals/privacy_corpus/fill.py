"""Fill a template: put values in its slots and note where each stands."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Literal

import msgspec

from bernard.errors import InputInvalid
from bernard.evals.privacy_corpus import dates
from bernard.evals.privacy_corpus.decoys import DECOYS
from bernard.evals.privacy_corpus.people import Names, Person, invent
from bernard.evals.privacy_corpus.places import Places, telephone
from bernard.evals.privacy_corpus.templates import Template
from bernard.privacy.surrogates.identifiers import IDENTIFIERS
from bernard.privacy.surrogates.places import postcode

Need = Literal["MUST", "OPT"]
# A value, its kind and whether it must go (None: it must be left).
Piece = tuple[str, str, Need | None]

_SLOT = re.compile(
    r"\{(?P<left>=)?(?P<slot>[a-z][\w.-]*)(?P<which>:\d)?(?P<optional>\?)?(?:\|(?P<how>[a-z]+))?\}"
    r"|\[\[(?P<words>[^|\]]+)\|(?P<wleft>=)?(?P<kind>[A-Z-]+)(?P<wopt>\?)?\]\]"
)
# A sentence begins here.
_BEGINS = re.compile(r"(?:\A|[.!?\n]) *\Z")
_HOW: dict[str, Callable[[str], str]] = {
    "u": str.upper,
    "l": str.lower,
    "c": lambda value: re.sub(r"[\s-]", "", value),
    "": lambda value: value,
}
_PLACES = {
    "address": "ADDRESS",
    "lines": "ADDRESS",
    "street": "ADDRESS",
    "postcode": "POSTCODE",
    "phone": "TELEPHONE",
    "town": "PLACE",
}


class Sample(msgspec.Struct, kw_only=True):
    """A text of the corpus.

    Attributes:
        text: the text.
        spans: start, end, kind, and MUST (it has to go) or OPT (it may).
        left: start, end and kind of what looks like personal data and is none.
        template: which template it is of; its part never shares one with another part.
        voice: letter, email, form, chat, …
        language: `en`, `cy` or `mixed`.
        group: which list its names are from.
    """

    text: str
    spans: list[tuple[int, int, str, Need]]
    left: list[tuple[int, int, str]]
    template: str
    voice: str
    language: str
    group: str


def fill(template: Template, names: Names, group: str, rng: random.Random) -> Sample:
    """A text of a template.

    Raises:
        InputInvalid: the template has a slot that there is not.
    """
    filling = _Filling(template, names, rng)
    out: list[str] = []
    at, place = 0, 0
    sample = Sample(
        text="",
        spans=[],
        left=[],
        template=template.name,
        voice=template.voice,
        language=template.language,
        group=group,
    )
    for match in _SLOT.finditer(template.body):
        before = template.body[at : match.start()]
        out.append(before)
        place += len(before)
        at = match.end()
        begins = _BEGINS.search(template.body[: match.start()][-8:]) is not None
        for value, kind, need in filling.pieces(match):
            value = "T" + value[1:] if begins and value.startswith("the ") else value
            if need:
                sample.spans.append((place, place + len(value), kind, need))
            elif kind:
                sample.left.append((place, place + len(value), kind))
            out.append(value)
            place += len(value)
    out.append(template.body[at:])
    sample.text = _written("".join(out), template, rng)
    return sample


def _written(text: str, template: Template, rng: random.Random) -> str:
    """The text in capitals, in small letters or with curly apostrophes, now and then; as long as it was."""
    roll = rng.random()
    case = template.options.get("case", "")
    if case == "upper" or (not case and roll < 0.05):
        changed = text.upper()
    elif case == "lower" or (not case and roll < 0.1):
        changed = text.lower()
    elif case != "keep" and roll < 0.25:
        changed = text.replace("'", "\u2019")
    else:
        changed = text
    return changed if len(changed) == len(text) else text


class _Filling:
    """The values of one text: the same slot has the same value throughout."""

    def __init__(self, template: Template, names: Names, rng: random.Random) -> None:
        self._template = template
        self._names = names
        self._places = Places(template.part)
        self._rng = rng
        self._people: dict[str, Person] = {}
        self._values: dict[str, str] = {}
        self._slips = rng.random() < 0.06 and template.options.get("case") != "keep"

    def pieces(self, match: re.Match[str]) -> list[Piece]:
        """What a slot becomes."""
        if match["words"]:
            need: Need = "OPT" if match["wopt"] else "MUST"
            return [(match["words"], match["kind"], None if match["wleft"] else need)]
        slot, which = match["slot"], match["which"] or ""
        how = _HOW[match["how"] or ""]
        need = "OPT" if match["optional"] else "MUST"
        pieces = self._of(slot, which, need)
        return [(how(value), kind, None if match["left"] else need) for value, kind, need in pieces]

    def _of(self, slot: str, which: str, need: Need) -> list[Piece]:
        if re.fullmatch(r"p\d\..+", slot):
            who, _, form = slot.partition(".")
            return self._named(who, form, need)
        if slot in DECOYS:
            kind, choose = DECOYS[slot]
            value = self._kept(slot + which, lambda: choose(self._rng))
            if self._template.language == "cy":
                value = value.removeprefix("the ")
            return [(value, kind, None)]
        if slot in IDENTIFIERS:
            kind, _, identify = IDENTIFIERS[slot]
            return [(self._kept(slot + which, lambda: identify(self._rng)), kind, need)]
        return [self._placed(slot, which, need)]

    def _placed(self, slot: str, which: str, need: Need) -> Piece:
        rng, language = self._rng, "cy" if self._template.language == "cy" else "en"
        kind = _PLACES.get(slot)
        if kind is None:
            raise InputInvalid(
                f"The template {self._template.name!r} has no such slot as {slot!r}."
            )
        made = {
            "address": lambda: self._places.address(rng, language),
            "lines": lambda: self._places.address(rng, language, "\n"),
            "street": lambda: self._places.street(rng, language),
            "postcode": lambda: postcode(rng),
            "phone": lambda: telephone(rng),
            "town": lambda: self._places.town(rng, language),
        }[slot]
        return self._kept(slot + which, made), kind, "OPT" if slot == "town" else need

    def _kept(self, key: str, make: Callable[[], str]) -> str:
        if key not in self._values:
            self._values[key] = make()
        return self._values[key]

    def _named(self, who: str, form: str, need: Need) -> list[Piece]:
        person = self._person(who)
        if form in ("tfamily", "tfull", "tinitial"):
            rest = {"tfamily": "family", "tfull": "full", "tinitial": "initial"}[form]
            return [(person.title, "TITLE", "OPT"), (" ", "", None), *self._named(who, rest, need)]
        if form == "title":
            return [(person.title, "TITLE", "OPT")]
        if form in ("they", "them", "their", "They", "Their"):
            return [(_PRONOUNS[form][not person.female], "", None)]
        if form in ("dob", "child-dob", "age", "child-age"):
            return [self._born(who, form, need)]
        if form in ("email", "handle", "user"):
            kind, value = {
                "email": ("EMAIL", person.email),
                "handle": ("HANDLE", person.handle),
                "user": ("USER-NAME", person.user_name),
            }[form]
            return [(value(), kind, need)]
        forms = person.forms()
        if form not in forms:
            raise InputInvalid(
                f"The template {self._template.name!r} has no such slot as {who}.{form}."
            )
        return [(self._slipped(forms[form]), "PERSON", need)]

    def _born(self, who: str, form: str, need: Need) -> Piece:
        rng = self._rng
        if form.endswith("age"):
            years = (1, 17) if form == "child-age" else (19, 94)
            return self._kept(who + form, lambda: str(rng.randrange(*years))), "AGE", "OPT"
        language = "cy" if self._template.language == "cy" else "en"
        day = dates.birth(rng, child=form == "child-dob")
        return (
            self._kept(who + form, lambda: dates.written(day, rng, language)),
            "DATE-OF-BIRTH",
            need,
        )

    def _slipped(self, name: str) -> str:
        """Now and then two letters change places."""
        if not self._slips or len(name) < 5 or self._rng.random() < 0.5:
            return name
        at = self._rng.randrange(1, len(name) - 2)
        if not name[at : at + 2].isalpha():
            return name
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]

    def _person(self, who: str) -> Person:
        if who not in self._people:
            template = self._template
            kin = template.people("kin")
            family = next((self._people[k].family for k in sorted(kin) if k in self._people), "")
            female = (
                True
                if who in template.people("f")
                else False
                if who in template.people("m")
                else None
            )
            self._people[who] = self._new(female, family if who in kin else "")
        return self._people[who]

    def _new(self, female: bool | None, family: str) -> Person:
        """Somebody with a given name that nobody else of the text has."""
        taken = {person.given for person in self._people.values()}
        families = {person.family for person in self._people.values()}
        while True:
            person = invent(self._names, self._rng, female, family)
            if person.given not in taken and (family or person.family not in families):
                return person


_PRONOUNS = {
    "they": ("she", "he"),
    "They": ("She", "He"),
    "them": ("her", "him"),
    "their": ("her", "his"),
    "Their": ("Her", "His"),
}
