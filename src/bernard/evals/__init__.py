"""How well Bernard works: tasks over data sets, scored through the same path that people use."""

from __future__ import annotations

from bernard.evals.run import run
from bernard.evals.tasks import TASKS

__all__ = ["TASKS", "run"]
