"""What holds for every route: who may see it, who may send it a form, and from where."""

import pytest
from sqlalchemy import update

from bernard.store.tables import redaction_pages
from bernard.tools.redact.desk import Desk
from bernard.web.security import allowed_hosts, host_name, is_loopback

SECRET = "zanzibar-quayside"
OPEN = {"/set-up", "/sign-in", "/accessibility", "/privacy"}
# The log holds no text and no names, so everybody who is signed in may read it.
SHARED = {"/log/{number}", "/log/{number}/receipt", "/log/{number}/entry"}
# These end the session that the walk goes on with.
ENDS = {"/sign-out", "/settings/sign-out-everywhere"}


@pytest.fixture
def belongings(ann, keep, answer, bernard, put, replace):
    """Everything that Ann owns, by the name its id has in a path."""
    import msgspec

    document = put(ann, f"{SECRET}.txt", f"The {SECRET} rule is here.".encode(), SECRET)
    mine = msgspec.structs.replace(answer, question=f"What about {SECRET}?")
    conversation, [turn] = keep(ann, mine)
    from bernard.accounts import tokens
    from bernard.store import people

    with bernard.store.write() as c:
        tokens.create(c, ann.account.id, SECRET)
        [token] = people.tokens_of(c, ann.account.id)
    b = bernard
    desk = Desk(b.store, b.ledger, b.detector, b.settings)
    redaction = desk.take(ann.account.id, f"{SECRET}.txt", f"{SECRET} AB123456C".encode())
    desk.drain(redaction.id)
    desk.finish(redaction.id)
    desk.drain(redaction.id)
    with b.store.write() as c:
        # A text has no picture, and to read one would take long.
        c.execute(update(redaction_pages).values(picture=SECRET.encode()))
    return {
        "conversations": {"id": conversation.id},
        "answers": {"id": turn.id},
        "documents": {"id": document.id},
        "collections": {"id": document.collection},
        "settings": {"hash": token.hash},
        "log": {"number": 0},
        "redact": {"id": redaction.id, "number": 1},
    }


def every_call(route_paths, fill, belongings):
    for path, methods in route_paths.items():
        # Of these several people own each; test_consult_roles.py says who may what.
        if path.startswith("/consultations/"):
            continue
        kind = path.split("/")[1]
        for method in sorted(methods):
            yield path, method, fill(path, **belongings.get(kind, {}))


def test_the_owner_sees_their_own(ann, route_paths, fill, belongings):
    """Else the tests below would find nothing because there is nothing."""
    for path, method, url in every_call(route_paths, fill, belongings):
        if method == "GET" and path not in OPEN | SHARED:
            assert ann.raw("GET", url).status_code == 200, url


def test_no_route_is_open_to_who_has_not_signed_in(visitor, route_paths, fill, belongings):
    token = visitor.get("/sign-in").csrf()
    for path, method, url in every_call(route_paths, fill, belongings):
        if path in OPEN:
            continue
        answer = visitor.raw(method, url, **({"data": {"csrf": token}} if method == "POST" else {}))
        assert answer.status_code == 303, (method, url)
        assert answer.headers["location"].startswith("/sign-in"), (method, url)
        assert SECRET not in answer.text
        answer = visitor.raw(method, url, headers={"Accept": "application/json"})
        assert answer.status_code == 401, (method, url)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_no_route_gives_away_what_is_somebody_elses(bob, route_paths, fill, belongings):
    token = bob.csrf()
    for path, method, url in every_call(route_paths, fill, belongings):
        if path in OPEN | SHARED | ENDS:
            continue
        options = {"data": {"csrf": token}} if method == "POST" else {}
        answer = bob.raw(method, url, **options)
        if "{" in path:
            assert answer.status_code == 404, (method, url, answer.text[:500])
        assert SECRET not in answer.text, (method, url)


def test_what_is_not_there_and_what_is_not_yours_look_alike(bob, belongings):
    theirs = belongings["documents"]["id"]
    texts = {
        bob.get(f"/documents/{id}", status=404).words.replace(id, "ID") for id in (theirs, "0" * 32)
    }
    assert len(texts) == 1


def test_a_chosen_collection_must_be_your_own(bob, belongings):
    theirs = belongings["collections"]["id"]
    page = bob.post("/conversations", {"question": "Hello?", "collections": theirs}, status=422)
    assert "Choose again" in page.errors[0]
    files = {"files": ("a.txt", b"text")}
    bob.post("/documents", {"collection": theirs}, files=files, status=404)


def test_every_form_needs_the_token(ann, bob, route_paths, fill, belongings):
    for _, method, url in every_call(route_paths, fill, belongings):
        if method != "POST":
            continue
        for token in ({"name": "x"}, {"csrf": ""}, {"csrf": bob.csrf()}):
            answer = ann.raw("POST", url, data=token)
            assert answer.status_code == 403, (url, token)
    assert ann.get("/documents").heading == "Documents"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_forms_from_other_sites_are_refused(ann, headers):
    answer = ann.raw(
        "POST", "/collections", data={"csrf": ann.csrf(), "name": "x"}, headers=headers
    )
    assert answer.status_code == 403
    assert "another site" in answer.text


@pytest.mark.parametrize("host", ["elsewhere.example", "localhost.elsewhere.example:8000", "", "["])
def test_other_names_for_this_machine_are_refused(ann, host):
    answer = ann.raw("GET", "/", headers={"Host": host})
    assert answer.status_code == 403
    assert "content-security-policy" in answer.headers


def test_names_the_site_answers_to():
    assert allowed_hosts("127.0.0.1", "") == {"localhost", "127.0.0.1", "::1"}
    assert allowed_hosts("0.0.0.0", "") is None
    assert "bernard.example.gov.uk" in allowed_hosts("0.0.0.0", " Bernard.example.gov.uk, b ")
    assert host_name("[::1]:8000") == "::1"
    assert is_loopback("::1") and not is_loopback("bernard.example")


def test_pages_may_not_be_kept_and_styles_may(ann):
    assert ann.raw("GET", "/settings").headers["cache-control"] == "no-store"
    assert ann.raw("GET", "/static/bernard.css").headers["cache-control"] == "no-cache"
    assert ann.raw("GET", "/static/bernard.css").headers["content-type"].startswith("text/css")
    assert ann.raw("GET", "/static/../app.py").status_code == 404


def test_every_answer_carries_the_headers(ann, visitor):
    for browser, path in ((ann, "/"), (ann, "/nope"), (ann, "/static/bernard.js"), (visitor, "/")):
        headers = browser.raw("GET", path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_text_from_people_documents_and_models_is_data(ann, put, keep, answer):
    import msgspec

    bad = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"&\u202e"
    replace = msgspec.structs.replace
    claim = replace(answer.claims[1], text=bad, warnings=(bad,))
    citation = replace(answer.claims[0].citations[0], name=bad, page=bad, quote=bad)
    hostile = replace(
        answer,
        question=bad,
        answer=bad,
        claims=(replace(claim, citations=(citation,)),),
        notes=(bad,),
        receipt=msgspec.convert(
            {**msgspec.to_builtins(answer.receipt), "model": bad, "provider": bad, "clause": bad},
            type(answer.receipt),
        ),
    )
    conversation, _ = keep(ann, hostile)
    document = put(ann, "<b>bad<b>.txt", f"Text {bad} text".encode(), bad)
    put(ann, "<i>broken.pdf", bad.encode(), bad)
    for path in (
        "/",
        "/conversations",
        f"/conversations/{conversation.id}",
        f"/conversations/{conversation.id}/delete",
        "/documents",
        f"/documents/{document.id}?start=2&end=9",
        f"/documents/{document.id}/delete",
        f"/collections/{document.collection}",
        f"/collections/{document.collection}/delete",
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E+text",
    ):
        page = ann.get(path)
        assert [s.get("src") for s in page.soup.find_all("script")] == ["/static/bernard.js"]
        assert page.soup.find_all("img") == [], path
        assert "\u202e" not in page.text, path
