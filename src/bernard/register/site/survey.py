"""One reading of the whole log: what the pages need of it besides the figures."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from bernard.ledger.audit import Audit, AuditReport
from bernard.register.site.histories import Collector, time_of
from bernard.register.site.source import Source, fields_of


@dataclass
class Survey:
    """What was found.

    Attributes:
        first_at, newest_at: of the first and the newest entry, seconds since 1970.
        publications: entries that tell of earlier publications, with their numbers.
        reconciliations: how many days' counts were set beside a supplier's.
        audit: what came of holding each entry against the agreements in the log.
    """

    first_at: int = 0
    newest_at: int = 0
    agreements: Collector = field(default_factory=Collector)
    publications: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    reconciliations: int = 0
    audit: AuditReport | None = None

    @property
    def newest_day(self) -> datetime.date:
        """The day of the newest entry, in UTC."""
        return datetime.datetime.fromtimestamp(self.newest_at, datetime.UTC).date()

    @property
    def first_day(self) -> datetime.date:
        """The day of the first entry, in UTC."""
        return datetime.datetime.fromtimestamp(self.first_at, datetime.UTC).date()


def survey(source: Source) -> Survey:
    """Read every entry once."""
    found, audit = Survey(), Audit()
    for number, body in enumerate(source.bodies()):
        audit.note(number, body)
        entry = fields_of(body)
        at = time_of(entry)
        found.first_at = found.first_at or at
        found.newest_at = max(found.newest_at, at)
        found.agreements.take(number, entry)
        if entry.get("event") == "publication":
            found.publications.append((number, entry))
        if entry.get("event") == "reconciliation":
            found.reconciliations += 1
    found.audit = audit.report()
    return found
