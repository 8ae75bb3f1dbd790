"""Stand-ins in a whole request, and originals in a whole reply: every text of a JSON body.

A body is looked through as a tree, not field by field, so that a text in a field that nobody has
heard of yet is masked too. What the protocol itself reads (`role`, `type`, names of tools) cannot be
replaced; personal data found there stops the call. What a tool takes or gave back is data
throughout, also where it is JSON in a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, cast

import msgspec

from bernard.errors import InputInvalid
from bernard.privacy import coded
from bernard.privacy.context import NO_CONTEXT, Context, context_of, figures, json_in
from bernard.privacy.keys import (
    CHOICES,
    DATA,
    IDS,
    JSON_TEXT,
    NAMES_OF_FIELDS,
    OPAQUE,
    PROSE,
    SEALS,
    SETTINGS,
    STRUCTURAL,
)
from bernard.privacy.overlaps import moved
from bernard.privacy.types import Finding
from bernard.wire.types import Body

# One run of letters and figures, or a UUID: in what has parts, each may be something else.
_OPAQUE_ID = re.compile(
    r"[a-z]{2,12}[_-](?:[A-Za-z0-9]{18,80}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
)
# A choice among words: `celsius`, `24h`. A name with a capital may be somebody's.
_CHOICE = re.compile(r"[a-z0-9$_][A-Za-z0-9$_.:/-]*")
_SETTING = re.compile(r"\S{1,200}")
_SEALED = re.compile(r"[A-Za-z0-9+/_=-]{48,}")
_NOTHING: frozenset[str] = frozenset()
_LONGEST_VALUE = 200
_SMALLEST_NUMBER = 100_000
_MOST_TOKEN = 1_000_000
_MOST_KNOWN, _LONGEST_KNOWN = 4096, 64
_PLAIN = frozenset({str, int, float})
# Deeper bodies are refused by the doors already.
_DEEPEST = 200


class Masker(Protocol):
    """Puts stand-ins into one text."""

    def mask(self, text: str) -> str:
        """The text with stand-ins; the same object where there is nothing to replace."""
        ...


class ReadingMasker(Masker, Protocol):
    """Puts stand-ins into the texts of a request, each read with what stands beside it."""

    @property
    def known(self) -> KnownWords:
        """Words that hold nothing; none as soon as something was found, which any word may name."""
        ...

    def find(self, text: str) -> Sequence[Finding]:
        """What is found in some text."""
        ...

    def mask_with(
        self,
        text: str,
        more: Sequence[Finding],
        *,
        only: bool,
        label: int = 0,
        is_word: bool = False,
    ) -> str:
        """The text with stand-ins, also for what was found in it when it was read with others.

        Args:
            only: it was all looked at then, so that nothing else is to be found.
            label: so many signs of it only say what the rest is, and hold nothing.
            is_word: a word of the protocol, of which a tagger of sentences knows nothing.
        """
        ...


class KnownWords:
    """Words of the protocols and names of fields that were looked at and hold nothing, for one detector."""

    __slots__ = ("_words",)

    def __init__(self) -> None:
        """Know none."""
        self._words: set[str] = set()

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def add(self, word: str) -> None:
        """Take up a word; all are forgotten when there are too many."""
        if len(self._words) >= _MOST_KNOWN:
            self._words.clear()
        if len(word) <= _LONGEST_KNOWN:
            self._words.add(word)


class Masked(NamedTuple):
    """A body with stand-ins, and how many parts of it no detector can read."""

    tree: Body
    binary: int


def mask_tree(
    body: Body, masker: Masker | ReadingMasker, structural: frozenset[str] = STRUCTURAL
) -> Masked:
    """The body with stand-ins in every text of it; the one that came stays as it was.

    Where something was found, the body is gone through again: a value that one text names may
    stand in an earlier one with nothing beside it that says what it is.

    Args:
        body: as parsed from JSON.
        masker: puts the stand-ins in.
        structural: keys whose texts the protocol reads, where nothing can be replaced.

    Raises:
        InputInvalid: personal data stands in a value that the protocol reads.
    """
    find = getattr(masker, "find", None)
    context = context_of(body, find) if find else NO_CONTEXT
    walk = _Walk(masker, structural, context, _known(masker))
    tree = walk.mapping(body, 0, structural)
    if walk.changed:
        walk = _Walk(masker, structural, context, _known(masker))
        tree = walk.mapping(body, 0, structural)
    return Masked(tree, walk.binary)


def restore_tree(
    body: Body, restore: Callable[..., str], structural: frozenset[str] = STRUCTURAL
) -> Body:
    """The body with `restore(text, json=…)` of every text of it, and of every name in data."""
    restored: Body = _restored(body, restore, structural, json=False)
    return restored


class _Walk:
    """One walk through a body."""

    __slots__ = (
        "_context", "_known", "_mask_word", "_masker", "_reads", "_structural", "binary", "changed"
    )  # fmt: skip

    def __init__(
        self,
        masker: Masker | ReadingMasker,
        structural: frozenset[str],
        context: Context,
        known: KnownWords,
    ) -> None:
        self._masker = masker
        # A name of a field, or a word that the protocol reads, is no sentence.
        self._mask_word = getattr(masker, "mask_word", masker.mask)
        self._reads = hasattr(masker, "mask_with")
        self._known = known
        self._context = context
        self._structural = structural
        self.binary = 0
        self.changed = False

    def mapping(
        self,
        tree: dict[str, Any],
        depth: int,
        structural: frozenset[str],
        *,
        of_schema: bool = False,
    ) -> dict[str, Any]:
        """An object with stand-ins.

        Args:
            structural: empty within data.
            of_schema: its names are those of fields and types, which other places must name alike.
        """
        _not_too_deep(depth)
        masked: dict[str, Any] = {}
        for key, value in tree.items():
            if key in self._structural or key in self._known:
                name = key
            elif of_schema and _SETTING.fullmatch(key):
                name = self._changed(key, self._as_word(key))
            else:
                name = self._name(key)
            masked[name] = self._value(key, value, tree, depth, structural)
        return masked

    def _value(
        self, key: str, value: Any, beside: dict[str, Any], depth: int, structural: frozenset[str]
    ) -> Any:
        kind = type(value)
        if kind is str:
            if key in structural:
                return self._word(key, value, beside)
            if structural and _is_setting(key, value):
                return self._beside(key, value, is_word=True)
            return self._text(key, value, beside, depth)
        if kind is dict:
            below = _NOTHING if key in DATA else structural
            of_schema = bool(structural) and key in NAMES_OF_FIELDS
            return self.mapping(value, depth + 1, below, of_schema=of_schema)
        if kind is list:
            return self._list(key, value, depth + 1, structural)
        if kind is int or kind is float:
            return self._number(key, value, is_word=bool(structural))
        return value

    def _list(
        self, key: str, values: list[Any], depth: int, structural: frozenset[str]
    ) -> list[Any]:
        _not_too_deep(depth)
        if structural and values and all(type(v) is int and 0 <= v < _MOST_TOKEN for v in values):
            # Numbers of tokens are text that a detector cannot read.
            self.binary += 1
            return values
        # What is in a list is what its key says; of the protocol's own words, types stand in lists.
        label = "" if key in structural and key != "type" else key
        return [
            self._value(label if type(v) in _PLAIN else "", v, {}, depth, structural)
            for v in values
        ]

    def _text(self, key: str, text: str, beside: dict[str, Any], depth: int) -> str:
        if text[:5].lower() == "data:":
            return self._noted(text, coded.data_url(text, self._masker.mask))
        if key in OPAQUE and _is_encoded(beside):
            return self._noted(text, coded.document(text, self._masker.mask))
        inner = json_in(text)
        if inner is not None:
            return self._json(text, inner, depth)
        if key and key not in PROSE and len(text) <= _LONGEST_VALUE:
            return self._beside(key, text)
        return self._changed(text, self._masked(key, text))

    def _masked(self, key: str, text: str, label: str = "", *, is_word: bool = False) -> str:
        """The text with stand-ins, after a label if there is one."""
        more: Sequence[Finding] = self._context.found.get((key, text), ())
        only = bool(label) and (key, text) in self._context.read
        if not self._reads or (not more and not label and not is_word):
            return self._masker.mask(label + text)
        size = len(label)
        if label:
            more = [moved(one, one.start + size, one.end + size) for one in more]
        masker = cast(ReadingMasker, self._masker)
        return masker.mask_with(label + text, more, only=only, label=size, is_word=is_word)

    def _noted(self, text: str, masked: str | None) -> str:
        """A coded part: counted where it cannot be read."""
        if masked is None:
            self.binary += 1
            return text
        return self._changed(text, masked)

    def _changed(self, text: str, masked: str) -> str:
        if masked is not text:
            self.changed = True
        return masked

    def _json(self, text: str, inner: Any, depth: int) -> str:
        """JSON in a text, which stays JSON."""
        walk = _Walk(self._masker, self._structural, self._context, self._known)
        if type(inner) is dict:
            masked: Any = walk.mapping(inner, depth + 1, _NOTHING)
        else:
            masked = walk._list("", inner, depth + 1, _NOTHING)
        self.binary += walk.binary
        if masked == inner:
            # A name that stands twice hides what stood first, which others may read.
            compact = msgspec.json.format(text.encode("utf-8", "replace"), indent=-1)
            if compact == msgspec.json.encode(inner) or self._masker.mask(text) == text:
                return text
        self.changed = True
        written = msgspec.json.encode(masked)
        return (msgspec.json.format(written) if "\n" in text else written).decode()

    def _beside(self, key: str, text: str, *, is_word: bool = False) -> str:
        """A value looked at with its key, which may say what it is: `"nhs_number": "9434765919"`."""
        label = f"{key}: "
        masked = self._masked(key, text, label, is_word=is_word)
        # A text with a label of its own is looked at by itself too, as two may spoil one another.
        if masked.startswith(label) and (masked != label + text or ":" not in text):
            masked = masked[len(label) :]
            return text if masked == text else self._changed(text, masked)
        return self._changed(text, self._masked(key, text, is_word=is_word))

    def _number(self, key: str, number: float, *, is_word: bool) -> float | str:
        """A number that is personal, by its key or what stands beside it, becomes a stand-in."""
        if abs(number) < _SMALLEST_NUMBER and not self._context.found:
            return number
        digits = figures(number)
        if abs(number) < _SMALLEST_NUMBER and (key, digits) not in self._context.found:
            return number
        masked = self._beside(key, digits, is_word=is_word)
        return number if masked == digits else masked

    def _name(self, key: str) -> str:
        """A name of a field, which is remembered where it holds nothing."""
        masked = self._mask_word(key)
        if masked != key:
            self.changed = True
            return masked
        self._known.add(key)
        return key

    def _as_word(self, text: str) -> str:
        """A word with stand-ins for what rules find in it, or what was found before."""
        if not self._reads:
            return self._mask_word(text)
        return cast(ReadingMasker, self._masker).mask_with(text, (), only=False, is_word=True)

    def _word(self, key: str, text: str, beside: dict[str, Any]) -> str:
        """A word of the protocol, which passes as it is or stops the call."""
        # Who wrote a message may be named in it; what a tool is called is no person's name.
        surely = (key != "name" or "role" not in beside) and _SETTING.fullmatch(text) is not None
        known = f"{key}\0{text}" if surely else text
        if known in self._known or (key in IDS and _OPAQUE_ID.fullmatch(text)):
            return text
        if key in SEALS and _SEALED.fullmatch(text):
            return text
        masked = self._as_word(text) if surely else self._mask_word(text)
        if masked != text:
            raise InputInvalid(
                f"Personal data stands in {key!r}, where nothing can stand in for it. "
                "Nothing was sent. Use another word there."
            )
        self._known.add(known)
        return text


def _is_setting(key: str, text: str) -> bool:
    """Whether a supplier reads it, who would refuse a stand-in: a size, a choice, names of fields."""
    if key in SETTINGS:
        return _SETTING.fullmatch(text) is not None
    return key in CHOICES and _CHOICE.fullmatch(text) is not None


def _known(masker: Masker | ReadingMasker) -> KnownWords:
    return getattr(masker, "known", None) or KnownWords()


def _not_too_deep(depth: int) -> None:
    if depth > _DEEPEST:
        raise InputInvalid("The request is nested too deeply to look through.")


def _is_encoded(part: dict[str, Any]) -> bool:
    kind = part.get("type")
    if kind in ("base64", "text"):
        return bool(kind == "base64")
    return not {"media_type", "mimeType", "mime_type", "format", "filename"}.isdisjoint(part)


def _restored(
    value: Any, restore: Callable[..., str], structural: frozenset[str], *, json: bool
) -> Any:
    kind = type(value)
    if kind is str:
        return restore(value, json=json or json_in(value) is not None)
    if kind is dict:
        return {
            restore(key, json=False) if "⟦" in key else key: one
            if type(one) is str and key in structural
            else _restored(
                one,
                restore,
                _NOTHING if key in DATA and type(one) is dict else structural,
                json=key in JSON_TEXT,
            )
            for key, one in value.items()
        }
    if kind is list:
        return [_restored(one, restore, structural, json=json) for one in value]
    return value
