"""Answers from documents, in which every statement carries the words it rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from bernard.errors import Error, InputInvalid, LogUnwritable, Refused
from bernard.gateway import Gateway, OnReceipt
from bernard.gateway.types import Receipt
from bernard.library.search import Found
from bernard.store.passages import DocumentText
from bernard.tools.ask import refuse
from bernard.tools.ask.export import to_docx, to_markdown
from bernard.tools.ask.extract import Reading, claims_from, read
from bernard.tools.ask.places import with_pages
from bernard.tools.ask.rewrite import Asked, History, understand
from bernard.tools.ask.types import Answer, Claim, Passage, to_json
from bernard.tools.ask.verify import Verified, verify
from bernard.tools.ask.write import (
    CALLER,
    Room,
    Written,
    excerpts,
    mark,
    room_for,
    write,
)

__all__ = ["NO_MODEL", "answer_from", "ask", "to_docx", "to_json", "to_markdown"]

NO_MODEL = "none"
FOUND = 20
OFFERED = 10
# Of the score of the likeliest sentence: what a claim must reach for the answer to stand, and to
# be part of it.
_BEST, _BESIDE = 0.93, 0.7

REFUSAL = (
    "The documents do not seem to cover this question, so there is no answer. "
    "The passages that came nearest are offered instead."
)
EMPTY = "Nothing was found in the documents for this question."
EXTRACTED = "No model worded this answer: it is the documents' own words, found by search."
WORDED = "The model {model} worded this answer; its quotes were found in the documents."
CHOSE = "The model {model} chose these words of the documents."
FELL_BACK = (
    "The model's wording did not pass the checks, so the answer is the documents' own words."
)
NOT_ALLOWED = (
    "The agreement does not allow the chat model to be used, so nothing was sent to it and the "
    "answer is the documents' own words. Name an agreement that does, or set "
    "BERNARD_CHAT_MODEL to none."
)
NOT_THERE = "The model found no answer in the passages; these are the sentences that came nearest."
DOUBTFUL = "The documents may not cover the whole of this question. Read the passages as well."

OnText = Callable[[str], None]
OnFound = Callable[[Answer], None]


class Searchable(Protocol):
    """What can be searched: the library, or a part of it."""

    def find(
        self, query: str, collections: Sequence[str], limit: int = 10, scenario: str = ""
    ) -> Sequence[Found]:
        """The passages found, best first, with what spoke for each."""
        ...

    def text(self, document: str) -> DocumentText:
        """The text of a document and its places."""
        ...


def ask(
    question: str,
    library: Searchable,
    gateway: Gateway,
    collections: Sequence[str],
    *,
    history: History = (),
    scenario: str = "",
    model: str = "",
    on_text: OnText | None = None,
    on_found: OnFound | None = None,
) -> Answer:
    """The answer to a question from the documents of these collections.

    Args:
        history: earlier questions with their answers, oldest first.
        scenario: the asker's circumstances.
        model: the chat model that words the answer; empty for the default, `none` for quotes only.
        on_text: is given each statement as soon as it has passed its checks, and now and then an
            empty text, so that what it raises can stop the model.
        on_found: is given the answer in the documents' own words before a model words it, which
            may take a minute.

    Raises:
        InputInvalid: the question is empty.
        Refused, LogUnwritable: the gateway did not allow the search or could not record it.
    """
    if not question.strip():
        raise InputInvalid("There is no question. Type what you want to know.")
    asked = understand(question, history, scenario)
    found = library.find(asked.whole, collections, FOUND, asked.scenario)
    answer = answer_from(asked, found, gateway, model=model, on_text=on_text, on_found=on_found)
    claims = with_pages(answer.claims, lambda document: library.text(document).pages)
    return replace(answer, claims=claims)


def answer_from(
    asked: Asked,
    found: Sequence[Found],
    gateway: Gateway,
    *,
    model: str = "",
    on_text: OnText | None = None,
    on_found: OnFound | None = None,
) -> Answer:
    """The answer to a question from the passages that a search found for it, best first."""
    embedding = _Embedding(gateway)
    reading = read(asked, found, embedding)
    cover = refuse.cover(reading)
    if cover == "not covered":
        return _refused(reading, embedding.receipt)
    notes = [DOUBTFUL] if cover == "doubtful" else []
    answer = None
    sent: list[Receipt] = []
    writer = None if model == NO_MODEL else gateway.chat_model(model)
    if writer is not None:
        if on_found:
            on_found(_extracted(reading, embedding.receipt, notes))
        room = room_for(writer)
        answer, why_not = _generated(reading, gateway, model, room, notes, on_text, sent.append)
        notes = [why_not, *notes]
    if answer is None:
        # What the model was sent has left, whether or not its wording is used.
        answer = _extracted(reading, sent[-1] if sent else embedding.receipt, notes)
        if on_text:
            on_text(answer.answer)
    return answer


class _Embedding:
    """Embeds through the gateway and keeps the receipt; gives None where there is no model."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.receipt: Receipt | None = None

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        if not self._gateway.has_embeddings:
            return None
        vectors, self.receipt = self._gateway.embed(CALLER, texts)
        return vectors


def _refused(reading: Reading, receipt: Receipt | None) -> Answer:
    said = REFUSAL if reading.hits else EMPTY
    return _answer(reading, said, (), receipt, refused=True)


def _extracted(reading: Reading, receipt: Receipt | None, notes: Sequence[str]) -> Answer:
    claims = claims_from(reading)
    return _answer(
        reading, _joined(claims), claims, receipt, notes=(*filter(None, notes), EXTRACTED)
    )


def _generated(
    reading: Reading,
    gateway: Gateway,
    model: str,
    room: Room,
    notes: Sequence[str],
    on_text: OnText | None,
    on_receipt: OnReceipt,
) -> tuple[Answer | None, str]:
    """The model's answer as far as it passes the checks, or None and why."""
    marked = mark(excerpts(reading, room), room.together)

    def check(claims: Sequence[Written]) -> Verified:
        return verify(claims, marked, reading.weight, reading.asked.search)

    def show(claim: Written) -> None:
        if on_text:
            on_text("".join(f"{sound.text}\n\n" for sound in check([claim]).survived))

    try:
        draft = write(reading.asked, marked, gateway, model, show, on_receipt)
    except Refused:
        # A model that was asked for by name is no less refused; nobody asked for the default.
        if model:
            raise
        return None, NOT_ALLOWED
    except LogUnwritable:
        raise
    except Error as error:
        return None, f"The model could not answer: {error}"
    if not draft.covered:
        return None, NOT_THERE
    verified = check(draft.claims)
    sound = _to_the_point(verified.survived, reading)
    if not sound:
        return None, FELL_BACK
    unsourced = [claim for claim in verified.claims if not claim.citations]
    did = WORDED if any(claim.state == "supported by" for claim in sound) else CHOSE
    notes = (*verified.notes, *notes, did.format(model=draft.receipt.model))
    claims = (*sound, *unsourced)
    said = _joined(sound)
    return _answer(reading, said, claims, draft.receipt, notes=notes, mode="generated"), ""


def _to_the_point(claims: Sequence[Claim], reading: Reading) -> list[Claim]:
    """The claims that rest on sentences which look like an answer; none, if none rests on the best.

    What a model adds may be true and yet beside the question.
    """
    value = [max(map(reading.value, claim.citations), default=0.0) for claim in claims]
    if max(value, default=0.0) < _BEST:
        return []
    return [claim for claim, worth in zip(claims, value, strict=True) if worth >= _BESIDE]


def _joined(claims: Sequence[Claim]) -> str:
    return "\n\n".join(claim.text for claim in claims)


def _answer(
    reading: Reading,
    said: str,
    claims: Sequence[Claim],
    receipt: Receipt | None,
    *,
    notes: Sequence[str] = (),
    mode: Literal["extractive", "generated"] = "extractive",
    refused: bool = False,
) -> Answer:
    offered = tuple(
        msgspec.convert(hit, Passage, from_attributes=True) for hit in reading.hits[:OFFERED]
    )
    if reading.asked.carried:
        notes = (*notes, f"Read as: {reading.asked.whole}")
    return Answer(
        reading.asked.question, said, tuple(claims), offered, receipt, mode, refused, tuple(notes)
    )
