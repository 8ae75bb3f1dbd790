"""Every place of a request in which something can be planted, read off the types of the official clients.

A field that a client learns with its next version is walked, and so tested, by itself.
"""

from __future__ import annotations

import io
import os
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NamedTuple

import msgspec
import typing_extensions
from anthropic.types import message_create_params
from anthropic.types.beta import message_create_params as beta_message_create_params
from openai.types import embedding_create_params, moderation_create_params
from openai.types.chat import completion_create_params
from openai.types.responses import response_create_params

from bernard.wire.gemini import shapes as gemini_shapes

SURFACES = {
    "openai-chat": completion_create_params.CompletionCreateParamsNonStreaming,
    "openai-responses": response_create_params.ResponseCreateParamsNonStreaming,
    "anthropic-messages": message_create_params.MessageCreateParamsNonStreaming,
    "anthropic-beta": beta_message_create_params.MessageCreateParamsNonStreaming,
    "openai-embeddings": embedding_create_params.EmbeddingCreateParams,
    "openai-moderations": moderation_create_params.ModerationCreateParams,
    "gemini": gemini_shapes.RequestShape,
}
# Planted in place of these: what no client can send in JSON.
_NOT_JSON = (bytes, io.IOBase, os.PathLike, bool, type(None))
_DEEPEST = 14
_MUST = (typing.Required, typing_extensions.Required)
_MAY = (typing.NotRequired, typing_extensions.NotRequired)
Make = Callable[[Any], Any]


class Field(NamedTuple):
    """A place in a request.

    Attributes:
        path: as a person reads it: `messages[].content[].text`.
        holds: `text`, `word` (one of a fixed set), `number`, `name` (of a member of an object), or `any`.
        make: the whole request with something planted there.
    """

    path: str
    holds: Literal["text", "word", "number", "name", "any"]
    make: Make


def fields(surface: str) -> list[Field]:
    """Every place of that surface's request."""
    found: dict[tuple[str, str], Field] = {}
    for field in _leaves(SURFACES[surface], ()):
        found.setdefault((field.path, field.holds), field)
    return list(found.values())


def _leaves(kind: Any, above: tuple[Any, ...]) -> Iterator[Field]:
    kind = _bare(kind)
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if kind is str:
        yield Field("", "text", _itself)
    elif origin is Literal:
        yield Field("", "word", _itself)
    elif kind in (int, float):
        yield Field("", "number", _itself)
    elif kind in (object, Any):
        yield from _anything()
    elif origin in (typing.Union, types.UnionType):
        for one in inside:
            yield from _leaves(one, above)
    elif _is_list(kind, origin):
        yield from (_under("[]", _in_list, leaf) for leaf in _leaves(inside[0], above))
    elif _is_map(kind, origin):
        of = inside[1] if inside else Any
        yield Field("{}", "name", lambda value: {str(value): least(of)})
        yield from (_under("{}", _in_map, leaf) for leaf in _leaves(of, above))
    elif _members(kind) and kind not in above and len(above) < _DEEPEST:
        yield from _of_object(kind, (*above, kind))


def _of_object(kind: Any, above: tuple[Any, ...]) -> Iterator[Field]:
    members, rest, said = _members(kind), least(kind), _said_to_be(kind)
    for name, of in members.items():
        for leaf in _leaves(of, above):
            yield _under(f"{said}.{name}", lambda value, n=name: {**rest, n: value}, leaf)


def _said_to_be(kind: Any) -> str:
    """What tells an object from the others that may stand in its place: `<tool_result>`."""
    members = _members(kind)
    words = (typing.get_args(_bare(members[name])) for name in ("type", "role") if name in members)
    return "".join(f"<{one[0]}>" for one in words if len(one) == 1)


def _under(step: str, put: Make, leaf: Field) -> Field:
    return Field(step + leaf.path, leaf.holds, lambda value: put(leaf.make(value)))


def _anything() -> Iterator[Field]:
    """Places of a member that may be anything."""
    yield Field("", "any", _itself)
    yield Field(".note", "any", lambda value: {"note": value})
    yield Field(".notes[].note", "any", lambda value: {"notes": [{"note": [value]}]})
    yield Field(".name", "name", lambda value: {str(value): {"type": "string"}})


def least(kind: Any, above: tuple[Any, ...] = ()) -> Any:
    """A value of that type with no more in it than must be."""
    kind = _bare(kind)
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return inside[0]
    if origin in (typing.Union, types.UnionType):
        return least(next(one for one in inside if one is not type(None)), above)
    if _is_list(kind, origin):
        return [] if inside[0] in above else [least(inside[0], above)]
    if _is_map(kind, origin):
        return {}
    if members := _members(kind):
        must = _required(kind)
        return {n: least(of, (*above, kind)) for n, of in members.items() if n in must}
    return {str: "word", int: 1, float: 0.5, bool: False}.get(kind, "word")


def _bare(kind: Any) -> Any:
    """The type without `Required`, `Annotated` and the like."""
    while True:
        origin = typing.get_origin(kind)
        if origin in (typing.Annotated, *_MUST, *_MAY):
            kind = typing.get_args(kind)[0]
        elif isinstance(kind, typing_extensions.TypeAliasType):
            kind = kind.__value__
        else:
            return kind


def _is_list(kind: Any, origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Iterable) and not _is_map(kind, origin)


def _is_map(kind: Any, origin: Any) -> bool:
    return kind is dict or (isinstance(origin, type) and issubclass(origin, typing.Mapping))


def _members(kind: Any) -> dict[str, Any]:
    """Names, as JSON has them, and types of the members of an object; none for what is no object."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        tag = kind.__struct_config__.tag_field
        own = {f.encode_name: f.type for f in msgspec.structs.fields(kind)}
        return {tag: Literal[kind.__struct_config__.tag], **own} if tag else own
    if not typing_extensions.is_typeddict(kind):
        return {}
    hints = typing_extensions.get_type_hints(kind, include_extras=True)
    return {_alias(hint) or name: hint for name, hint in hints.items()}


def _required(kind: Any) -> frozenset[str]:
    if issubclass(kind, msgspec.Struct):
        tag = kind.__struct_config__.tag_field
        must = {f.encode_name for f in msgspec.structs.fields(kind) if f.required}
        return frozenset(must | ({tag} if tag else set()))
    hints = typing_extensions.get_type_hints(kind, include_extras=True)
    must = {name for name, hint in hints.items() if typing.get_origin(hint) in _MUST}
    # Where its module is read as text, Python knows of no `NotRequired` but in the hint.
    must |= {n for n in kind.__required_keys__ if typing.get_origin(hints[n]) not in _MAY}
    return frozenset(_alias(hints[name]) or name for name in must)


def _alias(hint: Any) -> str:
    """The name in JSON, where it is another than in Python."""
    for inner in (hint, *typing.get_args(hint)):
        for note in getattr(inner, "__metadata__", ()):
            if getattr(note, "alias", None):
                return str(note.alias)
    return ""


def _itself(value: Any) -> Any:
    return value


def _in_list(value: Any) -> list[Any]:
    return [value]


def _in_map(value: Any) -> dict[str, Any]:
    return {"member": value}
