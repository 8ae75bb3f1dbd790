"""Ask a chat model for an answer as claims, each with the words it says it rests on."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import msgspec

from bernard.gateway import Caller, ChatRequest, Deployment, Gateway, Message, OnReceipt, Receipt
from bernard.library.types import Hit
from bernard.text.clean import clean
from bernard.tools.ask.extract import Reading
from bernard.tools.ask.rewrite import Asked
from bernard.tools.ask.units import Unit, units

CALLER = Caller("ask", "answer-questions")
MAX_CLAIMS = 3
EMBEDDED = "embedded"
MAX_TOKENS = 300
_MARKS = "BCDFGHJKLMNPQRSTVWXZ"


class Room(NamedTuple):
    """How much a model is shown: passages, characters of each, characters in all."""

    passages: int
    each: int
    together: int


# A model on this machine reads some 50 tokens (200 characters) a second before its first word.
LITTLE = Room(passages=3, each=400, together=1000)
MUCH = Room(passages=6, each=1400, together=6000)


def room_for(model: Deployment) -> Room:
    """As much as this model reads in a time that a person waits for."""
    return LITTLE if model.provider == EMBEDDED else MUCH


class Written(msgspec.Struct, frozen=True):
    """A claim as the model wrote it; nothing in it is believed yet.

    Attributes:
        source: the mark of the passage that the model names.
    """

    text: str
    quote: str
    source: str


@dataclass(frozen=True)
class Draft:
    """What the model answered.

    Attributes:
        covered: the model thinks that the passages answer the question.
    """

    covered: bool
    claims: tuple[Written, ...]
    receipt: Receipt


OnClaim = Callable[[Written], None]


def write(
    asked: Asked,
    marked: Mapping[str, Hit],
    gateway: Gateway,
    model: str = "",
    on_claim: OnClaim | None = None,
    on_receipt: OnReceipt | None = None,
) -> Draft:
    """The model's answer from these passages.

    Args:
        on_claim: is given each claim as soon as the model has ended it. What it raises stops the
            model.
        on_receipt: is given the receipt before the model is called.

    Raises:
        ModelMissing, ModelFailed, Refused, LogUnwritable: as the gateway raises them.
    """
    pieces: list[str] = []
    told = 0

    def hear(text: str) -> None:
        nonlocal told
        pieces.append(text)
        if on_claim and "}" in text:
            whole = list(_claims("".join(pieces)))
            for claim in whole[told:]:
                on_claim(claim)
            told = len(whole)

    reply = gateway.chat(CALLER, request(asked, marked), hear, model, on_receipt)
    covered, claims = _read(reply.text)
    return Draft(covered, claims, reply.receipt)


def excerpts(reading: Reading, room: Room) -> list[Hit]:
    """The parts of the passages that a model is shown: those that look most like an answer."""
    chosen: dict[int, Hit] = {}
    for scored in reading.best:
        hit = scored.unit.hit
        if hit.id not in chosen and len(chosen) < room.passages:
            chosen[hit.id] = _around(scored.unit, room.each)
    return list(chosen.values())


def _around(unit: Unit, most: int) -> Hit:
    """As much of the unit's passage as may be shown, the unit in it, cut at whole units."""
    hit = unit.hit
    if len(hit.text) <= most:
        return hit
    around = units(hit)
    at = next(i for i, other in enumerate(around) if other.start == unit.start)
    first = last = at
    grew = True
    while grew:
        grew = False
        # What follows a sentence says more of it than what comes before, so it goes first.
        for lower, upper in ((0, 1), (-1, 0)):
            if _fits(around, first + lower, last + upper, most):
                first, last, grew = first + lower, last + upper, True
    start, end = around[first].start, around[last].end
    return replace(hit, start=start, end=end, text=hit.text[start - hit.start : end - hit.start])


def _fits(around: Sequence[Unit], first: int, last: int, most: int) -> bool:
    if first < 0 or last >= len(around):
        return False
    return around[last].end - around[first].start <= most


def mark(hits: Sequence[Hit], together: int = MUCH.together) -> dict[str, Hit]:
    """The passages to show a model, each under an opaque mark that the model cannot guess."""
    marked: dict[str, Hit] = {}
    for hit in hits:
        together -= len(hit.text)
        if marked and together < 0:
            break
        marked[_new_mark(marked)] = hit
    return marked


def _new_mark(taken: Mapping[str, Hit]) -> str:
    while True:
        name = secrets.choice(_MARKS) + str(secrets.randbelow(90) + 10)
        if name not in taken:
            return name


def request(asked: Asked, marked: Mapping[str, Hit]) -> ChatRequest:
    """What the model is asked; the passages are fenced by a random word.

    The system message is always the same, so that a model on this machine reads it once.
    """
    fence = f"~~~{secrets.token_hex(3)}"
    passages = "\n".join(
        f"{fence} {name}{_heading(hit)}\n{clean(hit.text).strip()}" for name, hit in marked.items()
    )
    told = f"Circumstances: {clean(asked.scenario)}\n" if asked.scenario else ""
    user = (
        f"Each passage begins with a line of {fence} and its mark.\n{passages}\n{fence} end\n\n"
        f"{told}Question: {clean(asked.whole)}"
    )
    messages = (Message("system", prompt("answer")), Message("user", user))
    return ChatRequest(messages, max_tokens=MAX_TOKENS, schema=schema(marked))


def _heading(hit: Hit) -> str:
    heading = " ".join(clean(hit.heading).split())
    return f" ({heading[:120]})" if heading else ""


def schema(marked: Mapping[str, Hit]) -> dict[str, Any]:
    """The JSON that the model must answer in; it can name no passage that it was not shown."""
    claim = {
        "type": "object",
        "properties": {
            "source": {"type": "string", "enum": list(marked)},
            "quote": {"type": "string", "maxLength": 400},
            "text": {"type": "string", "maxLength": 300},
        },
        "required": ["source", "quote", "text"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "covered": {"type": "boolean"},
            "claims": {"type": "array", "items": claim, "maxItems": MAX_CLAIMS},
        },
        "required": ["covered", "claims"],
        "additionalProperties": False,
    }


@cache
def prompt(name: str) -> str:
    """The text of a prompt."""
    return (files(__package__) / "prompts" / f"{name}.md").read_text(encoding="utf-8")


def _read(text: str) -> tuple[bool, tuple[Written, ...]]:
    """The claims of a reply; of one that was cut off, those that are whole."""
    claims = tuple(_claims(text))[:MAX_CLAIMS]
    covered = re.search(r'"covered"\s*:\s*false', text) is None
    return covered, claims


def _claims(text: str) -> Iterator[Written]:
    decoder = json.JSONDecoder(strict=False)
    at = text.find("{", text.find('"claims"'))
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
            yield msgspec.convert(value, Written)
        except (json.JSONDecodeError, msgspec.ValidationError):
            end = at + 1
        except RecursionError:
            return
        at = text.find("{", end)
