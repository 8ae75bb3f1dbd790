"""What an entry that is not of a call says, in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

Fields = Mapping[str, Any]


def sentence(fields: Fields) -> str:
    """What happened; empty for the events of calls, which their pages tell in their own ways.

    >>> sentence({"event": "review", "of": 3, "decision": "overturned"})
    'A person reviewed entry 3: overturned.'
    """
    say = SENTENCES.get(str(fields.get("event")))
    return say(fields) if say else ""


def _agreement(f: Fields) -> str:
    part = f", part {f['part']} of {f['parts']} of its text" if f.get("parts", 0) > 1 else ""
    return f"Agreement {f.get('agreement')}: {_CHANGES.get(str(f.get('change')), '')}{part}."


def _deployment(f: Fields) -> str:
    where = f"{f.get('provider')}, {f.get('place', 'unknown')}"
    return f"Model {f.get('model')} ({where}) was {f.get('change')}."


def _review(f: Fields) -> str:
    return f"A person reviewed entry {f.get('of')}: {f.get('decision')}."


def _publication(f: Fields) -> str:
    return f"The {f.get('what')} was published: {f.get('files', 0):,} files."


def _reconciliation(f: Fields) -> str:
    ours, theirs = f.get("ours_calls", 0), f.get("theirs_calls", 0)
    return (
        f"Calls of {f.get('day')} were compared with the count of {f.get('provider')}: {ours:,} in "
        f"this log, {theirs:,} by the supplier."
    )


def _evaluation(f: Fields) -> str:
    return f"The evaluation {f.get('task')} was run on {f.get('cases', 0):,} cases."


def _sealed(_: Fields) -> str:
    return "A sealed entry: what it says is not public."


_CHANGES = {
    "in-force": "came into force",
    "signed": "was signed and has not started",
    "suspended": "was suspended",
    "resumed": "was resumed",
    "withdrawn": "is no longer in force",
}
SENTENCES: Mapping[str, Callable[[Fields], str]] = MappingProxyType(
    {
        "agreement": _agreement,
        "deployment": _deployment,
        "review": _review,
        "publication": _publication,
        "reconciliation": _reconciliation,
        "evaluation": _evaluation,
        "sealed": _sealed,
    }
)
