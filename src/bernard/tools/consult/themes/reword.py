"""Titles and descriptions improved by a generative model, where one is wanted.

A few calls do for a whole consultation: each shows several themes with a handful of quotes. What comes
back is checked, and wherever it does not pass the wording found locally stays. A model never decides
which responses are in a theme.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from bernard.errors import ModelFailed
from bernard.gateway import ChatRequest, Message
from bernard.text.clean import clean
from bernard.text.wording import stems
from bernard.tools.consult.fencing import fence_for, fenced, on_one_line
from bernard.tools.consult.themes.suggest import vague
from bernard.tools.consult.types import Found, FoundTheme

# Asks a model through the gateway; gives the text of its reply.
AskModel = Callable[[ChatRequest], str]

_AT_ONCE = 8
_TYPICAL, _DISTINCTIVE = 4, 2
_LONGEST_QUOTE, _LONGEST_TITLE, _LONGEST_DESCRIPTION = 240, 90, 300
_TOKENS_EACH = 110
# So much of what a wording says must be in the quotes, the question or the title it had.
_SUPPORTED = 0.6
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<![.!?“\"] )(?<!^)\b[A-Z][^\W\d_]+")
_NOT = re.compile(r"\b(?:not|no|never|nor|cannot|without)\b|n['’]t\b", re.IGNORECASE)


class _Wording(msgspec.Struct, frozen=True):
    id: str
    title: str
    description: str = ""


class _Reply(msgspec.Struct, frozen=True):
    themes: tuple[_Wording, ...]


@dataclass(frozen=True)
class _Shown:
    """A theme as the model sees it."""

    theme: FoundTheme
    quotes: tuple[str, ...]


def reworded(found: Found, texts: Sequence[str], question: str, ask_model: AskModel) -> Found:
    """The same themes with the wording of a model where it passes the checks.

    Args:
        texts: by number of response, with personal data masked: quotes of them go to the model.
        ask_model: asks through the gateway. What it raises is passed on, but for a model that failed.
    """
    themes: list[FoundTheme] = []
    kept_local = 0
    every = [_shown(theme, texts) for theme in found.themes]
    for group in (every[at : at + _AT_ONCE] for at in range(0, len(every), _AT_ONCE)):
        said = _ask(group, question, ask_model)
        for shown in group:
            wording = said.get(shown.theme.theme.id)
            titles = {theme.theme.title.lower() for theme in (*found.themes, *themes)}
            if wording is None or not _passes(wording, shown, question, titles):
                kept_local += 1
                themes.append(shown.theme)
            else:
                themes.append(_with(shown.theme, wording))
    return msgspec.structs.replace(
        found, themes=tuple(themes), notes=(*found.notes, *_notes(len(themes), kept_local))
    )


def _shown(theme: FoundTheme, texts: Sequence[str]) -> _Shown:
    quotes = dict.fromkeys((*theme.typical[:_TYPICAL], *theme.distinctive[:_DISTINCTIVE]))
    said = (on_one_line(texts[q.response][q.start : q.end]) for q in quotes)
    return _Shown(theme, tuple(text[:_LONGEST_QUOTE] for text in said))


def _ask(group: Sequence[_Shown], question: str, ask_model: AskModel) -> dict[str, _Wording]:
    """What the model says of each theme, by id; nothing where it failed or made no sense."""
    try:
        text = ask_model(request(group, question))
        reply = msgspec.json.decode(text[text.find("{") :].encode(), type=_Reply)
    except (ModelFailed, msgspec.DecodeError, UnicodeEncodeError):
        return {}
    return {wording.id: wording for wording in reply.themes}


def request(group: Sequence[_Shown], question: str) -> ChatRequest:
    """What the model is asked. Quotes are fenced by a word that who wrote them cannot know."""
    parts = list(_lines(group))
    fence = fence_for(parts)
    user = (
        f"Question: {clean(question)}\n\n"
        f"Each theme and each quote begins with {fence}.\n{fenced(fence, parts)}"
    )
    ids = [shown.theme.theme.id for shown in group]
    return ChatRequest(
        (Message("system", _prompt()), Message("user", user)),
        max_tokens=_TOKENS_EACH * len(group),
        schema=_schema(ids),
    )


def _lines(group: Sequence[_Shown]) -> Iterator[str]:
    for shown in group:
        yield f"theme {shown.theme.theme.id}, now “{clean(shown.theme.theme.title)}”"
        for quote in shown.quotes:
            yield f"quote: {quote}"


def _schema(ids: Sequence[str]) -> dict[str, Any]:
    """The JSON that the model must answer in; it can name no theme that it was not shown."""
    theme = {
        "type": "object",
        "properties": {
            "id": {"type": "string", "enum": list(ids)},
            "title": {"type": "string", "maxLength": _LONGEST_TITLE},
            "description": {"type": "string", "maxLength": _LONGEST_DESCRIPTION},
        },
        "required": ["id", "title", "description"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"themes": {"type": "array", "items": theme, "maxItems": len(ids)}},
        "required": ["themes"],
        "additionalProperties": False,
    }


@cache
def _prompt() -> str:
    place = files("bernard.tools.consult") / "prompts" / "reword.md"
    return place.read_text(encoding="utf-8")


def _passes(wording: _Wording, shown: _Shown, question: str, taken: set[str]) -> bool:
    """Whether the wording reads as one, is new, and says nothing that its quotes do not."""
    title = " ".join(wording.title.split())
    if not 2 <= len(title.split()) <= 15 or len(title) > _LONGEST_TITLE:
        return False
    if title.lower() in taken or vague(title) or clean(wording.title).strip() != title:
        return False
    if len(wording.description) > _LONGEST_DESCRIPTION:
        return False
    ground = " ".join((question, shown.theme.theme.title, *shown.quotes))
    return all(_grounded(part, ground) for part in (title, wording.description) if part)


def _grounded(said: str, ground: str) -> bool:
    """Whether numbers and names of what is said are in the ground, a `not` too, and most words."""
    if not set(_NUMBER.findall(said)) <= set(_NUMBER.findall(ground)):
        return False
    if not {name.lower() for name in _NAME.findall(said)} <= set(_words(ground)):
        return False
    if _NOT.search(said) and not _NOT.search(ground):
        return False
    words = set(stems(said.removeprefix("Responses that")))
    return not words or len(words & set(stems(ground))) >= _SUPPORTED * len(words)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())


def _with(theme: FoundTheme, wording: _Wording) -> FoundTheme:
    title = " ".join(wording.title.split()).rstrip(".")
    title = title[:1].upper() + title[1:]
    description = " ".join(clean(wording.description).split())
    better = msgspec.structs.replace(
        theme.theme, title=title, description=description or theme.theme.description
    )
    return msgspec.structs.replace(theme, theme=better)


def _notes(themes: int, kept_local: int) -> tuple[str, ...]:
    if not themes:
        return ()
    left = f" {kept_local} were left as found." if kept_local else ""
    return (
        f"A model reworded {themes - kept_local} of {themes} themes, each checked against its quotes; "
        f"it decided nothing about who said what.{left}",
    )
