"""Every task, by name."""

from __future__ import annotations

from bernard.evals import (
    ask_quotes,
    ask_refusal,
    ask_retrieval,
    consult_campaigns,
    consult_mapping,
    consult_themes,
    privacy,
    privacy_categories,
)
from bernard.evals.types import Task

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        ask_retrieval.TASK,
        ask_refusal.TASK,
        ask_quotes.TASK,
        privacy.TASK,
        privacy_categories.TASK,
        consult_mapping.TASK,
        consult_campaigns.TASK,
        consult_themes.TASK,
    )
}
