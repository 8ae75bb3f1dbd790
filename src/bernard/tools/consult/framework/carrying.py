"""What people decided, in terms of the framework as it is now.

Nothing that was decided is altered. Decisions about a merged theme follow it; a response with a theme
that was split has to be looked at again; a discarded theme drops out, and is there again when it returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from bernard.tools.consult.framework.state import Known, State
from bernard.tools.consult.types import Decided, Span


@dataclass(frozen=True)
class Carried:
    """What people decided, sorted by whether it still holds.

    Attributes:
        holds: in terms of the themes in use.
        again: made of a theme that has been split since, as they were made; these do not count.
    """

    holds: tuple[Decided, ...]
    again: tuple[Decided, ...]


def carried(state: State, decided: Iterable[Decided]) -> Carried:
    """What people decided, as it counts now."""
    now = {id: _now(state.known, id) for id in state.known}
    holds: list[Decided] = []
    again: list[Decided] = []
    for one in decided:
        if any(now.get(id, "gone") == "split" for id in one.themes):
            again.append(one)
        else:
            holds.append(_translated(one, now))
    return Carried(tuple(holds), tuple(again))


def unjudged(state: State, decided: Decided) -> frozenset[str]:
    """Themes that were not there yet when this was decided, so that it says nothing about them."""
    return frozenset(
        id
        for id, known in state.known.items()
        if known.fate == "in use" and known.since > decided.at
    )


def _now(known: Mapping[str, Known], id: str) -> str:
    """The theme that this one has become; `split` or `gone` where it is none."""
    here = known[id]
    seen = {id}
    while here.fate == "merged" and here.into[0] not in seen:
        id = here.into[0]
        seen.add(id)
        here = known[id]
    if here.fate == "in use":
        return id
    return "split" if here.fate == "split" else "gone"


def _translated(one: Decided, now: Mapping[str, str]) -> Decided:
    themes: dict[str, Span | None] = {}
    for id, span in one.themes.items():
        new = now.get(id, "gone")
        if new != "gone":
            themes[new] = themes.get(new) or span
    if one.outcome != "themes" or themes:
        return one if themes == one.themes else replace(one, themes=themes)
    return replace(one, outcome="none of these", themes={})
