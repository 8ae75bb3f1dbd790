"""Names to train with: of many cultures, and none that development or the test has."""

from __future__ import annotations

import importlib
import pkgutil
import random
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import yaml

from bernard.evals.privacy_corpus.people import read_names

HERE = Path(__file__).parent
CORPUS = HERE.parents[1] / "corpus" / "privacy"
# The cultures of Britain come up more often than their share of Faker's lists.
_OURS = 0.6


@dataclass(frozen=True)
class Culture:
    """Given and family names that go together."""

    given: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True)
class Stock:
    """All names: the groups of the corpus (with more of our own), Faker's locales, and names that are words."""

    groups: tuple[Culture, ...]
    locales: tuple[Culture, ...]
    words: Culture

    def choose(self, rng: random.Random) -> Culture:
        """A culture."""
        return rng.choice(self.groups if rng.random() < _OURS else self.locales)


@cache
def stock() -> Stock:
    """The names, read once."""
    held_out = withheld()
    more: Mapping[str, Mapping[str, str]] = _yaml(HERE / "names.yaml")
    groups = []
    for group, names in read_names(CORPUS / "names.yaml")["train"].items():
        extra = {kind: split(more.get(group, {}).get(kind, "")) for kind in ("given", "family")}
        groups.append(
            Culture(
                _kept((*names.female, *names.male, *extra["given"]), held_out),
                _kept((*names.family, *extra["family"]), held_out),
            )
        )
    words = Culture(*(_kept(split(more["words"][kind]), held_out) for kind in ("given", "family")))
    return Stock(tuple(groups), tuple(_locales(held_out)), words)


@cache
def withheld() -> frozenset[str]:
    """The names of development and the test, in small letters."""
    parts = read_names(CORPUS / "names.yaml")
    return frozenset(
        name.lower()
        for part in ("development", "test")
        for names in parts[part].values()
        for name in (*names.female, *names.male, *names.family)
    )


def split(names: str) -> list[str]:
    """The names of a list with commas."""
    return [name.strip() for name in names.split(",") if name.strip()]


def _yaml(path: Path) -> Mapping[str, Mapping[str, str]]:
    read: Mapping[str, Mapping[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read


def _kept(names: Iterable[str], held_out: frozenset[str]) -> tuple[str, ...]:
    """In order, each once, without those held out, whole or as a part."""
    return tuple(
        dict.fromkeys(
            name
            for name in names
            if len(name) > 1
            and not held_out & {name.lower(), *name.lower().replace("-", " ").split()}
        )
    )


def _locales(held_out: frozenset[str]) -> Iterable[Culture]:
    """The locales of Faker that have Latin letters (MIT licence)."""
    people = importlib.import_module("faker.providers.person")
    for found in pkgutil.iter_modules(people.__path__):
        if not found.ispkg:
            continue
        provider = importlib.import_module(f"faker.providers.person.{found.name}")
        given = _kept(_listed(provider, "first"), held_out)
        family = _kept(_listed(provider, "last"), held_out)
        if len(given) > 20 and len(family) > 20:
            yield Culture(given, family)


def _listed(module: ModuleType, which: str) -> list[str]:
    """All Latin names of a provider's lists of first or last names."""
    found: set[str] = set()
    for name, value in vars(module.Provider).items():
        wanted = name.startswith(which) and name.endswith(("names", "names_male", "names_female"))
        if wanted and isinstance(value, Sequence | Mapping):
            found.update(str(one) for one in value if _latin(str(one)))
    return sorted(found)


def _latin(name: str) -> bool:
    return bool(name) and all("LATIN" in unicodedata.name(c, "") or c in " '-’" for c in name)
