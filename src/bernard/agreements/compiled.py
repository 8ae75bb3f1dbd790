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
    DIMENSIONS,
    Bound,
    Test,
    allowed_box,
    dimension,
    forbidden_box,
)
from bernard.agreements.schema import Agreement, Clause
from bernard.agreements.sign import verify
from bernard.agreements.types import Decision, Failed

# What a service says again and again: these pick the clauses, once for each combination.
_KEYED = ("service", "purpose", "operation", "supplier", "model")
_ASKED = tuple(d.name for d in DIMENSIONS if d.name not in _KEYED)
_PLACE = {name: place for place, name in enumerate(_ASKED)}
asked = attrgetter(*_ASKED)
key = attrgetter(*_KEYED, "version")

Key = tuple[str, str, str, str, str, str]
Tests = tuple[tuple[int, Test], ...]


class _Box(msgspec.Struct, frozen=True):
    """A clause or a forbid box: tests of what picks it, and tests of the rest."""

    picks: tuple[tuple[str, Test], ...]
    tests: Tests

    def picked(self, values: Mapping[str, Any]) -> bool:
        """Whether it can hold a call with these."""
        return all(test(values[name]) for name, test in self.picks)


class Candidate(msgspec.Struct, frozen=True):
    """A clause that may allow a call, with the boxes that may yet forbid it.

    Attributes:
        tests: what the call must pass.
        forbids: boxes of tests; a call that passes all of one is forbidden.
        decision: the answer if it is allowed.
        ready: the agreement that it is from.
    """

    tests: Tests
    forbids: tuple[Tests, ...]
    decision: Decision
    ready: Ready

    def allows(self, values: tuple[Any, ...]) -> bool:
        """Whether a call with these values, in the order of `asked`, is allowed."""
        for place, test in self.tests:
            if not test(values[place]):
                return False
        for tests in self.forbids:
            for place, test in tests:
                if not test(values[place]):
                    break
            else:
                return False
        return True


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
        forbids = tuple(box.tests for box in self.forbids if box.picked(values))
        return tuple(
            Candidate(box.tests, forbids, decision, self)
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
    made = {}
    for name, bound in bounds.items():
        of = dimension(name)
        made[name] = of.admits(bound) if admits else of.hits(bound)
    return _Box(
        tuple((name, test) for name, test in made.items() if name in _KEYED),
        tuple(
            (_PLACE[name], test)
            for name, test in made.items()
            if name not in _KEYED and not (admits and _always(name, bounds[name]))
        ),
    )


def _always(name: str, bound: Bound) -> bool:
    """Whether a clause with this bound takes every value that a call can have."""
    of = dimension(name)
    if of.kind == "superset":
        return bound == frozenset()
    # An unknown word of a level is refused by its test, so only flags and no limit always pass.
    return bound is None or (of.levels == (False, True) and bound is True)


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
    )


def _midnight(day: datetime.date | None, missing: float) -> float:
    if day is None:
        return missing
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp()
