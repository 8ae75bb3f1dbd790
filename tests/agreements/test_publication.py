"""How much of the log is public: the section of an agreement, in every verb."""

import datetime

import pytest

from bernard.agreements.check import check
from bernard.agreements.compare import compare
from bernard.agreements.compiled import compiled
from bernard.agreements.decide import decide
from bernard.agreements.page import as_text
from bernard.agreements.read import read_text
from bernard.agreements.render import render

DAY = datetime.date(2026, 11, 22)
SECTION = "publication: {time: day, sealed: [local-models]}\n"


@pytest.fixture
def with_section(text_of):
    def make(section=""):
        return read_text(text_of() + f"\n{section}".encode())

    return make


def test_left_out_it_changes_nothing(with_section):
    assert with_section().sha256 == with_section("publication: {}").sha256
    assert with_section().sha256 != with_section(SECTION).sha256


def test_a_decision_says_it(with_section, call):
    plain = decide(with_section(), call(), DAY)
    assert (plain.time, plain.sealed) == (None, False)
    found = decide(with_section(SECTION), call(), DAY)
    assert found.allowed and (found.time, found.sealed) == ("day", True)
    refused = decide(with_section(SECTION), call(places={"US"}), DAY)
    assert not refused.allowed and (refused.time, refused.sealed) == ("day", False)
    every = with_section("publication: {sealed: [any]}")
    assert decide(every, call(places={"US"}), DAY).sealed
    assert compiled(every).clauses[0][1].sealed


def test_a_clause_that_there_is_not_cannot_be_sealed(text_of):
    wrong = text_of() + b"\npublication: {sealed: [nothing, any, any]}\n"
    faults = [fault.message for fault in check(wrong).faults]
    assert "There is no clause 'nothing' to seal." in faults
    assert "'any' is here twice." in faults
    wrong = text_of() + b"\npublication: {time: week}\n"
    assert any("week" in fault.message for fault in check(wrong).faults)


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        ("{}", "{sealed: [local-models]}", "looser"),
        ("{sealed: [any]}", "{sealed: [local-models]}", "tighter"),
        ("{sealed: [local-models]}", "{sealed: [any]}", "looser"),
        ("{time: hour}", "{time: day}", "looser"),
        ("{time: hour}", "{time: second}", "tighter"),
        ("{}", "{time: second}", "changed"),
    ],
)
def test_a_change_of_it_is_told(with_section, old, new, direction):
    before, after = (with_section(f"publication: {one}") for one in (old, new))
    [change] = compare(before, after).declared
    assert (change.what.partition(".")[0], change.direction) == ("publication", direction)


def test_its_page_says_it(with_section):
    page = " ".join(as_text(render(with_section(SECTION), DAY)).split())
    assert "The day alone" in page
    assert "Calls under clause local-models: that there was one is public, and no more" in page
