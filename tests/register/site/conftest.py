"""A house whose gateway was really used, under two versions of an agreement with hostile names."""

import json
from contextlib import closing, suppress
from datetime import date

import pytest
from bs4 import BeautifulSoup
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bernard.accounts.unlocked import unlocked
from bernard.agreements import read_text, shipped, sign
from bernard.agreements.signed_text import with_signature
from bernard.assembly import open_bernard
from bernard.config import Settings
from bernard.errors import Refused
from bernard.gateway import Caller, ChatRequest, Exchange, Gateway, Message, Routes
from bernard.gateway.standing import Standing
from bernard.ledger import Entry, open_ledger
from bernard.ledger.writing import Writer
from bernard.library import intake
from bernard.models.scripted import ScriptedChat
from bernard.models.suppliers.deployments import Deployments
from bernard.models.suppliers.embedded import EmbeddedChat
from bernard.models.suppliers.types import Attested
from bernard.models.types import Deployment
from bernard.register.site import Imprint, Wanted, build, open_source
from bernard.register.site.others import Meetings
from bernard.store.database import open_store
from bernard.tools.ask import ask

HOSTILE = '<script>alert("no")</script> & Söhne'
LANTERN = Deployment("lantern-large", "lantern", "GB", "2026-05-01")
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
NOBODY = Caller("drafting", "tell-jokes", marking="OFFICIAL", key="k-drafting")
WRITING = "purposes: [summarise, draft, rewrite, translate, answer-questions]"


def signed(*changes):
    """The agreement with a supplier that ships as a draft, changed and signed by both sides."""
    text = (shipped() / "tightened-supplier.yaml").read_text()
    for old, new in (
        ("status: draft", "status: signed"),
        ("mode: fast", "mode: rules"),
        ("start: 2026-12-01", "start: 2026-01-01"),
        ("Lantern Models Limited (invented)", f"'=1+1 {HOSTILE}'"),
        *changes,
    ):
        assert old in text, old
        text = text.replace(old, new, 1)
    agreement = read_text(text.encode())
    for role in ("public-body", "supplier"):
        key = Ed25519PrivateKey.generate()
        text = with_signature(text, sign(agreement, key, role, "A. Body", date(2026, 1, 1)))
    return text


class Asking:
    """The shape that a supplier's engine has, over the scripted model."""

    def __init__(self, chat):
        self._chat = chat

    def ask(self, body):
        for delta in self._chat.chat(ChatRequest([Message("user", str(body["messages"])[:2000])])):
            reason = "stop" if delta.stop_reason else None
            choice = {"index": 0, "delta": {"content": delta.text}, "finish_reason": reason}
            yield {"id": "x", "model": "m", "created": 0, "choices": [choice]}
        usage = {"prompt_tokens": 1200, "completion_tokens": 30}
        yield {"id": "x", "model": "m", "created": 0, "choices": [], "usage": usage}


def gateway_of(bernard):
    """The house's gateway with a supplier's model, which is a script, and one on this machine."""
    reply = json.dumps({"covered": False, "claims": []})
    chat = Asking(ScriptedChat(lambda request: reply))
    suppliers = [
        EmbeddedChat(
            Attested(
                d.model, d.provider, d.model, (d.place,), ("chat",), d.version, "never", "never"
            ),
            lambda: chat,
        )
        for d in (LANTERN, Deployment("scripted-chat", "embedded", "this-machine"))
    ]
    routes = Routes(Deployments(suppliers, defaults={"chat": "scripted-chat"}))
    standing = Standing(bernard.store, bernard.recorder.writer, bernard.agreement)
    return Gateway(
        Exchange(
            routes, bernard.agreement, bernard.detector, bernard.recorder,
            cases=bernard.cases, standing=standing,
        )
    )  # fmt: skip


def send(gateway, caller, text, model="lantern-large"):
    with suppress(Refused):
        gateway.chat(caller, ChatRequest([Message("user", text)]), model=model)


@pytest.fixture(scope="session")
def used(tmp_path_factory):
    """The settings of a home whose tools were used."""
    home = tmp_path_factory.mktemp("used") / "home"
    agreements = home.parent / "agreements"
    agreements.mkdir()
    (agreements / "here.yaml").write_bytes((shipped() / "this-machine.yaml").read_bytes())
    (agreements / "supplier.yaml").write_text(signed())
    settings = Settings(
        home=home, chat_model="none", embedding_model="none", ocr=False, privacy_mode="rules",
        agreement=agreements,
    )  # fmt: skip
    with open_bernard(settings) as bernard, closing(gateway_of(bernard)) as gateway:
        collection = bernard.library.collection(unlocked(bernard.store, "tester").id, "leave").id
        group = intake.new_group(collection)
        bernard.library.add(collection, [("leave.md", b"# Leave\n\nStaff get 27 days.")], group)
        bernard.library.read(group)
        for _ in range(6):
            ask("How many days of leave?", bernard.library, gateway, [collection])
            send(gateway, DRAFT, "Sum up for a.person@example.org: the harbour opens at nine.")
        changed = ("version: 1", "version: 2"), (WRITING, "purposes: [summarise]")
        title = ("Help with writing, code", f"Help {HOSTILE} with writing, code")
        (agreements / "supplier.yaml").write_text(signed(*changed, title))
        for number in range(14):
            send(gateway, DRAFT, f"Sum up number {number}.")
            send(gateway, NOBODY, "Tell me a joke.")
        with bernard.store.write() as c:
            Writer(bernard.ledger).write_one(c, reconciled())
    return settings


def reconciled():
    counts = {
        f"{who}_{what}": 20
        for who in ("ours", "theirs")
        for what in ("calls", "prompt_tokens", "completion_tokens")
    }
    return Entry("reconciliation", 1_795_000_000, provider="lantern", day="2026-11-20", **counts)


@pytest.fixture(scope="session")
def inputs(tmp_path_factory):
    """A folder with a record that is begun, and a release of meetings."""
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "records").mkdir()
    record = 'standard: ATRS\nversion: v4.0\nabout: {agreement: "tightened-supplier"}\n'
    (folder / "records" / "letters.yaml").write_text(record)
    release = (
        "Minister,Date,Name of organisation,Purpose of meeting\n"
        f'Ada Lamplight,2026-07-03,"=1+1 {HOSTILE.replace(chr(34), chr(34) * 2)}",To talk\n'
        "B Beacon,some day,Nobody,\n"
    )
    (folder / "meetings.csv").write_text(release)
    return folder


@pytest.fixture(scope="session")
def source(used):
    """The log of that home, as the register reads it."""
    with closing(open_store(used)) as store:
        ledger = open_ledger(used, store)
        yield open_source(ledger.files(), ledger.vkey, ledger.checkpoint())


@pytest.fixture(scope="session")
def wanted(source, used, inputs):
    """A register with every section."""
    files = sorted(used.agreement.glob("*.yaml"))
    return Wanted(
        source,
        Imprint(title=f"Register of {HOSTILE}", publisher=HOSTILE, contact="a@example.org"),
        agreements=tuple(path.read_bytes() for path in files),
        records=inputs / "records",
        meetings=Meetings((inputs / "meetings.csv",), settings=used),
    )


@pytest.fixture(scope="session")
def site(wanted, tmp_path_factory):
    """The folder of that register."""
    out = tmp_path_factory.mktemp("site") / "out"
    build(out, wanted)
    return out


@pytest.fixture(scope="session")
def soups(site):
    """Every page that we draw, by its path."""
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_text(), "html5lib")
        for path in sorted(site.rglob("*.html"))
        if path.name != "browser.html"
    }


@pytest.fixture
def hostile():
    return HOSTILE
