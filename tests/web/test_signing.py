import pytest

from bernard import web
from bernard.accounts import setup_code
from bernard.accounts.signing import create_first

GOOD = "plum tractor window"


@pytest.fixture
def account(bernard):
    return create_first(bernard.store, "ann", GOOD)


def cookie_of(response):
    return response.headers.get("set-cookie", "")


def test_first_visit_makes_the_first_account(visitor):
    page = visitor.get("/")
    assert (page.path, page.heading) == ("/set-up", "Set up Bernard")
    page = visitor.post("/set-up", {"name": "", "password": "short"}, status=422, csrf=page.csrf())
    assert page.errors == ["Enter a name.", "Password must be 12 characters or more."]
    page = visitor.post("/set-up", {"name": "Ann", "password": GOOD}, csrf=page.csrf())
    assert (page.path, page.heading) == ("/", "Ask your documents")
    visitor.get("/set-up", status=404)
    visitor.raw("POST", "/set-up", data={"name": "mallory", "password": GOOD})
    assert visitor.raw("POST", "/sign-out", data={"csrf": page.csrf()}).status_code == 303
    assert visitor.get("/documents").heading == "Sign in"


def test_set_up_from_another_machine_needs_the_code(site, bernard, visitor):
    visitor.client._transport.client = ("203.0.113.9", 1)
    page = visitor.get("/set-up")
    assert "set-up-code.txt" in page.words
    values = {"name": "ann", "password": GOOD, "code": "guess"}
    page = visitor.post("/set-up", values, status=422, csrf=page.csrf())
    assert page.errors == [
        "That is not the set-up code. It stands in set-up-code.txt in Bernard's folder."
    ]
    code = setup_code.write(bernard.settings.home).read_text().strip()
    page = visitor.post("/set-up", {**values, "code": code}, csrf=page.csrf())
    assert page.heading == "Ask your documents"
    assert not (bernard.settings.home / setup_code.NAME).exists()


@pytest.mark.parametrize(
    "headers", [{"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}]
)
def test_set_up_through_a_proxy_needs_the_code(visitor, headers):
    assert visitor.get("/set-up", headers=headers).soup.find("input", {"name": "code"})
    assert not visitor.get("/set-up").soup.find("input", {"name": "code"})


def test_sign_in_goes_where_the_person_was_going(visitor, account):
    page = visitor.get("/search?q=leave+days")
    assert page.heading == "Sign in"
    target = page.soup.find("input", {"name": "next"})["value"]
    values = {"name": "ANN ", "password": GOOD, "next": target}
    page = visitor.post("/sign-in", values, csrf=page.csrf())
    assert page.response.url.path == "/search"
    assert page.response.url.query == b"q=leave+days"


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "\\\\elsewhere.example",
        "javascript:alert(1)",
        "/sign-out",
        "/no/such/page",
        "http:///elsewhere.example",
        "/%2f/elsewhere.example",
        "http://[",
        "",
    ],
)
def test_sign_in_never_leads_elsewhere(visitor, account, target):
    token = visitor.get("/sign-in").csrf()
    values = {"csrf": token, "name": "ann", "password": GOOD, "next": target}
    answer = visitor.raw("POST", "/sign-in", data=values)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_wrong_name_and_wrong_password_look_alike(visitor, account):
    seen = set()
    for name, password in (("ann", "wrong wrong wrong"), ("nobody", GOOD)):
        page = visitor.get("/sign-in")
        page = visitor.post(
            "/sign-in", {"name": name, "password": password}, status=422, csrf=page.csrf()
        )
        seen.add(tuple(page.errors))
        assert password not in page.text
    assert len(seen) == 1


def test_too_many_attempts(visitor, account, monkeypatch):
    monkeypatch.setattr("bernard.accounts.signing.verify_password", lambda *_: False)
    token = visitor.get("/sign-in").csrf()
    for _ in range(10):
        visitor.post("/sign-in", {"name": "ann", "password": "no"}, status=422, csrf=token)
    page = visitor.post("/sign-in", {"name": "ann", "password": GOOD}, status=429, csrf=token)
    assert "Wait 15 minutes" in page.errors[0]


def test_cookie_is_for_the_server_only_and_new_at_sign_in(visitor, account):
    before = visitor.raw("GET", "/sign-in")
    for part in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert part in cookie_of(before)
    old = visitor.client.cookies["bernard_session"]
    page = visitor.get("/sign-in")
    visitor.post("/sign-in", {"name": "ann", "password": GOOD}, csrf=page.csrf())
    assert visitor.client.cookies["bernard_session"] != old


def test_cookie_is_bound_to_https_where_the_setting_says_so(bernard, replace):
    from starlette.testclient import TestClient

    safe = replace(bernard, settings=replace(bernard.settings, secure_cookies=True))
    create_first(bernard.store, "ann", GOOD)
    client = TestClient(web.app(safe), base_url="https://localhost")
    cookie = cookie_of(client.get("/sign-in"))
    assert cookie.startswith("__Host-bernard_session=") and "Secure" in cookie


def test_sign_out_ends_the_session_itself(ann, bernard):
    kept = ann.client.cookies["bernard_session"]
    ann.post("/sign-out")
    ann.client.cookies.set("bernard_session", kept, domain="localhost.local")
    assert ann.raw("GET", "/documents").headers["location"].startswith("/sign-in")


def test_change_of_password_and_sign_out_everywhere(visitor, account):
    page = visitor.get("/sign-in")
    visitor.post("/sign-in", {"name": "ann", "password": GOOD}, csrf=page.csrf())
    page = visitor.post(
        "/settings/password", {"old": "wrong", "new": "another good one here"}, status=422
    )
    assert page.errors == ["Your current password is not right."]
    page = visitor.post("/settings/password", {"old": GOOD, "new": "short"}, status=422)
    assert page.errors == ["Password must be 12 characters or more."]
    page = visitor.post("/settings/password", {"old": GOOD, "new": "another good one here"})
    assert "Your password is changed" in page.words
    assert visitor.post("/settings/sign-out-everywhere").path == "/sign-in"


def test_tokens_are_shown_once_and_revoked(ann):
    page = ann.post("/settings/tokens", {"label": ""}, status=422)
    assert page.errors == ["Enter a name for the token, such as the program that will use it."]
    page = ann.post("/settings/tokens", {"label": "<b>script</b>"})
    token = page.soup.find("code", class_="app-code--long").get_text()
    assert token.startswith("bernard_")
    page = ann.get("/settings")
    assert token not in page.text and "<b>script</b>" in page.words
    revoke = page.soup.find("form", action=lambda a: a.endswith("/revoke"))["action"]
    assert "The token is revoked" in ann.post(revoke).words
    ann.post(revoke, status=404)


def test_only_who_looks_after_the_others_adds_people(ann, bob):
    assert "People" not in bob.get("/settings").words
    bob.post("/settings/people", {"person": "eve", "first": GOOD}, status=404)
    page = ann.post("/settings/people", {"person": "eve", "first": "short"}, status=422)
    assert page.errors == ["Password must be 12 characters or more."]
    page = ann.post("/settings/people", {"person": "bob", "first": GOOD}, status=422)
    assert page.errors == ["The name 'bob' is taken. Choose another."]
    assert "eve" in ann.post("/settings/people", {"person": "eve", "first": GOOD}).words


def test_demo_lets_everybody_in_on_this_machine_only(bernard, replace):
    from bernard.errors import SettingInvalid

    demo = replace(bernard, demo=True)
    open_to_all = replace(demo, settings=replace(demo.settings, host="0.0.0.0"))
    with pytest.raises(SettingInvalid, match="demo lets everybody in"):
        web.app(open_to_all)
