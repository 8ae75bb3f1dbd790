"""A house with two people in it, each with a token, and a client that speaks for them."""

import dataclasses

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from bernard import samples
from bernard.accounts import tokens
from bernard.api import site
from bernard.assembly import open_bernard
from bernard.config import Settings
from bernard.store import people

BASE = "/api/v1"


@dataclasses.dataclass
class Person:
    """Somebody with a token."""

    id: str
    client: TestClient

    def __getattr__(self, method):
        def send(path, **options):
            headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
            return getattr(self.client, method)(BASE + path, headers=headers, **options)

        return send


@pytest.fixture
def database():
    """SQLite; a module that is about what is kept says otherwise."""
    return ""


@pytest.fixture
def bernard(tmp_path, database):
    settings = Settings(
        home=tmp_path,
        database=database,
        chat_model="none",
        embedding_model="none",
        ocr=False,
        max_file_mb=3.0,
    )
    with open_bernard(settings) as opened:
        yield opened


@pytest.fixture
def client(bernard):
    mounted = Starlette(routes=[Mount(BASE, app=site.app(bernard))])
    with TestClient(mounted, raise_server_exceptions=False) as opened:
        yield opened


def _person(bernard, client, name):
    with bernard.store.write() as c:
        account = people.create(c, name, "")
        token = tokens.create(c, account.id, "test")
    person = Person(account.id, client)
    person.token = token
    return person


@pytest.fixture
def alice(bernard, client):
    return _person(bernard, client, "alice")


@pytest.fixture
def bob(bernard, client):
    return _person(bernard, client, "bob")


@pytest.fixture
def put(bernard):
    """Gives a function that uploads files, reads them, and gives what the upload answered."""

    def upload(person, collection, files):
        if collection not in [c["name"] for c in person.get("/collections").json()["collections"]]:
            assert person.post("/collections", json={"name": collection}).status_code == 201
        parts = [("file", named) for named in files]
        answer = person.post("/documents", data={"collection": collection}, files=parts)
        assert answer.status_code == 202, answer.text
        if answer.json()["import"]:
            bernard.library.read(answer.json()["import"])
        return answer.json()

    return upload


@pytest.fixture
def page():
    """The name and bytes of a sample document."""
    return dict(samples.files())["mooring-permits.html"]
