"""What stands behind the gateway's doors, put together from the settings."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from bernard.accounts.keys import Key, Keys
from bernard.agreements.compiled import compiled
from bernard.agreements.in_force import Agreements
from bernard.agreements.read import default_path
from bernard.agreements.sign import trusted_keys
from bernard.config import Settings
from bernard.errors import Error, NotFound, StoreUnavailable
from bernard.gateway.case_opening import open_cases
from bernard.gateway.cases import Cases
from bernard.gateway.exchange import Exchange
from bernard.gateway.looking import open_detectors, opened, policy_of
from bernard.gateway.receipts import receipt
from bernard.gateway.recorder import Recorder
from bernard.gateway.routing import Routes
from bernard.gateway.standing import Standing
from bernard.gateway.types import Caller
from bernard.ledger import open_ledger
from bernard.ledger.publicity import read_step
from bernard.ledger.published import receipt_of
from bernard.ledger.publisher_opening import open_publisher
from bernard.ledger.publishing import Publisher
from bernard.models.registry import Models
from bernard.models.suppliers.opening import open_deployments
from bernard.privacy import Detector, Policy
from bernard.store.database import Store, open_store

_log = logging.getLogger(__name__)


class Named(NamedTuple):
    """A name that callers may ask for, and who answers to it first."""

    name: str
    supplier: str


class House:
    """The parts of a gateway that one event loop serves.

    Attributes:
        fault: why the register could not be read again; what it said before still holds.
        publisher: of the log; None where the log is not published.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        agreements: Agreements,
        models: Models,
        recorder: Recorder,
        detector: Detector,
        cases: Cases | None = None,
        publisher: Publisher | None = None,
    ) -> None:
        """Take the parts that may be shared, and open the deployments, which may not.

        Raises:
            RegisterInvalid: the register of deployments has faults.
            StoreUnavailable: the keys cannot be read.
        """
        self._settings = settings
        self._store = store
        self._agreements = agreements
        self._models = models
        self._recorder = recorder
        self._detector = detector
        self._cases = cases
        self.publisher = publisher
        self._seen = _state(settings.deployments)
        self.fault = ""
        self.routes = Routes(open_deployments(settings, models))
        self._standing = Standing(store, recorder.writer, agreements)
        self.exchange = Exchange(
            self.routes, agreements, detector, recorder, cases=cases, standing=self._standing
        )
        self.keys = Keys(store)

    def models(self) -> Sequence[Named]:
        """Every name that may be asked for: aliases, then deployments."""
        deployments = self.routes.deployments
        suppliers = {s.attested.name: s.attested.supplier for s in deployments.suppliers}
        aliases = [Named(name, suppliers[to[0]]) for name, to in deployments.aliases.items()]
        return [*aliases, *(Named(name, supplier) for name, supplier in suppliers.items())]

    async def receipt(self, id: str, key: Key) -> dict[str, Any]:
        """What the log holds of a call of this key. Raises NotFound."""
        return await asyncio.to_thread(receipt, self._store, id, key)

    @contextmanager
    def publishing(self) -> Iterator[None]:
        """Publish the log again and again until the end of the block."""
        with self.publisher.running() if self.publisher else nullcontext():
            yield

    def published(self) -> dict[str, float]:
        """Numbers of what is published of the log; none where it is not published here."""
        return self.publisher.numbers() if self.publisher else {}

    async def entry(self, number: int) -> str:
        """An entry of the log as its hash covers it. Raises NotFound."""
        if self.publisher is None:
            raise NotFound("The log is not published here.")
        [body] = await asyncio.to_thread(self.publisher.log.bodies, number, number + 1) or [b""]
        if not body:
            raise NotFound(f"The log has no entry {number}.")
        return body.decode()

    async def proof(self, number: int) -> str:
        """Proof that an entry is in the log, in the form of C2SP tlog-proof. Raises NotFound."""
        if self.publisher is None:
            raise NotFound("The log is not published here.")
        found = await asyncio.to_thread(
            receipt_of, self.publisher.log, self.publisher.folder, number
        )
        return str(found)

    async def destroy_case(self, caller: Caller, name: str) -> None:
        """Destroy what stands for whom in a case of this caller.

        Raises:
            NotFound: there is no such case.
        """
        if self._cases is None or not await asyncio.to_thread(self._cases.destroy, caller, name):
            raise NotFound("There is no such case of this key's service.")

    def looking(self, agreement: str = "") -> tuple[Detector, Policy]:
        """How texts are looked through now, by the agreements in force or the one named.

        Raises DetectorFailed.
        """
        section = self._agreements.privacy(agreement)
        return opened(self._detector, section)[0], policy_of(section)

    def checks(self) -> dict[str, str]:
        """What is needed to take calls, each with what is wrong with it, or nothing."""
        return {"log": self._log_fault(), "agreements": self._agreement_fault()}

    def notes(self) -> dict[str, str]:
        """What is wrong although calls can be taken."""
        said = {"deployments": self.fault} if self.fault else {}
        if resting := self.routes.resting():
            said["resting"] = f"Left in peace after failures: {', '.join(resting)}."
        return said | (self.publisher.notes() if self.publisher else {})

    async def reload(self, *, force: bool = False) -> None:
        """Take up a register, keys and agreements that have changed; calls go on meanwhile.

        Keys and agreements are looked at every second as it is; the log is told of changes here.

        Args:
            force: read the register again even if its file looks as before: where keys of
                suppliers have changed.
        """
        await self._take_up(force)
        suppliers = self.routes.deployments.suppliers
        await asyncio.to_thread(self._standing.look, [one.attested for one in suppliers])

    async def _take_up(self, force: bool) -> None:
        seen = await asyncio.to_thread(_state, self._settings.deployments)
        if not force and seen == self._seen:
            return
        self._seen = seen
        try:
            deployments = await asyncio.to_thread(open_deployments, self._settings, self._models)
        except Error as error:
            self.fault = str(error)
            _log.error("The deployments stay as they were. %s", error)
        else:
            self.fault = ""
            await self.routes.replace(deployments)
            _log.warning("The deployments were read again.")
        if force:
            await asyncio.to_thread(self._refresh)

    async def close(self) -> None:
        """Give back connections."""
        await self.routes.close()

    def _refresh(self) -> None:
        try:
            self.keys.refresh()
        except StoreUnavailable as error:
            _log.error("The keys cannot be read again. %s", error)
        self._agreements.faults()

    def _log_fault(self) -> str:
        try:
            with self._store.read() as c:
                c.exec_driver_sql("SELECT 1 FROM entries LIMIT 1")
        except StoreUnavailable as error:
            return str(error)
        return ""

    def _agreement_fault(self) -> str:
        faults = self._agreements.faults()
        known = self._agreements.all()
        if not known:
            return f"No agreement can be used: {', '.join(faults) or self._agreements.path}."
        now = time.time()
        if any(not r.standing and r.start <= now < r.end for r in map(compiled, known)):
            return ""
        return f"No agreement is in force: {', '.join(f'{a.id} is {a.status}' for a in known)}."


@contextmanager
def open_house(settings: Settings) -> Iterator[House]:
    """The gateway without the rest of Bernard, open until the end of the block.

    Raises:
        AgreementInvalid: the agreement file has a fault.
        InputInvalid: there is no such mode of looking for personal data.
        LogBroken: the log in the database is not what was signed.
        LogKeyInvalid: the key that signs the log is missing or another log's.
        ModelMissing: the weights of a tagger of names are not there.
        RegisterInvalid: the register of deployments has.
        StoreUnavailable: the database cannot be opened.
    """
    agreements = Agreements(
        settings.agreement or default_path(), trusted_keys(settings.agreement_keys)
    )
    detectors = open_detectors(settings, agreements.privacy().mode)
    # It reads a few rows for each call, so it needs little of the database in memory.
    store = open_store(settings, cache_kb=2048)
    models = Models(settings)
    ledger = open_ledger(settings, store)
    try:
        ledger.check()
    except BaseException:
        models.close()
        store.close()
        raise
    recorder = Recorder(store, ledger, time=read_step(settings.ledger_time))
    try:
        with open_cases(settings, store, ledger) as cases:
            publisher = open_publisher(settings, ledger)
            publisher.check()
            house = House(
                settings, store, agreements, models, recorder, detectors, cases, publisher
            )
            try:
                yield house
            finally:
                house.keys.close()
    finally:
        recorder.close()
        models.close()
        store.close()


def _state(path: Path | None) -> tuple[int, int, int] | None:
    """What shows that a file changed."""
    if path is None:
        return None
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
