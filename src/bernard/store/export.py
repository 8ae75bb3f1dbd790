"""Everything that one account owns, as files that people and other programs can read."""

from __future__ import annotations

import json
import os
import re
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bernard.errors import InputInvalid, NotFound, StoreUnavailable
from bernard.store import collections, conversations, documents, files, passages, people
from bernard.store.collections import Collection
from bernard.store.conversations import Conversation, Turn
from bernard.store.database import Store
from bernard.store.documents import Document
from bernard.store.faults import explain

# What some system refuses in the name of a file, and what could lead out of the folder.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]+|^[. ]+|[. ]+$')


def export(store: Store, owner: str, file: Path) -> int:
    """Write all that the account owns into a new ZIP; gives how many files are in it.

    `documents/` holds the originals, `texts/` what was read from them, `conversations/` each
    conversation as Markdown and JSON, and `index.json` says what each file is.

    Raises:
        NotFound: there is no such account.
        InputInvalid: the file exists.
        StoreUnavailable: the file cannot be written.
    """
    if file.exists():
        raise InputInvalid(f"{str(file)!r} exists. Give a name that is not taken.")
    part = file.with_name(f".{file.name}.part")
    try:
        with open(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600), "w+b") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed, store.read() as c:
                _Export(c, packed).write(owner)
                count = len(packed.namelist())
            out.flush()
            os.fsync(out.fileno())
        part.rename(file)
    except OSError as error:
        raise StoreUnavailable(explain(error, str(file))) from error
    finally:
        part.unlink(missing_ok=True)
    return count


class _Export:
    def __init__(self, c: Connection, packed: zipfile.ZipFile) -> None:
        self._c = c
        self._zip = packed
        self._taken: set[str] = set()

    def write(self, owner: str) -> None:
        account = people.get(self._c, owner)
        index = {
            "account": {"id": account.id, "name": account.name, "created": account.created},
            "collections": [self._collection(one) for one in collections.of_owner(self._c, owner)],
            "conversations": [
                self._conversation(one) for one in conversations.of_owner(self._c, owner)
            ],
        }
        self._zip.writestr(self._name("index.json"), _json(index))

    def _collection(self, collection: Collection) -> dict[str, Any]:
        held = documents.in_collection(self._c, collection.id)
        return collection._asdict() | {
            "documents": [self._document(collection, one) for one in held]
        }

    def _document(self, collection: Collection, document: Document) -> dict[str, Any]:
        path = f"{_safe(collection.name)}/{'/'.join(map(_safe, document.name.split('/')))}"
        where = document._asdict()
        if files.has(self._c, document.sha256):
            where["original"] = self._name(f"documents/{path}")
            self._zip.writestr(where["original"], files.get(self._c, document.sha256))
        try:
            read = passages.text_of(self._c, document.id)
        except NotFound:
            return where
        where["text"] = self._name(f"texts/{path}.txt")
        self._zip.writestr(where["text"], read.text)
        return where

    def _conversation(self, conversation: Conversation) -> dict[str, Any]:
        turns = conversations.turns_of(self._c, conversation.id)
        whole = conversation._asdict() | {"turns": [_turn(turn) for turn in turns]}
        day = time.strftime("%Y-%m-%d", time.gmtime(conversation.created))
        path = f"conversations/{day} {_safe(conversation.title)[:80]}"
        where = {"id": conversation.id, "title": conversation.title}
        for kind, content in (("json", _json(whole)), ("md", _markdown(conversation, whole))):
            where[kind] = self._name(f"{path}.{kind}")
            self._zip.writestr(where[kind], content)
        return where

    def _name(self, wanted: str) -> str:
        """A name that is not taken, also where capitals do not count."""
        stem, dot, ending = wanted.rpartition(".")
        if not dot or "/" in ending:
            stem, dot, ending = wanted, "", ""
        name, n = wanted, 1
        while name.casefold() in self._taken:
            n += 1
            name = f"{stem} ({n}){dot}{ending}"
        self._taken.add(name.casefold())
        return name


def _safe(part: str) -> str:
    """A part of a path that no system takes for anything but a name."""
    return _UNSAFE.sub("_", part.replace("/", "_"))[:120] or "_"


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "number": turn.number,
        "question": turn.question,
        "state": turn.state,
        "asked": turn.asked,
        "answer": json.loads(turn.answer) if turn.answer else None,
        "error": turn.error,
    }


def _markdown(conversation: Conversation, whole: Mapping[str, Any]) -> str:
    parts = [f"# {_line(conversation.title)}"]
    for turn in whole["turns"]:
        answer = turn["answer"] or {}
        parts += [f"## {_line(turn['question'])}", str(answer.get("answer") or turn["error"])]
        parts += [
            _citation(one) for claim in answer.get("claims", ()) for one in claim["citations"]
        ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _citation(citation: Mapping[str, Any]) -> str:
    page = f", page {citation['page']}" if citation.get("page") else ""
    return f"> {_line(citation['quote'])}\n>\n> {_line(citation['name'])}{page}"


def _line(words: str) -> str:
    return " ".join(words.split())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
