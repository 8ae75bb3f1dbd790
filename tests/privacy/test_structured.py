"""Identifiers are found by form, check digit and the words beside them; look-alikes are not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.privacy import Pseudonyms, StructuredDetector

DETECTOR = StructuredDetector()


def kinds(text):
    return [(f.kind, text[f.start : f.end]) for f in DETECTOR.find(text)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("The patient's NHS number is 943 476 5919.", "NHS-NUMBER", "943 476 5919"),
        ("NI: AB123456C", "NATIONAL-INSURANCE-NUMBER", "AB123456C"),
        ("ni ab 12 34 56 c", "NATIONAL-INSURANCE-NUMBER", "ab 12 34 56 c"),
        ("My UTR is 11234 56789", "UTR", "11234 56789"),
        ("write to test.person@example.gov.uk.", "EMAIL", "test.person@example.gov.uk"),
        ("ring 020 7946 0958 today", "TELEPHONE", "020 7946 0958"),
        ("ring 07700 900123", "TELEPHONE", "07700 900123"),
        ("ring +44 7700 900 123", "TELEPHONE", "+44 7700 900 123"),
        ("at SW1A 1AA", "POSTCODE", "SW1A 1AA"),
        ("at m1 1ae", "POSTCODE", "m1 1ae"),
        ("card 4111 1111 1111 1111", "PAYMENT-CARD", "4111 1111 1111 1111"),
        ("to GB82 WEST 1234 5698 7654 32", "IBAN", "GB82 WEST 1234 5698 7654 32"),
        ("sort code 12-34-56", "SORT-CODE", "12-34-56"),
        ("account number: 12345678", "ACCOUNT-NUMBER", "12345678"),
        ("passport 123456789", "PASSPORT", "123456789"),
        ("licence MORGA657054SM9IJ", "DRIVING-LICENCE", "MORGA657054SM9IJ"),
        ("a car, AB12 CDE, parked", "VEHICLE-REGISTRATION", "AB12 CDE"),
        ("born on 3 March 1970", "DATE-OF-BIRTH", "3 March 1970"),
        ("DOB: 01/02/1980", "DATE-OF-BIRTH", "01/02/1980"),
        ("from 192.0.2.17", "IP-ADDRESS", "192.0.2.17"),
        ("from 2001:db8::17", "IP-ADDRESS", "2001:db8::17"),
    ],
)
def test_found(text, kind, value):
    assert (kind, value) in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "The list of the NHS has 943 476 5918 in it",  # wrong check digit
        "NI: BG123456C",  # a prefix never used
        "card 4111 1111 1111 1112",
        "[2023] UKSC 12",
        "The rules change on 3 March 2027.",
        "Form SA100, section 12.3.4, paragraph 5(2)(a)",
        "It cost £12,345,678 in 2024-25.",
        "Version 1.2.3 at 10:30:45",
        "",
    ],
)
def test_look_alikes_are_left(text):
    assert kinds(text) == []


@given(st.text(max_size=400))
def test_masked_text_comes_back_whole(text):
    pseudonyms = Pseudonyms(DETECTOR)
    masked = pseudonyms.mask(text)
    assert pseudonyms.restore(masked) == text
    restorer = pseudonyms.restorer()
    assert "".join(map(restorer.feed, masked)) + restorer.finish() == text


def test_one_value_has_one_stand_in_in_every_form_and_message():
    pseudonyms = Pseudonyms(DETECTOR)
    first = pseudonyms.mask("NI AB123456C and a@example.org")
    second = pseudonyms.mask("ab 12 34 56 c wrote from b@example.org")
    assert first == "NI ⟦NATIONAL-INSURANCE-NUMBER-1⟧ and ⟦EMAIL-1⟧"
    assert second == "⟦NATIONAL-INSURANCE-NUMBER-1⟧ wrote from ⟦EMAIL-2⟧"
    assert pseudonyms.taken_out == {"NATIONAL-INSURANCE-NUMBER": 1, "EMAIL": 2}


def test_a_stand_in_never_meets_its_like_in_the_text():
    pseudonyms = Pseudonyms(DETECTOR)
    text = "⟦EMAIL-1⟧ is what they wrote, a@example.org is what they meant"
    masked = pseudonyms.mask(text)
    assert masked.startswith("⟦EMAIL-1⟧ is")
    assert "⟦EMAIL-2⟧" in masked
    assert pseudonyms.restore(masked) == text


def test_a_stream_is_held_back_no_longer_than_a_stand_in_can_be():
    pseudonyms = Pseudonyms(DETECTOR)
    restorer = pseudonyms.restorer()
    assert restorer.feed("an ⟦open mark that never closes and goes on and on and on") != ""


@pytest.mark.parametrize("unit", ["1", "1 ", "a.", "a@", "0:", "⟦", "AB12 ", "+44 ", "07"])
def test_no_text_makes_it_slow(unit):
    """Time grows with the length, not with its square: 8 times the text, not 64 times the time."""

    def seconds(length):
        text = (unit * length)[:length]
        started = time.process_time()
        DETECTOR.find(text)
        return time.process_time() - started

    small = min(seconds(12_000) for _ in range(3))  # longer than what is looked at in one go
    assert seconds(96_000) < 30 * small + 0.2
