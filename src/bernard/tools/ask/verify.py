"""Nothing a model wrote is shown on its word: each quote is found, each detail compared."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from bernard.gateway import ChatRequest, Gateway, Message
from bernard.library.types import Hit
from bernard.text.checks import Weight, check
from bernard.text.clean import clean
from bernard.text.quotes import Source
from bernard.text.wording import stems
from bernard.tools.ask.extract import cite, tidy
from bernard.tools.ask.types import Citation, Claim
from bernard.tools.ask.units import units
from bernard.tools.ask.write import CALLER, Written, prompt

MIN_QUOTE_WORDS = 3


@dataclass(frozen=True)
class Verified:
    """What became of a model's claims.

    Attributes:
        claims: those that may be shown, in order.
        notes: a sentence for each that was changed or left out.
    """

    claims: tuple[Claim, ...]
    notes: tuple[str, ...]

    @property
    def survived(self) -> tuple[Claim, ...]:
        """The claims that have a source."""
        return tuple(claim for claim in self.claims if claim.citations)


def verify(
    written: Iterable[Written], marked: Mapping[str, Hit], weight: Weight, question: str = ""
) -> Verified:
    """Each claim with the place its quote was found at and its state.

    A claim whose details differ from its quote gives way to the source's own words. One whose
    quote is nowhere in the passages keeps its text and says that no source was found.

    Args:
        question: words of it that a claim takes up must stand in the passage that it cites.
    """
    asked = set(stems(question))
    claims: list[Claim] = []
    notes: list[str] = []
    for one in written:
        claim, note = _verify(one, marked, weight, asked)
        if claim is None or not any(_says_the_same(claim, other) for other in claims):
            notes += [note] if note else []
            claims += [claim] if claim else []
    return Verified(tuple(claims), tuple(notes))


def _verify(
    written: Written, marked: Mapping[str, Hit], weight: Weight, asked: set[str]
) -> tuple[Claim | None, str]:
    text = " ".join(clean(written.text).split())
    found = _find(clean(written.quote), written.source, marked)
    if found is None:
        if not text:
            return None, ""
        return Claim(text, "no source found"), ""
    evidence = "\n".join(citation.quote for citation in found.citations)
    own_words = tidy(evidence)
    if not text or _same_words(text, own_words):
        return Claim(own_words, "quoted", found.citations), ""
    context = f"{found.hit.name} {found.hit.heading} {found.heading}"
    checked = check(text, evidence, context, weight)
    echoed = _echoed(text, found.hit, asked)
    if checked.supported and not echoed:
        return Claim(text, "supported by", found.citations), ""
    other = f"It speaks of “{echoed}”, the source does not." if echoed else "Its words differ."
    why = checked.warnings[0] if checked.warnings else other
    note = f"A statement of the model was replaced by the source's own words. {why}"
    return Claim(own_words, "quoted", found.citations), note


def _echoed(text: str, hit: Hit, asked: set[str]) -> str:
    """A word that the claim has from the question and not from the passage, or nothing.

    A small model likes to say of the thing asked about what the source says of another.
    """
    known = set(stems(f"{hit.name} {hit.heading} {hit.text}"))
    words = re.findall(r"[^\W_]+", text)
    return next((w for w in words if (s := set(stems(w))) and s <= asked and not s & known), "")


@dataclass(frozen=True)
class _Place:
    hit: Hit
    heading: str
    citations: tuple[Citation, ...]


def _find(quote: str, source: str, marked: Mapping[str, Hit]) -> _Place | None:
    """The whole sentences in which the quote stands, in the passage named or else in another."""
    if len(quote.split()) < MIN_QUOTE_WORDS:
        return None
    named = [marked[source]] if source in marked else []
    for hit in [*named, *(hit for name, hit in marked.items() if name != source)]:
        found = Source(hit.text).find(quote)
        if found:
            return _widen(hit, hit.start + found.start, hit.start + found.end)
    return None


def _widen(hit: Hit, start: int, end: int) -> _Place:
    """To whole sentences, since a `not` or an `only if` may stand just outside the quote."""
    touched = [u for u in units(hit) if u.start < end and start < u.end]
    if not touched:
        return _Place(hit, "", (cite(hit, start, end),))
    # A heading that the quote takes in says nothing by itself.
    touched = [u for u in touched if not u.is_heading] or touched
    first, last = touched[0], touched[-1]
    while first.before and (first.points_back or first.takes_back):
        first = first.before
    cited = [cite(hit, first.start, last.end)]
    if first.lead is not None:
        cited.insert(0, cite(hit, first.lead.start, first.lead.end))
    return _Place(hit, first.heading, tuple(cited))


def _same_words(text: str, other: str) -> bool:
    """Whether the text is a stretch of the other, word for word."""
    found = Source(other).find(text)
    return found is not None and found.how in ("exact", "same words")


def _says_the_same(claim: Claim, other: Claim) -> bool:
    same_place = bool(claim.citations) and claim.citations == other.citations
    return claim.text == other.text or (same_place and claim.state == "quoted")


class _Verdict(msgspec.Struct, frozen=True):
    supported: str


def judge(claims: Sequence[Claim], gateway: Gateway, model: str = "") -> tuple[Claim, ...]:
    """The claims that a model worded, with a warning where a model finds its quotes say otherwise.

    Costs a call a claim, so it is done only where somebody asks for it.
    """
    return tuple(
        _judged(claim, gateway, model) if claim.state == "supported by" else claim
        for claim in claims
    )


def _judged(claim: Claim, gateway: Gateway, model: str) -> Claim:
    fence = f"~~~{secrets.token_hex(3)}"
    evidence = "\n".join(citation.quote for citation in claim.citations)
    asked = f"{fence} evidence\n{clean(evidence)}\n{fence} statement\n{claim.text}\n{fence}"
    verdict = {"type": "string", "enum": ["yes", "no"]}
    schema = {"type": "object", "properties": {"supported": verdict}, "required": ["supported"]}
    messages = (
        Message("system", prompt("judge")),
        Message("user", asked),
    )
    request = ChatRequest(messages, max_tokens=20, schema=schema)
    reply = gateway.chat(CALLER, request, model=model)
    try:
        said = msgspec.json.decode(reply.text, type=_Verdict).supported
    except msgspec.DecodeError:
        return claim
    if said != "no":
        return claim
    warning = f"The model {reply.receipt.model} reads the source differently."
    return Claim(claim.text, claim.state, claim.citations, (*claim.warnings, warning))
