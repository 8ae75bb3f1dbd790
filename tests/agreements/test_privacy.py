"""What an agreement lets stay in a text: the strictest of several, compared, checked and told."""

import datetime
import os
import time

import pytest
from msgspec.structs import replace

from bernard.agreements import Agreements, check, compare, read_text, within
from bernard.agreements.page import as_text
from bernard.agreements.privacy import beyond, covers, plain, strictest
from bernard.agreements.render import render
from bernard.agreements.replay import replay
from bernard.agreements.schema import CodeWord, Privacy

OPEN = Privacy(
    mode="fast",
    style="natural",
    leave=("PUBLIC-FIGURE",),
    allow=("*@example.gov.uk", "0300 123 4567"),
    keep=("family", "age-band"),
)
STRICT = Privacy(
    mode="assured",
    take=("PLACE",),
    allow=("help@example.gov.uk",),
    deny=(CodeWord("Nightjar"),),
)


def with_section(agreement, section):
    return replace(agreement, privacy=section)


def test_the_strictest_of_two_holds(text_of):
    agreement = read_text(text_of("own-server"))
    found = strictest([with_section(agreement, OPEN), with_section(agreement, STRICT)])
    assert found == Privacy(
        mode="assured",
        take=("PLACE",),
        allow=("help@example.gov.uk",),
        deny=(CodeWord("Nightjar"),),
        keep=("family",),
    )
    assert not beyond(found, OPEN)
    assert not beyond(found, STRICT)


def test_an_agreement_that_takes_nothing_out_has_no_say(text_of):
    here, own = read_text(text_of("this-machine")), read_text(text_of("own-server"))
    assert strictest([here, with_section(own, OPEN)]) == OPEN
    assert strictest([with_section(here, STRICT), with_section(own, OPEN)]).mode == "assured"
    assert strictest([]) == Privacy()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"mode": "fast"}, "mode"),
        ({"style": "natural"}, "style"),
        ({"take": ()}, "take"),
        ({"leave": ("PUBLIC-FIGURE",)}, "leave"),
        ({"allow": ("*@example.gov.uk",)}, "allow"),
        ({"deny": ()}, "deny"),
        ({"keep": ("family", "postcode-area")}, "keep"),
    ],
)
def test_each_field_that_leaves_more_in_is_looser(text_of, change, field):
    before = with_section(read_text(text_of("own-server")), STRICT)
    after = with_section(before, replace(STRICT, **change))
    comparison = compare(before, after)
    assert comparison.looser
    assert not comparison.newly_allowed
    [said] = comparison.declared
    assert (said.what, said.direction) == (f"privacy.{field}", "looser")
    assert beyond(after.privacy, STRICT)[0].sentence in comparison.summary
    found = within(after, before)
    assert not found.holds
    assert "leaves more personal data in" in found.sentence
    assert within(before, after).holds
    back = compare(after, before)
    assert not back.looser
    assert back.declared[0].direction == "tighter"


def test_an_allow_list_covers_values_however_they_are_written():
    assert covers("0300 123 4567", "0300-1234567")
    assert not covers("help@example.gov.uk", "*@example.gov.uk")
    assert beyond(Privacy(allow=("a@example.gov.uk",)), OPEN)[0].field == "mode"


def test_the_section_is_part_of_the_identity_and_its_absence_is_not(text_of):
    plain_file, with_defaults = (
        text_of("own-server"),
        text_of("own-server", ("clauses:", "privacy: {mode: rules, keep: [family]}\nclauses:")),
    )
    other = text_of("own-server", ("clauses:", "privacy: {mode: fast}\nclauses:"))
    known = "823568133d45"
    assert read_text(plain_file).sha256.startswith(known)
    assert read_text(with_defaults).sha256 == read_text(plain_file).sha256
    assert read_text(other).sha256 != read_text(plain_file).sha256


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("{leave: [PERSON]}", "any of: PUBLIC-FIGURE, COMPANY-NUMBER"),
        ("{mode: best}", "one of: rules, fast, assured"),
        ('{allow: ["*"]}', "'*' cannot be allowed"),
        ('{allow: ["*@example.gov.uk", "a@example.gov.uk"]}', "allowed already"),
        ("{deny: [{word: x}]}", "too short"),
        ("{deny: [{word: Nightjar, kind: code}]}", "'code' cannot be a kind"),
        ("{take: [PLACE, PLACE]}", "here twice"),
        ("{leaves: [PUBLIC-FIGURE]}", "Did you mean `leave`?"),
    ],
)
def test_faults_name_what_is_wrong(text_of, section, said):
    text = text_of("own-server", ("clauses:", f"privacy: {section}\nclauses:"))
    faults = check(text).faults
    assert any(said in f"{fault.message} {fault.remedy}" for fault in faults), faults


def test_it_is_told_in_plain_english(text_of):
    agreement = with_section(read_text(text_of("own-server")), OPEN)
    page = as_text(render(agreement, datetime.date(2026, 12, 1)))
    assert (
        "Names of organisations, of places and of public figures acting in public stay in" in page
    )
    assert any("all that end in @example.gov.uk" in said for said in plain(OPEN))
    here = as_text(render(read_text(text_of("this-machine")), datetime.date(2026, 12, 1)))
    assert "nothing is taken out" in here


def test_an_edit_of_the_file_counts_within_a_second(tmp_path, text_of):
    file = tmp_path / "own.yaml"
    file.write_bytes(text_of("own-server"))
    agreements = Agreements(file)
    assert agreements.privacy() == Privacy()
    file.write_bytes(text_of("own-server", ("clauses:", "privacy: {mode: assured}\nclauses:")))
    os.utime(file, (time.time() - 60, time.time() - 60))
    agreements.all()
    assert agreements.privacy().mode == "assured"
    assert agreements.privacy("own-server").mode == "assured"
    assert agreements.privacy("another") == Privacy()


def test_a_log_shows_calls_that_a_stricter_section_would_not_have_sent_so(text_of):
    agreement = with_section(read_text(text_of("own-server")), STRICT)
    entry = {
        "event": "intent", "at": 1, "attempt": 1, "service": "ask", "purpose": "answer-questions",
        "operation": "chat", "provider": "own-server", "model": "m", "place": "own-network",
        "marking": "OFFICIAL", "sensitive": True, "identifiability": "anonymous",
        "safeguards": ["mask-identifiers"], "characters": 10, "left_bytes": 10, "detector": "fast",
        "policy": ["leave:PUBLIC-FIGURE", "deny-list"],
    }  # fmt: skip
    found = replay(
        agreement,
        [(0, entry), (1, {**entry, "detector": "assured", "policy": ["take:PLACE", "deny-list"]})],
    )
    assert (found.calls, found.refused) == (2, 1)
    assert {why.dimension for why in found.why} == {"privacy.mode", "privacy.leave", "privacy.take"}
    open_ = replay(with_section(agreement, OPEN), [(0, entry)])
    assert open_.refused == 0
