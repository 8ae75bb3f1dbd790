"""What speaks for and against the log being complete: an audit of it, and suppliers' own counts."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote

from bernard.ledger.audit import AuditReport
from bernard.register.site.survey import Survey
from bernard.register.types import Column, Page, Table

PATH = "completeness/index.html"


def page(found: Survey, tables: Sequence[Table], checkpoint: str, log: str, key: str) -> Page:
    """The page on completeness.

    Args:
        tables: the figures of this section, with small numbers held back. What is added here is
            about faults of the log, and says nothing of how many calls there were.
        log: address or folder of the log, as commands name it.
        key: the log's public key.
    """
    audit = found.audit
    assert audit is not None
    command = f"bernard ledger verify {quote(log)} --key {quote(key)}"
    every = (*tables, _missing(audit, checkpoint, command), _findings(audit, checkpoint, command))
    data = {
        "audit": audit,
        "gaps": sum(use.missing for use in audit.keys),
        "reconciled": found.reconciliations,
    }
    return Page(PATH, "Is the log complete?", "completeness.html", "verify", data, every)


def _missing(audit: AuditReport, checkpoint: str, command: str) -> Table:
    return Table(
        "missing-numbers",
        "Missing numbers",
        "Each key counts its calls 1, 2, 3 and so on, whether they were allowed or refused. A "
        "number that is missing is a call whose entry is not in the log, or is sealed.",
        (Column("key", "Key"), Column("missing", "Missing numbers", "count")),
        tuple((use.key, use.missing) for use in audit.keys if use.missing),
        "A key is shown by its id, which opens nothing. “bernard” stands for Bernard’s own tools.",
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
