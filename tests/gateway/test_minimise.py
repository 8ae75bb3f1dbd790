"""Text that was looked at before is known again, and never passes by what must be found."""

from functools import partial

from bernard.agreements.schema import Privacy
from bernard.gateway.looking import Looks
from bernard.gateway.minimise import Seen, minimise
from bernard.privacy import Finding, StructuredDetector

HISTORY = "The register office opens at nine and closes at five on weekdays."


class Counting(StructuredDetector):
    def __init__(self):
        super().__init__()
        self.looked = []

    def find(self, text):
        self.looked.append(text)
        return super().find(text)


def test_what_held_nothing_is_not_looked_through_again():
    detector, seen = Counting(), Seen()
    body = {"messages": [{"role": "user", "content": HISTORY}]}
    assert minimise(body, detector, seen).body == body
    assert HISTORY in detector.looked
    detector.looked.clear()
    assert minimise(body, detector, seen).body == body
    assert HISTORY not in detector.looked


def test_nothing_is_kept_of_a_text_that_held_something():
    seen = Seen()
    body = {"content": "Please write to a.person@example.org about the register office."}
    for _ in range(2):
        assert "example.org" not in str(minimise(body, StructuredDetector(), seen).body)
    assert not seen.clean


def test_a_value_found_elsewhere_is_found_in_a_text_that_held_nothing_before():
    detector, seen = StructuredDetector(), Seen()
    earlier = "The number on the letter was QQ12 as far as I can remember it."
    assert minimise({"content": earlier}, detector, seen).body == {"content": earlier}
    assert seen.clean
    body = {"messages": [{"content": earlier}, {"content": "My case reference: QQ12/7001."}]}
    assert minimise(body, detector, seen).body == minimise(body, detector, Seen()).body


def test_signs_are_forgotten_when_there_are_many(monkeypatch):
    monkeypatch.setattr("bernard.gateway.minimise._MOST_SEEN", 3)
    seen = Seen()
    for number in range(10):
        minimise({"content": f"{HISTORY} Window {number}."}, StructuredDetector(), seen)
    assert len(seen.clean) <= 3


def test_a_marking_is_seen_each_time():
    seen = Seen()
    for _ in range(2):
        sent = minimise({"content": f"SECRET\n{HISTORY}"}, StructuredDetector(), seen)
        assert sent.marking.tier == "SECRET"


class Eager(StructuredDetector):
    """A tagger that takes every word for a person, as a network may of a word that stands alone."""

    def find(self, text):
        rules = super().find(text)
        return rules or [Finding(0, len(text), "PERSON", 0.9, "fast", "by its place")]


def test_words_of_machines_are_no_names():
    body = {
        "model": "claude-sonnet-4-5",
        "messages": [{"role": "user", "content": "hello"}],
        "max_tokens": 9,
        "tools": [{"type": "function", "function": {"name": "get_weather", "parameters": {}}}],
    }
    sent = minimise(body, Eager(), Seen()).body
    assert sent["messages"][0].pop("content") == "⟦PERSON-1⟧"
    assert sent == {**body, "messages": [{"role": "user"}]}


def test_names_in_names_of_fields_are_still_found():
    sent = minimise({"input": {"Jane Smith": 1, "jo@example.org": 2}}, Eager(), Seen()).body
    assert "Jane" not in str(sent) and "example.org" not in str(sent)


def test_a_text_with_a_mark_is_read_in_every_call():
    # Remembered as clean, its mark would not be kept free in the second call.
    seen = Seen()
    body = {"a": "The form calls the sender [EMAIL-1] throughout.", "b": "I am jo@example.org."}
    first, second = (minimise(body, StructuredDetector(), seen).body for _ in range(2))
    assert first["b"] == second["b"] == "I am ⟦EMAIL-2⟧."


def test_what_is_invented_for_one_service_stays_the_same():
    section = Privacy(style="natural")
    look = Looks(StructuredDetector()).open(section)
    body = {"a": "Write to jo@example.org or ring 07700 900123."}

    def sent(who):
        return minimise(body, look.detector, look.seen, partial(look.begin, who=who)).body["a"]

    assert sent("one") == sent("one") != sent("two")
    assert "jo@example.org" not in sent("one")
