"""A framework as a fold over the changes made to it.

What is kept is where it started and every change. All else, the themes as they stand, the history, what
can be taken back, is worked out from those, so nothing that anybody did is ever lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace as with_
from functools import reduce

from msgspec.structs import replace

from bernard.errors import ConsultationChanged, InputInvalid
from bernard.tools.consult.framework import rules
from bernard.tools.consult.framework.changes import (
    Add,
    Begin,
    Change,
    Edit,
    Look,
    Merge,
    Move,
    Reopen,
    SignOff,
    Take,
    Undo,
)
from bernard.tools.consult.framework.making import Made, make, placed, used
from bernard.tools.consult.framework.state import Known, Line, Seen, State, in_use, started
from bernard.tools.consult.framework.wording import listed, told
from bernard.tools.consult.types import Framework

MOST_TOLD = 3


def fold(start: Framework, edits: Iterable[Edit]) -> State:
    """Where the framework stands after these changes, oldest first, numbered from 1.

    Raises:
        InputInvalid: a change cannot be made where it stands.
    """
    return reduce(step, edits, started(start))


def apply(framework: Framework, change: Change, by: str, at: float = 0.0) -> Framework:
    """The framework after one change, where its history is of no interest.

    Raises:
        InputInvalid: the change cannot be made; the message says why.
    """
    return step(started(framework), Edit(1, at, by, change)).framework


def accept(state: State, change: Change, by: str, at: float, seen: int) -> tuple[Edit, State]:
    """A new change as it is to be kept, and the state after it.

    Args:
        seen: version of the framework that the person looked at when they made it.

    Raises:
        ConsultationChanged: somebody else altered the same themes since; the message shows both.
        InputInvalid: the change cannot be made; the message says why.
    """
    if clash := clashes(state, change, seen):
        raise ConsultationChanged(clash)
    edit = Edit(state.last + 1, at, by, change)
    return edit, step(state, edit)


def clashes(state: State, change: Change, seen: int) -> str | None:
    """Why this change, made in view of version `seen`, cannot join those made since; None if it can."""
    since = _standing(state, seen)
    if not since:
        return None
    if isinstance(change, Begin | SignOff):
        others = since
    else:
        mine = _subjects(state, change)
        others = [line for line in since if line.touched & mine]
    if not others:
        return None
    did = listed(f"{line.text} (change {line.number})" for line in others[-MOST_TOLD:])
    more = len(others) - MOST_TOLD
    rest = f", and {more} more" if more > 0 else ""
    return (
        f"Your change was not made. It {told(state, change)}. Since you opened the page, {did}{rest}. "
        "Look at the framework as it is now, then make your change again if it is still right."
    )


def step(state: State, edit: Edit) -> State:
    """The state after one more change.

    Raises:
        InputInvalid: the change cannot be made; the message says why.
    """
    assert edit.number == state.last + 1, (edit.number, state.last)
    change = edit.change
    if isinstance(change, Look):
        return _looked(state, edit, change.theme)
    if isinstance(change, SignOff | Reopen):
        return _signed(state, edit)
    if state.framework.signed_by:
        raise InputInvalid(
            f"The framework was signed off by {state.framework.signed_by}. A lead can reopen it."
        )
    if isinstance(change, Undo):
        return _undone(state, edit, change.number)
    return _altered(state, edit, make(state, edit))


def _altered(state: State, edit: Edit, made: Made) -> State:
    touched = _differing(state, made)
    if not touched and made.order == state.order:
        raise InputInvalid("Nothing would change: the framework is like this already.")
    for id in touched:
        if old := state.known.get(id):
            theme = replace(made.known[id].theme, version=old.theme.version + 1)
            made.known[id] = replace(made.known[id], theme=theme)
    rules.check(made.known, touched)
    line = Line(
        edit.number,
        edit.at,
        edit.by,
        told(state, edit.change),
        edit.change,
        frozenset(touched),
        {id: state.known.get(id) for id in touched},
        state.order,
    )
    framework = Framework(in_use(made.known, made.order), edit.number)
    return State(framework, made.known, made.order, (*state.history, line), state.seen)


def _looked(state: State, edit: Edit, id: str) -> State:
    version = used(state, id).version
    line = Line(edit.number, edit.at, edit.by, told(state, edit.change), edit.change, counts=False)
    seen = {**state.seen, id: (*state.seen.get(id, ()), Seen(edit.by, edit.at, version))}
    return with_(state, history=(*state.history, line), seen=seen)


def _signed(state: State, edit: Edit) -> State:
    was = state.framework.signed_by
    if isinstance(edit.change, SignOff):
        if was:
            raise InputInvalid(f"The framework was signed off by {was} already.")
        if not state.framework.themes:
            raise InputInvalid("There are no themes to sign off.")
    elif not was:
        raise InputInvalid("The framework is not signed off, so it is open already.")
    by = edit.by if isinstance(edit.change, SignOff) else ""
    line = Line(edit.number, edit.at, edit.by, told(state, edit.change), edit.change)
    framework = replace(state.framework, version=edit.number, signed_by=by)
    return with_(state, framework=framework, history=(*state.history, line))


def _undone(state: State, edit: Edit, number: int) -> State:
    line = _undoable(state, number)
    known = dict(state.known)
    for id, old in line.before.items():
        known[id] = _as_before(state.known[id], old)
    order = _replaced(state, line)
    after = _altered(state, edit, Made(known, order))
    marked = [_marked(one, line, edit.number) for one in after.history]
    return with_(after, history=tuple(marked))


def _undoable(state: State, number: int) -> Line:
    line = state.line(number)
    if line is None:
        raise InputInvalid(f"There is no change {number} to take back.")
    if line.undone_by:
        raise InputInvalid(f"Change {number} was taken back already, by change {line.undone_by}.")
    if isinstance(line.change, SignOff | Reopen | Look):
        raise InputInvalid(f"Change {number} cannot be taken back: {line.text}.")
    if later := blocking(state, number):
        did = listed(f"{one.text} (change {one.number})" for one in later[-MOST_TOLD:])
        raise InputInvalid(
            f"Change {number} cannot be taken back by itself, because later {did}. Take that back first."
        )
    return line


def blocking(state: State, number: int) -> list[Line]:
    """The changes that must be taken back before this one can be."""
    line = state.line(number)
    return [one for one in _standing(state, number) if line and one.touched & line.touched]


def can_undo(state: State, number: int) -> bool:
    """Whether a change can be taken back now, as far as can be told without doing it."""
    line = state.line(number)
    if line is None or line.undone_by or isinstance(line.change, SignOff | Reopen | Look):
        return False
    return not state.framework.signed_by and not blocking(state, number)


def _standing(state: State, after: int) -> list[Line]:
    """The later changes that still hold; one and what took it back cancel each other out."""

    def cancels(line: Line) -> bool:
        return isinstance(line.change, Undo) and line.change.number > after

    later = state.history[after:]
    return [one for one in later if one.counts and not one.undone_by and not cancels(one)]


def _as_before(now: Known, old: Known | None) -> Known:
    if old is None:
        return replace(now, fate="never made", into=())
    return replace(old, theme=replace(old.theme, version=now.theme.version))


def _replaced(state: State, line: Line) -> tuple[str, ...]:
    """The order with what this change moved put back; all else keeps its place."""
    change = line.change
    while isinstance(change, Undo):
        undone = state.line(change.number)
        assert undone is not None
        change = undone.change
    if isinstance(change, Begin):
        return (*line.order, *(id for id in state.order if id not in set(line.order)))
    if not isinstance(change, Move):
        return state.order
    at = line.order.index(change.theme)
    return placed(state.order, change.theme, line.order[at - 1] if at else None)


def _marked(one: Line, undone: Line, by: int) -> Line:
    if one.number == undone.number:
        return with_(one, undone_by=by)
    if isinstance(undone.change, Undo) and one.number == undone.change.number:
        return with_(one, undone_by=0)
    return one


def _subjects(state: State, change: Change) -> frozenset[str]:
    """The themes that the change is about, and those that it would alter besides."""
    named: Sequence[str] = ()
    match change:
        case Add() | Take() | Look() | Move() | Begin() | SignOff() | Reopen():
            return frozenset()
        case Merge(into, themes):
            named = (into, *themes)
        case Undo(number):
            line = state.line(number)
            return line.touched if line else frozenset()
        case _:
            named = (change.theme,)
    try:
        made = make(state, Edit(state.last + 1, 0.0, "", change))
    except InputInvalid:
        return frozenset(named)
    return frozenset((*named, *_differing(state, made)))


def _differing(state: State, made: Made) -> list[str]:
    """Ids of the themes that a change alters."""
    was = state.known.get
    return [id for id, now in made.known.items() if was(id) is not now and was(id) != now]
