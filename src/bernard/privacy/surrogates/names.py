"""Invented names: of the group that the original sounds like, never one that a text holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

import msgspec
import yaml

from bernard.privacy.names import folded

# Where a name says nothing of a group.
_ANY = "english"
_ENDINGS = (
    (("ski", "ska", "czyk", "wicz", "escu", "enko", "ova", "ov", "ic"), "european"),
    (("wala", "wal", "preet", "jit", "inder", "deep"), "south-asian"),
    (("wyn", "wen", "llyn"), "welsh"),
)
_BEGINNINGS = (
    (("mac", "mc"), "scottish"),
    (("o'",), "irish"),
    (("al-", "el-", "abu", "abd"), "arabic"),
    (("olu", "ade", "chi", "oko", "nwa"), "african"),
    (("ll", "cad", "rh"), "welsh"),
)
_SYLLABLES_TEXT = (
    "bar cal der fen gol har jas kel lor mar nev osk pel quor ras sel tor ulv ven wex yor zel"
)
_MIDDLES_TEXT = "a e i o u an en in on el ar er or"
_FAMILY_TEXT = "by combe croft dale field ford ham holme ley mere shaw stead thorpe wick worth"
_GIVEN_TEXT = "bel dan iel ian lin mar na ric san the vin wen yn"
_SYLLABLES, _MIDDLES = _SYLLABLES_TEXT.split(), _MIDDLES_TEXT.split()
_LAST = {"family": _FAMILY_TEXT.split(), "given": _GIVEN_TEXT.split()}


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The names of one group, each list set apart by spaces."""

    like: str
    female: str
    male: str
    neutral: str
    family: str


@lru_cache(maxsize=1)
def groups() -> dict[str, Group]:
    """The groups that we ship, by name."""
    text = (files("bernard.privacy.surrogates") / "names.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), dict[str, Group])


@lru_cache(maxsize=1)
def _likes() -> dict[str, str]:
    return {
        folded(name): group
        for group, lists in groups().items()
        for names in (lists.like, lists.female, lists.male, lists.neutral, lists.family)
        for name in names.split()
    }


def group_of(*names: str) -> str:
    """The group that names sound like; the first that says anything decides.

    >>> group_of("amara", "smith"), group_of("wozniewski")
    ('african', 'european')
    """
    for name in names:
        group = _likes().get(name)
        if group:
            return group
    for name in names:
        for ends, group in _ENDINGS:
            if name.endswith(ends) and len(name) > 4:
                return group
        for begins, group in _BEGINNINGS:
            if name.startswith(begins) and len(name) > 4:
                return group
    return _ANY


def invented_name(
    role: str, group: str, gender: str, place: int, free: Callable[[str], bool]
) -> str:
    """A name that is free: from this place in the group's list on, then from no list.

    Args:
        role: `given`, `family`, or `alone` where it may be either.
        gender: `f`, `m`, or empty where it is not known.
    """
    for name in _names(role, group, gender, place):
        if free(name):
            return name
    raise AssertionError("names are without end")


def _names(role: str, group: str, gender: str, place: int) -> Iterator[str]:
    lists = groups()[group]
    if role != "given":
        names = lists.family.split()
    else:
        names = {"f": lists.female, "m": lists.male}.get(gender, lists.neutral).split()
    for step in range(len(names)):
        yield names[(place + step) % len(names)]
    while True:
        yield _made_up(place, _LAST["given" if role == "given" else "family"])
        place += 1


def _made_up(place: int, endings: Sequence[str]) -> str:
    """A name made of syllables; a different one for each number, longer ones for higher."""
    place, first = divmod(place, len(_SYLLABLES))
    place, middle = divmod(place, len(_MIDDLES))
    place, last = divmod(place, len(endings))
    name = _SYLLABLES[first] + _MIDDLES[middle]
    while place:
        place, more = divmod(place - 1, len(_SYLLABLES))
        name += _SYLLABLES[more]
    return (name + endings[last]).capitalize()
