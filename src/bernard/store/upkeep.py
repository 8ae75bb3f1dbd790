"""What has to be done now and then, so that what was deleted is gone and the rest stays quick."""

from __future__ import annotations

import time

from bernard.store import files, jobs, redactions
from bernard.store.database import Store

_DAY_S = 86_400.0
KEEP_JOBS_S = 30 * _DAY_S


def upkeep(store: Store) -> None:
    """Forget old jobs, and delete originals and halves of files that nothing names any more."""
    at = time.time()
    with store.read() as c:
        left_over = files.unused(c)
    with store.write() as c:
        jobs.forget_finished(c, at - KEEP_JOBS_S)
        redactions.remove_expired(c, at)
        # What was unused a moment ago may be in use by now; this looks again.
        files.remove_unused(c, left_over)
        files.remove_unfinished(c, at - _DAY_S)
        if store.dialect == "sqlite":
            c.exec_driver_sql("PRAGMA optimize")
