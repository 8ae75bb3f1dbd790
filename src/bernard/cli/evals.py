"""`bernard evals`: measure how well Bernard works on data with known answers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bernard.assembly import Bernard, open_bernard
from bernard.cli.output import Progress, json_option, note, print_json, say
from bernard.config import load
from bernard.evals import TASKS
from bernard.evals import run as run_task
from bernard.evals.logged import evaluation


@click.group()
def evals() -> None:
    """Measure how well Bernard works on data with known answers.

    \b
    Example: bernard evals run ask.retrieval --data ../shared/data/ask
    """


@evals.command(name="list")
@json_option
def list_tasks(as_json: bool) -> None:
    """List the tasks.

    \b
    Example: bernard evals list
    JSON keys: a list of name, description, needs.
    """
    rows = [
        {"name": task.name, "description": task.description, "needs": task.needs}
        for task in TASKS.values()
    ]
    if as_json:
        print_json(rows)
        return
    for task in TASKS.values():
        say(f"{task.name}  {task.description}")


@evals.command()
@click.argument("task")
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True),
    required=True,
    help="Folder with the data set, or with folders of data sets; or a file of one.",
)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many samples of each.")
@click.option(
    "--mode", default="", help="One of the task's modes: rules, fast or assured for privacy."
)
@click.option(
    "--log", "is_logged", is_flag=True, help="Write the result into the log of Bernard's own home."
)
@json_option
def run(
    task: str, data: Path, limit: int | None, mode: str, is_logged: bool, as_json: bool
) -> None:
    """Run one task in a home of its own, made for it and removed afterwards.

    \b
    Example: bernard evals run ask.retrieval --data ../shared/data/ask --limit 100
    JSON keys: task, n, metrics (name: number), parts (folder: metrics); for some tasks
    mode, breakdown (folder: by what: name: metrics).
    """
    progress = Progress(task)
    result = run_task(task, data, _open_house, limit, progress.show, mode)
    progress.finish()
    if is_logged:
        note(f"It is entry {_log(result, data)} of the log.")
    if as_json:
        print_json(result)
    else:
        _say(result)


def _open_house(home: Path) -> AbstractContextManager[Bernard]:
    """A house in an empty home, with this machine's models and SQLite."""
    settings = load()
    return open_bernard(replace(settings, home=home, models=settings.models_folder, database=""))


def _log(result: dict[str, Any], data: Path) -> int:
    """Write what was measured, and on what, into the log; gives the number of the entry."""
    with open_bernard(load()) as bernard:
        # The tasks on questions search by meaning; those on personal data name their detector.
        model = None if result.get("mode") else bernard.gateway.embedding_model
        entry = evaluation(result, data, int(time.time()), model)
        return bernard.recorder.event_now(entry).number


def _say(result: dict[str, Any]) -> None:
    say(f"{result['task']}, {result['n']:,} samples")
    for name, value in result["metrics"].items():
        say(f"  {name:<28} {value:.4f}")
    if len(result["parts"]) > 1:
        for part, metrics in result["parts"].items():
            say(part)
            for name, value in metrics.items():
                say(f"  {name:<28} {value:.4f}")
    for part, breakdown in result.get("breakdown", {}).items():
        for by, rows in breakdown.items():
            say(f"{part}, by {by}")
            for name, metrics in rows.items():
                say(f"  {name:<28} {_row(metrics)}")


def _row(metrics: Mapping[str, float]) -> str:
    """Numbers side by side: `n 120  recall 0.9500`.

    >>> _row({"n": 1200, "recall": 0.95})
    'n 1,200  recall 0.9500'
    """
    return "  ".join(
        f"{name} {value:,}" if isinstance(value, int) else f"{name} {value:.4f}"
        for name, value in metrics.items()
    )
