"""Changes in plain words, for the history and for who meets somebody else's change."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET

from bernard.look.words import plural
from bernard.tools.consult.framework.changes import (
    Add,
    Begin,
    Change,
    Discard,
    Look,
    Merge,
    Move,
    Nest,
    Rename,
    Reopen,
    Restore,
    SignOff,
    Split,
    Take,
    Undo,
    Unnest,
)
from bernard.tools.consult.framework.state import State


def told(state: State, change: Change) -> str:
    """What the change does, as in `renamed “A” to “B”`; the state is the one before it."""
    match change:
        case Add(theme, parent):
            return f"added “{theme.title}”" + (f" under {_name(state, parent)}" if parent else "")
        case Take(theme=theme):
            return f"took in “{theme.title}”, which the tool had found"
        case Rename():
            return _renamed(state, change)
        case Merge(into, themes):
            gone = listed(_name(state, id) for id in themes if id != into)
            return f"merged {gone} into {_merged_into(state, change)}"
        case Split(theme, parts):
            return f"split {_name(state, theme)} into {listed(f'“{p.title}”' for p in parts)}"
        case Begin(themes, source):
            return f"started from the {plural(len(themes), 'theme')} of “{source or 'a framework'}”"
        case SignOff():
            return f"signed off {plural(len(state.framework.themes), 'theme')}"
        case Reopen(why):
            return "reopened the framework" + (f": {why}" if why else "")
        case Undo(number):
            line = state.line(number)
            return f"took back change {number}" + (f" ({line.text})" if line else "")
        case _:
            return _of_one(state, change)


def listed(names: Iterable[str]) -> str:
    """Names as in `“A”, “B” and “C”`."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _of_one(state: State, change: Nest | Unnest | Discard | Restore | Move | Look) -> str:
    name = _name(state, change.theme)
    match change:
        case Nest(parent=parent):
            return f"put {name} under {_name(state, parent)}"
        case Unnest():
            return f"took {name} out from under its theme"
        case Discard():
            return f"discarded {name}"
        case Restore():
            return f"brought back {name}"
        case Move(after=after):
            return f"moved {name} " + (f"after {_name(state, after)}" if after else "to the top")
        case Look():
            return f"looked at {name}"


def _renamed(state: State, change: Rename) -> str:
    known = state.known.get(change.theme)
    name = _name(state, change.theme)
    done = []
    if change.title is not UNSET and not (known and known.theme.title == change.title):
        done.append(f"renamed {name} to “{change.title}”")
    if change.description is not UNSET and not (
        known and known.theme.description == change.description
    ):
        done.append(f"changed the description of {name}")
    if change.stance is not UNSET and not (known and known.theme.stance == change.stance):
        done.append(f"set the stance of {name} to {change.stance or 'none'}")
    return listed(done or [f"worded {name} again"])


def _merged_into(state: State, change: Merge) -> str:
    name = _name(state, change.into)
    if change.title is UNSET or name == f"“{change.title}”":
        return name
    return f"{name}, now “{change.title}”"


def _name(state: State, id: str | None) -> str:
    known = state.known.get(id or "")
    return f"“{known.theme.title}”" if known else f"a theme {id!r}"
