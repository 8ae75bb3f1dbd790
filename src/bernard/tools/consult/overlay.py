"""What people did since the machine mapped the responses, laid over what it said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from bernard.tools.consult.framework import State
from bernard.tools.consult.types import Assigned, Decided, Mapped, Span


def as_now(state: State, mapped: list[Mapped]) -> list[Mapped]:
    """The machine's mapping in terms of the themes in use.

    What was mapped to a merged theme follows it. A theme that was split or discarded drops out, and
    who loses their last theme so is in doubt until the responses are mapped again.
    """
    now = {id: _now(state, id) for id in state.known}
    if all(new == id for id, new in now.items()):
        return mapped
    return [_moved(one, now) for one in mapped]


def decided_over(mapped: Sequence[Mapped], decided: Iterable[Decided]) -> list[Mapped]:
    """The mapping with what people decided in the place of what the machine says.

    What was decided in sight of the machine's answer is newer than what was coded blind.
    """
    over = list(mapped)
    for one in sorted(decided, key=lambda d: (not d.blind, d.at)):
        over[one.response] = _as_mapped(one, mapped[one.response])
    return over


def _as_mapped(decided: Decided, machine: Mapped) -> Mapped:
    said = {one.theme: one for one in machine.themes}
    themes = []
    for id, span in decided.themes.items():
        shown = span or said.get(id) or Span(0, 0)
        themes.append(Assigned(id, 1.0, shown.start, shown.end, decided.by))
    return Mapped(decided.response, decided.outcome, tuple(themes), 0.0, decided.by)


def _moved(one: Mapped, now: dict[str, str]) -> Mapped:
    if all(now.get(a.theme) == a.theme for a in one.themes):
        return one
    themes: dict[str, Assigned] = {}
    for assigned in one.themes:
        id = now.get(assigned.theme, "")
        if id and (id not in themes or themes[id].confidence < assigned.confidence):
            themes[id] = replace(assigned, theme=id)
    left = tuple(sorted(themes.values(), key=lambda a: (-a.confidence, a.theme)))
    if left:
        return replace(one, themes=left)
    return replace(one, themes=(), outcome="none of these", doubt=1.0)


def _now(state: State, id: str) -> str:
    """The theme in use that this one has become; empty where there is none."""
    seen = set()
    while id not in seen:
        seen.add(id)
        known = state.known[id]
        if known.fate == "in use":
            return id
        if known.fate == "merged":
            id = known.into[0]
    return ""
