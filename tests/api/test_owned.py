"""What belongs to one account is not there for another, on any path."""

import pytest

from bernard.api.routes import ENDPOINTS

# How each endpoint is asked for Alice's things; None where it shows nothing that is owned.
ASKED = {
    "POST /ask": lambda bob, its: bob.post(
        "/ask", json={"question": "mooring", "collections": [its["collection"]]}
    ),
    "GET /search": lambda bob, its: bob.get(
        "/search", params={"query": "mooring", "collection": its["collection"]}
    ),
    "GET /collections": None,
    "POST /collections": None,
    "GET /documents": lambda bob, its: bob.get(
        "/documents", params={"collection": its["collection"]}
    ),
    "POST /documents": lambda bob, its: bob.post(
        "/documents",
        data={"collection": its["collection"]},
        files=[("file", ("mooring-permits.html", b"changed"))],
    ),
    "GET /documents/{id}": lambda bob, its: bob.get(f"/documents/{its['document']}"),
    "GET /documents/{id}/text": lambda bob, its: bob.get(f"/documents/{its['document']}/text"),
    "DELETE /documents/{id}": lambda bob, its: bob.delete(f"/documents/{its['document']}"),
    "GET /imports/{id}": lambda bob, its: bob.get(f"/imports/{its['import']}"),
    "GET /log": None,
    "GET /log/verify": None,
    "GET /log/{number}": None,
    "GET /health": None,
    "GET /problems/{kind}": None,
    "GET /openapi.json": None,
}


@pytest.fixture
def its(alice, put, page):
    """Ids of things that are Alice's."""
    uploaded = put(alice, "policies", [("mooring-permits.html", page)])
    (document,) = uploaded["documents"]
    return {
        "collection": document["collection"],
        "document": document["id"],
        "import": uploaded["import"],
    }


def test_every_endpoint_is_thought_of():
    assert set(ASKED) == {f"{e.method} {e.path}" for e in ENDPOINTS}


@pytest.mark.parametrize("name", [name for name, asked in ASKED.items() if asked])
def test_the_things_of_another_are_not_there(alice, bob, its, name):
    missing = ASKED[name](bob, dict.fromkeys(its, "0" * 32))
    refused = ASKED[name](bob, its)
    assert refused.status_code == missing.status_code == 404
    # The words are the same too, the ids aside, so that they tell nothing.
    said = [r.json()["detail"] for r in (missing, refused)]
    for value in its.values():
        said[1] = said[1].replace(value, "0" * 32)
    assert said[0] == said[1]
    assert alice.get(f"/documents/{its['document']}").json()["state"] == "ready"


def test_lists_and_searches_hold_only_ones_own(alice, bob, its):
    assert bob.get("/collections").json() == {"collections": []}
    assert bob.get("/search", params={"query": "mooring"}).json()["passages"] == []
    answer = bob.post("/ask", json={"question": "How long does a mooring permit last?"}).json()
    assert answer["refused"]
    assert answer["passages"] == []
    assert alice.get("/search", params={"query": "mooring"}).json()["passages"] != []


def test_two_may_use_one_name(alice, bob, its, put):
    put(bob, "policies", [("b.txt", b"Bob likes boats.")])
    found = bob.get("/search", params={"query": "boats", "collection": "policies"}).json()
    assert {p["name"] for p in found["passages"]} == {"b.txt"}


def test_the_log_does_not_say_who(alice, its):
    alice.post("/ask", json={"question": "mooring"})
    assert alice.id not in alice.get("/log").text
