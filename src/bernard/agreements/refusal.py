"""Why a call is not allowed: every rule, box and dimension that stands against it, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from operator import itemgetter
from typing import Any

from bernard.agreements import above
from bernard.agreements.compiled import Ready
from bernard.agreements.dimensions import (
    DIMENSIONS,
    Bound,
    Dimension,
    Test,
    allowed_box,
    dimension,
    forbidden_box,
)
from bernard.agreements.schema import ANY, Agreement, Clause
from bernard.agreements.types import Call, Decision, Failed, Value

# A caller is helped by what nearly fits, and not by the whole agreement.
_MOST_CLAUSES = 2
_NEAR = 4


def refusal(call: Call, among: Sequence[Ready], now: float) -> Decision:
    """The refusal, by the agreement that comes nearest to allowing the call."""
    if not among:
        return Decision(False, reasons=("There is no agreement that could allow the call.",))
    values = {of.name: of.asked(call) for of in DIMENSIONS}
    # The cheap questions first, so that fifty agreements do not hold up every other call.
    near = nsmallest(_NEAR, among, key=lambda ready: _roughly(ready, values, now))
    nearest = min(near, key=lambda ready: _distance(ready, values, now))
    agreement = nearest.agreement
    found = against(nearest, call, now)
    reasons = _reasons(agreement, found)
    if len(among) > 1:
        reasons.append(f"None of the other {len(among) - 1} agreements in force allows it either.")
    return Decision(
        False,
        agreement.id,
        agreement.version,
        agreement.sha256,
        reasons=tuple(reasons),
        failed=tuple(found),
        forbidden_by=next((f.clause for f in found if f.dimension == "forbid"), ""),
        time=agreement.publication.time,
        sealed=ANY in agreement.publication.sealed,
    )


def against(ready: Ready, call: Call, now: float) -> list[Failed]:
    """Everything in one agreement that stands against the call."""
    agreement = ready.agreement
    found = [*ready.standing, *_term(ready, now), *_above(agreement, call)]
    found += _forbidden(agreement, call)
    if not agreement.clauses:
        sentence = f"The agreement {agreement.id!r} has no clauses, so it allows nothing."
        found.append(Failed("", "clauses", None, None, sentence, agreement.id))
    for (box, _), clause in zip(ready.clauses, agreement.clauses, strict=True):
        found += _outside(agreement, clause, call, box.bounds)
    return found


def failures(agreement: Agreement, clause: Clause, call: Call) -> list[Failed]:
    """Every dimension in which the call falls outside the clause."""
    supplier = agreement.parties.supplier
    bounds = allowed_box(clause, supplier.id if supplier else "")
    tests = ((dimension(name), bound) for name, bound in bounds.items())
    return _outside(agreement, clause, call, ((of, b, of.admits(b)) for of, b in tests))


def _outside(
    agreement: Agreement,
    clause: Clause,
    call: Call,
    bounds: Iterable[tuple[Dimension, Bound, Test]],
) -> list[Failed]:
    found = []
    for of, bound, test in bounds:
        value = of.asked(call)
        if not test(value):
            found.append(_failed(agreement, clause, of, value, bound))
    return found


def _failed(
    agreement: Agreement, clause: Clause, of: Dimension, value: Any, bound: Bound
) -> Failed:
    kept = _offending(of, value, bound)
    sentence = f"{_sentence(of, kept, bound)}."
    return Failed(clause.id, of.name, kept, plain(bound), sentence, agreement.id)


def _roughly(ready: Ready, values: Mapping[str, Any], now: float) -> tuple[bool, int]:
    """Whether it is not in force, then what the nearest clause lacks of what picks it."""
    lacks = (sum(not test(values[name]) for name, test in box.picks) for box, _ in ready.clauses)
    dormant = bool(ready.standing) or not ready.start <= now < ready.end
    return dormant, min(lacks, default=len(DIMENSIONS))


def _distance(ready: Ready, values: Mapping[str, Any], now: float) -> tuple[bool, int]:
    """The same, of everything that the nearest clause lacks."""
    lacks = (
        sum(not test(values[of.name]) for of, _, test in box.bounds) for box, _ in ready.clauses
    )
    return _roughly(ready, values, now)[0], min(lacks, default=len(DIMENSIONS))


def _term(ready: Ready, now: float) -> Iterator[Failed]:
    agreement, term = ready.agreement, ready.agreement.term
    if now < ready.start and term.start:
        sentence = f"The agreement {agreement.id!r} starts on {term.start}."
        yield Failed("", "term", None, term.start.isoformat(), sentence, agreement.id)
    if now >= ready.end and term.end:
        sentence = f"The agreement {agreement.id!r} ended on {term.end}."
        yield Failed("", "term", None, term.end.isoformat(), sentence, agreement.id)


def _above(agreement: Agreement, call: Call) -> Iterator[Failed]:
    if not call.places or call.places & {"", "unknown"}:
        sentence = f"Nobody has said where the model {call.model!r} runs."
        yield Failed("", "places", (), None, sentence, agreement.id)
    said = set()
    for rule in above.rules(agreement):
        if rule.id not in said and _inside(rule.box, call):
            said.add(rule.id)
            yield Failed("", rule.id, None, None, rule.sentence, agreement.id)


def _forbidden(agreement: Agreement, call: Call) -> Iterator[Failed]:
    for box in agreement.forbid:
        if _inside(forbidden_box(box), call):
            why = f" {box.summary}" if box.summary else ""
            sentence = f"It is inside what {box.id!r} forbids.{why}"
            yield Failed(box.id, "forbid", None, None, sentence, agreement.id)


def _inside(box: Any, call: Call) -> bool:
    return all(
        of.hits(bound)(of.asked(call)) for of, bound in ((dimension(n), b) for n, b in box.items())
    )


def _offending(of: Dimension, value: Any, bound: Bound) -> Value:
    """What the call has; of a set, only what the clause does not take."""
    if of.kind == "models":
        model, version = value
        return f"{model}@{version}" if version else str(model)
    if of.kind == "superset":
        assert isinstance(bound, frozenset)
        return tuple(sorted(bound - value))
    if of.kind == "subset":
        return tuple(sorted(word for word in value if not of.admits(bound)(frozenset({word}))))
    return value  # type: ignore[no-any-return]


def plain(bound: Bound) -> Value:
    """A bound as JSON can hold it."""
    return tuple(sorted(bound)) if isinstance(bound, frozenset) else bound


def _sentence(of: Dimension, value: Value, bound: Bound) -> str:
    if of.levels == (False, True):
        return f"{of.english} is not allowed"
    if of.kind == "superset":
        assert isinstance(value, tuple)
        return f"the {of.english} {_listed(value)} will not have run"
    if isinstance(bound, frozenset):
        words = value if isinstance(value, tuple) else (str(value),)
        among = f"not among {_listed(sorted(bound))}" if bound else "not allowed; none is"
        among = "not a word of the vocabulary" if ANY in bound else among
        return f"the {of.english} {_listed(words)} is {among}"
    than = "less than" if of.kind == "at_least" else "more than" if not of.levels else "above"
    return f"the {of.english} {_value(value)} is {than} {_value(bound)}"


def _value(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else repr(value)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(map(repr, words[:12])) + (" and others" if len(words) > 12 else "")


def _reasons(agreement: Agreement, found: Sequence[Failed]) -> list[str]:
    """What stands above the clauses, then the clauses that come nearest; `failed` has them all."""
    reasons = [f.sentence for f in found if not f.clause or f.dimension == "forbid"]
    lacking = []
    for clause in agreement.clauses:
        said = [f.sentence[:-1] for f in found if f.clause == clause.id and f.dimension != "forbid"]
        if said:
            lacking.append((len(said), f"Clause {clause.id!r}: {'; '.join(said)}."))
    lacking.sort(key=itemgetter(0))
    reasons += [sentence for _, sentence in lacking[:_MOST_CLAUSES]]
    left = len(lacking) - _MOST_CLAUSES
    if left > 0:
        more = "One more clause does" if left == 1 else f"{left} more clauses do"
        reasons.append(f"{more} not allow it either; `bernard agreement explain` says why.")
    return reasons
