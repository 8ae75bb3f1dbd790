"""Questions through the API."""

import json

import pytest
from sqlalchemy import text

from bernard import samples

QUESTION = "What if I renew my mooring permit late?"


@pytest.fixture
def with_samples(alice, put):
    put(alice, "samples", [named for named in samples.files() if not named[0].endswith("pdf")])
    put(alice, "pdf", [named for named in samples.files() if named[0].startswith("travel")])
    return alice


def _events(body):
    blocks = [block for block in body.split("\n\n") if block and not block.startswith(":")]
    lines = [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]
    return [(line["event"], json.loads(line["data"])) for line in lines]


def test_the_answer_has_the_shape_that_is_promised(with_samples):
    answer = with_samples.post("/ask", json={"question": QUESTION}).json()
    promised = {"question", "answer", "claims", "passages", "receipt"}
    assert promised <= set(answer)
    assert answer["question"] == QUESTION
    for claim in answer["claims"]:
        assert {"text", "state", "citations"} <= set(claim)
        assert claim["state"] in ("quoted", "supported by", "no source found")
    for passage in answer["passages"]:
        assert {"id", "document", "page", "start", "end", "score", "text"} <= set(passage)


@pytest.mark.parametrize("expected", samples.EXPECTED[:3], ids=lambda e: e.document)
def test_the_samples_answer_with_exact_quotes(with_samples, expected):
    answer = with_samples.post("/ask", json={"question": expected.question}).json()
    assert not answer["refused"]
    cited = [citation for claim in answer["claims"] for citation in claim["citations"]]
    assert cited
    for citation in cited:
        text = with_samples.get(f"/documents/{citation['document']}/text").text
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    quotes = " ".join(" ".join(c["quote"].split()) for c in cited if c["name"] == expected.document)
    assert expected.words in quotes


def test_what_is_not_covered_is_refused(with_samples):
    asked = {"question": samples.QUESTION_NOT_COVERED}
    answer = with_samples.post("/ask", json=asked).json()
    assert answer["refused"]
    assert answer["claims"] == []


def test_a_collection_is_asked_by_name_or_id(with_samples):
    collections = with_samples.get("/collections").json()["collections"]
    for key in ("id", "name"):
        asked = {"question": QUESTION, "collections": [c[key] for c in collections]}
        assert not with_samples.post("/ask", json=asked).json()["refused"]
    asked = {"question": QUESTION, "collections": ["pdf"]}
    answer = with_samples.post("/ask", json=asked).json()
    assert {p["name"] for p in answer["passages"]} <= {"travel-and-expenses.pdf"}


def test_what_came_before_is_understood(with_samples):
    history = [{"question": "What is the island allowance?", "answer": "£31 a night."}]
    asked = {"question": "What does it cover?", "history": history}
    answer = with_samples.post("/ask", json=asked).json()
    assert any("food and washing" in claim["text"] for claim in answer["claims"])


def test_the_answer_as_a_stream(with_samples):
    asked = {"question": QUESTION}
    answer = with_samples.post("/ask", json=asked, headers={"Accept": "text/event-stream"})
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    events = _events(answer.text)
    assert [name for name, _ in events if name != "text"] == ["answer"]
    whole = with_samples.post("/ask", json=asked).json()
    assert events[-1][1]["claims"] == whole["claims"]


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_model_that_is_not_there(with_samples, accept):
    asked = {"question": QUESTION, "model": "no-such-model"}
    answer = with_samples.post("/ask", json=asked, headers={"Accept": accept})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/model"


def test_a_stream_that_fails_ends_with_the_problem(bernard, with_samples):
    with bernard.store.write() as c:
        c.execute(text("DROP TABLE passages"))
    headers = {"Accept": "text/event-stream"}
    answer = with_samples.post("/ask", json={"question": QUESTION}, headers=headers)
    (name, problem) = _events(answer.text)[-1]
    assert name == "problem"
    assert problem["status"] >= 500


def test_a_stream_for_what_is_not_ones_own_is_refused_before_it_starts(with_samples):
    asked = {"question": QUESTION, "collections": ["none"]}
    answer = with_samples.post("/ask", json=asked, headers={"Accept": "text/event-stream"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
