"""The smallest change of an agreement that would make it allow a call."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from bernard.agreements.above import rules
from bernard.agreements.decide import decide
from bernard.agreements.dimensions import Dimension, dimension, forbidden_box
from bernard.agreements.nearest import Mend, listed
from bernard.agreements.refusal import failures, plain
from bernard.agreements.schema import Agreement, Clause, Forbid
from bernard.agreements.space import Bounds, Space, supplier_of
from bernard.agreements.types import Call


class NearestAgreement(msgspec.Struct, frozen=True):
    """The fewest changes to an agreement that make it allow the call."""

    agreement: str
    clause: str
    changes: tuple[Mend, ...]


def nearest_agreement(
    agreements: Iterable[Agreement], call: Call, today: datetime.date
) -> NearestAgreement | None:
    """The smallest change of the words of one agreement that would allow the call as it is.

    None where no agreement could: a rule above them all forbids it, or a word is in no vocabulary.
    """
    found = []
    for agreement in agreements:
        if not _beyond_all(agreement, call):
            for number, clause in enumerate(agreement.clauses):
                changes, changed = _amended(agreement, number, call)
                found.append((len(changes), agreement, clause, changes, changed))
    for _, agreement, clause, changes, changed in sorted(found, key=lambda one: one[0]):
        if decide(changed, call, today, as_if_signed=True).allowed:
            return NearestAgreement(agreement.id, clause.id, changes)
    return None


def _beyond_all(agreement: Agreement, call: Call) -> bool:
    """Whether no change of the agreement could allow the call."""
    stated = replace(agreement.legal, article_9_condition="stated", article_10_condition="stated")
    ruled_out = any(_catches(rule.box, call) for rule in rules(replace(agreement, legal=stated)))
    return ruled_out or not call.places or Space([agreement], [call]).point(call) is None


def _amended(agreement: Agreement, number: int, call: Call) -> tuple[tuple[Mend, ...], Agreement]:
    """What to change so that the clause allows the call, and the agreement with it changed."""
    clause = agreement.clauses[number]
    changes, changed = [], clause
    for failed in failures(agreement, clause, call):
        of = dimension(failed.dimension)
        after = _allowing(of, clause, supplier_of(agreement), call)
        before = of.allowed(clause, supplier_of(agreement))
        what = f"clauses.{clause.id}.{of.clause}"
        told = f"Change {of.clause} of clause {clause.id!r} {_from_to(before, after)}."
        changes.append(Mend(what, plain(before), after, told))
        changed = _replaced(changed, of.clause, after)
    clauses = (*agreement.clauses[:number], changed, *agreement.clauses[number + 1 :])
    kept = tuple(box for box in agreement.forbid if not _catches(forbidden_box(box), call))
    changes += [_lifted(box) for box in agreement.forbid if box not in kept]
    amended = replace(agreement, clauses=clauses, forbid=kept)
    conditions, amended = _with_conditions(amended, call)
    return (*changes, *conditions), amended


def _allowing(of: Dimension, clause: Clause, supplier: str, call: Call) -> Any:
    """What the clause must have so as to take the call: all that it has, and what the call needs."""
    bound, value = of.allowed(clause, supplier), of.asked(call)
    if not isinstance(bound, frozenset):
        return value
    if of.kind == "superset":
        return tuple(sorted(bound & value))
    if of.kind == "models":
        model, version = value
        return (*sorted(bound), f"{model}@{version}" if version else model)
    return tuple(sorted(bound | (value if isinstance(value, frozenset) else {value})))


def _from_to(before: Any, after: Any) -> str:
    if not isinstance(after, tuple):
        return f"from {before!r} to {after!r}"
    gone, new = set(before) - set(after), set(after) - set(before)
    return f"to leave out {listed(gone)}" if gone else f"to add {listed(new)}"


def _replaced(part: Any, path: str, value: Any) -> Any:
    """The part of an agreement with one value, which may stand deeper, replaced."""
    name, _, rest = path.partition(".")
    return replace(part, **{name: _replaced(getattr(part, name), rest, value) if rest else value})


def _lifted(box: Forbid) -> Mend:
    told = f"Take away, or narrow, what {box.id!r} forbids."
    return Mend(f"forbid.{box.id}", box.summary or box.id, None, told)


def _catches(bounds: Bounds, call: Call) -> bool:
    return all(
        dimension(name).hits(bound)(dimension(name).asked(call)) for name, bound in bounds.items()
    )


def _with_conditions(agreement: Agreement, call: Call) -> tuple[list[Mend], Agreement]:
    """The legal conditions that the data of the call needs."""
    needed = {"article-9": bool(call.special), "article-10": call.offence}
    changes, legal = [], agreement.legal
    for rule in rules(agreement):
        if needed.get(rule.id):
            field = f"{rule.id.replace('-', '_')}_condition"
            legal = replace(legal, **{field: "to be stated"})
            told = f"State the condition in legal.{field}, if there is one."
            changes.append(Mend(f"legal.{field}", "", "to be stated", told))
    return changes, replace(agreement, legal=legal)
