"""Stand-ins in a whole request, and originals in a whole reply: every text of a JSON body.

A body is looked through as a tree, not field by field, so that a text in a field that nobody has
heard of yet is masked too. What the protocol itself reads (`role`, `type`, names of tools) cannot be
replaced; personal data found there stops the call. What a tool takes or gave back is data
throughout, also where it is JSON in a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import msgspec

from bernard.errors import InputInvalid
from bernard.privacy import coded
from bernard.wire.types import Body

# Values that the protocols of OpenAI, Anthropic and Google read and that no person reads.
STRUCTURAL = frozenset(
    {
        *("type", "role", "model", "id", "object", "tool_call_id", "tool_use_id", "call_id"),
        *("finish_reason", "stop_reason", "name", "media_type", "mime_type", "mimeType", "detail"),
        *("encoding_format", "service_tier", "tool_choice", "effort", "reasoning_effort", "format"),
        *("signature", "encrypted_content", "thoughtSignature", "$schema", "$ref", "status"),
        *("previous_response_id", "truncation", "verbosity", "modality", "voice", "syntax"),
    }
)
# Under these, an object is what a tool takes or gave back: nothing in it is the protocol's.
_DATA = frozenset({"input", "args", "arguments", "response", "metadata"})
# Keys whose text is JSON itself, where an original goes back in with its quotes escaped.
_JSON_TEXT = frozenset({"arguments", "partial_json"})
# Texts for a person: their key says nothing about what they hold.
_PROSE = frozenset({"content", "text", "input", "prompt", "system", "instructions", "description"})
_OPAQUE = frozenset({"data", "file_data", "b64_json"})
# What a supplier or a client has drawn at random, where one in 50,000 has a personal form by chance.
_IDS = frozenset({"id", "tool_call_id", "tool_use_id", "call_id", "previous_response_id"})
# What a supplier has enciphered or signed.
_SEALS = frozenset({"signature", "encrypted_content", "thoughtSignature"})
_OPAQUE_ID = re.compile(r"[a-z]{2,12}[_-][A-Za-z0-9_-]{18,80}")
_SEALED = re.compile(r"[A-Za-z0-9+/_=-]{48,}")
_NOTHING: frozenset[str] = frozenset()
_LONGEST_VALUE = 200
_SMALLEST_NUMBER = 100_000
_MOST_TOKEN = 1_000_000
_PLAIN = frozenset({str, int, float})
_MOST_KNOWN = 4096
# Deeper bodies are refused by the doors already.
_DEEPEST = 200


class Masker(Protocol):
    """Puts stand-ins into one text."""

    def mask(self, text: str) -> str:
        """The text with stand-ins; the same object where there is nothing to replace."""
        ...


class Masked(NamedTuple):
    """A body with stand-ins, and how many parts of it no detector can read."""

    tree: Body
    binary: int


def mask_tree(body: Body, masker: Masker, structural: frozenset[str] = STRUCTURAL) -> Masked:
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
    walk = _Walk(masker, structural)
    tree = walk.mapping(body, 0, structural)
    if walk.changed:
        walk = _Walk(masker, structural)
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

    __slots__ = ("_mask", "_structural", "binary", "changed")

    def __init__(self, masker: Masker, structural: frozenset[str]) -> None:
        self._mask = masker.mask
        self._structural = structural
        self.binary = 0
        self.changed = False

    def mapping(
        self, tree: dict[str, Any], depth: int, structural: frozenset[str]
    ) -> dict[str, Any]:
        """An object with stand-ins; `structural` is empty within data."""
        _not_too_deep(depth)
        masked: dict[str, Any] = {}
        for key, value in tree.items():
            name = key if key in self._structural or key in _known else self._name(key)
            masked[name] = self._value(key, value, tree, depth, structural)
        return masked

    def _value(
        self, key: str, value: Any, beside: dict[str, Any], depth: int, structural: frozenset[str]
    ) -> Any:
        kind = type(value)
        if kind is str:
            if key in structural:
                return self._word(key, value)
            return self._text(key, value, beside, depth)
        if kind is dict:
            return self.mapping(value, depth + 1, _NOTHING if key in _DATA else structural)
        if kind is list:
            return self._list(key, value, depth + 1, structural)
        if (kind is int or kind is float) and abs(value) >= _SMALLEST_NUMBER:
            return self._number(key, value)
        return value

    def _list(
        self, key: str, values: list[Any], depth: int, structural: frozenset[str]
    ) -> list[Any]:
        _not_too_deep(depth)
        if structural and values and all(type(v) is int and 0 <= v < _MOST_TOKEN for v in values):
            # Numbers of tokens are text that a detector cannot read.
            self.binary += 1
            return values
        # What is in a list is what its key says; the protocol's own words do not stand in lists.
        label = "" if key in structural else key
        return [
            self._value(label if type(v) in _PLAIN else "", v, {}, depth, structural)
            for v in values
        ]

    def _text(self, key: str, text: str, beside: dict[str, Any], depth: int) -> str:
        if text[:5].lower() == "data:":
            return self._noted(text, coded.data_url(text, self._mask))
        if key in _OPAQUE and _is_encoded(beside):
            return self._noted(text, coded.document(text, self._mask))
        if text[:1] in _OPENS and text[-1:] in _CLOSES:
            inner = _json(text)
            if inner is not None:
                return self._json(text, inner, depth)
        if key and key not in _PROSE and len(text) <= _LONGEST_VALUE:
            return self._beside(key, text)
        return self._changed(text, self._mask(text))

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
        walk = _Walk(_Masking(self._mask), self._structural)
        if type(inner) is dict:
            masked: Any = walk.mapping(inner, depth + 1, _NOTHING)
        else:
            masked = walk._list("", inner, depth + 1, _NOTHING)
        self.binary += walk.binary
        if masked == inner:
            # A name that stands twice hides what stood first, which others may read.
            compact = msgspec.json.format(text.encode("utf-8", "replace"), indent=-1)
            if compact == msgspec.json.encode(inner) or self._mask(text) == text:
                return text
        self.changed = True
        written = msgspec.json.encode(masked)
        return (msgspec.json.format(written) if "\n" in text else written).decode()

    def _beside(self, key: str, text: str) -> str:
        """A value looked at with its key, which may say what it is: `"nhs_number": "9434765919"`."""
        label = f"{key}: "
        whole = label + text
        masked = self._mask(whole)
        if masked is whole:
            return text
        if masked.startswith(label):
            masked = masked[len(label) :]
            return text if masked == text else self._changed(text, masked)
        return self._changed(text, self._mask(text))

    def _number(self, key: str, number: float) -> float | str:
        """A number whose key says that it is personal becomes a stand-in."""
        if number != number // 1:
            return number
        digits = str(abs(int(number)))
        masked = self._beside(key, digits)
        return number if masked == digits else masked

    def _name(self, key: str) -> str:
        """A name of a field, which is remembered where it holds nothing."""
        masked = self._mask(key)
        if masked != key:
            self.changed = True
            return masked
        _remember(key)
        return key

    def _word(self, key: str, text: str) -> str:
        """A word of the protocol, which passes as it is or stops the call."""
        if text in _known or (key in _IDS and _OPAQUE_ID.fullmatch(text)):
            return text
        if key in _SEALS and _SEALED.fullmatch(text):
            return text
        if self._mask(text) != text:
            raise InputInvalid(
                f"Personal data stands in {key!r}, where nothing can stand in for it. "
                "Nothing was sent. Use another word there."
            )
        _remember(text)
        return text


class _Masking(NamedTuple):
    mask: Callable[[str], str]


# Words of the protocols and fields that were looked at and hold nothing.
_known: set[str] = set()
_OPENS = ("{", "[")
_CLOSES = ("}", "]")


def _remember(word: str) -> None:
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    if len(word) <= 64:
        _known.add(word)


def _not_too_deep(depth: int) -> None:
    if depth > _DEEPEST:
        raise InputInvalid("The request is nested too deeply to look through.")


def _is_encoded(part: dict[str, Any]) -> bool:
    kind = part.get("type")
    if kind in ("base64", "text"):
        return bool(kind == "base64")
    return not {"media_type", "mimeType", "format", "filename"}.isdisjoint(part)


def _json(text: str) -> Any:
    """An object or a list written as JSON, or None."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return None


def _restored(
    value: Any, restore: Callable[..., str], structural: frozenset[str], *, json: bool
) -> Any:
    kind = type(value)
    if kind is str:
        is_json = json or (
            value[:1] in _OPENS and value[-1:] in _CLOSES and _json(value) is not None
        )
        return restore(value, json=is_json)
    if kind is dict:
        return {
            restore(key, json=False) if "⟦" in key else key: one
            if type(one) is str and key in structural
            else _restored(
                one,
                restore,
                _NOTHING if key in _DATA and type(one) is dict else structural,
                json=key in _JSON_TEXT,
            )
            for key, one in value.items()
        }
    if kind is list:
        return [_restored(one, restore, structural, json=json) for one in value]
    return value
