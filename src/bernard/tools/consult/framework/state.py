"""Where a framework stands after its changes: every theme there ever was, and the history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import msgspec

from bernard.tools.consult.framework.changes import Change
from bernard.tools.consult.types import Framework, Theme

Fate = Literal["in use", "merged", "split", "discarded", "never made"]


class Known(msgspec.Struct, frozen=True):
    """A theme that is or was in the framework.

    Attributes:
        fate: what became of it. `into`: the themes that it was merged or split into.
        since: when it was first there; 0 for those that the framework started with.
        found: id among those found or proposed, of a theme that was taken from there.
    """

    theme: Theme
    fate: Fate = "in use"
    into: tuple[str, ...] = ()
    since: float = 0.0
    found: str = ""


class Seen(NamedTuple):
    """Who looked at a theme, when, and which version of it."""

    by: str
    at: float
    version: int


@dataclass(frozen=True)
class Line:
    """One change in the history.

    Attributes:
        what: in plain words what was done, such as `renamed “A” to “B”`.
        touched: ids of the themes that it altered.
        before: those themes as they were, None for one that was not there.
        order: the order of all themes before it.
        undone_by: number of the change that took it back, 0 where none did.
        counts: whether it altered the framework; a mark that somebody looked does not.
    """

    number: int
    at: float
    by: str
    what: str
    change: Change
    touched: frozenset[str] = frozenset()
    before: Mapping[str, Known | None] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    undone_by: int = 0
    counts: bool = True

    @property
    def text(self) -> str:
        """Who did what."""
        return f"{self.by} {self.what}"


@dataclass(frozen=True)
class State:
    """A framework after its changes.

    Attributes:
        framework: the themes in use, in order.
        known: by id every theme there ever was.
        order: the ids of all of them; a theme that returns finds its place.
        history: every change, oldest first; none is ever taken out.
        seen: by theme who looked at it.
    """

    framework: Framework
    known: Mapping[str, Known]
    order: tuple[str, ...]
    history: tuple[Line, ...] = ()
    seen: Mapping[str, tuple[Seen, ...]] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """Number of the newest change, 0 before the first."""
        return self.history[-1].number if self.history else 0

    @property
    def themes(self) -> dict[str, Theme]:
        """The themes in use, by id."""
        return {theme.id: theme for theme in self.framework.themes}

    @property
    def taken(self) -> frozenset[str]:
        """Ids, among those found or proposed, of the themes that were taken and are still known."""
        return frozenset(k.found for k in self.known.values() if k.found and k.fate != "never made")

    def children(self, theme: str) -> list[Theme]:
        """The themes nested in this one."""
        return [t for t in self.framework.themes if t.parent == theme]

    def looked(self, theme: str) -> list[Seen]:
        """Who looked at the theme as it is now."""
        now = self.known[theme].theme.version
        return [seen for seen in self.seen.get(theme, ()) if seen.version == now]

    def line(self, number: int) -> Line | None:
        """The change of this number, None where there is none."""
        return self.history[number - 1] if 0 < number <= len(self.history) else None


def started(start: Framework) -> State:
    """A framework before any change; whatever is under no theme of its own stands at the top."""
    parents = {theme.id: theme.parent or "" for theme in start.themes}
    themes = {theme.id: Known(_flat(theme, parents)) for theme in start.themes}
    order = tuple(themes)
    return State(msgspec.structs.replace(start, themes=in_use(themes, order)), themes, order)


def _flat(theme: Theme, parents: Mapping[str, str]) -> Theme:
    """The theme under the uppermost of those that it is nested in, so that none is two levels down."""
    top, seen = theme.parent or "", {theme.id}
    while top in parents and parents[top] in parents and top not in seen:
        seen.add(top)
        top = parents[top]
    good = top in parents and top != theme.id and top not in seen
    return msgspec.structs.replace(theme, parent=top if good else None)


def in_use(known: Mapping[str, Known], order: Iterable[str]) -> tuple[Theme, ...]:
    """The themes in use, each followed by those nested in it."""
    themes = [known[id].theme for id in order if known[id].fate == "in use"]
    under: dict[str, list[Theme]] = {}
    for theme in themes:
        if theme.parent:
            under.setdefault(theme.parent, []).append(theme)
    tops = [theme for theme in themes if not theme.parent]
    return tuple(one for top in tops for one in (top, *under.get(top.id, ())))
