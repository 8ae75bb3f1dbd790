"""The vocabulary of bernard-agreement/0, until its last user is gone."""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec


class Vocabulary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every word an agreement may use, by kind; markings run from the lowest to the highest."""

    markings: tuple[str, ...]
    services: tuple[str, ...]
    purposes: tuple[str, ...]
    operations: tuple[str, ...]
    categories: tuple[str, ...]
    safeguards: tuple[str, ...]
    places: tuple[str, ...]


@cache
def vocabulary() -> Vocabulary:
    """The vocabularies shipped with this version."""
    text = resources.files("bernard.agreements").joinpath("vocabulary.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=Vocabulary)


def rank(marking: str) -> int | None:
    """Place of a marking from the lowest (0); None for a word that is no known marking."""
    markings = vocabulary().markings
    return markings.index(marking) if marking in markings else None
