"""The closed vocabularies: every word that an agreement or a call may use, and what it means.

Services, suppliers, models and tools are not here: they are open words, which a body makes up.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

import msgspec

VERSION = "1"
KINDS = (
    "purposes", "operations", "categories", "special", "subjects", "places", "safeguards",
    "descriptors", "caveats", "publications",
)  # fmt: skip
OPEN_WORD = r"[a-z0-9][a-z0-9._-]{0,63}"
OWN_PLACES = frozenset({"this-machine", "own-network"})
_PREFIXES = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "ai": "https://w3id.org/dpv/ai#",
    "tech": "https://w3id.org/dpv/tech#",
}


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One word of a vocabulary.

    Attributes:
        label: what a page calls it.
        description: what it means, in plain English.
        dpv: the nearest term of the W3C Data Privacy Vocabulary, `prefix:Term`; empty where none is.
        personal: data of this kind is personal data.
    """

    label: str
    description: str = ""
    dpv: str = ""
    personal: bool = False

    @property
    def iri(self) -> str:
        """The address of the W3C term, empty where there is none."""
        prefix, _, term = self.dpv.partition(":")
        return _PREFIXES[prefix] + term if term else ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vocabulary file."""

    vocabulary: str
    version: str
    words: dict[str, Word]


@cache
def vocabulary(kind: str) -> Mapping[str, Word]:
    """The words of one kind, in the order of the file."""
    folder = resources.files("bernard.agreements") / "vocabularies"
    found = msgspec.yaml.decode((folder / f"{kind}.yaml").read_bytes(), type=_File)
    assert (found.vocabulary, found.version) == (kind, VERSION)
    return MappingProxyType(found.words)


@cache
def words(kind: str) -> frozenset[str]:
    """The words of one kind, as a set."""
    return frozenset(vocabulary(kind))


@cache
def personal_categories() -> frozenset[str]:
    """The data categories that are personal data."""
    return frozenset(name for name, word in vocabulary("categories").items() if word.personal)
