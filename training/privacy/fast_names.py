"""The lists of names that the fast tagger knows: made from open lists, and from how words are written.

Given and family names are Faker's (MIT) and those of the corpus's training part; places are those of
the telephone areas in `phonenumbers` (Apache 2.0), of Faker and of our own lists. The common words are
those that our texts mostly write small. No list of the corpus's development or test part is read.
"""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from zlib import crc32

import numpy as np

from bernard.privacy.tagger.features import folded
from bernard.privacy.tagger.names import LISTS
from training.privacy.names import stock
from training.privacy.places import world

_WORD = re.compile(r"[^\W\d_]+")
_RUNNING = frozenset(
    [
        "of",
        "the",
        "and",
        "de",
        "la",
        "on",
        "in",
        "upon",
        "le",
        "al",
        "el",
        "san",
        "st",
        "saint",
        "new",
        "north",
        "south",
        "east",
        "west",
    ]
)


def build(texts: Iterable[str], path: Path) -> dict[str, int]:
    """Write the lists; gives how many words each holds."""
    lists = {
        "common": common(texts),
        "given": set(_faker_people("first")) | _stock("given"),
        "family": set(_faker_people("last")) | _stock("family"),
        "place-uk": set(_areas("44")) | _world("towns"),
        "place": set(_areas("")) | set(_faker_places()) | _world("world", "countries"),
        "organisation": _world("bodies"),
    }
    bits: dict[int, int] = {}
    for number, name in enumerate(LISTS):
        for word in lists[name]:
            total = crc32(word.encode())
            bits[total] = bits.get(total, 0) | 1 << number
    sums = np.array(sorted(bits), np.uint32)
    np.savez_compressed(path, sums=sums, bits=np.array([bits[int(s)] for s in sums], np.uint8))
    return {name: len(words) for name, words in lists.items()}


def common(texts: Iterable[str]) -> set[str]:
    """Words that are seen often enough, and nearly always written small."""
    small: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for text in texts:
        for word in _WORD.findall(text):
            (small if word.islower() else other)[folded(word).lower()] += 1
    return {word for word, n in small.items() if n >= 8 and n > 1.5 * other[word]}


def words(names: Iterable[str]) -> Iterator[str]:
    """The words of names, in small letters without accents."""
    for name in names:
        for word in _WORD.findall(name):
            if len(word) > 1:
                yield folded(word).lower()


def _stock(kind: str) -> set[str]:
    return {w for culture in stock().groups for w in words(getattr(culture, kind))}


def _faker_people(which: str) -> Iterator[str]:
    """All first or last names of Faker's locales, as they are spelt in Latin letters."""
    for culture in stock().locales:
        yield from words(culture.given if which == "first" else culture.family)


def _faker_places() -> Iterator[str]:
    found: set[str] = set()
    for locale in (
        "en_GB",
        "en_US",
        "en_AU",
        "en_CA",
        "en_NZ",
        "en_IN",
        "de_DE",
        "fr_FR",
        "it_IT",
        "es_ES",
        "pl_PL",
    ):
        provider = importlib.import_module(f"faker.providers.address.{locale}").Provider
        for name in ("cities", "countries", "states", "counties", "city_names"):
            found.update(
                str(value) for value in getattr(provider, name, ()) if isinstance(value, str)
            )
    yield from (word for word in words(found) if word not in _RUNNING)


def _areas(code: str) -> Iterator[str]:
    """The areas of telephone numbers of a country, or of all."""
    locale = importlib.import_module("phonenumbers.geodata").GEOCODE_DATA
    for prefix, names in locale.items():
        if prefix.startswith(code) and "en" in names:
            yield from (
                w for w in words(names["en"].split("/")) if w not in _RUNNING and len(w) > 3
            )


def _world(*kinds: str) -> set[str]:
    """The words of our own lists."""
    return {word for kind in kinds for word in words(world()[kind]) if word not in _RUNNING}
