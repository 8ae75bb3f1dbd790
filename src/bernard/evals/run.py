"""Run a task over the data sets of a folder and put the numbers together."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bernard.errors import InputInvalid, NotFound
from bernard.evals.tasks import TASKS
from bernard.evals.types import OnProgress, OpenHouse, Outcome, Task


def _silent(done: int, total: int) -> None:
    pass


def run(
    name: str,
    data: Path,
    open_house: OpenHouse,
    limit: int | None = None,
    on_progress: OnProgress = _silent,
    mode: str = "",
) -> dict[str, Any]:
    """Measure a task on the data set in a folder, or on each data set in its folders.

    Each data set gets a house of its own, empty at first and gone afterwards.

    Args:
        limit: at most so many samples of each data set, from its beginning.
        mode: one of the task's modes; its first, if empty.

    Returns:
        `task`, `n`, `metrics` (means over all samples, or over the files) and `parts` (folder: its metrics);
        for a task that has them, `mode` and `breakdown` (folder: by what: name: metrics).

    Raises:
        NotFound: there is no such task.
        InputInvalid: the folder holds no data for it, a file in it has a fault, or it has no such mode.
    """
    task = TASKS.get(name)
    if task is None:
        raise NotFound(f"There is no task {name!r}. There are: {', '.join(sorted(TASKS))}.")
    task = _in_mode(task, mode)
    outcomes = {
        _part(task, data, data_set): _measure(task, data_set, open_house, limit, on_progress)
        for data_set in _data_sets(task, data)
    }
    return {
        "task": task.name,
        "n": sum(outcome.n for outcome in outcomes.values()),
        "metrics": _together(list(outcomes.values()), alike=task.each_file)
        | _pooled(task, outcomes),
        "parts": {part: dict(outcome.metrics) for part, outcome in outcomes.items()},
    } | _more(task, mode, outcomes)


def _more(task: Task, mode: str, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    """The mode, of a task that has any, and the breakdowns, of one that makes any."""
    breakdown = {part: dict(o.breakdown) for part, o in outcomes.items() if o.breakdown}
    more: dict[str, Any] = {"mode": mode or task.modes[0]} if task.modes else {}
    return more | ({"breakdown": breakdown} if breakdown else {})


def _pooled(task: Task, outcomes: Mapping[str, Outcome]) -> dict[str, float]:
    """What the task itself makes of all data sets together."""
    return dict(task.pool([one.kept for one in outcomes.values()])) if task.pool else {}


def _part(task: Task, data: Path, data_set: Path) -> str:
    """What a data set is called: its place in the folder, or its own name where it is the folder."""
    if task.each_file:
        return data_set.stem
    inside = data_set.relative_to(data.resolve()).as_posix()
    return data_set.name if inside == "." else inside


def _in_mode(task: Task, mode: str) -> Task:
    """The task, to be run in that mode."""
    if not mode:
        return task
    if mode not in task.modes:
        there = f"There are: {', '.join(task.modes)}." if task.modes else "It has none."
        raise InputInvalid(f"The task {task.name!r} has no mode {mode!r}. {there}")
    return replace(task, measure=partial(task.measure, mode=mode))


def _measure(
    task: Task, folder: Path, open_house: OpenHouse, limit: int | None, on_progress: OnProgress
) -> Outcome:
    with (
        tempfile.TemporaryDirectory(prefix="bernard-evals-") as home,
        open_house(Path(home)) as house,
    ):
        return task.measure(house, folder, limit, on_progress)


def _data_sets(task: Task, data: Path) -> list[Path]:
    data = data.resolve()
    if task.each_file:
        return _files(task, data)
    found = [
        folder for folder in _folders(data) if all((folder / name).is_file() for name in task.needs)
    ]
    if not found:
        wanted = " and ".join(task.needs)
        raise InputInvalid(
            f"{str(data)!r} holds no data for {task.name}: it needs a folder with {wanted}."
        )
    return found


def _folders(data: Path) -> list[Path]:
    """The folder itself, then those in it and those in them, however deep, in order of name."""
    return [data, *sorted(path for path in data.rglob("*") if path.is_dir())]


def _files(task: Task, data: Path) -> list[Path]:
    """The file itself, or all that match in a folder."""
    if data.is_file():
        return [data]
    found = sorted(path for pattern in task.needs for path in data.glob(pattern))
    if not found:
        wanted = " or ".join(task.needs)
        raise InputInvalid(f"{str(data)!r} holds no data for {task.name}: it needs {wanted}.")
    return found


def _together(outcomes: Sequence[Outcome], *, alike: bool = False) -> dict[str, float]:
    """The mean of each metric over the samples, so a larger data set counts for more; or `alike`."""
    if alike:
        outcomes = [Outcome(1, outcome.metrics) for outcome in outcomes]
    names = dict.fromkeys(name for outcome in outcomes for name in outcome.metrics)
    total = {
        name: sum(outcome.n for outcome in outcomes if name in outcome.metrics) for name in names
    }
    return {
        name: sum(o.metrics[name] * o.n for o in outcomes if name in o.metrics)
        / max(total[name], 1)
        for name in names
    }
