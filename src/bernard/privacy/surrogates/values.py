"""Invented values for what is not a name: in the form of the original, and nobody's."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.resources import files

import yaml

from bernard.privacy.surrogates.identifiers import IDENTIFIERS
from bernard.privacy.surrogates.places import DISTRICTS, DRAMA, postcode

_FIGURES = re.compile(r"\D+")
_SIGN = re.compile(r"[0-9A-Za-z]")
_POSTCODE = re.compile(r"\b([A-Za-z]{1,2})\d[A-Za-z\d]? ?\d[A-Za-z]{2}\b")
_AREA = re.compile(r"[A-Za-z]{1,2}")
_NUMBER = re.compile(r"\d+[A-Za-z]?\b")
_LINES = re.compile(r"(\s*[,\n]\s*)")
_LETTERS = "ABCEGHJKLMNPRSTWXYZ"
# A district number that we know in no area.
_NO_DISTRICT = "86"
_FIRST = 100
# Long enough that it stands for nothing else where a model writes it.
_SHORTEST = 5
# An invented one would be of no use, or could not be told from what else a model writes.
_NEVER = frozenset(
    {
        *(
            "AGE",
            "CARD-CODE",
            "CARD-EXPIRY",
            "COOKIE",
            "COORDINATES",
            "ENCODED",
            "LITERAL",
            "ORGANISATION",
        ),
        *("PASSPORT-ZONE", "PASSWORD", "PLACE", "PRIVATE-KEY", "SECRET-KEY", "SECURITY-ANSWER"),
        *("SPOKEN-NUMBER", "URL", "CODE-WORD", "CRYPTO-ADDRESS"),
    }
)
_DRAMA_NUMBERS = sorted({number.replace(" ", "")[1:] for number in DRAMA})
_DRAMA_BY_AREA = [
    (re.compile(area), [number for number in _DRAMA_NUMBERS if re.match(area, number)])
    for area in ("7", "2", "11|1[0-9]1", "1632|")
]
_BY_KIND: dict[str, Callable[[random.Random], str]] = {}
for _kind, _check, _invent in IDENTIFIERS.values():
    _BY_KIND.setdefault(_kind, _invent)
# These are invented whole; their signs are not laid into the form of the original.
_WHOLE = frozenset({"IP-ADDRESS", "MAC-ADDRESS"})


def candidates(kind: str, value: str, rng: random.Random, *, keep_area: bool) -> Iterator[str]:
    """Values to take one from: a hundred, then no more; none where a mark is better.

    Args:
        keep_area: a postcode keeps its area.
    """
    if kind in _NEVER or (len(value) < _SHORTEST and kind != "POSTCODE"):
        return
    for _ in range(_FIRST):
        if kind == "TELEPHONE":
            yield _telephone(value, rng)
        elif kind == "POSTCODE":
            yield in_form(value, _postcode(value, rng, keep_area))
        elif kind in _BY_KIND:
            new = _BY_KIND[kind](rng)
            if kind in _WHOLE:
                yield new
            elif len(_SIGN.findall(new)) == len(_SIGN.findall(value)):
                yield in_form(value, new)
            elif _FIGURES.sub("", value):
                yield _other_signs(value, rng)
        elif _FIGURES.sub("", value):
            yield _other_signs(value, rng)
        else:
            return


def in_form(like: str, value: str) -> str:
    """The letters and figures of a value, set apart as those of another are.

    >>> in_form("ab 12 34 56 c", "QQ123456A"), in_form("943-476-5919", "999 123 4567")
    ('qq 12 34 56 a', '999-123-4567')
    """
    signs = _SIGN.findall(value)
    if len(signs) != len(_SIGN.findall(like)):
        return value
    rest = iter(signs)
    new = _SIGN.sub(lambda _: next(rest), like)
    return new.lower() if like.islower() else new


def other_ways(kind: str, value: str) -> Iterator[str]:
    """Ways in which a model may write an invented value, other than setting its parts apart."""
    if kind == "TELEPHONE":
        figures = _FIGURES.sub("", value)
        national = figures.removeprefix("00").removeprefix("44").lstrip("0")
        yield "0" + national
        yield "44" + national


def _telephone(value: str, rng: random.Random) -> str:
    """From the numbers that Ofcom keeps for drama, of the same length of area code."""
    figures = _FIGURES.sub("", value)
    national = figures.removeprefix("00").removeprefix("44").lstrip("0")
    starts = next(starts for begins, starts in _DRAMA_BY_AREA if begins.match(national))
    new = rng.choice(starts)
    new += f"{rng.randrange(10 ** (10 - len(new))):0{10 - len(new)}}"
    code = figures[: len(figures) - len(national)] if len(national) == len(new) else "0"
    if len(code + new) == len(figures):
        rest = iter(code + new)
        return re.sub(r"\d", lambda _: next(rest), value)
    return f"0{new[:4]} {new[4:]}"


def is_postcode(line: str) -> bool:
    """Whether a line of an address is a postcode and nothing else."""
    return _POSTCODE.fullmatch(line.strip()) is not None


def _postcode(value: str, rng: random.Random, keep_area: bool) -> str:
    if not keep_area:
        return postcode(rng)
    area = (_AREA.match(value) or [""])[0].upper()
    mine = [one for one in DISTRICTS if _AREA.match(one)[0] == area]  # type: ignore[index]
    district = mine[0] if mine else area + _NO_DISTRICT
    return f"{district} {postcode(rng).split()[1]}"


def _other_signs(value: str, rng: random.Random) -> str:
    """Another figure for each figure and another letter for each letter, noughts first."""
    noughts = 2

    def other(sign: re.Match[str]) -> str:
        nonlocal noughts
        if sign.group().isdigit():
            noughts -= 1
            return "0" if noughts >= 0 else rng.choice("0123456789")
        letter = rng.choice(_LETTERS)
        return letter if sign.group().isupper() else letter.lower()

    return _SIGN.sub(other, value)


@lru_cache(maxsize=1)
def _places() -> dict[str, list[str]]:
    text = (files("bernard.privacy.surrogates") / "places.yaml").read_text(encoding="utf-8")
    return {key: names.split(",") for key, names in yaml.safe_load(text).items()}


def address_lines(value: str) -> list[str]:
    """The parts of an address, each followed by what sets it apart from the next."""
    return _LINES.split(value)


def other_line(
    line: str, first: bool, rng: random.Random, new_postcode: Callable[[str], str]
) -> str:
    """A made-up line for a line of an address: a street, a flat, a town, a postcode.

    Args:
        first: no line with a street came before.
        new_postcode: the stand-in of a postcode.
    """
    found = _POSTCODE.search(line)
    if found:
        before = line[: found.start()].rstrip()
        town = rng.choice(_places()["towns"]) + " " if before else ""
        return town + new_postcode(found.group()) + line[found.end() :]
    number = _NUMBER.search(line)
    if number and line[: number.start()].strip().isalpha():
        return f"{line[: number.start()]}{rng.randrange(1, 60)}{line[number.end() :]}"
    if number:
        return f"{rng.randrange(1, 200)} {rng.choice(_places()['streets'])}"
    if first:
        return f"{rng.choice(_places()['streets'])}"
    return rng.choice(_places()["towns"])
