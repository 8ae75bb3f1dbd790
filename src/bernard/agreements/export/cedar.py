"""An agreement as Cedar policies, which decide every call as `decide` does.

A service (the principal) asks for an operation (the action) from a supplier (the resource); all
else that a call has stands in the context. What is allowed is a `permit` for each clause; each
forbid box, and each rule above any agreement, is a `forbid`.

Source: Cedar policy language 4, https://docs.cedarpolicy.com.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bernard.agreements.above import rules
from bernard.agreements.canonical import sha256
from bernard.agreements.compiled import standing
from bernard.agreements.dimensions import (
    DIMENSIONS,
    Bound,
    Dimension,
    allowed_box,
    dimension,
    forbidden_box,
)
from bernard.agreements.schema import ANY, Agreement, Clause
from bernard.agreements.types import Call
from bernard.agreements.vocabulary import VERSION, words

NAMESPACE = "Bernard"
# What stands in the request itself; everything else is in its context.
_ENTITIES = {
    "service": ("principal", "Service"),
    "operation": ("action", "Action"),
    "supplier": ("resource", "Supplier"),
}
_MOST = 2**63 - 1  # A Cedar number has 64 bits.


def policies(agreement: Agreement, *, as_if_signed: bool = False) -> str:
    """The policies, as Cedar text with one comment that names the agreement.

    Args:
        as_if_signed: go by the words alone, whatever the status, signatures and term, as `decide`
            does when asked so.
    """
    supplier = agreement.parties.supplier.id if agreement.parties.supplier else ""
    written = [
        _policy("permit", f"clause/{clause.id}", clause.summary, _allowed(clause, supplier))
        for clause in agreement.clauses
    ]
    written += [
        _policy("forbid", f"forbid/{box.id}", box.summary, _caught(forbidden_box(box)))
        for box in agreement.forbid
    ]
    written += [
        _policy("forbid", f"above/{number}/{rule.id}", rule.sentence, _caught(rule.box))
        for number, rule in enumerate(rules(agreement), 1)
    ]
    written += [] if as_if_signed else list(_in_force(agreement))
    written += list(_known())
    head = f"// Agreement {agreement.id}, version {agreement.version}, sha256:{sha256(agreement)}\n"
    return head + "\n".join(written)


def _policy(effect: str, name: str, summary: str, conditions: Iterable[str]) -> str:
    """One policy; without conditions it holds for every call."""
    said = f"@summary({_string(' '.join(summary.split()))})\n" if summary else ""
    when = " &&\n  ".join(conditions)
    ending = f" when {{\n  {when}\n}};\n" if when else ";\n"
    return f"@id({_string(name)})\n{said}{effect} (principal, action, resource){ending}"


def _in_force(agreement: Agreement) -> Iterator[str]:
    """The status and the signatures are as they were when this was exported; the days count on."""
    for failed in standing(agreement):
        yield _policy("forbid", f"above/{failed.dimension}", failed.sentence, ())
    term = agreement.term
    if term.start is not None:
        before = f"context.now < {_day(term.start)}"
        yield _policy("forbid", "above/start", "The agreement has not started.", (before,))
    if term.end is not None:
        after = f"context.now >= {_day(term.end)}"
        yield _policy("forbid", "above/end", "The agreement has ended.", (after,))


def _known() -> Iterator[str]:
    """A word that no vocabulary has is refused; so is a call that has no place."""
    for one in DIMENSIONS:
        if one.vocabulary and one.kind != "superset":
            known, test = _set(one, words(one.vocabulary)), _test(one)
            unknown = f"!{known}.{test}({_asked(one)})"
            said = f"A word is not in the vocabulary of {one.vocabulary}."
            yield _policy("forbid", f"above/words/{one.name}", said, (unknown,))
    nowhere = "context.places.isEmpty()"
    yield _policy("forbid", "above/places", "Nobody has said where the model runs.", (nowhere,))


def _allowed(clause: Clause, supplier: str) -> Iterator[str]:
    for name, bound in allowed_box(clause, supplier).items():
        yield from _admits(dimension(name), bound)


def _caught(box: Mapping[str, Bound]) -> Iterator[str]:
    for name, bound in box.items():
        yield from _hits(dimension(name), bound)


def _admits(one: Dimension, bound: Bound) -> Iterator[str]:
    """What must hold for a clause with this bound to take a call; nothing if it takes any."""
    asked = _asked(one)
    if isinstance(bound, frozenset):
        yield from _admits_words(one, bound, asked)
    elif not one.levels:
        if bound is not None:
            yield f"{asked} >= 0 && {asked} <= {min(int(bound), _MOST)}"
    else:
        place = one.rank(bound)
        kept = one.levels[place:] if one.kind == "at_least" else one.levels[: place + 1]
        yield from _level(one, kept, asked)


def _admits_words(one: Dimension, bound: frozenset[str], asked: str) -> Iterator[str]:
    if one.kind == "models":
        yield _any_model(bound)
    elif one.kind == "superset":
        if bound:
            yield f"{asked}.containsAll({_set(one, bound)})"
    elif ANY in bound:
        # Words of no vocabulary are refused for every clause, so any known one will do.
        if one.kind == "one" and not one.vocabulary:
            yield f"{asked} != {_word(one, '')}"
    elif not bound:
        yield f"{asked}.isEmpty()" if _is_set(one) else "false"
    else:
        yield f"{_set(one, bound)}.{_test(one)}({asked})"


def _hits(one: Dimension, bound: Bound) -> Iterator[str]:
    """What must hold for a forbid box with this bound to catch a call."""
    asked = _asked(one)
    if isinstance(bound, frozenset):
        yield _hits_words(one, bound, asked)
    elif not one.levels:
        yield f"{asked} >= {min(int(bound or 0), _MOST)}"
    else:
        place = one.rank(bound)
        caught = one.levels[: place + 1] if one.kind == "at_least" else one.levels[place:]
        yield from _level(one, caught, asked)


def _hits_words(one: Dimension, bound: frozenset[str], asked: str) -> str:
    if not bound:
        return "false"
    if one.kind == "models":
        return _any_model(bound)
    if ANY in bound:
        return f"!{asked}.isEmpty()" if _is_set(one) else f"{asked} != {_word(one, '')}"
    if not _is_set(one):
        return f"{_set(one, bound)}.contains({asked})"
    others = words(one.vocabulary) - bound if one.vocabulary else frozenset()
    if others and len(others) < len(bound):
        return f"!{_set(one, others)}.containsAll({asked})"
    return f"{asked}.containsAny({_set(one, bound)})"


def _level(one: Dimension, levels: tuple[Any, ...], asked: str) -> Iterator[str]:
    if one.levels == (False, True):
        if len(levels) == 1:
            yield asked if levels[0] else f"!{asked}"
    elif levels:
        yield f"[{', '.join(map(_string, levels))}].contains({asked})"
    else:
        yield "false"


def _any_model(patterns: frozenset[str]) -> str:
    return f"({' || '.join(map(_model, sorted(patterns))) or 'false'})"


def _model(pattern: str) -> str:
    if pattern == ANY:
        return 'context.model != ""'
    name, at, version = pattern.partition("@")
    named = f"context.model == {_string(name)}"
    if not at:
        return named
    if version.endswith("*"):
        prefix = _string(version[:-1]).replace("*", r"\*")
        return f'({named} && context.version like {prefix[:-1]}*")'
    return f"({named} && context.version == {_string(version)})"


def _asked(one: Dimension) -> str:
    return _ENTITIES[one.name][0] if one.name in _ENTITIES else f"context.{one.name}"


def _is_set(one: Dimension) -> bool:
    return one.kind in ("subset", "superset")


def _test(one: Dimension) -> str:
    return "containsAll" if _is_set(one) else "contains"


def _set(one: Dimension, named: Iterable[str]) -> str:
    return f"[{', '.join(_word(one, word) for word in sorted(named))}]"


def _word(one: Dimension, word: str) -> str:
    if one.name in _ENTITIES:
        return f"{NAMESPACE}::{_ENTITIES[one.name][1]}::{_string(word)}"
    return _string(word)


def _string(text: str) -> str:
    r"""A text as Cedar writes it; what is not plain is written as its number.

    >>> _string('a "b" \u202e')
    '"a \\"b\\" \\u{202e}"'
    """
    written = (
        f"\\{c}" if c in '"\\' else c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text
    )
    return f'"{"".join(written)}"'


def _day(day: datetime.date) -> str:
    return f'datetime("{day.isoformat()}")'


def schema() -> str:
    """The Cedar schema, under which the policies of any agreement are valid."""
    fields = ["now: datetime", "model: String", "version: String"]
    fields += [
        f"{one.name}: {_type(one)}"
        for one in DIMENSIONS
        if one.name not in _ENTITIES and one.kind != "models"
    ]
    context = ",\n".join(f"      {field}" for field in fields)
    actions = ", ".join(map(_string, sorted(words("operations"))))
    return f"""// Bernard's calls to models, vocabularies version {VERSION}
namespace {NAMESPACE} {{
  entity Service;
  entity Supplier;
  action {actions} appliesTo {{
    principal: [Service],
    resource: [Supplier],
    context: {{
{context}
    }}
  }};
}}
"""


def _type(one: Dimension) -> str:
    if _is_set(one):
        return "Set<String>"
    if one.levels == (False, True):
        return "Bool"
    return "String" if one.levels or one.kind == "one" else "Long"


def request(call: Call, now: datetime.datetime) -> dict[str, Any]:
    """A call as the request that Cedar decides."""
    context: dict[str, Any] = {
        "now": {
            "__extn": {"fn": "datetime", "arg": now.astimezone(datetime.UTC).strftime("%FT%TZ")}
        },
        "model": call.model,
        "version": call.version,
    }
    for one in DIMENSIONS:
        if one.name not in _ENTITIES and one.kind != "models":
            value = one.asked(call)
            context[one.name] = sorted(value) if isinstance(value, frozenset) else value
    named = {
        key: {"type": f"{NAMESPACE}::{kind}", "id": getattr(call, name)}
        for name, (key, kind) in _ENTITIES.items()
    }
    return {**named, "context": context}
