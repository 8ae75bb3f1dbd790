"""Documents and questions for the tasks about asking."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from bernard.accounts.unlocked import unlocked
from bernard.errors import InputInvalid
from bernard.evals.types import House
from bernard.store import documents

DOCUMENTS = "documents.jsonl"
QUESTIONS = "questions.jsonl"
T = TypeVar("T")


class Rule(msgspec.Struct, frozen=True):
    """A document."""

    id: str
    text: str


class FollowUp(msgspec.Struct, frozen=True):
    """What the person was asked back, and answered."""

    follow_up_question: str
    follow_up_answer: str


class Question(msgspec.Struct, frozen=True):
    """A question, and the ids of the documents that answer it."""

    id: str
    question: str
    relevant: tuple[str, ...]
    scenario: str = ""
    history: tuple[FollowUp, ...] = ()
    answer: str = ""


def read_questions(folder: Path, limit: int | None = None) -> list[Question]:
    """The questions of a data set, the first `limit` of them."""
    return read_lines(folder / QUESTIONS, Question)[:limit]


def read_lines(path: Path, kind: type[T]) -> list[T]:
    """One value of this kind a line.

    Raises:
        InputInvalid: a line has not this form; it is named.
    """
    decoder = msgspec.json.Decoder(kind)
    found = []
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                found.append(decoder.decode(line))
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise InputInvalid(f"{path.name}, line {number}: {error}.") from error
    return found


def put_in(house: House, folder: Path) -> str:
    """The id of a new collection with the data set's documents in it, read and indexed.

    Raises:
        InputInvalid: some could not be read.
    """
    account = unlocked(house.store, "evals")
    collection = house.library.collection(account.id, folder.name)
    done = house.library.sync(collection.id, folder / DOCUMENTS)
    house.library.read(done.group)
    with house.store.read() as c:
        unread = [d for d in documents.in_collection(c, collection.id) if d.state != "ready"]
    if unread or done.refused:
        reason = unread[0].error if unread else str(done.refused[0])
        raise InputInvalid(f"{folder / DOCUMENTS} could not be read: {reason}")
    return collection.id


def rule_id(name: str) -> str:
    """The id of the rule that a document of this name was made from."""
    return name.rpartition("/")[2]
