"""Put the rooms together from the settings: what every door opens first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bernard.agreements import Agreements, default_path
from bernard.agreements.sign import trusted_keys
from bernard.config import Settings
from bernard.gateway import Exchange, Gateway, Recorder, Routes
from bernard.gateway.case_opening import open_cases
from bernard.gateway.cases import Cases
from bernard.gateway.looking import open_detectors
from bernard.gateway.standing import Standing
from bernard.ledger import StoredLedger, open_ledger
from bernard.ledger.publicity import read_step
from bernard.library.catalogue import Library
from bernard.models.registry import Models
from bernard.models.suppliers.opening import open_deployments
from bernard.privacy import Detector
from bernard.store.database import Store, open_store


@dataclass(frozen=True)
class Bernard:
    """The open house.

    Attributes:
        demo: sample documents, and whoever comes is signed in as the demo's account.
    """

    settings: Settings
    store: Store
    ledger: StoredLedger
    gateway: Gateway
    library: Library
    agreement: Agreements
    models: Models
    recorder: Recorder
    detector: Detector
    cases: Cases
    demo: bool = False


@contextmanager
def open_bernard(settings: Settings, *, demo: bool = False) -> Iterator[Bernard]:
    """The house, open until the end of the block.

    Raises:
        AgreementInvalid: the agreement file has a fault.
        InputInvalid: there is no such mode of looking for personal data.
        ModelMissing: the weights of a tagger of names are not there.
        StoreUnavailable: the database cannot be opened.
    """
    agreement = Agreements(
        settings.agreement or default_path(), trusted_keys(settings.agreement_keys)
    )
    detector = open_detectors(settings, agreement.privacy().mode)
    store = open_store(settings)
    models = Models(settings)
    ledger = open_ledger(settings, store)
    recorder = Recorder(store, ledger, time=read_step(settings.ledger_time))
    try:
        routes = Routes(open_deployments(settings, models))
        with open_cases(settings, store, ledger) as cases:
            standing = Standing(store, recorder.writer, agreement)
            gateway = Gateway(
                Exchange(routes, agreement, detector, recorder, cases=cases, standing=standing)
            )
            library = Library(store, gateway, settings)
            try:
                yield Bernard(
                    settings,
                    store,
                    ledger,
                    gateway,
                    library,
                    agreement,
                    models,
                    recorder,
                    detector,
                    cases,
                    demo,
                )
            finally:
                library.close()
                gateway.close()
    finally:
        recorder.close()
        models.close()
        store.close()
