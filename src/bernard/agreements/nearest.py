"""The smallest change of a call, and of an agreement, that would make the one allow the other."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from bernard.agreements.above import rules
from bernard.agreements.boxes import Box, Steps
from bernard.agreements.decide import decide
from bernard.agreements.dimensions import DIMENSIONS, Dimension, dimension, forbidden_box
from bernard.agreements.reach import Reach
from bernard.agreements.refusal import failures, plain
from bernard.agreements.schema import Agreement, Clause, Forbid
from bernard.agreements.space import Axis, Space, supplier_of
from bernard.agreements.types import Call, Value

# Of equally many changes, those that come first are easier to make.
_EASIEST = (
    "safeguards", "involvement", "tools", "outside_effects", "bytes", "identifiability",
    "training", "human_review", "retention_s", "places", "model", "supplier", "effect", "caveats",
    "descriptors", "categories", "special", "offence", "subjects", "sensitive", "tier",
    "untrusted", "operation", "service", "purpose",
)  # fmt: skip
_RANK = {name: place for place, name in enumerate(_EASIEST)}


class Mend(msgspec.Struct, frozen=True):
    """One thing to change.

    Attributes:
        what: a dimension of the call, or a place in the agreement, `clauses.c1.data.categories`.
    """

    what: str
    before: Value
    after: Value
    sentence: str


class NearestCall(msgspec.Struct, frozen=True):
    """The fewest changes to the call that make a clause allow it; `call` is the changed one."""

    agreement: str
    clause: str
    changes: tuple[Mend, ...]
    call: Call


class NearestAgreement(msgspec.Struct, frozen=True):
    """The fewest changes to an agreement that make it allow the call."""

    agreement: str
    clause: str
    changes: tuple[Mend, ...]


def nearest_call(
    agreements: Sequence[Agreement], call: Call, today: datetime.date
) -> NearestCall | None:
    """The nearest call that the words of some agreement allow; None if they allow none.

    Whether the agreement is in force is not asked. Each proposal is tried before it is made.
    """
    best: list[tuple[tuple[int, int, int], Agreement, dict[str, Any]]] = []
    for agreement in agreements:
        space = Space([agreement], [call])
        for box in Reach(space, agreement).cover(Steps()):
            mended = dict(_mended(space, box, call))
            best.append((_effort(mended, call), agreement, mended))
    best.sort(key=lambda found: found[0])
    for _, agreement, mended in best:
        changed = _with(call, mended)
        decision = decide(agreement, changed, today, as_if_signed=True)
        if decision.allowed:
            changes = tuple(_call_change(call, name, value) for name, value in mended.items())
            return NearestCall(agreement.id, decision.clause, changes, changed)
    return None


def _mended(space: Space, box: Box, call: Call) -> Iterator[tuple[str, Any]]:
    """What the call must have otherwise to be in the box, by dimension."""
    for name, axis in space.axes.items():
        value = axis.dimension.asked(call)
        hits = [hit for hit in box.hits if hit & axis.mask]
        new = _nearest_value(axis, box.may & axis.mask, hits, value)
        if new != value:
            yield name, new


def _nearest_value(axis: Axis, may: int, hits: Sequence[int], value: Any) -> Any:
    """The value itself if the box has it, otherwise the nearest that it has."""
    if axis.dimension.kind == "superset":
        return value | axis.value(may)
    if axis.dimension.kind == "subset":
        return _nearest_set(axis, may, hits, value)
    bits = axis.bits(value) or 0
    if bits & may:
        return value
    ordered = axis.dimension.levels or axis.numeric
    here = axis.words(bits)[0] if bits and ordered else axis.atoms[0]
    from_here = axis.atoms.index(here)
    return min(
        axis.words(may),
        key=lambda atom: (atom == axis.other, abs(axis.atoms.index(atom) - from_here)),
    )


def _nearest_set(axis: Axis, may: int, hits: Sequence[int], value: frozenset[str]) -> Any:
    kept = {word for word in value if (axis.bits(frozenset({word})) or 0) & may}
    for hit in hits:
        if not (axis.bits(frozenset(kept)) or 0) & hit:
            kept.add(axis.words(hit & may)[0])
    return frozenset(kept)


def _effort(mended: dict[str, Any], call: Call) -> tuple[int, int, int]:
    """How many dimensions change, how many words in all, and how hard they are to change."""
    words = sum(
        len(value ^ getattr(call, name)) if isinstance(value, frozenset) else 1
        for name, value in mended.items()
    )
    return len(mended), words, sum(_RANK[name] for name in mended)


def _with(call: Call, mended: dict[str, Any]) -> Call:
    values = dict(mended)
    if "model" in values:
        values["model"], values["version"] = values["model"]
    return replace(call, **values)


def _call_change(call: Call, name: str, after: Any) -> Mend:
    of = dimension(name)
    before = of.asked(call)
    if of.kind == "models":
        before, after = (
            f"{model}@{version}" if version else model for model, version in (before, after)
        )
    return Mend(name, plain(before), plain(after), f"{_told(of, before, after)}.")


def _told(of: Dimension, before: Any, after: Any) -> str:
    if of.kind == "superset":
        return f"Run the {of.english} {_listed(after - before)} first"
    if of.kind == "subset":
        gone, new = before - after, after - before
        leave = f"Leave out the {of.english} {_listed(gone)}" if gone else ""
        add = f"{'a' if gone else 'A'}dd the {of.english} {_listed(new)}" if new else ""
        return " and ".join(filter(None, (leave, add)))
    if of.levels == (False, True):
        return f"Send {'only with' if after else 'without'} {of.english}"
    return f"Change the {of.english} from {before!r} to {after!r}"


def nearest_agreement(
    agreements: Iterable[Agreement], call: Call, today: datetime.date
) -> NearestAgreement | None:
    """The smallest change of the words of one agreement that would allow the call as it is.

    None where no agreement could: a rule above them all forbids it, or a word is in no vocabulary.
    """
    found = []
    for agreement in agreements:
        for number, clause in enumerate(agreement.clauses):
            changes, changed = _amended(agreement, number, call)
            found.append((len(changes), agreement, clause, changes, changed))
    for _, agreement, clause, changes, changed in sorted(found, key=lambda one: one[0]):
        if decide(changed, call, today, as_if_signed=True).allowed:
            return NearestAgreement(agreement.id, clause.id, changes)
    return None


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
        changes.append(Mend(what, plain(before), _said(after), told))
        changed = _replaced(changed, of.clause, after)
    clauses = (*agreement.clauses[:number], changed, *agreement.clauses[number + 1 :])
    kept = tuple(box for box in agreement.forbid if not _catches(box, call))
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
    return f"to leave out {_listed(gone)}" if gone else f"to add {_listed(new)}"


def _replaced(part: Any, path: str, value: Any) -> Any:
    """The part of an agreement with one value, which may stand deeper, replaced."""
    name, _, rest = path.partition(".")
    return replace(part, **{name: _replaced(getattr(part, name), rest, value) if rest else value})


def _lifted(box: Forbid) -> Mend:
    told = f"Take away, or narrow, what {box.id!r} forbids."
    return Mend(f"forbid.{box.id}", box.summary or box.id, None, told)


def _catches(box: Forbid, call: Call) -> bool:
    bounds = forbidden_box(box)
    return all(of.hits(bounds[of.name])(of.asked(call)) for of in DIMENSIONS if of.name in bounds)


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


def _said(value: Any) -> Value:
    return value  # type: ignore[no-any-return]


def _listed(words: Iterable[str]) -> str:
    return ", ".join(map(repr, sorted(words)))
