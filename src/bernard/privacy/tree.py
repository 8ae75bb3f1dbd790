"""Stand-ins in a whole request, and originals in a whole reply: every text of a JSON body.

A body is looked through as a tree, not field by field, so that a text in a field that nobody has
heard of yet is masked too. What the protocol itself reads (`role`, `type`, names of tools) cannot be
replaced; personal data found there stops the call.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote_from_bytes, unquote_to_bytes

from bernard.errors import InputInvalid
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
# Keys whose text is JSON itself, where an original goes back in with its quotes escaped.
_JSON_TEXT = frozenset({"arguments", "partial_json"})
_OPAQUE = frozenset({"data", "file_data", "b64_json"})
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


def mask_tree(body: Body, masker: Masker) -> Masked:
    """The body with stand-ins in every text of it; the one that came stays as it was.

    Raises:
        InputInvalid: personal data stands in a value or name that the protocol reads.
    """
    walk = _Walk(masker)
    return Masked(walk.mapping(body, 0), walk.binary)


def restore_tree(body: Body, restore: Callable[..., str]) -> Body:
    """The body with `restore(text, json=…)` of every text of it."""
    restored: Body = _restored(body, restore, json=False)
    return restored


class _Walk:
    """One walk through a body."""

    __slots__ = ("_mask", "binary")

    def __init__(self, masker: Masker) -> None:
        self._mask = masker.mask
        self.binary = 0

    def mapping(self, tree: dict[str, Any], depth: int) -> dict[str, Any]:
        if depth > _DEEPEST:
            raise InputInvalid("The request is nested too deeply to look through.")
        masked: dict[str, Any] = {}
        for key, value in tree.items():
            if key not in STRUCTURAL and key not in _known:
                self._check(key, key, "a name of a field")
            kind = type(value)
            if kind is str:
                masked[key] = self._text(key, value, tree)
            elif kind is dict:
                masked[key] = self.mapping(value, depth + 1)
            elif kind is list:
                masked[key] = self._list(key, value, depth + 1)
            else:
                masked[key] = value
        return masked

    def _list(self, key: str, values: list[Any], depth: int) -> list[Any]:
        if depth > _DEEPEST:
            raise InputInvalid("The request is nested too deeply to look through.")
        if values and type(values[0]) is int:
            # Numbers of tokens are text that a detector cannot read.
            self.binary += 1
        masked: list[Any] = []
        for value in values:
            kind = type(value)
            if kind is str:
                masked.append(self._text("" if key in STRUCTURAL else key, value, None))
            elif kind is dict:
                masked.append(self.mapping(value, depth + 1))
            elif kind is list:
                masked.append(self._list(key, value, depth + 1))
            else:
                masked.append(value)
        return masked

    def _text(self, key: str, text: str, beside: dict[str, Any] | None) -> str:
        if key in STRUCTURAL:
            if text not in _known:
                self._check(text, text, f"{key!r}")
            return text
        if text.startswith("data:"):
            return self._data_url(text)
        if key in _OPAQUE and beside is not None and _is_encoded(beside):
            self.binary += 1
            return text
        return self._mask(text)

    def _check(self, text: str, shown: str, where: str) -> None:
        """Let a word of the protocol pass, and remember it; stop at personal data."""
        if self._mask(text) != text:
            raise InputInvalid(
                f"Personal data stands in {where}, where nothing can stand in for it. "
                "Nothing was sent. Use another word there."
            )
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        if len(shown) <= 64:
            _known.add(shown)

    def _data_url(self, url: str) -> str:
        head, comma, data = url.partition(",")
        if not head.startswith("data:text/") or not comma:
            self.binary += 1
            return url
        try:
            if head.endswith(";base64"):
                text = base64.b64decode(data, validate=True).decode()
                masked = self._mask(text)
                return url if masked == text else f"{head},{_base64(masked)}"
            text = unquote_to_bytes(data).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            self.binary += 1
            return url
        masked = self._mask(text)
        return url if masked == text else f"{head},{quote_from_bytes(masked.encode())}"


# Words of the protocols and fields that were looked at and hold nothing.
_known: set[str] = set()


def _is_encoded(part: dict[str, Any]) -> bool:
    return part.get("type") == "base64" or not {"media_type", "mimeType", "format", "filename"}.isdisjoint(part)  # fmt: skip


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _restored(value: Any, restore: Callable[..., str], *, json: bool) -> Any:
    kind = type(value)
    if kind is str:
        return restore(value, json=json)
    if kind is dict:
        return {
            key: one
            if type(one) is str and key in STRUCTURAL
            else _restored(one, restore, json=key in _JSON_TEXT)
            for key, one in value.items()
        }
    if kind is list:
        return [_restored(one, restore, json=json) for one in value]
    return value
