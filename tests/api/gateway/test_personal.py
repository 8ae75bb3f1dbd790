"""POST /v1/privacy/…: what is found, masked, restored and reported, and for whom."""

import json
import urllib.error
import urllib.request

import pytest

TEXT = "I am AB123456C, write to jo@example.org."


@pytest.fixture
def post(port):
    def post(verb, body, status=200, key="bernard_test", method="POST"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/privacy/{verb}",
            data if method == "POST" else None,
            {"Authorization": f"Bearer {key}"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request) as answer:
                got, said = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                got, said = error.code, error.read()
        assert got == status, said
        return json.loads(said)

    return post


def test_what_is_found(post):
    found = post("find", {"text": TEXT})["findings"]
    assert [(f["start"], f["end"], f["kind"], f["text"], f["goes"]) for f in found] == [
        (5, 14, "NATIONAL-INSURANCE-NUMBER", "AB123456C", True),
        (25, 39, "EMAIL", "jo@example.org", True),
    ]


def test_there_and_back_and_on(post):
    masked = post("mask", {"text": TEXT})
    assert masked["text"] == "I am ⟦NATIONAL-INSURANCE-NUMBER-1⟧, write to ⟦EMAIL-1⟧."
    assert masked["taken_out"] == {"NATIONAL-INSURANCE-NUMBER": 1, "EMAIL": 1}
    more = post("mask", {"text": "jo@example.org or al@example.org", "kept": masked["kept"]})
    assert more["text"] == "⟦EMAIL-1⟧ or ⟦EMAIL-2⟧"
    back = post("restore", {"text": "[email-2], ⟦EMAIL-1⟧, ⟦EMAIL-7⟧", "kept": more["kept"]})
    assert back == {
        "text": "al@example.org, jo@example.org, ⟦EMAIL-7⟧",
        "unrestored": {"⟦EMAIL-7⟧": 1},
    }


def test_a_report(post):
    told = post("report", {"text": TEXT, "policy": {"leave": ["EMAIL"]}})
    assert [kind["kind"] for kind in told["goes"]] == ["NATIONAL-INSURANCE-NUMBER"]
    assert [kind["kind"] for kind in told["stays"]] == ["EMAIL"]
    assert told["masked"] == "I am ⟦NATIONAL-INSURANCE-NUMBER-1⟧, write to jo@example.org."


def test_the_policy_is_that_of_the_agreements(post, house):
    house.policy = type(house.policy)(leave=("EMAIL",))
    assert "jo@example.org" in post("mask", {"text": TEXT})["text"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "not JSON"),
        ({"texts": TEXT}, "does not fit"),
        ({"text": 7}, "does not fit"),
        ({"text": TEXT, "policy": {"leaves": []}}, "does not fit"),
        (b"[" * 100_000, "does not fit"),
        (b'{"kept":' + b'{"words":' * 9_000, "does not fit"),
        (b'{"text": "\xff"}', "not JSON"),
    ],
)
def test_bodies_that_do_not_fit(post, body, said):
    message = post("find", body, 422)["error"]["message"]
    assert said in message


def test_who_may_ask_for_what(post):
    assert "key" in post("find", {"text": TEXT}, 401, key="nobody")["error"]["message"]
    assert "takes POST" in post("mask", {}, 405, method="GET")["error"]["message"]
    assert "nothing at" in post("guess", {"text": TEXT}, 404)["error"]["message"]
