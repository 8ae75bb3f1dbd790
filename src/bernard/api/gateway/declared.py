"""What a call declares of itself in X-Bernard-… headers, each in the words of a vocabulary.

The purpose must be one that the key is bound to. The rest replaces what the key says for calls
that say nothing; the agreement decides on it, what is found in the text can only raise it, and the
log says that it was declared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, get_args

from bernard.accounts.keys import Key
from bernard.agreements.schema import Effect, Identifiability, Involvement, Tier
from bernard.agreements.vocabulary import words
from bernard.errors import FieldInvalid, Forbidden
from bernard.gateway.types import Caller

PREFIX = b"x-bernard-"
MARKINGS = ("OFFICIAL-SENSITIVE", *get_args(Tier))


class Declaration(NamedTuple):
    """One header.

    Attributes:
        field: of `Caller`, that it fills.
        said: the sentence for the docs.
        read: from the header's text to the field's value; it raises ValueError, naming the words.
    """

    field: str
    said: str
    read: Callable[[str], Any]


def _or(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _one_of(allowed: Callable[[], Any]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed():
            raise ValueError(f"{text!r:.80} is not one of: {', '.join(sorted(allowed()))}")
        return text

    return read


def _some_of(kind: str) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        named = {word.strip() for word in text.split(",")} - {"", "none"}
        for word in named - words(kind):
            raise ValueError(f"{word!r:.80} is not one of: {', '.join(sorted(words(kind)))}")
        return tuple(sorted(named))

    return read


def _yes_or_no(text: str) -> bool:
    if text.casefold() not in ("yes", "no"):
        raise ValueError(f"{text!r:.80} is neither yes nor no")
    return text.casefold() == "yes"


DECLARATIONS: Mapping[bytes, Declaration] = {
    b"purpose": Declaration(
        "purpose",
        "What the call is for, one of the purposes of the key; without it the first of them.",
        str,
    ),
    b"marking": Declaration(
        "marking", f"The marking of the text: {_or(MARKINGS)}.", _one_of(lambda: MARKINGS)
    ),
    b"descriptors": Declaration(
        "descriptors", "Descriptors of the marking.", _some_of("descriptors")
    ),
    b"caveats": Declaration("caveats", "National caveats of the marking.", _some_of("caveats")),
    b"categories": Declaration(
        "categories", "Kinds of data that the text holds.", _some_of("categories")
    ),
    b"special": Declaration(
        "special", "Special categories of personal data that it holds.", _some_of("special")
    ),
    b"offence": Declaration(
        "offence", "Whether it holds data on criminal offences: yes or no.", _yes_or_no
    ),
    b"subjects": Declaration("subjects", "Whom the text is about.", _some_of("subjects")),
    b"identifiability": Declaration(
        "identifiability",
        f"How far it tells who people are: {_or(get_args(Identifiability))}.",
        _one_of(lambda: get_args(Identifiability)),
    ),
    b"human": Declaration(
        "involvement",
        f"What a person does before the reply is used: {_or(get_args(Involvement))}.",
        _one_of(lambda: get_args(Involvement)),
    ),
    b"effect": Declaration(
        "effect",
        f"What the reply does to a person: {_or(get_args(Effect))}.",
        _one_of(lambda: get_args(Effect)),
    ),
    b"outside-effects": Declaration(
        "outside_effects",
        "Whether a tool offered to the model changes something outside the conversation: yes or no.",
        _yes_or_no,
    ),
}


def declare(key: Key, caller: Caller, declared: Mapping[bytes, bytes]) -> Caller:
    """The caller with what the call declares.

    Raises:
        FieldInvalid: a header of ours that there is not, or a word that its vocabulary has not.
        Forbidden: the key is not bound to the purpose.
    """
    changes: dict[str, Any] = {}
    for header, value in declared.items():
        name = header.removeprefix(PREFIX)
        if name not in DECLARATIONS:
            shown = header.decode("latin-1")
            raise FieldInvalid(f"There is no header {shown!r:.80}. See docs/reference/gateway.md.")
        changes[DECLARATIONS[name].field] = _read(name, value)
    purpose = changes.get("purpose", caller.purpose)
    if purpose not in key.purposes:
        raise Forbidden(
            f"This key is not for the purpose {purpose!r:.80}, only for: {', '.join(key.purposes)}."
        )
    return replace(caller, **changes) if changes else caller


def _read(name: bytes, value: bytes) -> Any:
    try:
        return DECLARATIONS[name].read(value.decode("ascii").strip())
    except ValueError as error:
        title = name.decode().title()
        raise FieldInvalid(f"X-Bernard-{title}: {error}.", f"#/X-Bernard-{title}") from error
