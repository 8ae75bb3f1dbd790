"""The public register at /register/: anybody may read it, and nothing beside it."""

import json

import pytest
from starlette.routing import Mount

from bernard.ledger import Entry
from bernard.ledger.tlog import files_in
from bernard.register.site import Wanted, build, open_source


@pytest.fixture
def registered(bernard, settings, tmp_path):
    """A register of this house's log, where a server looks for it."""
    bernard.ledger.append(Entry("refusal", 1_795_000_000, service="ask", sequence=1), durable=True)
    ledger = bernard.ledger
    build(settings.register, Wanted(open_source(ledger.files(), ledger.vkey, ledger.checkpoint())))
    return settings.register


def test_there_is_none_until_one_is_built(visitor):
    assert visitor.raw("GET", "/register/").status_code == 404
    assert "Public register" not in visitor.get("/accessibility").text


def test_anybody_may_read_it(visitor, registered):
    assert visitor.raw("GET", "/register").headers["location"].endswith("/register/")
    page = visitor.get("/register/", check=False)
    assert page.heading == "AI transparency register"
    policy = page.response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'")
    assert "frame-ancestors 'none'" in policy
    for path in ("agreements/", "agreements/index.html", "assets/bernard.css", "log/checkpoint"):
        assert visitor.raw("GET", f"/register/{path}").status_code == 200, path
    index = json.loads(visitor.raw("GET", "/register/index.json").content)
    assert index["checkpoint"]["size"] == 1
    assert files_in(registered / "log").checkpoint().decode() == index["checkpoint"]["note"]
    assert page.response.headers["cache-control"] == "no-cache"
    assert page.response.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in page.response.headers


def test_the_page_that_verifies_runs_as_a_site_of_its_own(visitor, registered):
    answer = visitor.raw("GET", "/register/verify/browser.html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts") and "allow-same-origin" not in policy
    assert "script-src 'sha256-" in answer.text


def test_pages_of_the_site_link_to_it(ann, registered):
    assert ann.get("/settings").soup.find("a", string="Public register")["href"] == "/register/"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_is_only_read(ann, registered, method):
    headers = {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"}
    assert ann.raw(method, "/register/index.html", headers=headers).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "../bernard.db",
        "%2e%2e/bernard.db",
        "..%2fledger.key",
        "link",
        "//etc/passwd",
        ".git/config",
    ],
)
def test_nothing_beside_it_is_served(visitor, registered, settings, path):
    (registered / "link").symlink_to(settings.home / "ledger.key")
    (registered / ".git").mkdir()
    (registered / ".git/config").write_text("private")
    assert visitor.raw("GET", f"/register/{path}").status_code == 404


def test_a_folder_that_no_build_made_is_not_served(visitor, settings):
    settings.register.mkdir()
    (settings.register / "index.html").write_text("private")
    (settings.register / "index.json").write_text('{"made_by": "somebody"}')
    assert visitor.raw("GET", "/register/index.html").status_code == 404


def test_what_is_mounted_is_known(site):
    mounted = {route.path for route in site.routes if isinstance(route, Mount)}
    assert mounted == {"/register", "/static"}
