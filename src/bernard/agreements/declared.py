"""What two versions of an agreement declare differently, outside the space of calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args

import msgspec

from bernard.agreements.privacy import beyond
from bernard.agreements.schema import ANY, Agreement, Clause, Limit, Privacy, TimeStep

Direction = Literal["looser", "tighter", "changed"]
Value = str | int | float | bool | tuple[str, ...] | None

_AMOUNTS = ("calls", "tokens", "bytes", "pence")
_MORE_IS_LOOSER = ("term.end", "duties.breach_hours", "duties.retain_content_days")
_LESS_IS_LOOSER = ("term.start", "duties.retain_log_days")
_LESS_SAID_IS_LOOSER = (
    "legal.power", "legal.lawful_basis", "legal.dpia.reference", "legal.dpia.sha256",
    "legal.contract", "legal.transfer_mechanism", "term.review_by",
)  # fmt: skip
_PROSE = ("title", "summary", "source")
_STATUSES = ("ended", "suspended", "draft", "signed")
# The calls themselves are compared as sets; who signed is not what was agreed.
_ELSEWHERE = (
    "clauses", "forbid", "signatures", "sha256", "schema", "version", "supersedes", "privacy",
)  # fmt: skip


class Change(msgspec.Struct, frozen=True):
    """One thing that the second agreement declares differently.

    Attributes:
        what: where it stands, `term.end` or `clauses.c1.limits.day.tokens`.
        direction: whether it binds the parties less, more, or only otherwise.
    """

    what: str
    before: Value
    after: Value
    direction: Direction
    sentence: str


def changes(before: Agreement, after: Agreement) -> tuple[Change, ...]:
    """Every declared thing that differs, in the order of the file; then privacy, limits and links."""
    old, new = dict(_flat("", _declared(before))), dict(_flat("", _declared(after)))
    found = [_change(what, old.get(what), new.get(what)) for what in dict.fromkeys((*old, *new))]
    found += _privacy_changes(before.privacy, after.privacy)
    found += _clause_changes(before, after)
    return tuple(change for change in found if change.before != change.after)


def _declared(agreement: Agreement) -> dict[str, Any]:
    whole: dict[str, Any] = msgspec.to_builtins(agreement)
    return {name: part for name, part in whole.items() if name not in _ELSEWHERE}


def _flat(path: str, part: Any) -> Iterator[tuple[str, Value]]:
    if isinstance(part, Mapping):
        for name, inner in part.items():
            yield from _flat(f"{path}.{name}" if path else name, inner)
    elif path == "parties.sub_processors":
        yield path, tuple(", ".join(filter(None, inner.values())) for inner in part)
    else:
        yield path, tuple(part) if isinstance(part, list) else part


def _change(what: str, before: Value, after: Value) -> Change:
    told = f"{what} was {_told(before)} and is {_told(after)}."
    if what in _PROSE and before and after:
        told = f"{what} is in other words."
    return Change(what, before, after, _direction(what, before, after), told)


def _direction(what: str, before: Value, after: Value) -> Direction:
    if what == "status":
        up = _STATUSES.index(str(after)) > _STATUSES.index(str(before))
        return "looser" if up else "tighter"
    if what == "publication.sealed":
        return _by_any(before or (), after or ())
    if what == "publication.time":
        return _by_step(before, after)
    if what == "duties.publish":
        return _by_words(after or (), before or ())
    if what == "parties.sub_processors":
        return _by_words(before or (), after or ())
    if what in _LESS_SAID_IS_LOOSER and bool(before) != bool(after):
        return "looser" if before else "tighter"
    if what in _MORE_IS_LOOSER:
        return _by_size(before, after)
    if what in _LESS_IS_LOOSER:
        return _by_size(after, before) if before and after else _by_size(before, after)
    return "changed"


def _by_size(before: Any, after: Any) -> Direction:
    """More is looser; nothing said is no bound at all."""
    if before is None or after is None:
        return "looser" if after is None else "tighter"
    return "looser" if after > before else "tighter"


def _by_words(fewer: Any, more: Any) -> Direction:
    """Looser if words were only added, from `fewer` to `more`."""
    if set(fewer) <= set(more):
        return "looser"
    return "tighter" if set(more) <= set(fewer) else "changed"


def _privacy_changes(before: Privacy, after: Privacy) -> Iterator[Change]:
    """What may stay in a text otherwise than before."""
    looser = {one.field: one.sentence for one in beyond(after, before)}
    tighter = {one.field for one in beyond(before, after)}
    for name in Privacy.__struct_fields__:
        change = _change(f"privacy.{name}", _listed(before, name), _listed(after, name))
        # What is swapped for something else leaves some in that did not stay before.
        direction: Direction = "tighter" if name in tighter else "changed"
        direction = "looser" if name in looser else direction
        told = f"{change.sentence} {looser.get(name, '')}".rstrip()
        yield msgspec.structs.replace(change, direction=direction, sentence=told)


def _listed(section: Privacy, name: str) -> Value:
    value = getattr(section, name)
    if name == "deny":
        return tuple(f"{word.word} ({word.kind})" for word in value)
    found: Value = value
    return found


def _clause_changes(before: Agreement, after: Agreement) -> Iterator[Change]:
    """What the same clause limits otherwise, and where else its replies may link to."""
    old = {clause.id: clause for clause in before.clauses}
    for clause in after.clauses:
        if clause.id in old:
            yield from _limit_changes(old[clause.id], clause)
            yield _links_change(old[clause.id], clause)


def _links_change(before: Clause, after: Clause) -> Change:
    old, new = before.tools.links, after.tools.links
    change = _change(f"clauses.{after.id}.tools.links", old, new)
    direction = _by_any(old, new)
    return msgspec.structs.replace(change, direction=direction)


def _by_any(before: Any, after: Any) -> Direction:
    """Looser if words were only added; `any` stands for all of them."""
    if ANY not in (*before, *after):
        return _by_words(before, after)
    return "looser" if ANY in after else "tighter"


def _by_step(before: Any, after: Any) -> Direction:
    """The coarser a time is, the less is public; what is not said, the body decides."""
    steps = get_args(TimeStep)
    if before is None or after is None:
        return "changed"
    return "looser" if steps.index(after) > steps.index(before) else "tighter"


def _limit_changes(before: Clause, after: Clause) -> Iterator[Change]:
    old, new = _limits(before.limits), _limits(after.limits)
    for what in dict.fromkeys((*old, *new)):
        change = _change(f"clauses.{after.id}.limits.{what}", old.get(what), new.get(what))
        if change.before != change.after:
            direction = _by_size(change.before, change.after)
            yield msgspec.structs.replace(change, direction=direction)


def _limits(limits: tuple[Limit, ...]) -> dict[str, float]:
    """The tightest amount of each thing in each period."""
    found: dict[str, float] = {}
    for limit in limits:
        for amount in _AMOUNTS:
            most = getattr(limit, amount)
            if most is not None:
                what = f"{limit.per}.{amount}"
                found[what] = min(most, found.get(what, most))
    return found


def _told(value: Value) -> str:
    if value is None or value == "" or value == ():
        return "not stated"
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return repr(value) if isinstance(value, str) else str(value)
