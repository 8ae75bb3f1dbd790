"""What the model is asked about a few responses, and what of its reply can be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from bernard.gateway import ChatRequest, Message
from bernard.tools.consult.fencing import fence_for, fenced, on_one_line
from bernard.tools.consult.types import Theme

# Themes of one response, by id, with the words that show each; empty where it holds none.
Held = dict[str, str]

# Nobody's answer holds more; a reply that says so was talked into it or makes no sense.
MOST_HELD = 8
# Of a framework of more themes than this, no answer holds all.
ALL_OF = 3
_LONGEST_DESCRIPTION = 300
_LONGEST_SENTENCE = 600
_TOKENS, _TOKENS_EACH = 40, 160
# So many characters are hardly the same in two responses by chance.
_TELLING = 20


class _Holds(msgspec.Struct, frozen=True):
    theme: str
    sentence: str = ""


class _Opinion(msgspec.Struct, frozen=True):
    number: int
    holds: tuple[_Holds, ...] = ()
    none: bool = False


class _Reply(msgspec.Struct, frozen=True):
    responses: tuple[msgspec.Raw, ...]


def request(question: str, themes: Sequence[Theme], said: Sequence[str]) -> ChatRequest:
    """What the model is asked.

    Args:
        themes: that it may name.
        said: the responses with personal data masked; it knows them by their places from 1.
    """
    names = _names(len(themes))
    listed = [_listed(name, theme) for name, theme in zip(names, themes, strict=True)]
    shown = [f"response {place}: {on_one_line(text)}" for place, text in enumerate(said, 1)]
    fence = fence_for((*listed, *shown))
    user = (
        f"Question: {on_one_line(question)}\n\n"
        f"Each theme and each response begins with {fence}.\n{fenced(fence, (*listed, *shown))}"
    )
    return ChatRequest(
        (Message("system", prompt()), Message("user", user)),
        max_tokens=_TOKENS + _TOKENS_EACH * len(said),
        schema=_schema(names, len(said)),
    )


def _names(count: int) -> list[str]:
    """What themes are called here: an id may be any text that a person chose."""
    return [f"T{place}" for place in range(1, count + 1)]


def _listed(name: str, theme: Theme) -> str:
    title = on_one_line(theme.title) or theme.id
    description = on_one_line(theme.description)[:_LONGEST_DESCRIPTION]
    return f"theme {name}: {title}" + (f" ({description})" if description else "")


@cache
def prompt() -> str:
    """What the model is told before it reads anything."""
    place = files("bernard.tools.consult") / "prompts" / "judge.md"
    return place.read_text(encoding="utf-8")


def _schema(names: Sequence[str], count: int) -> dict[str, Any]:
    """The JSON that the model must answer in; a supplier may not hold it to that, so `read` does."""
    held = {
        "theme": {"type": "string", "enum": list(names)},
        "sentence": {"type": "string", "maxLength": _LONGEST_SENTENCE},
    }
    opinion = {
        "number": {"type": "integer", "enum": list(range(1, count + 1))},
        "holds": {"type": "array", "items": _object(held), "maxItems": MOST_HELD},
        "none": {"type": "boolean"},
    }
    every = {"type": "array", "items": _object(opinion), "maxItems": count}
    return _object({"responses": every})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read(reply: str, ids: Sequence[str], count: int) -> dict[int, Held]:
    """What the reply says of each response, by its place from 1, where that can be believed.

    Args:
        ids: of the themes that were listed, in their order.
        count: how many responses were shown.
    """
    opinions = _opinions(reply)
    known = dict(zip(_names(len(ids)), ids, strict=True))
    times = Counter(opinion.number for opinion in opinions)
    return {
        one.number: held
        for one in opinions
        if 1 <= one.number <= count
        and times[one.number] == 1
        and (held := _believed(one, known)) is not None
    }


def mixed_up(held: Held, own: str, shown: Sequence[str]) -> bool:
    """Whether words that are to show a theme are not the response's own but another's that was shown."""
    mine = on_one_line(own).casefold()
    others = [on_one_line(text).casefold() for text in shown]
    quoted = (on_one_line(sentence).casefold() for sentence in held.values())
    return any(
        len(words) >= _TELLING and words not in mine and any(words in other for other in others)
        for words in quoted
    )


def _opinions(reply: str) -> list[_Opinion]:
    data = reply[reply.find("{") : reply.rfind("}") + 1].encode("utf-8", "replace")
    try:
        parts = msgspec.json.decode(data, type=_Reply).responses
    except (msgspec.DecodeError, RecursionError):
        return []
    found = []
    for part in parts:
        try:
            found.append(msgspec.json.decode(part, type=_Opinion))
        except (msgspec.DecodeError, RecursionError):
            continue
    return found


def _believed(opinion: _Opinion, known: Mapping[str, str]) -> Held | None:
    """What it says the response holds; None where that contradicts itself or the framework."""
    said: dict[str, str] = {}
    for one in opinion.holds:
        said.setdefault(one.theme, one.sentence)
    if opinion.none == bool(said) or not said.keys() <= known.keys():
        return None
    if len(said) > MOST_HELD or ALL_OF < len(known) == len(said):
        return None
    return {known[name]: sentence for name, sentence in said.items()}
