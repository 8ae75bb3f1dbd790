"""A log replayed: what an agreement would have refused, from entries of today and from old ones."""

import io
import json
import time

import msgspec
import pytest

from bernard.agreements.read import read_text
from bernard.agreements.replay import call_of, read_entries, replay
from bernard.errors import InputInvalid

AGREEMENT = """\
schema: bernard-agreement/1
id: strict
version: 2
title: Strict
summary: Drafting only.
status: draft
parties: {public_body: {name: Body}, supplier: {id: example, name: Example, country: GB}}
term: {start: 2026-06-01, end: 2027-01-01}
legal: {article_9_condition: substantial public interest}
clauses:
  - id: c1
    purposes: [draft, answer-questions]
    services: [ask]
    operations: [chat]
    models: [large]
    places: [GB]
    marking: {sensitive: true}
    data: {categories: [case-notes, personal-identifiers], special: [health]}
    safeguards: [mask-identifiers]
forbid:
  - id: no-case-notes-in-drafts
    purposes: [draft]
    categories: [case-notes]
"""
TODAY = {
    "event": "intent",
    "at": 1780000000,
    "agreement": "old",
    "service": "ask",
    "purpose": "answer-questions",
    "operation": "chat",
    "marking": "OFFICIAL",
    "sensitive": True,
    "declared": ["case-notes"],
    "model": "large",
    "model_version": "2",
    "provider": "example",
    "place": "GB",
    "safeguards": ["mask-identifiers"],
    "characters": 10,
    "left_bytes": 12,
    "attempt": 1,
    "identifiability": "anonymous",
    "involvement": "none",
    "effect": "none",
    "training": "never",
    "human_review": "never",
}


@pytest.fixture
def agreement():
    return read_text(AGREEMENT.encode())


def _entries(*changes):
    return [(number, {**TODAY, **change}) for number, change in enumerate(changes)]


def test_what_it_would_refuse_and_why_with_counts(agreement):
    found = replay(
        agreement,
        _entries(
            {},
            {"place": "US"},
            {"place": "US", "left_bytes": 0},
            {"places": ["GB", "US"], "purpose": "translate"},
            {"purpose": "draft"},
        ),
    )
    assert (found.calls, found.left, found.refused, found.refused_left) == (5, 4, 4, 3)
    why = {one.dimension: one.calls for one in found.why}
    assert why == {"places": 3, "purpose": 1, "forbid no-case-notes-in-drafts": 1}
    assert [one.number for one in found.refusals] == [1, 2, 3, 4]
    assert "'US'" in found.refusals[0].reasons[0]
    assert found.refusals[0].at == "2026-05-28T20:26:40Z"
    assert (found.not_recorded, found.unreadable) == ({}, 0)


def test_only_calls_that_were_made_count(agreement):
    found = replay(agreement, _entries({"event": "refusal", "place": "US"}, {"event": "outcome"}))
    assert (found.calls, found.refused) == (0, 0)


def test_as_written_asks_when_the_call_was_made_and_who_signed(agreement):
    found = replay(agreement, _entries({}), as_written=True)
    assert [one.dimension for one in found.why] == ["status", "term"]
    assert replay(agreement, _entries({})).refused == 0


def test_old_entries_say_less_and_get_the_benefit_of_the_doubt(agreement):
    old = {
        "event": "intent",
        "at": 1,
        "service": "ask",
        "purpose": "answer-questions",
        "operation": "chat",
        "marking": "OFFICIAL-SENSITIVE",
        "derived": ["personal-identifiers"],
        "model": "large",
        "provider": "example",
        "place": "GB",
        "safeguards": ["mask-identifiers"],
    }
    found = replay(agreement, [(0, old)])
    assert found.refused == 0
    assert found.not_recorded["identifiability"] == 1
    call, _ = call_of(old)
    assert (call.tier, call.sensitive, call.involvement) == ("OFFICIAL", True, "two-person")


def test_the_marking_of_today_is_not_raised():
    call, missing = call_of({**TODAY, "sensitive": False})
    assert (call.tier, call.sensitive, missing) == ("OFFICIAL", False, ())


@pytest.mark.parametrize("odd", [5, None, "", [], {}, [1, "x"], 1e400, -1, True, 10**30, "x" * 9])
def test_a_field_of_any_kind_breaks_nothing(agreement, odd):
    changes = [{name: odd} for name in TODAY if name != "event"]
    found = replay(agreement, _entries(*changes), as_written=False)
    assert found.calls == len(changes)
    assert replay(agreement, [(0, {"event": "intent"})]).refused == 1


def test_only_so_many_refusals_are_kept(agreement):
    found = replay(agreement, _entries(*[{"place": "US"}] * 10), most=3)
    assert (found.refused, len(found.refusals)) == (10, 3)


def test_logs_are_read_as_lines_or_as_a_list():
    bare = {"event": "intent", "at": 1}
    lines = "\n".join(
        [
            json.dumps({"number": 7, "entry": bare}),
            json.dumps(bare),
            json.dumps({"number": 9, "body": json.dumps(bare)}),
            "no json",
            "",
            '"text"',
            '{"number": 3}',
        ]
    )
    found = list(read_entries(io.StringIO(lines)))
    assert found == [(7, bare), (1, bare), (9, bare), (3, None), (4, None), (3, None)]
    listed = json.dumps([{"number": 7, "entry": bare}, bare])
    assert list(read_entries(io.StringIO(listed))) == [(7, bare), (1, bare)]
    with pytest.raises(InputInvalid, match="not JSON"):
        list(read_entries(["[1,"]))
    assert list(read_entries([])) == []


def test_sizes_are_told_as_they_were(agreement):
    limited = read_text(
        AGREEMENT.replace("    places: [GB]", "    places: [GB]\n    bytes_per_call: 100").encode()
    )
    sizes = [{"left_bytes": size, "characters": 0} for size in (5, 99, 100, 101, 2000, 10**17)]
    found = replay(limited, _entries(*sizes))
    assert [one.number for one in found.refusals] == [3, 4, 5]
    assert "2,000" in found.refusals[1].reasons[0]
    boxed = msgspec.structs.replace(
        limited.forbid[0], categories=None, bytes_per_call=99, purposes=None
    )
    found = replay(msgspec.structs.replace(limited, forbid=(boxed,)), _entries(*sizes))
    assert [one.number for one in found.refusals] == [1, 2, 3, 4, 5]


def test_a_long_log_of_refusals_is_decided_quickly(agreement):
    start = time.perf_counter()
    entries = ((n, {**TODAY, "place": "US", "characters": n}) for n in range(20_000))
    assert replay(agreement, entries, most=1).refused == 20_000
    assert time.perf_counter() - start < 15
