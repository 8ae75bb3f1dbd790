"""Collections and documents through the API."""

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    return request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""


@pytest.mark.parametrize("id", ["%00", "'", "%F0%9F%90%9F", "0" * 5000])
@pytest.mark.parametrize("path", ["/documents/{}", "/documents/{}/text", "/imports/{}"])
def test_no_id_breaks_the_database(alice, path, id):
    assert alice.get(path.format(id)).status_code == 404


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "' OR 1=1 --", '"*()^', "NEAR(", "%_\\"])
def test_no_query_breaks_the_database(alice, text):
    alice.post("/collections", json={"name": "a"})
    escaped = text.encode("utf-8", "surrogatepass")
    found = alice.get("/search", params={"query": escaped, "collection": "a"})
    assert found.status_code in (200, 422)
    listed = alice.get("/documents", params={"collection": escaped, "after": escaped})
    assert listed.status_code in (404, 422)


def test_collections(alice):
    made = alice.post("/collections", json={"name": "  b  b "})
    assert made.status_code == 201
    assert made.json()["name"] == "b b"
    assert made.json()["created"].endswith("Z")
    alice.post("/collections", json={"name": "a"})
    names = [c["name"] for c in alice.get("/collections").json()["collections"]]
    assert names == ["a", "b b"]
    assert alice.post("/collections", json={"name": "a"}).status_code == 422


def test_a_document_from_upload_to_deletion(alice, put, page):
    uploaded = put(alice, "policies", [("mooring-permits.html", page)])
    (document,) = uploaded["documents"]
    assert document["state"] == "waiting"
    progress = alice.get(f"/imports/{uploaded['import']}").json()
    assert progress == {
        "id": uploaded["import"],
        "total": 1,
        "ready": 1,
        "failed": 0,
        "done": True,
    }
    path = f"/documents/{document['id']}"
    read = alice.get(path).json()
    assert (read["state"], read["name"]) == ("ready", "mooring-permits.html")
    text = alice.get(f"{path}/text")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert "A permit lasts for 12 months" in text.text
    for passage in alice.get("/search", params={"query": "permit"}).json()["passages"]:
        assert text.text[passage["start"] : passage["end"]] == passage["text"]
    deleted = alice.delete(path)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert alice.get(path).status_code == 404
    assert alice.get("/search", params={"query": "permit"}).json()["passages"] == []


def test_a_document_before_it_is_read(bernard, alice, page):
    alice.post("/collections", json={"name": "a"})
    files = [("file", ("a.html", page))]
    uploaded = alice.post("/documents", data={"collection": "a"}, files=files).json()
    progress = alice.get(f"/imports/{uploaded['import']}").json()
    assert (progress["total"], progress["ready"], progress["done"]) == (1, 0, False)
    (document,) = uploaded["documents"]
    assert alice.get(f"/documents/{document['id']}/text").status_code == 404


def test_what_was_read_before_is_not_read_again(alice, put, page):
    first = put(alice, "a", [("a.html", page)])
    again = put(alice, "a", [("a.html", page)])
    assert again["import"] is None
    assert again["documents"][0]["id"] == first["documents"][0]["id"]
    changed = put(alice, "a", [("a.html", b"<p>Nothing else.</p>")])
    assert changed["documents"][0]["id"] == first["documents"][0]["id"]
    assert alice.get("/search", params={"query": "permit"}).json()["passages"] == []


def test_a_bad_file_is_named_and_the_rest_goes_on(alice, put, page):
    uploaded = put(alice, "a", [("bad.docx", b"PK\x03\x04no"), ("good.html", page)])
    progress = alice.get(f"/imports/{uploaded['import']}").json()
    assert (progress["ready"], progress["failed"], progress["done"]) == (1, 1, True)
    bad, good = alice.get("/documents", params={"collection": "a"}).json()["documents"]
    assert (bad["state"], good["state"]) == ("failed", "ready")
    assert bad["error"]


def test_attachments_belong_to_the_import(alice, put):
    from bernard import samples

    email = dict(samples.files())["winter-hours.eml"]
    uploaded = put(alice, "a", [("winter-hours.eml", email)])
    progress = alice.get(f"/imports/{uploaded['import']}").json()
    assert (progress["total"], progress["ready"], progress["done"]) == (2, 2, True)
    listed = alice.get("/documents", params={"collection": "a"}).json()["documents"]
    assert listed[1]["parent"] == listed[0]["id"]


def test_a_long_list_comes_in_pieces(alice, put):
    put(alice, "a", [(f"{n}.txt", b"Words.") for n in range(5)])
    names, after = [], ""
    while after is not None:
        query = {"collection": "a", "limit": 2, "after": after}
        answer = alice.get("/documents", params=query).json()
        names += [d["name"] for d in answer["documents"]]
        after = answer["next"]
    assert names == [f"{n}.txt" for n in range(5)]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.txt", "etc/passwd.txt"),
        ("/etc/a.txt", "etc/a.txt"),
        ("C:\\Users\\a.txt", "a.txt"),
        ("folder/./a.txt", "folder/a.txt"),
        ("caf\u00e9 \u202etxt.txt", "caf\u00e9 txt.txt"),
    ],
)
def test_a_name_leads_nowhere_else(alice, put, sent, kept):
    uploaded = put(alice, "a", [(sent, b"Words.")])
    assert uploaded["documents"][0]["name"] == kept
