"""What each change makes of the themes: a new table of all known themes, and their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import UNSET
from msgspec.structs import replace

from bernard.errors import InputInvalid
from bernard.tools.consult.framework import rules
from bernard.tools.consult.framework.changes import (
    Add,
    Begin,
    Change,
    Discard,
    Edit,
    Given,
    Merge,
    Move,
    Nest,
    Rename,
    Restore,
    Split,
    Take,
    Unnest,
)
from bernard.tools.consult.framework.state import Known, State
from bernard.tools.consult.types import Quote, Stance, Theme

MOST_EXAMPLES = 50


class Made(NamedTuple):
    """All known themes by id, and their order."""

    known: dict[str, Known]
    order: tuple[str, ...]


def make(state: State, edit: Edit) -> Made:
    """The themes after a change that alters themes.

    Raises:
        InputInvalid: it cannot be made of this framework; the message says why.
    """
    made = Made(dict(state.known), state.order)
    change: Change = edit.change
    match change:
        case Add(part, parent):
            if parent:
                used(state, parent)
            new = rules.theme_of(part, new_id(state, edit.number), parent)
            return _with_new(made, [new], edit)
        case Take(found, part):
            theme = replace(
                rules.theme_of(part, new_id(state, edit.number)), origin="found", parent=None
            )
            return _with_new(made, [theme], edit, found=found)
        case Rename(id, title, description, stance):
            worded = _worded(used(state, id), title, description, stance)
            made.known[id] = replace(made.known[id], theme=worded)
        case Merge():
            _merge(state, change, made.known)
        case Split(id, parts):
            return _split(state, edit, made, id, parts)
        case Nest(id, parent):
            _nest(state, made.known, id, used(state, parent))
        case Unnest(id):
            theme = used(state, id)
            if not theme.parent:
                raise InputInvalid(f"“{theme.title}” is not under another theme.")
            made.known[id] = replace(made.known[id], theme=replace(theme, parent=None))
        case Discard(id):
            used(state, id)
            made.known[id] = replace(made.known[id], fate="discarded")
            _lift(state, made.known, id, None)
        case Restore(id):
            _restore(state, made.known, id)
        case Move(id, after):
            used(state, id)
            if after:
                used(state, after)
            return Made(made.known, placed(made.order, id, after))
        case Begin(themes):
            return _begin(state, edit, made, themes)
        case _:
            raise AssertionError(change)
    return made


def used(state: State, id: str) -> Theme:
    """A theme in use.

    Raises:
        InputInvalid: it is not in use (any more); the message says who took it out.
    """
    known = state.known.get(id)
    if known is None or known.fate == "never made":
        raise InputInvalid(f"The framework has no theme {id!r}.")
    if known.fate != "in use":
        by = next((line for line in reversed(state.history) if id in line.touched), None)
        told = f": {by.text} (change {by.number})" if by else ""
        raise InputInvalid(f"“{known.theme.title}” is not in the framework any more{told}.")
    return known.theme


def new_id(state: State, number: int, part: int = 0) -> str:
    """An id that no theme ever had."""
    id = f"n{number}" + (f"-{part}" if part else "")
    while id in state.known:
        id += "x"
    return id


def _with_new(
    made: Made, themes: Sequence[Theme], edit: Edit, found: str = "", after: str | None = None
) -> Made:
    for theme in themes:
        made.known[theme.id] = Known(theme, since=edit.at, found=found)
    order = list(made.order)
    at = order.index(after) + 1 if after else len(order)
    order[at:at] = [theme.id for theme in themes]
    return Made(made.known, tuple(order))


def _worded(theme: Theme, title: object, description: object, stance: object) -> Theme:
    if title is not UNSET:
        theme = replace(theme, title=rules.title_of(str(title)))
    if description is not UNSET:
        theme = replace(theme, description=rules.description_of(str(description)))
    return theme if stance is UNSET else replace(theme, stance=stance)


def _merge(state: State, change: Merge, known: dict[str, Known]) -> None:
    into = used(state, change.into)
    gone = [used(state, id) for id in dict.fromkeys(change.themes) if id != change.into]
    if not gone:
        raise InputInvalid("Choose at least two themes to merge.")
    stance = _shared_stance([into, *gone]) if change.stance is UNSET else change.stance
    examples = _joined([into, *gone])
    worded = _worded(into, change.title, change.description, stance)
    if into.parent in {theme.id for theme in gone}:
        worded = replace(worded, parent=None)
    for theme in gone:
        known[theme.id] = replace(known[theme.id], fate="merged", into=(into.id,))
        _lift(state, known, theme.id, worded.parent or into.id, but=into.id)
    known[into.id] = replace(known[into.id], theme=replace(worded, examples=examples))


def _shared_stance(themes: Sequence[Theme]) -> Stance | None:
    stances = {theme.stance for theme in themes}
    return stances.pop() if len(stances) == 1 else "mixed"


def _joined(themes: Sequence[Theme]) -> tuple[Quote, ...]:
    return tuple(dict.fromkeys(q for theme in themes for q in theme.examples))[:MOST_EXAMPLES]


def _lift(
    state: State, known: dict[str, Known], gone: str, parent: str | None, but: str = ""
) -> None:
    """Put the themes under one that goes under another one, or at the top."""
    for child in state.children(gone):
        if child.id != but and known[child.id].fate == "in use":
            theme = replace(known[child.id].theme, parent=parent)
            known[child.id] = replace(known[child.id], theme=theme)


def _split(state: State, edit: Edit, made: Made, id: str, parts: Sequence[object]) -> Made:
    theme = used(state, id)
    assert isinstance(edit.change, Split)
    if not 2 <= len(parts) <= rules.MOST_PARTS:
        raise InputInvalid(
            f"“{theme.title}” can be split into 2 to {rules.MOST_PARTS} themes, not {len(parts)}."
        )
    new = [
        rules.theme_of(part, new_id(state, edit.number, at), theme.parent)
        for at, part in enumerate(edit.change.parts, 1)
    ]
    ids = tuple(one.id for one in new)
    made.known[id] = replace(made.known[id], fate="split", into=ids)
    _lift(state, made.known, id, None)
    return _with_new(made, new, edit, after=id)


def _nest(state: State, known: dict[str, Known], id: str, parent: Theme) -> None:
    theme = used(state, id)
    if theme.parent == parent.id:
        raise InputInvalid(f"“{theme.title}” is under “{parent.title}” already.")
    known[id] = replace(known[id], theme=replace(theme, parent=parent.id))


def _restore(state: State, known: dict[str, Known], id: str) -> None:
    old = known.get(id)
    if old is None or old.fate != "discarded":
        name = f"“{old.theme.title}”" if old else repr(id)
        raise InputInvalid(f"{name} was not discarded, so it cannot be brought back.")
    parent = state.themes.get(old.theme.parent or "")
    place = parent.id if parent and not parent.parent else None
    known[id] = replace(old, fate="in use", theme=replace(old.theme, parent=place))


def placed(order: Sequence[str], id: str, after: str | None) -> tuple[str, ...]:
    """The order with one theme moved to follow another, or to the top."""
    rest = [one for one in order if one != id]
    at = rest.index(after) + 1 if after and after != id else 0
    return (*rest[:at], id, *rest[at:])


def _begin(state: State, edit: Edit, made: Made, themes: Sequence[Given]) -> Made:
    """The given themes alone; one whose title is known already stays the theme that it was."""
    if not themes:
        raise InputInvalid("The framework holds no themes.")
    same = {
        rules.key(k.theme.title): id
        for id, k in state.known.items()
        if k.fate in ("in use", "discarded")
    }
    ids: list[str] = []
    for at, given in enumerate(themes, 1):
        free = given.id and given.id not in state.known and given.id not in ids
        made_up = given.id if free else new_id(state, edit.number, at)
        ids.append(same.get(rules.key(given.title), made_up))
    renamed = {given.id: id for given, id in zip(themes, ids, strict=True) if given.id}
    for id, known in state.known.items():
        if known.fate == "in use":
            made.known[id] = replace(known, fate="discarded")
    if len(set(ids)) < len(ids):
        raise InputInvalid("Two themes of the framework have the same title. Give each its own.")
    for id, given in zip(ids, themes, strict=True):
        if given.parent and given.parent not in renamed:
            raise InputInvalid(f"“{given.title}” is under {given.parent!r}, which is not there.")
        parent = renamed[given.parent] if given.parent else None
        theme = replace(rules.theme_of(given, id, parent), origin="given")
        old = state.known.get(id)
        made.known[id] = (
            replace(old, fate="in use", theme=replace(theme, version=old.theme.version))
            if old
            else Known(theme, since=edit.at)
        )
    return Made(made.known, (*(id for id in made.order if id not in set(ids)), *ids))
