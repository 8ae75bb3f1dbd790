"""What an entry may hold: words of closed vocabularies, bounded names, numbers and hashes.

There is no field for free text, but for the text of an agreement, which is public and is what its
hash says. So nobody's name and nothing of what was asked can come into the log.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, NamedTuple, get_args

from msgspec.structs import replace

from bernard.agreements import schema
from bernard.agreements.types import Call
from bernard.agreements.vocabulary import OPEN_WORD, words
from bernard.errors import InputInvalid
from bernard.ledger import types
from bernard.ledger.reasons import FORBID, REASONS
from bernard.ledger.types import Entry

# Stands for a word that the vocabulary has not: it was refused, or any word was allowed.
OTHER = "other"
# The key id of calls of Bernard's own tools, which have no key.
OWN_KEY = "bernard"
MOST_TEXT = 60_000
MOST_WORDS = 300
_MODEL = r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}"
_HASH = r"[0-9a-f]{64}"


class Allowed(NamedTuple):
    """What a field may hold.

    Attributes:
        words: of a closed vocabulary; empty where there is none.
        pattern: of a bounded name; empty where only the words will do.
    """

    words: frozenset[str] = frozenset()
    pattern: str = ""

    def holds(self, word: str) -> bool:
        """Whether this word may stand there."""
        return word in self.words or bool(self.pattern and _matches(self.pattern, word))


def _closed(*known: Any) -> Allowed:
    return Allowed(frozenset(known) - {""})


@cache
def allowed() -> Mapping[str, Allowed]:
    """What each field with words or names may hold; a field may always be left out."""
    name = Allowed(pattern=OPEN_WORD)
    hash, kind = Allowed(pattern=_HASH), Allowed(pattern=r"[A-Z][A-Z0-9-]{0,39}")
    attributes = Allowed(frozenset(Call.__struct_fields__))
    places = Allowed(words("places") | {"unknown"})
    return {
        "event": _closed(*get_args(types.Event)),
        "agreement": name,
        "agreement_sha256": hash,
        "clause": name,
        "reasons": Allowed(frozenset(REASONS), FORBID + OPEN_WORD),
        "service": name,
        "purpose": Allowed(words("purposes")),
        "operation": Allowed(words("operations")),
        "marking": _closed(*get_args(schema.Tier)),
        "declared": Allowed(words("categories")),
        "derived": Allowed(words("categories")),
        "model": Allowed(pattern=_MODEL),
        "model_version": Allowed(pattern=_MODEL),
        "provider": name,
        "place": places,
        "safeguards": Allowed(words("safeguards")),
        "taken_out": kind,
        "left_in": kind,
        "outcome": _closed(*get_args(types.Outcome)),
        "key": name,
        "descriptors": Allowed(words("descriptors")),
        "caveats": Allowed(words("caveats")),
        "special": Allowed(words("special")),
        "subjects": Allowed(words("subjects")),
        "identifiability": _closed(*get_args(schema.Identifiability)),
        "involvement": _closed(*get_args(schema.Involvement)),
        "effect": _closed(*get_args(schema.Effect)),
        "tools": Allowed(pattern=r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
        "places": places,
        "training": _closed(*get_args(schema.SupplierUse)),
        "human_review": _closed(*get_args(schema.SupplierUse)),
        "declared_attributes": attributes,
        "derived_attributes": attributes,
        "attested_attributes": attributes,
        "because": _closed("time", "request"),
        "commitment": hash,
        "file_sha256": hash,
        "detector": _closed(*get_args(schema.Look)),
        "policy": Allowed(pattern=r"(style|take|leave|keep):[A-Za-z-]{1,40}|(allow|deny)-list"),
        "content": hash,
        "by": Allowed(pattern=r"p-[0-9a-f]{16}"),
        "change": _closed(*get_args(types.Change)),
        "weights_sha256": hash,
        "decision": _closed(*get_args(types.Decided)),
        "what": _closed(*get_args(types.Published)),
        "day": Allowed(pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
        "task": name,
        "scores": Allowed(pattern=r"[A-Za-z0-9][A-Za-z0-9._@%+-]{0,63}"),
    }


def check(entry: Entry) -> None:
    """Make sure that an entry holds nothing but what `allowed` says.

    Raises:
        InputInvalid: a word that its vocabulary has not, or a text that is not what its hash says.
    """
    faults = [f"{name} holds {word!r:.80}" for name, word in _unknown(entry)]
    if entry.text and not _is_agreement_text(entry):
        faults.append("text is not that of the agreement")
    if faults:
        raise InputInvalid(
            f"An entry of the log holds words of its vocabularies alone: {'; '.join(faults)}."
        )


def fitted(entry: Entry) -> Entry:
    """The entry of a call, with `other` in place of each word that its vocabulary has not.

    What callers write may reach an entry where a call is refused, and where any word is allowed.
    """
    if _fits(_words(entry)) and not entry.text:
        return entry
    changes: dict[str, Any] = {"text": ""}
    for name in {name for name, _ in _unknown(entry)}:
        changes[name] = _fitted(name, getattr(entry, name))
    return replace(entry, **changes)


def _fitted(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        found: dict[str, Any] = {}
        for word, count in value.items():
            kept = word if allowed()[name].holds(word) else OTHER.upper()
            found[kept] = found.get(kept, 0) + count
        return found
    if isinstance(value, tuple):
        fitting = (word if _may_stand(name, word) else OTHER for word in value)
        return tuple(dict.fromkeys(fitting))[:MOST_WORDS]
    return OTHER


def _unknown(entry: Entry) -> Iterator[tuple[str, Any]]:
    for name in allowed():
        value = getattr(entry, name)
        given = (value,) if isinstance(value, str) else tuple(value or ())
        if len(given) > MOST_WORDS:
            yield name, f"{len(given)} words"
        yield from ((name, word) for word in given if word and not _may_stand(name, word))
        if "" in given[1:] or (given and given[0] == "" and not isinstance(value, str)):
            yield name, ""


def _may_stand(name: str, word: str) -> bool:
    return word == OTHER or (word != "" and allowed()[name].holds(word))


def _is_agreement_text(entry: Entry) -> bool:
    """Whether it is the whole text of the agreement; a part of one only together with the others."""
    if entry.event != "agreement" or len(entry.text.encode(errors="replace")) > MOST_TEXT:
        return False
    if entry.parts > 1:
        return 1 <= entry.part <= entry.parts
    return hashlib.sha256(entry.text.encode()).hexdigest() == entry.agreement_sha256


@lru_cache(maxsize=8192)
def _fits(given: tuple[Any, ...]) -> bool:
    """Whether words that calls have again and again may stand where they do."""
    return all(
        (not value)
        or (_may_stand(name, value) if isinstance(value, str) else _all_stand(name, value))
        for name, value in zip((*_CALL_FIELDS, "taken_out"), given, strict=True)
    )


def _all_stand(name: str, value: tuple[str, ...]) -> bool:
    return len(value) <= MOST_WORDS and all(_may_stand(name, word) for word in value)


# Of calls. Hashes, which differ each time and which the program makes, are not among them.
_CALL_FIELDS = (
    "event", "agreement", "agreement_sha256", "clause", "reasons", "service", "purpose",
    "operation", "marking", "declared", "derived", "model", "model_version", "provider", "place",
    "safeguards", "outcome", "key", "descriptors", "caveats", "special", "subjects",
    "identifiability", "involvement", "effect", "tools", "places", "training", "human_review",
    "derived_attributes", "attested_attributes", "detector", "policy",
)  # fmt: skip
_of_call = attrgetter(*_CALL_FIELDS)


def _words(entry: Entry) -> tuple[Any, ...]:
    kinds = entry.taken_out
    found: tuple[Any, ...] = _of_call(entry)
    return (*found, tuple(kinds)) if kinds else (*found, ())


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=4096)
def _matches(pattern: str, word: str) -> bool:
    return _compiled(pattern).fullmatch(word) is not None
