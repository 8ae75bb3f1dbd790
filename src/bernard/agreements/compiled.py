"""An agreement made ready to decide many calls: every test built, the cheap questions first."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec

from bernard.agreements import above
from bernard.agreements.dimensions import (
    Bound,
    Dimension,
    Test,
    allowed_box,
    dimension,
    forbidden_box,
)
from bernard.agreements.schema import ANY, Agreement, Clause
from bernard.agreements.sign import verify
from bernard.agreements.types import Call, Decision, Failed

# What a service says again and again: these pick the clauses, once for each combination.
_KEYED = ("service", "purpose", "operation", "supplier", "model")
_PLACE = {name: place for place, name in enumerate(Call.__struct_fields__)}
everything = attrgetter(*Call.__struct_fields__)
# A call's size differs each time and decides little, so it is left out of what is remembered.
but_size = attrgetter(*(name for name in Call.__struct_fields__ if name != "bytes"))
key = attrgetter(*_KEYED, "version")

Key = tuple[str, str, str, str, str, str]
Tests = tuple[tuple[int, Test], ...]


class _Box(msgspec.Struct, frozen=True):
    """A clause or a forbid box: tests of what picks it, tests of the rest, and its size.

    Attributes:
        size: the most bytes that a clause takes; the fewest that a forbid box catches.
        bounds: what it says in each dimension, with the test.
    """

    picks: tuple[tuple[str, Test], ...]
    tests: Tests
    size: float
    bounds: tuple[tuple[Dimension, Bound, Test], ...]

    def picked(self, values: Mapping[str, Any]) -> bool:
        """Whether it can hold a call with these."""
        return all(test(values[name]) for name, test in self.picks)


class Candidate(msgspec.Struct, frozen=True):
    """A clause that may allow a call, with the boxes that may yet forbid it.

    Attributes:
        clause: with the tests that the call must pass.
        forbids: boxes; a call that passes all tests of one is forbidden.
        decision: the answer if it is allowed.
        ready: the agreement that it is from.
    """

    clause: _Box
    forbids: tuple[_Box, ...]
    decision: Decision
    ready: Ready

    def most_bytes(self, values: tuple[Any, ...]) -> float:
        """How large a call with these values may be; below zero if it is not allowed at all."""
        if not _passes(self.clause.tests, values):
            return -1
        most = self.clause.size
        for box in self.forbids:
            if _passes(box.tests, values):
                most = min(most, box.size - 1)
        return most


def _passes(tests: Tests, values: tuple[Any, ...]) -> bool:
    return all(test(values[place]) for place, test in tests)


class Ready(msgspec.Struct, frozen=True):
    """An agreement with its tests.

    Attributes:
        standing: why nothing is allowed under it at any time: not signed, no end. Empty if all is well.
        start, end: seconds since 1970 between which it is in force.
    """

    agreement: Agreement
    clauses: tuple[tuple[_Box, Decision], ...]
    forbids: tuple[_Box, ...]
    standing: tuple[Failed, ...]
    start: float
    end: float

    def candidates(self, of: Key) -> tuple[Candidate, ...]:
        """The clauses that may allow calls with this key."""
        values: dict[str, Any] = dict(zip(_KEYED, of, strict=False))
        values["model"] = of[4:]
        forbids = tuple(box for box in self.forbids if box.picked(values))
        return tuple(
            Candidate(box, forbids, decision, self)
            for box, decision in self.clauses
            if box.picked(values)
        )


@lru_cache(maxsize=256)
def compiled(agreement: Agreement) -> Ready:
    """The agreement, ready."""
    forbidden = [rule.box for rule in above.rules(agreement)]
    forbidden += map(forbidden_box, agreement.forbid)
    return Ready(
        agreement,
        tuple((_clause(agreement, c), _decision(agreement, c)) for c in agreement.clauses),
        tuple(_box(box, admits=False) for box in forbidden),
        standing(agreement),
        _midnight(agreement.term.start, float("inf")),
        _midnight(agreement.term.end, float("inf")),
    )


def standing(agreement: Agreement) -> tuple[Failed, ...]:
    """Why nothing is allowed under the agreement, whatever the day."""
    if agreement.status != "signed":
        return (_standing(agreement, "status", f"is {agreement.status}, not signed"),)
    found = []
    if agreement.term.start is None:
        found.append(_standing(agreement, "term", "has no start"))
    if above.has_outside_supplier(agreement):
        if agreement.term.end is None:
            found.append(_standing(agreement, "term", "has a supplier and no end"))
        if agreement.parties.supplier is None:
            found.append(_standing(agreement, "parties", "lets text leave and names no supplier"))
        if not verify(agreement).complete:
            found.append(
                _standing(agreement, "signatures", "is not signed by both sides with valid keys")
            )
    return tuple(found)


def _standing(agreement: Agreement, rule: str, words: str) -> Failed:
    sentence = f"The agreement {agreement.id!r} {words}."
    return Failed("", rule, agreement.status, "signed", sentence, agreement.id)


def _clause(agreement: Agreement, clause: Clause) -> _Box:
    supplier = agreement.parties.supplier
    return _box(allowed_box(clause, supplier.id if supplier else ""), admits=True)


def _box(bounds: Mapping[str, Bound], *, admits: bool) -> _Box:
    made = []
    for name, bound in bounds.items():
        of = dimension(name)
        made.append((of, bound, of.admits(bound) if admits else of.hits(bound)))
    size = bounds.get("bytes")
    return _Box(
        tuple((of.name, test) for of, _, test in made if of.name in _KEYED),
        tuple(
            (_PLACE[of.name], test)
            for of, bound, test in made
            if of.name not in (*_KEYED, "bytes") and not (admits and _always(of, bound))
        ),
        float(size) if isinstance(size, int) else float("inf") if admits else 0,
        tuple(made),
    )


def _always(of: Dimension, bound: Bound) -> bool:
    """Whether a clause with this bound takes every value that a call can have."""
    if of.kind == "superset":
        return bound == frozenset()
    return of.levels == (False, True) and bound is True


def _decision(agreement: Agreement, clause: Clause) -> Decision:
    return Decision(
        True,
        agreement.id,
        agreement.version,
        agreement.sha256,
        clause.id,
        clause.safeguards,
        limits=clause.limits,
        links=clause.tools.links,
        content_days=agreement.duties.retain_content_days,
        tools=clause.tools.allowed,
        time=agreement.publication.time,
        sealed=bool({clause.id, ANY} & set(agreement.publication.sealed)),
    )


def _midnight(day: datetime.date | None, missing: float) -> float:
    if day is None:
        return missing
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp()
