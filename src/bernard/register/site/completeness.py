"""What speaks for and against the log being complete: an audit of it, and suppliers' own counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bernard.ledger.audit import AuditReport
from bernard.register.site.survey import Survey
from bernard.register.types import Column, Page, Table

PATH = "completeness/index.html"
_AGES = {
    "hour": "Under an hour old",
    "day": "Between an hour and a day old",
    "older": "More than a day old",
}
_EVENTS = {
    "intent": "A call that was allowed, before it was made",
    "outcome": "How a call ended",
    "refusal": "A call that was refused",
    "agreement": "An agreement that came, changed or went",
    "deployment": "A model that was added, changed or taken away",
    "review": "A person's decision on a model's reply",
    "redaction": "A document that was redacted",
    "destruction": "Stand-ins for names that were destroyed",
    "publication": "A publication of the register, a record or the log",
    "reconciliation": "The log's counts set beside a supplier's",
    "evaluation": "A test of a model",
    "sealed": "A sealed entry, of which only a hash is public",
}


def page(found: Survey, checkpoint: str, log: str, key: str) -> Page:
    """The page on completeness.

    Args:
        log: address or folder of the log, as commands name it.
        key: the log's public key.
    """
    audit = found.audit
    assert audit is not None
    command = f"bernard ledger verify {log} --key '{key}'"
    tables = (
        _keys(audit, checkpoint, command),
        _open(audit, checkpoint, command),
        _events(audit, checkpoint, command),
        _findings(audit, checkpoint, command),
        _reconciled(found.reconciliations, checkpoint),
    )
    gaps = sum(use.missing for use in audit.keys)
    data = {"audit": audit, "gaps": gaps, "reconciled": len(found.reconciliations)}
    return Page(PATH, "Is the log complete?", "completeness.html", "verify", data, tables)


def _keys(audit: AuditReport, checkpoint: str, command: str) -> Table:
    return Table(
        "sequence-numbers",
        "Numbers without gaps",
        "Each key counts its calls 1, 2, 3 and so on, whether they were allowed or refused. A "
        "number that is missing is a call whose entry is not in the log.",
        (
            Column("key", "Key"),
            Column("allowed", "Allowed", "count"),
            Column("refused", "Refused", "count"),
            Column("last_number", "Last number", "count"),
            Column("missing", "Missing", "count"),
        ),
        tuple((use.key, use.intents, use.refusals, use.last, use.missing) for use in audit.keys),
        "A key is shown by its id, which opens nothing. “bernard” stands for Bernard’s own tools.",
        checkpoint,
        command,
    )


def _open(audit: AuditReport, checkpoint: str, command: str) -> Table:
    return Table(
        "without-outcome",
        "Calls without an outcome",
        "The log says that these calls were about to be made, and not how they ended. A call that "
        "is still running has none yet; a machine that failed may have left one without.",
        (Column("age", "Age at the newest entry"), Column("calls", "Calls", "count")),
        tuple((_AGES[age], audit.open_ages.get(age, 0)) for age in _AGES),
        "",
        checkpoint,
        command,
    )


def _events(audit: AuditReport, checkpoint: str, command: str) -> Table:
    known = [name for name in _EVENTS if audit.events.get(name)]
    others = sorted(name for name in audit.events if name not in _EVENTS)
    return Table(
        "entries-by-kind",
        "What the log holds",
        "Every entry of the log, by kind. Sealed entries are counted here and nowhere else.",
        (
            Column("event", "Kind"),
            Column("means", "What it is"),
            Column("entries", "Entries", "count"),
        ),
        tuple((name, _EVENTS.get(name, ""), audit.events[name]) for name in [*known, *others]),
        "",
        checkpoint,
        command,
    )


def _findings(audit: AuditReport, checkpoint: str, command: str) -> Table:
    more = audit.faults + audit.weak - len(audit.findings)
    return Table(
        "findings",
        "What an audit found",
        "Each entry was held against the agreement that it names, whose text is in the log too.",
        (
            Column("entry", "Entry", "count"),
            Column("finding", "Finding"),
            Column("weight", "Weight"),
        ),
        tuple(
            (one.number, one.sentence, "May have a reason" if one.weak else "Breaks a promise")
            for one in audit.findings
        ),
        f"There are {more:,} more than are shown." if more else "",
        checkpoint,
        command,
    )


_COUNTS = ("calls", "prompt_tokens", "completion_tokens")


def _reconciled(found: Sequence[tuple[int, dict[str, Any]]], checkpoint: str) -> Table:
    sides = [f"{side}_{what}" for what in _COUNTS for side in ("ours", "theirs")]
    labels = {
        "ours_calls": "Calls, our log",
        "theirs_calls": "Calls, supplier",
        "ours_prompt_tokens": "Tokens sent, our log",
        "theirs_prompt_tokens": "Tokens sent, supplier",
        "ours_completion_tokens": "Tokens back, our log",
        "theirs_completion_tokens": "Tokens back, supplier",
    }
    return Table(
        "reconciliations",
        "Our counts beside the suppliers’",
        "A supplier counts calls and tokens too, for its bill. Where both agree, no call was made "
        "past the log.",
        (
            Column("day", "Day", "date"),
            Column("supplier", "Supplier"),
            *(Column(name, labels[name], "count") for name in sides),
            Column("entry", "Entry", "count"),
        ),
        tuple(
            (e.get("day", ""), e.get("provider", ""), *(e.get(n, 0) for n in sides), number)
            for number, e in found
        ),
        "",
        checkpoint,
        "",
    )
