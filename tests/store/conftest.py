"""Rows that the store's tests start from."""

import subprocess
import sys
import textwrap

import pytest

from bernard.store import collections, documents, people


@pytest.fixture
def ann(store):
    """An account."""
    with store.write() as c:
        return people.create(c, "ann", "hash")


@pytest.fixture
def bob(store):
    """Another account."""
    with store.write() as c:
        return people.create(c, "bob", "hash")


@pytest.fixture
def rules(store, ann):
    """A collection of Ann's."""
    with store.write() as c:
        return collections.create(c, ann.id, "Rules")


@pytest.fixture
def put():
    """Put a document in without a file."""

    def put(c, collection, name, parent=None, sha256="0" * 64):
        return documents.put(
            c,
            collection.id,
            name,
            media_type="text/plain",
            sha256=sha256,
            size=3,
            parent=parent and parent.id,
        )

    return put


@pytest.fixture
def second_postgres_url(make_postgres_url):
    """The address of another fresh, empty PostgreSQL database."""
    return make_postgres_url()


@pytest.fixture
def start():
    """Start a Python process with `settings` in it; it is killed when the test ends."""
    begun = []

    def start(settings, code):
        setting = f"Settings(home=Path({str(settings.home)!r}), database={settings.database!r})"
        head = (
            "import sys, time\nfrom pathlib import Path\nfrom bernard.config import Settings\n"
            f"from bernard.store.database import open_store\nsettings = {setting}\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", head + textwrap.dedent(code)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        return process

    yield start
    for process in begun:
        process.kill()
        process.communicate()
