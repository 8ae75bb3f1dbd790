"""Ask a question; read a conversation; take an answer out."""

from __future__ import annotations

import time

from starlette.responses import Response

from bernard import samples
from bernard.errors import InputInvalid, NotFound
from bernard.gateway import THIS_MACHINE
from bernard.look import words
from bernard.store import conversations, documents
from bernard.store.documents import Document
from bernard.text.clean import clean
from bernard.tools import ask as tool
from bernard.tools.ask.types import Answer
from bernard.web import turns
from bernard.web.pages import owned
from bernard.web.visit import Visit, go

LONGEST_QUESTION = 2000
RECENT = 5
PAGE = 50
MOMENT_S = 0.8
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def show_ask(visit: Visit) -> Response:
    """The start page: a new question, and what was asked before."""
    return _ask_page(visit, {})


def ask(visit: Visit) -> Response:
    """Keep the question, and go where its answer will be."""
    try:
        question = check_question(visit.form.text("question"))
        chosen = owned.chosen(visit, visit.form.texts("collections"))
    except InputInvalid as error:
        return _ask_page(visit, {"question": str(error)})
    with visit.bernard.store.write(durable=True) as c:
        conversation = conversations.create(c, visit.account.id, words.clip(question, 200), chosen)
        turn = conversations.add_turn(c, conversation.id, question)
    _wait_a_moment(visit, turn.id)
    return go(f"/conversations/{conversation.id}")


def show_conversations(visit: Visit) -> Response:
    """Everything the person asked, newest first."""
    start = visit.number("from") or 0
    with visit.bernard.store.read() as c:
        found = conversations.of_owner(c, visit.account.id, limit=PAGE + 1, offset=start)
    further = start + PAGE if len(found) > PAGE else None
    return visit.page("conversations.html", conversations=found[:PAGE], next=further)


def show_conversation(visit: Visit) -> Response:
    """A conversation with its answers."""
    return _conversation_page(visit, {})


def ask_further(visit: Visit) -> Response:
    """Keep a follow-up question."""
    conversation = owned.conversation(visit)
    try:
        question = check_question(visit.form.text("question"))
    except InputInvalid as error:
        return _conversation_page(visit, {"question": str(error)})
    with visit.bernard.store.write(durable=True) as c:
        turn = conversations.add_turn(c, conversation.id, question)
    _wait_a_moment(visit, turn.id)
    return go(f"/conversations/{conversation.id}#turn-{turn.number + 1}")


def show_delete(visit: Visit) -> Response:
    """Ask before a conversation is deleted."""
    conversation = owned.conversation(visit)
    return visit.page(
        "delete.html",
        thing="this conversation",
        what_goes=f"The question “{words.clip(clean(conversation.title), 120)}”, those after "
        "it and their answers will be deleted. Your documents and the log stay as they are.",
        back=f"/conversations/{conversation.id}",
    )


def delete(visit: Visit) -> Response:
    """Delete a conversation."""
    conversation = owned.conversation(visit)
    with visit.bernard.store.write() as c:
        conversations.remove(c, conversation.id)
    return go("/")


def word(visit: Visit) -> Response:
    """An answer as a Word document."""
    answer = _answer(visit)
    return _download(tool.to_docx(answer), WORD, f"answer-{visit.part('id')[:8]}.docx")


def markdown(visit: Visit) -> Response:
    """An answer as Markdown."""
    answer = _answer(visit)
    data = tool.to_markdown(answer).encode()
    return _download(data, "text/markdown; charset=utf-8", f"answer-{visit.part('id')[:8]}.md")


def check_question(question: str) -> str:
    """The question without characters that hide.

    Raises:
        InputInvalid: there is none, or it is too long.
    """
    question = clean(question).replace("\r\n", "\n").strip()
    if not question:
        raise InputInvalid("Enter a question.")
    if len(question) > LONGEST_QUESTION:
        raise InputInvalid(
            f"Question must be {LONGEST_QUESTION:,} characters or fewer; it has {len(question):,}."
        )
    return question


def _wait_a_moment(visit: Visit, turn: str) -> None:
    """An answer made by quoting is there at once; then nobody need see the page that waits."""
    deadline = time.monotonic() + MOMENT_S
    while time.monotonic() < deadline:
        time.sleep(0.05)
        with visit.bernard.store.read() as c:
            if conversations.turn(c, turn).state in ("done", "failed"):
                return


def _ask_page(visit: Visit, faults: dict[str, str]) -> Response:
    mine = owned.all_collections(visit)
    picked = visit.form.texts("collections") or [collection.id for collection in mine]
    with visit.bernard.store.read() as c:
        recent = conversations.of_owner(c, visit.account.id, limit=RECENT + 1)
        first = [d for own in mine for d in documents.in_collection(c, own.id, limit=20)]
    return visit.page(
        "ask.html",
        422 if faults else 200,
        faults={"question": "", "collections": "", **faults},
        errors=[{"text": text, "href": f"#{field}"} for field, text in faults.items()],
        question=visit.form.text("question"),
        collections=mine,
        collection_items=[
            {"value": own.id, "text": own.name, "checked": own.id in picked} for own in mine
        ],
        documents=_top(first),
        conversations=recent[:RECENT],
        more=len(recent) > RECENT,
        samples=samples.QUESTIONS if visit.bernard.demo else (),
        how=_how(visit),
    )


def _top(found: list[Document]) -> list[Document]:
    """Documents that were put in themselves, not found inside others."""
    return [document for document in found if document.parent is None]


def _how(visit: Visit) -> str:
    model = visit.bernard.gateway.chat_model()
    if model is None:
        return (
            "By quoting. Bernard finds the sentences that answer your question and shows them word "
            "for word. No model writes any of it, and nothing leaves this machine."
        )
    where = "on this machine" if model.place == THIS_MACHINE else f"run by {model.provider}"
    return f"A model ({model.model}, {where}) words it from sentences of your documents."


def _conversation_page(visit: Visit, faults: dict[str, str]) -> Response:
    conversation = owned.conversation(visit)
    with visit.bernard.store.read() as c:
        kept = conversations.turns_of(c, conversation.id)
    return visit.page(
        "conversation.html",
        422 if faults else 200,
        conversation=conversation,
        turns=[turns.show(turn) for turn in kept],
        question=visit.form.text("question"),
        faults={"question": "", **faults},
        errors=[{"text": text, "href": f"#{field}"} for field, text in faults.items()],
    )


def _answer(visit: Visit) -> Answer:
    shown = turns.show(owned.turn(visit))
    if shown.answer is None:
        raise NotFound("This question has no answer yet. Look again in a moment.")
    return shown.answer


def _download(data: bytes, media_type: str, name: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(data, media_type=media_type, headers={"Content-Disposition": disposition})
