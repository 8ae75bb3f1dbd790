"""The log of calls to models, in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.responses import Response, StreamingResponse

from bernard.errors import NotFound
from bernard.ledger import Logged, reasons
from bernard.ledger.known import Known, known
from bernard.ledger.sentences import sentence
from bernard.look import words
from bernard.web.visit import Visit, whole_number

PAGE = 50
# A log this long is checked in a tenth of a second; a longer one when asked.
QUICK = 10_000


@dataclass(frozen=True)
class ShownEntry:
    """An entry with what it says in a sentence; `of` is the entry of intent it belongs to."""

    number: int
    words: str
    at: float
    of: int | None
    reasons: tuple[str, ...]
    json: str
    hash: str
    sealed: bool = False


def show_log(visit: Visit) -> Response:
    """A page of entries, newest first, and whether the whole log holds: at once or when asked."""
    before = visit.number("before")
    found = visit.bernard.ledger.newest(PAGE, before)
    newest = visit.bernard.ledger.newest(1)
    is_checked = bool(visit.query("check")) or not newest or newest[0].number < QUICK
    older = found[-1].number if found and found[-1].number > 0 else None
    return visit.page(
        "log.html",
        count=newest[0].number + 1 if newest else 0,
        verified=visit.bernard.ledger.verify() if is_checked else None,
        entries=[shown(one) for one in known(visit.bernard.store, found)],
        older=older,
    )


def show_entry(visit: Visit) -> Response:
    """One entry, in words and as it stands."""
    number = whole_number(visit.part("number"))
    if number is None:
        raise NotFound(f"The log has no entry {visit.part('number')!r}.")
    [found] = known(visit.bernard.store, [visit.bernard.ledger.get(number)])
    return visit.page("entry.html", entry=shown(found))


def download(visit: Visit) -> Response:
    """The whole log: a JSON line for each entry, enough to work out every hash again."""
    return StreamingResponse(
        _lines(visit),
        media_type="application/jsonl",
        headers={"Content-Disposition": 'attachment; filename="bernard-log.jsonl"'},
    )


def shown(found: Known) -> ShownEntry:
    """The entry as a page shows it: its words by what the body knows, its text as the public sees it."""
    entry, logged = found.fields, found.logged
    public = _fields(logged)
    return ShownEntry(
        number=logged.number,
        words=in_words(entry) if "event" in entry else "This entry cannot be read.",
        at=entry.get("at", 0),
        of=entry.get("of"),
        reasons=tuple(map(reasons.in_words, entry.get("reasons", ()))),
        json=json.dumps(public, indent=2, ensure_ascii=False) if public else logged.body,
        hash=logged.hash,
        sealed=found.sealed,
    )


def in_words(entry: dict[str, object]) -> str:
    """What happened, in a sentence.

    >>> in_words({"event": "outcome", "of": 3, "outcome": "finished", "milliseconds": 40})
    'The call of entry 3 finished after 40 ms.'
    """
    if entry["event"] == "outcome":
        return f"The call of entry {entry['of']} {entry['outcome']} after {entry.get('milliseconds', 0)} ms."
    if entry["event"] == "destruction":
        why = "Their time was over" if entry["because"] == "time" else "Somebody asked for it"
        return f"What stood for whom in {entry['destroyed']} cases was destroyed. {why}."
    if entry["event"] == "redaction":
        return _redaction(entry)
    if said := sentence(entry):
        return said
    who = str(entry.get("service") or "A program").capitalize()
    model = entry.get("model") or "a model"
    what = _OPERATIONS.get(str(entry.get("operation")), "use")
    if entry["event"] == "refusal":
        return f"{who} asked to {what} with {model}. It was refused, so nothing was sent."
    left = entry.get("left_bytes", 0)
    assert isinstance(left, int)
    went = (
        f"{words.size(left)} went to {entry.get('provider')} ({entry.get('place')})"
        if left
        else "nothing left this machine"
    )
    return f"{who} asked {model} to {what}, under clause {entry.get('clause')}: {went}."


def _redaction(entry: dict[str, object]) -> str:
    taken, left = (_sum(entry.get(name)) for name in ("taken_out", "left_in"))
    pages = words.plural(_sum({"pages": entry.get("texts", 0)}), "page")
    return (
        f"A document of {pages} was redacted: {taken} taken out, {left} left in by a person, who "
        f"looked at {entry.get('looked_at', 0)} of its pages."
    )


def _sum(counts: object) -> int:
    return sum(n for n in counts.values() if isinstance(n, int)) if isinstance(counts, dict) else 0


def _fields(logged: Logged) -> dict[str, Any]:
    """The entry's fields; none where somebody has made it unreadable."""
    try:
        return dict(logged.entry)
    except (msgspec.DecodeError, TypeError, ValueError):
        return {}


_OPERATIONS = {"chat": "word an answer", "embed": "compare meanings"}


def _lines(visit: Visit) -> Iterator[bytes]:
    for logged in visit.bernard.ledger.all():
        line = {"number": logged.number, "body": logged.body, "hash": logged.hash}
        yield msgspec.json.encode(line) + b"\n"
