"""Real calls under real agreements, and their log as anybody reads it."""

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bernard.agreements import default_path, read, read_text, shipped, sign
from bernard.agreements.canonical import canonical as agreement_text
from bernard.agreements.signed_text import with_signature
from bernard.errors import OverBudget, Refused
from bernard.gateway import Caller, ChatRequest, Deployment, Message
from bernard.ledger import Entry, open_ledger
from bernard.ledger.audit import Audit
from bernard.ledger.canonical import canonical
from bernard.ledger.writing import Writer
from bernard.models.types import ChatDelta, Usage


class Model:
    """A chat model that says a few words."""

    def __init__(self, model, provider, place, version=""):
        self.deployment = Deployment(model, provider, place, version)

    def chat(self, request) -> Iterator[ChatDelta]:
        yield ChatDelta("Said and done.")
        yield ChatDelta(stop_reason="end", usage=Usage(7, 9))


HERE = Model("echo", "embedded", "this-machine")
OWN = Model("echo", "own-server", "own-network")
LANTERN = Model("lantern-large", "lantern", "GB", "2026-05-01")
ASK = Caller("ask", "answer-questions")
DRAFT = Caller(
    "drafting",
    "summarise",
    marking="OFFICIAL",
    categories=("policy-material",),
    subjects=("staff",),
    identifiability="anonymous",
    involvement="before-use",
    effect="support",
    key="k-drafting",
)
CODE = Caller(
    "coding",
    "code",
    marking="OFFICIAL",
    categories=("source-code",),
    identifiability="anonymous",
    involvement="before-use",
    key="k-coding",
)


@pytest.fixture(scope="session")
def tightened(tmp_path_factory):
    """The agreement with a supplier that ships as a draft, signed by both sides and in its term."""
    text = (shipped() / "tightened-supplier.yaml").read_text()
    text = text.replace("status: draft", "status: signed").replace("mode: fast", "mode: rules")
    text = text.replace("start: 2026-12-01", "start: 2026-01-01")
    path = tmp_path_factory.mktemp("agreement") / "signed.yaml"
    agreement = read_text(text.encode())
    for role in ("public-body", "supplier"):
        key = Ed25519PrivateKey.generate()
        text = with_signature(text, sign(agreement, key, role, "A. Body", date(2026, 1, 1)))
    path.write_text(text)
    return path


@pytest.fixture
def calls_under(sqlite_settings, sqlite_store, gateway_over):
    """Makes calls under an agreement; gives the entries of the log as they are published."""

    def make(path, model, asked):
        ledger = open_ledger(sqlite_settings, sqlite_store)
        agreement = read(path)
        in_force = Entry(
            "agreement",
            int(time.time()),
            agreement=agreement.id,
            agreement_sha256=agreement.sha256,
            change="in-force",
            text=agreement_text(agreement).decode(),
        )
        with sqlite_store.write() as c:
            Writer(ledger).write_one(c, in_force)
        gateway = gateway_over(sqlite_store, model, agreement=path, ledger=ledger)
        for caller, text in asked:
            with suppress(Refused, OverBudget):
                gateway.chat(caller, ChatRequest([Message("user", text)]))
        gateway.close()
        gateway.recorder.close()
        return [logged.body.encode() for logged in ledger.all()]

    return make


@pytest.fixture
def here(calls_under):
    """A log of calls to a model on this machine."""
    return calls_under(default_path(), HERE, [(ASK, "one"), (ASK, "two OFFICIAL-SENSITIVE")])


@pytest.fixture
def supplied(calls_under, tightened):
    """A log of calls to a supplier, two of them refused."""
    asked = [
        (DRAFT, "Sum up: the harbour opens at nine."),
        (DRAFT, "Write to a.person@example.org about the tide."),
        (CODE, "Explain this line."),
        (ASK, "Nobody allowed this."),
        (DRAFT, "A third one."),
        (CODE, "SECRET\n\nThe plan of the harbour."),
        (CODE, "One more line."),
    ]
    return calls_under(tightened, LANTERN, asked)


@pytest.fixture
def own_server(calls_under):
    """A log of calls to the body's own server."""
    path = default_path().with_name("own-server.yaml")
    return calls_under(path, OWN, [(ASK, "one"), (ASK, "NI AB123456C"), (DRAFT, "refused")])


@pytest.fixture
def audited():
    """Audits the entries of a log; gives the report."""

    def audit(bodies):
        found = Audit()
        for number, body in enumerate(bodies):
            found.check(number, body)
        return found.report()

    return audit


@pytest.fixture
def changed():
    """The log with fields of one entry changed, as somebody would who rewrites it well."""

    def change(bodies, number, **fields):
        entry = msgspec.json.decode(bodies[number], type=Entry)
        written = canonical(msgspec.structs.replace(entry, **fields)).encode()
        return [*bodies[:number], written, *bodies[number + 1 :]]

    return change


@pytest.fixture
def here_model():
    """A model on this machine."""
    return HERE
