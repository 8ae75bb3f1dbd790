"""Cases, opened for a house, and the thread that ends them on time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bernard.config import Settings
from bernard.errors import Error
from bernard.gateway.case_house import HouseKeys
from bernard.gateway.case_upkeep import CaseUpkeep
from bernard.gateway.cases import Cases
from bernard.ledger import StoredLedger
from bernard.ledger.erasing import erase_over
from bernard.ledger.publicity import read_step
from bernard.store.database import Store

CLOSE_IDLE_S = 20.0
DESTROY_EVERY_S = 600.0

_log = logging.getLogger(__name__)


@contextmanager
def open_cases(settings: Settings, store: Store, ledger: StoredLedger) -> Iterator[Cases]:
    """The cases of a house, until the end of the block.

    Those whose time is over are destroyed now and every ten minutes, as is what opens the content
    of calls and the pseudonyms of staff.
    """
    step = read_step(settings.ledger_time)
    upkeep = CaseUpkeep(store, ledger, settings.cases_kept_days, step)
    cases = Cases(store, HouseKeys(store, settings.cases_key), upkeep)
    stop = threading.Event()
    thread = threading.Thread(
        target=_watch, args=(store, cases, upkeep, stop), name="cases", daemon=True
    )
    thread.start()
    try:
        yield cases
    finally:
        stop.set()
        thread.join()
        cases.forget()


def _watch(store: Store, cases: Cases, upkeep: CaseUpkeep, stop: threading.Event) -> None:
    due = time.monotonic()
    while True:
        cases.close_idle()
        if time.monotonic() >= due:
            due = time.monotonic() + DESTROY_EVERY_S
            try:
                erase_over(store, time.time())
                upkeep.destroy_over(time.time())
            except Error as error:
                _log.warning("Cases whose time is over are not destroyed yet. %s", error)
            except Exception:
                _log.exception("Cases whose time is over are not destroyed yet")
        if stop.wait(CLOSE_IDLE_S):
            return
