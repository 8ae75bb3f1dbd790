"""The log, and the description of the API, through the API."""

import hashlib
import json
import re

import pytest

from bernard.api.routes import ENDPOINTS
from bernard.ledger import Entry
from bernard.ledger.tlog import Tree
from bernard.ledger.tlog.tree import EMPTY_ROOT


@pytest.fixture
def entries(bernard):
    for number in range(5):
        bernard.ledger.append(Entry("intent", at=number, service="ask"), durable=False)


def test_an_empty_log(alice):
    assert alice.get("/log").json() == {"entries": []}
    for number in ("0", "one", "-1", "9" * 5000):
        assert alice.get(f"/log/{number}").status_code == 404
    assert alice.get("/log/verify").json() == {"entries": 0, "root": EMPTY_ROOT.hex(), "fault": ""}


def test_entries_from_the_newest_down(alice, entries):
    listed = alice.get("/log", params={"limit": 2}).json()["entries"]
    assert [e["number"] for e in listed] == [4, 3]
    older = alice.get("/log", params={"limit": 2, "before": 3}).json()["entries"]
    assert [e["number"] for e in older] == [2, 1]
    assert alice.get("/log/2").json() == older[0]


def test_a_reader_can_check_the_tree_alone(alice, entries):
    hashes = b""
    for number in range(5):
        entry = alice.get(f"/log/{number}").json()
        assert json.loads(entry["body"]) == entry["entry"]
        leaf = hashlib.sha256(b"\0" + entry["body"].encode())
        assert entry["hash"] == leaf.hexdigest()
        hashes += leaf.digest()
    assert alice.get("/log/verify").json() == {
        "entries": 5,
        "root": Tree().append(hashes).tree.root.hex(),
        "fault": "",
    }


def test_the_description_is_of_these_endpoints(client):
    described = client.get("/api/v1/openapi.json").json()
    assert described["servers"] == [{"url": "/api/v1"}]
    there = {
        (method.upper(), path) for path, methods in described["paths"].items() for method in methods
    }
    assert there == {(e.method, re.sub(r":\w+", "", e.path)) for e in ENDPOINTS}
    operations = [o for methods in described["paths"].values() for o in methods.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids)
    for endpoint in ENDPOINTS:
        operation = described["paths"][re.sub(r":\w+", "", endpoint.path)][endpoint.method.lower()]
        assert (operation.get("security") == []) == endpoint.is_open


def test_every_reference_of_the_description_resolves(client):
    text = client.get("/api/v1/openapi.json").text
    described = json.loads(text)
    for reference in set(re.findall(r'"#/([^"]+)"', text)):
        found = described
        for part in reference.split("/"):
            found = found[part]


def test_the_description_names_what_a_query_takes(client):
    described = client.get("/api/v1/openapi.json").json()
    parameters = {p["name"]: p for p in described["paths"]["/search"]["get"]["parameters"]}
    assert parameters["query"]["required"]
    assert not parameters["limit"]["required"]
    assert all(p["description"] for p in parameters.values())
