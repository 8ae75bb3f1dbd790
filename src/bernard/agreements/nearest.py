"""The smallest change of a call that would make an agreement allow it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from bernard.agreements.boxes import Box, Steps
from bernard.agreements.decide import decide
from bernard.agreements.dimensions import Dimension, dimension
from bernard.agreements.reach import Reach
from bernard.agreements.refusal import plain
from bernard.agreements.schema import Agreement
from bernard.agreements.space import Axis, Space
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
        return f"Run the {of.english} {listed(after - before)} first"
    if of.kind == "subset":
        gone, new = before - after, after - before
        leave = f"Leave out the {of.english} {listed(gone)}" if gone else ""
        add = f"{'a' if gone else 'A'}dd the {of.english} {listed(new)}" if new else ""
        return " and ".join(filter(None, (leave, add)))
    if of.levels == (False, True):
        return f"Send {'only with' if after else 'without'} {of.english}"
    return f"Change the {of.english} from {before!r} to {after!r}"


def listed(words: Iterable[str]) -> str:
    """Words of a file, quoted, in the order of the alphabet."""
    return ", ".join(map(repr, sorted(words)))
