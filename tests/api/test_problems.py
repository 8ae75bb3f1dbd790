"""Every endpoint answers every error in one shape."""

import re

import pytest

from bernard.api.problems import every_kind
from bernard.api.routes import ENDPOINTS
from bernard.errors import StoreUnavailable

BASE = "/api/v1"
CLOSED = [e for e in ENDPOINTS if not e.is_open]


def _name(endpoint):
    return f"{endpoint.method} {endpoint.path}"


def _url(endpoint, part="1"):
    return BASE + re.sub(r"\{.*?\}", part, endpoint.path)


def check_problem(answer, status):
    """That this is a problem as RFC 9457 writes it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (
        {"type", "title", "status", "detail"}
        <= set(problem)
        <= {
            "type",
            "title",
            "status",
            "detail",
            "errors",
        }
    )
    assert problem["status"] == status
    assert problem["detail"][-1] in ".?`)"
    return problem


@pytest.mark.parametrize("endpoint", CLOSED, ids=_name)
@pytest.mark.parametrize(
    "authorization", [None, "Bearer", "Bearer bernard_wrong", "Basic YTpi", "Bearer \u00e9"]
)
def test_without_a_good_token(client, endpoint, authorization):
    headers = {"Authorization": authorization.encode()} if authorization else {}
    answer = client.request(endpoint.method, _url(endpoint), headers=headers)
    problem = check_problem(answer, 401)
    assert problem["type"] == f"{BASE}/problems/sign-in-needed"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_revoked_token_is_refused(bernard, client, alice):
    from bernard.accounts import tokens
    from bernard.store import people

    assert alice.get("/collections").status_code == 200
    with bernard.store.write() as c:
        tokens.revoke(c, alice.id, people.tokens_of(c, alice.id)[0].hash)
    check_problem(alice.get("/collections"), 401)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=_name)
def test_a_method_that_is_not_there(alice, endpoint):
    answer = alice.patch(_url(endpoint)[len(BASE) :])
    check_problem(answer, 405)
    allowed = {e.method for e in ENDPOINTS if e.path == endpoint.path}
    assert set(answer.headers["allow"].split(", ")) - {"HEAD"} == allowed


@pytest.mark.parametrize("path", ["/", "/nothing", "/documents/", "/documents/1/2"])
def test_a_path_that_is_not_there(alice, path):
    assert check_problem(alice.get(path), 404)["type"] == "about:blank"


MISSING = [
    (endpoint, part)
    for endpoint in ENDPOINTS
    for part in (["404"] if "int" in endpoint.path else ["404", "%00", "%F0%9F%90%9F", "'"])
    if "{" in endpoint.path
]


@pytest.mark.parametrize(
    ("endpoint", "part"), MISSING, ids=lambda value: getattr(value, "path", value)
)
def test_a_thing_that_is_not_there(alice, endpoint, part):
    path = _url(endpoint, part)[len(BASE) :]
    check_problem(getattr(alice, endpoint.method.lower())(path), 404)


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/ask", {}, "#/question"),
        ("/ask", {"question": 1}, "#/question"),
        ("/ask", {"question": ""}, "#/question"),
        ("/ask", {"question": "a\0b"}, "#/question"),
        ("/ask", {"question": "x" * 4001}, "#/question"),
        ("/ask", {"question": "a", "collection": "b"}, "#/collection"),
        ("/ask", {"question": "a", "collections": "b"}, "#/collections"),
        ("/ask", {"question": "a", "collections": ["b", 2]}, "#/collections/1"),
        ("/ask", {"question": "a", "history": [{"question": "b"}]}, "#/history/0/answer"),
        ("/ask", ["question"], "#"),
        ("/collections", {"name": ""}, "#/name"),
        ("/collections", {"name": "\u200b"}, "#/name"),
        ("/collections", {"name": "x" * 201}, "#/name"),
    ],
)
def test_a_field_at_fault_is_named(alice, path, body, pointer):
    problem = check_problem(alice.post(path, json=body), 422)
    assert problem["errors"][0]["pointer"] == pointer
    assert pointer.split("/")[-1].strip("#") in problem["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"question": "\xff"}', b"[" * 100_000])
def test_what_is_not_json(alice, body):
    problem = check_problem(alice.post("/ask", content=body), 422)
    assert problem["errors"][0]["pointer"].startswith("#")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("/search", "#/query"),
        ("/search?query=", "#/query"),
        ("/search?query=a&limit=many", "#/limit"),
        ("/search?query=a&limit=0", "#/limit"),
        ("/search?query=a&colection=b", "#/colection"),
        ("/documents", "#/collection"),
        ("/documents?collection=a&limit=1001", "#/limit"),
        ("/log?before=-1", "#/before"),
        ("/log?before=x", "#/before"),
    ],
)
def test_a_query_at_fault_is_named(alice, query, pointer):
    problem = check_problem(alice.get(query), 422)
    assert problem["errors"][0]["pointer"] == pointer


def test_too_much_json(alice):
    check_problem(alice.post("/ask", content=b" " * 2_000_001), 413)


def test_too_much_json_that_does_not_say_how_much(alice):
    chunks = (b" " * 100_000 for _ in range(30))
    check_problem(alice.post("/ask", content=chunks), 413)


def test_an_upload_that_is_too_large(alice):
    alice.post("/collections", json={"name": "a"})
    files = [("file", ("a.txt", b"a" * 5_000_000))]
    check_problem(alice.post("/documents", data={"collection": "a"}, files=files), 413)
    files = [("file", ("a.txt", b"a" * 3_500_000))]
    problem = check_problem(alice.post("/documents", data={"collection": "a"}, files=files), 413)
    assert "'a.txt'" in problem["detail"]
    assert alice.get("/documents?collection=a").json()["documents"] == []


@pytest.mark.parametrize(
    ("data", "files", "pointer"),
    [
        ({}, [("file", ("a.txt", b"a"))], "#/collection"),
        ({"collection": "a"}, [("other", (None, b"a"))], "#/file"),
        ({"collection": "a"}, [("file", ("..", b"a"))], "#/file"),
    ],
)
def test_an_upload_at_fault(alice, data, files, pointer):
    alice.post("/collections", json={"name": "a"})
    problem = check_problem(alice.post("/documents", data=data, files=files), 422)
    assert problem["errors"][0]["pointer"] == pointer


def test_an_upload_that_finds_no_room(alice, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    answer = alice.post("/documents", files=[("file", ("a.txt", b"x" * 1_500_000))])
    assert "no room" in check_problem(answer, 503)["detail"]


def test_an_upload_that_is_no_form(alice):
    check_problem(alice.post("/documents", content=b"abc"), 422)
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    check_problem(alice.post("/documents", content=b"--y", headers=broken), 422)
    check_problem(
        alice.post("/documents", content=b"", headers={"Content-Type": "multipart/form-data"}), 422
    )


def test_every_kind_of_problem_can_be_read(client):
    for name, error in every_kind().items():
        found = client.get(f"{BASE}/problems/{name}").json()
        assert found["status"] == error.status
        assert found["detail"] == (error.__doc__ or "").strip()
    check_problem(client.get(f"{BASE}/problems/none"), 404)


def test_the_database_is_away(bernard, client, alice):
    assert client.get(f"{BASE}/health").json()["status"] == "ok"

    class Away:
        def read(self):
            raise StoreUnavailable()

        write = read

    object.__setattr__(bernard, "store", Away())
    check_problem(client.get(f"{BASE}/health"), 503)
    check_problem(alice.get("/collections"), 503)


def test_a_fault_of_ours_is_a_problem_without_its_inside(bernard, client, alice):
    object.__setattr__(bernard, "ledger", None)
    problem = check_problem(alice.get("/log/verify"), 500)
    assert "NoneType" not in problem["detail"]
