"""A small log of an invented department, and a record of it that is complete."""

from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from bernard.agreements import Agreement, read, shipped
from bernard.agreements.canonical import canonical as agreement_text
from bernard.config import Settings
from bernard.ledger import Entry, StoredLedger, open_ledger
from bernard.ledger.canonical import canonical
from bernard.register.records.draft import draft
from bernard.register.records.gathered import Gathered, gather
from bernard.register.records.log import Log
from bernard.register.records.template import choices, template
from bernard.register.records.types import About
from bernard.store.database import open_store

DAY_S = 86_400
START = 1_796_083_200  # 1 December 2026


def _call(agreement, day, model="lantern-large", version="2026-10", **more):
    return Entry(
        "intent",
        START + day * DAY_S,
        agreement=agreement.id,
        agreement_sha256=agreement.sha256,
        clause="writing",
        service="drafting",
        purpose="draft",
        operation="chat",
        model=model,
        model_version=version,
        provider="lantern",
        place="GB",
        safeguards=("check-markings", "mask-identifiers"),
        left_bytes=100,
        **more,
    )


def _entries(agreement):
    at = {"agreement": agreement.id, "agreement_sha256": agreement.sha256}
    yield Entry(
        "agreement", START, **at, change="in-force", text=agreement_text(agreement).decode()
    )
    large = {"model": "lantern-large", "provider": "lantern", "place": "GB"}
    yield Entry("deployment", START, **large, model_version="2026-10", change="added")
    for n in range(60):
        yield _call(agreement, n // 2, taken_out={"PERSON": 2} if n % 2 else {})
    for _ in range(3):
        yield _call(agreement, 30, "lantern-small", "2026-11")
    for n in range(40):
        decision = "overturned" if n < 12 else "accepted"
        yield Entry("review", START + 30 * DAY_S, of=2 + n, decision=decision, service="drafting")
    scores = {"faithfulness": 0.93, "refusals": 1.0}
    yield Entry("evaluation", START + 30 * DAY_S, model="lantern-large", task="summaries",
                scores=scores, cases=200, file_sha256="0" * 64)  # fmt: skip
    for _ in range(20):
        yield Entry("intent", START + 30 * DAY_S, agreement="other", service="other", model="else")
    yield Entry("sealed", START + 30 * DAY_S, commitment="0" * 64)


class Case(NamedTuple):
    """A log, the agreement in it, and what the program says of it."""

    home: Path
    ledger: StoredLedger
    agreement: Agreement
    log: Log
    gathered: Gathered


def put(ledger, entries):
    """Put entries into a ledger."""
    with ledger._store.write() as c:
        ledger.append_many(c, [canonical(entry) for entry in entries])


@pytest.fixture(scope="session")
def append():
    return put


@pytest.fixture(scope="session")
def case(tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    agreement = read(shipped() / "tightened-supplier.yaml")
    store = open_store(settings)
    ledger = open_ledger(settings, store)
    put(ledger, _entries(agreement))
    log = Log(ledger.files())
    about = About(agreement=agreement.id)
    gathered = gather(about, log.entries(), log.checkpoint)
    yield Case(settings.home, ledger, agreement, log, gathered)
    store.close()


@pytest.fixture
def home(case, monkeypatch):
    """Commands find the log of the case."""
    monkeypatch.setenv("BERNARD_HOME", str(case.home))


def _filled(field):
    known, _ = choices(field)
    if field.kind == "choices":
        return [known[0]]
    if field.kind == "choice":
        return known[0]
    by_kind = {
        "date": "2026-12-31",
        "email": "tides@example.org",
        "url": "https://www.example.org/",
    }
    return by_kind.get(field.kind, f"What a person wrote of {field.label}.")


def _fill(section, part):
    for field in section.fields:
        if not part.get(field.id) and field.source == "person":
            part[field.id] = _filled(field)
        elif field.source != "person" and isinstance(part.get(field.id), dict):
            part[field.id] = {"beside": f"Beside {field.label}."}
    return part


@pytest.fixture
def fill():
    """Fill in every field that a draft leaves to people."""

    def filled(text):
        values = yaml.safe_load(text)
        for section in template().sections:
            part = values.get(section.id) or []
            for one in [part] if isinstance(part, dict) else part:
                _fill(section, one)
        return yaml.safe_dump(values, sort_keys=False, allow_unicode=True).encode()

    return filled


@pytest.fixture
def complete(case, fill):
    """The bytes of a record in which nothing is missing."""
    return fill(draft(case.gathered))
