"""A supplier's own count of calls and tokens beside the log's, day by day."""

from bernard.ledger.reconcile.columns import named
from bernard.ledger.reconcile.compare import compare
from bernard.ledger.reconcile.logged import count_ours, count_published, log, seen_before
from bernard.ledger.reconcile.ours import Ours, Seen
from bernard.ledger.reconcile.types import Compared, Day, Reconciled, Unread, UsageFile
from bernard.ledger.reconcile.usage import read_usage

__all__ = [
    "Compared",
    "Day",
    "Ours",
    "Reconciled",
    "Seen",
    "Unread",
    "UsageFile",
    "compare",
    "count_ours",
    "count_published",
    "log",
    "named",
    "read_usage",
    "seen_before",
]
