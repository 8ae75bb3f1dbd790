"""Replay the log: which calls that were made an agreement would have refused, and why."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any

import msgspec
from msgspec.structs import replace

from bernard.agreements.decide import decide
from bernard.agreements.privacy import MODES, beyond, masks
from bernard.agreements.schema import Agreement, Privacy
from bernard.agreements.types import Call, Decision, Failed
from bernard.errors import InputInvalid

# What entries written before these fields were kept cannot say; taken as what is easiest to allow.
_KEPT_LATER = (
    "special", "offence", "subjects", "identifiability", "training", "human_review", "retention_s",
    "involvement", "effect", "tools", "outside_effects", "untrusted",
)  # fmt: skip
_KEPT_SINCE = frozenset({"attempt", "declared_attributes", "attested_attributes"})
_EASIEST = {"identifiability": "anonymous", "involvement": "two-person"}
_SETS = frozenset({"descriptors", "caveats", "special", "subjects", "tools", "safeguards"})
_LARGE = 2**62
Decided = tuple[Decision, dict[str, str]]
_LAST_SECOND = 253_402_300_799  # of the year 9999
_FLAGS = frozenset({"offence", "outside_effects", "untrusted"})
_SAME = (
    "service", "purpose", "operation", "model", "descriptors", "caveats", "safeguards",
    *_KEPT_LATER,
)  # fmt: skip


class Why(msgspec.Struct, frozen=True):
    """One reason for refusals, with how many it stands behind.

    Attributes:
        dimension: of the call, or the rule or forbid box that caught it.
        sentence: as it was said of the first of them.
    """

    dimension: str
    calls: int
    sentence: str


class Refusal(msgspec.Struct, frozen=True):
    """One call that was made and would be refused."""

    number: int
    at: str
    service: str
    purpose: str
    model: str
    places: tuple[str, ...]
    left_bytes: int
    reasons: tuple[str, ...]


class Replayed(msgspec.Struct, frozen=True):
    """What an agreement would have made of the calls in a log.

    Attributes:
        calls: calls that were made; `left` of them sent text away from this machine.
        refused: calls that the agreement would refuse; `refused_left` of those that left.
        why: every reason, the commonest first; a call can have several.
        refusals: the first of the refused calls, in the order of the log.
        not_recorded: what entries did not say, with how many; they got the benefit of the doubt.
        unreadable: lines that hold no entry.
    """

    agreement: str
    version: int
    sha256: str
    calls: int
    left: int
    refused: int
    refused_left: int
    why: tuple[Why, ...]
    refusals: tuple[Refusal, ...]
    not_recorded: Mapping[str, int]
    unreadable: int


def replay(
    agreement: Agreement,
    entries: Iterable[tuple[int, Mapping[str, Any] | None]],
    *,
    as_written: bool = False,
    most: int = 100,
) -> Replayed:
    """Decide every call of a log again.

    Args:
        entries: number and fields of each entry, of any version; None where there are no fields.
        as_written: ask the status, signatures and term too, on the day of each call; else the words
            alone count, since a new agreement was not in force when old calls were made.
        most: refusals to keep.
    """
    count: Counter[str] = Counter()
    not_recorded: Counter[str] = Counter()
    why: Counter[str] = Counter()
    sentences: dict[str, str] = {}
    refusals: list[Refusal] = []
    decided = _Decider(agreement, as_written)
    for number, fields in entries:
        if fields is None:
            count["unreadable"] += 1
            continue
        if fields.get("event") != "intent":
            continue
        call, missing = call_of(fields)
        decision, reasons = decided(call, _time(fields).date() if as_written else datetime.date.min)
        stays = dict(_left_in(agreement, fields))
        left = bool(_number(fields.get("left_bytes")))
        count.update(calls=1, left=left)
        not_recorded.update(missing)
        reasons = {**reasons, **stays}
        if reasons or not decision.allowed:
            count.update(refused=1, refused_left=left)
            why.update(reasons.keys())
            for name, sentence in reasons.items():
                sentences.setdefault(name, sentence)
            if len(refusals) < most:
                refusals.append(_refusal(number, fields, call, tuple(reasons.values())))
    return Replayed(
        agreement.id,
        agreement.version,
        agreement.sha256,
        count["calls"],
        count["left"],
        count["refused"],
        count["refused_left"],
        tuple(Why(name, calls, sentences[name]) for name, calls in why.most_common()),
        tuple(refusals),
        dict(not_recorded),
        count["unreadable"],
    )


def read_entries(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """The entries of an exported log: JSON Lines, read one at a time, or one JSON list.

    An entry stands alone, or under `entry` or `body` beside its number, as `bernard ledger` writes
    it; one without a number gets its place.
    """
    held = (line for line in lines if line.strip())
    first = next(held, "")
    if first.lstrip().startswith("["):
        items: Iterable[Any] = _list(first + "".join(held))
    else:
        items = map(_decoded, chain([first] if first else [], held))
    for place, item in enumerate(items):
        yield _entry(place, item)


def _list(text: str) -> list[Any]:
    try:
        return msgspec.json.decode(text, type=list[Any])
    except msgspec.DecodeError as error:
        raise InputInvalid(f"The log is not JSON: {error}.") from error


def _decoded(line: str | bytes) -> Any:
    try:
        return msgspec.json.decode(line)
    except msgspec.DecodeError:
        return None


def _entry(place: int, item: Any) -> tuple[int, dict[str, Any] | None]:
    if not isinstance(item, dict):
        return place, None
    fields = item.get("entry", item.get("body", item))
    if isinstance(fields, str):
        fields = _decoded(fields)
    number = item.get("number", place)
    held = isinstance(fields, dict) and isinstance(fields.get("event"), str)
    return number if isinstance(number, int) else place, fields if held else None


def call_of(fields: Mapping[str, Any]) -> tuple[Call, tuple[str, ...]]:
    """The call that an entry records, and the names of what it does not record."""
    missing = _KEPT_LATER if _KEPT_SINCE.isdisjoint(fields) else ()
    tier, sensitive = _marking(fields)
    values: dict[str, Any] = {
        name: _EASIEST.get(name) if name in missing else fields.get(name) for name in _SAME
    }
    given = {name: _value(name, value) for name, value in values.items() if value is not None}
    categories = (*_texts(fields.get("declared")), *_texts(fields.get("derived")))
    places = _texts(fields.get("places")) or _texts([fields.get("place")])
    text = max(_number(fields.get("left_bytes")), _number(fields.get("characters")))
    required: dict[str, Any] = {"service": "", "purpose": "", "operation": "", "model": ""}
    call = Call(
        **required | given,
        supplier=str(fields.get("supplier", fields.get("provider", ""))),
        version=str(fields.get("model_version", "")),
        places=frozenset(places),
        tier=tier,
        sensitive=sensitive,
        categories=frozenset(categories),
        bytes=text,
    )
    return call, missing


def _value(name: str, value: Any) -> Any:
    """The value in its type; a log that others export may hold anything."""
    if name in _SETS:
        return frozenset(_texts(value))
    if name in _FLAGS:
        return value is True
    return _number(value) if name == "retention_s" else str(value)


def _marking(fields: Mapping[str, Any]) -> tuple[str, bool]:
    """Entries of today hold the tier and the flag; older ones hold both in one word."""
    tier, dash, rest = str(fields.get("marking", "")).partition("-")
    if not tier:
        return "OFFICIAL", True
    return tier, bool(dash and rest == "SENSITIVE") or bool(fields.get("sensitive"))


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        return ()
    return tuple(item for item in value if isinstance(item, str) and item)


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


class _Decider:
    """Decides a call once for all entries that are alike."""

    def __init__(self, agreement: Agreement, as_written: bool) -> None:
        self._agreement, self._as_written = agreement, as_written
        named = [clause.bytes_per_call for clause in agreement.clauses]
        named += [box.bytes_per_call for box in agreement.forbid]
        # At a limit and just below it, a clause and a forbid box may decide otherwise.
        self._sizes = sorted({n for most in named if most is not None for n in (most - 1, most)})
        self._cached = lru_cache(maxsize=4096)(self._decide)

    def __call__(self, call: Call, day: datetime.date) -> Decided:
        size = bisect_left(self._sizes, call.bytes)
        alike = self._sizes[size] if size < len(self._sizes) else _LARGE
        decided = self._cached(replace(call, bytes=alike), day)
        # Where the size itself is at fault, it is said.
        return self._decide(call, day) if "bytes" in decided[1] else decided

    def _decide(self, call: Call, day: datetime.date) -> Decided:
        decision = decide(self._agreement, call, day, as_if_signed=not self._as_written)
        return decision, {} if decision.allowed else dict(_nearest(decision))


def _nearest(decision: Decision) -> Iterator[tuple[str, str]]:
    """Why, by dimension: what stands above the clauses, then the clause that comes nearest."""
    by_clause: dict[str, list[Failed]] = {}
    for failed in decision.failed:
        if failed.dimension == "forbid" or not failed.clause:
            rule = f"forbid {failed.clause}" if failed.clause else failed.dimension
            yield rule, failed.sentence
        else:
            by_clause.setdefault(failed.clause, []).append(failed)
    for failed in min(by_clause.values(), key=len, default=[]):
        sentence = f"Clause {failed.clause!r}: {failed.sentence}"
        yield failed.dimension, sentence


def _left_in(agreement: Agreement, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """In what the text was looked through less strictly than the agreement asks.

    An entry says nothing of the values of its lists, so those are taken as they should have been; one
    that does not say how the text was looked through, or of a text that nobody had to, says nothing.
    """
    if not fields.get("detector") or not masks(agreement):
        return
    said = _texts(fields.get("policy"))
    asked = agreement.privacy
    had = Privacy(
        mode=fields["detector"] if fields["detector"] in MODES else asked.mode,
        style="natural" if "style:natural" in said else "placeholder",
        take=_words_of(said, "take:"),
        leave=_words_of(said, "leave:"),
        allow=asked.allow,
        deny=asked.deny if "deny-list" in said else (),
        keep=_words_of(said, "keep:") if any(w.startswith("keep:") for w in said) else ("family",),
    )
    for one in beyond(had, asked):
        yield f"privacy.{one.field}", one.sentence


def _words_of(said: Iterable[str], start: str) -> tuple[Any, ...]:
    return tuple(word[len(start) :] for word in said if word.startswith(start))


def _refusal(
    number: int, fields: Mapping[str, Any], call: Call, reasons: tuple[str, ...]
) -> Refusal:
    return Refusal(
        number,
        _time(fields).isoformat().replace("+00:00", "Z"),
        call.service,
        call.purpose,
        call.model,
        tuple(sorted(call.places)),
        _number(fields.get("left_bytes")),
        reasons,
    )


def _time(fields: Mapping[str, Any]) -> datetime.datetime:
    at = min(max(0, _number(fields.get("at"))), _LAST_SECOND)
    return datetime.datetime.fromtimestamp(at, datetime.UTC)
