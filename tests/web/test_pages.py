"""Pages about the site, and pages for when something is wrong."""

import pytest
from jinja2 import UndefinedError

from bernard.errors import StoreUnavailable
from bernard.look import words
from bernard.web.render import environment


@pytest.mark.parametrize("path", ["/accessibility", "/privacy"])
def test_open_pages(visitor, path):
    page = visitor.get(path)
    assert page.words


def test_privacy_names_the_one_cookie(visitor):
    assert "bernard_session" in visitor.get("/privacy").words


@pytest.mark.parametrize(
    "path", ["/nope", "/documents/nope", "/conversations/nope", "/wp-login.php"]
)
def test_page_not_found(ann, path):
    page = ann.get(path, status=404)
    assert page.heading == "Page not found"
    assert page.soup.main.find("a", string="Go to the start page")


def test_not_found_needs_no_account(visitor):
    assert visitor.get("/nope", status=404).heading == "Page not found"


def test_wrong_method(ann):
    answer = ann.raw("POST", "/log")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_form_that_is_no_form(ann):
    answer = ann.raw("POST", "/collections", content=b"{}", headers={"Content-Type": "text/json"})
    assert answer.status_code == 422
    answer = ann.raw(
        "POST",
        "/collections",
        content=b"name=%FF",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 422
    answer = ann.raw("POST", "/collections", data={"name": "x" * 300_000})
    assert answer.status_code == 413


def test_fault_of_ours_tells_nothing_of_the_inside(ann, monkeypatch):
    def fail(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("bernard.web.pages.owned.all_collections", fail)
    page = ann.get("/documents", status=500)
    assert page.heading == "Something went wrong"
    assert "secret detail" not in page.text


def test_store_out_of_reach(ann, bernard, monkeypatch):
    def fail(*_, **__):
        raise StoreUnavailable("The disk is full.")

    monkeypatch.setattr(type(bernard.store), "read", fail)
    page = ann.get("/documents", status=503)
    assert page.heading == "Bernard cannot do this right now"
    assert "The disk is full." in page.words


def test_misspelt_name_in_a_template_is_an_error():
    for source in ("{{ nothing }}", "{{ thing.nothing }}"):
        with pytest.raises(UndefinedError, match="nothing"):
            environment().from_string(source).render(thing=object())


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 KB"),
        (1_500_000, "1.5 MB"),
        (999_600, "1.0 MB"),
        (200_000_000, "200 MB"),
        (5e12, "5.0 TB"),
    ],
)
def test_sizes_in_words(count, expected):
    assert words.size(count) == expected


def test_clip_cuts_at_a_word():
    assert words.clip("one two  three\nfour", 100) == "one two three four"
    assert words.clip("one two three four", 12) == "one two…"
    assert words.clip("x" * 50, 10) == "x" * 9 + "…"
