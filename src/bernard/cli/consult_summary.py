"""What a run came to, as JSON: the figures that the report holds, and how they were made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bernard.cli.consult_files import Source
from bernard.tools.consult.analysis import ThemeCount, count
from bernard.tools.consult.naming import without_names
from bernard.tools.consult.types import Analysed, Analysis, Judged, to_json


def summary(
    source: Source,
    analysis: Analysis,
    out: Path,
    files: Sequence[str],
    seconds: Mapping[str, float],
    *,
    masked: bool = True,
) -> dict[str, Any]:
    """What is told of a run.

    Args:
        masked: whether names in ids and names of letters are taken out of the remarks on the file.
    """
    read, made = analysis.consultation, analysis.made
    return {
        "file": source.name,
        "sha256": read.sha256,
        "out": str(out),
        "responses": len(read.responses),
        "blanks": read.blanks,
        "columns": [{"name": c.name, "kind": c.kind} for c in read.columns],
        "faults": to_json(without_names(read.faults) if masked else read.faults),
        "questions": [_question(one) for one in analysis.questions],
        "files": list(files),
        "made": {"bernard": made.bernard, "models": made.models, "calls": made.calls},
        "receipts": len(made.receipts),
        "seconds": {stage: round(spent, 2) for stage, spent in seconds.items()},
    }


def _question(one: Analysed) -> dict[str, Any]:
    counts = count(one)
    personal = Counter(found.kind for text in one.personal for found in text)
    return {
        "column": one.column.name,
        "question": one.column.question,
        "responses": counts.responses,
        "answered": counts.answered,
        "said": counts.said,
        "nothing_said": counts.nothing_said,
        "none_of_these": counts.none_of_these.count,
        "campaigns": [{"id": c.id, "responses": len(c.members)} for c in one.campaigns],
        "personal": dict(sorted(personal.items())),
        "themes": [_theme(theme) for theme in counts.themes],
        "notes": list(one.found.notes),
        "judged": _judged(one.judged),
    }


def _judged(judged: Judged | None) -> dict[str, Any] | None:
    """Who gave a second opinion and what came of it, None where nobody was asked."""
    if judged is None:
        return None
    return {
        "model": judged.model,
        "calls": judged.calls,
        "asked": len(judged.asked),
        "answered": len(judged.answered),
        "changed": len(judged.changed),
    }


def _theme(theme: ThemeCount) -> dict[str, Any]:
    return {
        "id": theme.id,
        "title": theme.title,
        "description": theme.description,
        "stance": theme.stance,
        "level": theme.level,
        "parent": theme.parent,
        "count": theme.count.count,
        "share": round(theme.count.share, 4),
        "low": round(theme.count.low, 4),
        "high": round(theme.count.high, 4),
        "words": theme.words,
    }
