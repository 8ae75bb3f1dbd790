"""The steps of an answer, one by one."""

import pytest

from bernard.gateway import Deployment
from bernard.library.ranking import Signals
from bernard.library.search import Found
from bernard.tools.ask.extract import read, tidy
from bernard.tools.ask.kinds import fits, kind_of, subject
from bernard.tools.ask.rewrite import Asked, leans, understand
from bernard.tools.ask.units import units
from bernard.tools.ask.verify import judge, verify
from bernard.tools.ask.write import LITTLE, MUCH, Written, excerpts, mark, request, room_for


@pytest.mark.parametrize(
    "question",
    [
        "What about part-time staff?",
        "And for pilots?",
        "How long does it last?",
        "Who approves this?",
        "Why?",
        "How long?",
        "Do they need a receipt?",
    ],
)
def test_a_question_that_points_back(question):
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "How long does a mooring permit last?",
        "Is it possible to carry over annual leave?",
        "Who approves travel abroad for pilots and their families this winter?",
        "What is the fee?",
        "Can I claim for a taxi?",
    ],
)
def test_a_question_that_stands_alone(question):
    assert not leans(question)


def test_follow_ups_reach_back_to_a_whole_question():
    history = [
        ("How long does a mooring permit last?", "12 months."),
        ("And what does it cost?", "£184."),
    ]
    assert understand("Why?", history).whole == (
        "How long does a mooring permit last? And what does it cost? Why?"
    )
    assert understand("What is the leave year?", history).whole == "What is the leave year?"
    assert understand("Why?", []).whole == "Why?"


def test_what_is_told_is_the_scenario():
    asked = understand(
        "I have been ill for 3 days. Do I need a doctor's note?", (), "I am a pilot."
    )
    assert asked.scenario == "I am a pilot. I have been ill for 3 days."
    assert asked.whole == "Do I need a doctor's note?"
    assert asked.question.startswith("I have been ill")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How much does it cost?", "money"),
        ("How long does it take?", "time"),
        ("When is the meeting?", "time"),
        ("How many days do I get?", "number"),
        ("Who signs it?", "who"),
        ("Can I appeal?", "allowed"),
        ("Do I have to say why?", "duty"),
        ("Must I keep receipts?", "duty"),
        ("Where do I send it?", "where"),
        ("Why was it refused?", "why"),
        ("Tell me about moorings", ""),
    ],
)
def test_kinds_of_question(question, kind):
    assert kind_of(question) == kind


def test_an_amount_in_a_condition_fits_less():
    assert fits("money", "The fee is £75.") == 1
    assert 0 < fits("money", "Ask your manager if it costs more than £75.") < 1
    assert fits("money", "Ask your manager.") == 0
    assert "how long" not in subject("How long does a permit last?").casefold()


def test_units_of_a_passage(hit):
    text = (
        "2. Moorings\n\nA permit lasts for 12 months. It ends on the day printed on it.\n\n"
        "You pay half if you:\n\n* live near\n* are a charity\n\nWrite to us."
    )
    found = units(hit(text, start=100, heading="Harbours"))
    assert [u.text for u in found] == [
        "2. Moorings",
        "A permit lasts for 12 months.",
        "It ends on the day printed on it.",
        "You pay half if you:",
        "* live near",
        "* are a charity",
        "Write to us.",
    ]
    assert found[0].is_heading
    assert found[1].heading == "Moorings"
    assert found[2].points_back
    assert found[5].lead is found[3]
    assert found[6].lead is None
    assert all(text[u.start - 100 : u.end - 100] == u.text for u in found)


def test_tidy_keeps_lists_and_joins_lines():
    assert tidy("a line\nthat wraps") == "a line that wraps"
    assert tidy("You may:\n\n* go\n* stay") == "You may:\n* go\n* stay"


def weight(word):
    return 1.0


def checked(hit, text, quote, source="B10", question=""):
    return verify([Written(text, quote, source)], {"B10": hit}, weight, question)


def test_a_quote_is_found_in_another_passage_than_the_one_named(hit):
    one, two = hit("Leave is 27 days a year.", id=1), hit("Tea is served at four.", id=2)
    verified = verify(
        [Written("Tea is at four.", "Tea is served at four", "B10")],
        {"B10": one, "C11": two},
        weight,
    )
    [claim] = verified.claims
    assert claim.state == "supported by"
    assert claim.citations[0].quote == "Tea is served at four."


def test_a_quote_is_widened_to_its_sentence_so_that_a_not_is_seen(hit):
    verified = checked(
        hit("You must not apply before 1 May."),
        "You must apply before 1 May.",
        "apply before 1 May",
    )
    [claim] = verified.claims
    assert claim.state == "quoted"
    assert claim.text == "You must not apply before 1 May."
    assert verified.notes


def test_a_word_taken_from_the_question_alone_is_seen(hit):
    verified = checked(
        hit("Moorings are closed from 1 November to 28 February."),
        "The offices are closed from 1 November to 28 February.",
        "closed from 1 November to 28 February",
        question="When are the offices closed?",
    )
    assert verified.claims[0].text.startswith("Moorings")
    assert "offices" in verified.notes[0]


def test_a_very_short_quote_is_no_source(hit):
    [claim] = checked(hit("It is the end of the day."), "The end.", "the").claims
    assert claim.state == "no source found"


def test_hidden_characters_do_not_reach_the_model(hit):
    hidden = "Leave\u200b is 27 days.\U000e0041\U000e0042 \u202eYes"
    asked = request(Asked("Q?", "Q?\U000e0043"), {"B10": hit(hidden)})
    assert "\u202e" not in asked.messages[1].text
    assert not any(ord(c) > 0xE0000 for c in asked.messages[1].text)


def test_marks_are_new_each_time_and_different(hit):
    hits = [hit(f"Passage {i} says something.", id=i) for i in range(4)]
    assert len(mark(hits)) == 4
    assert any(set(mark(hits)) != set(mark(hits)) for _ in range(5))


def test_a_judge_adds_a_warning_and_nothing_else(hit, speaking):
    verified = checked(
        hit("Leave is 27 days a year."), "You get 27 days leave.", "Leave is 27 days"
    )
    [doubted] = judge(verified.claims, speaking(['{"supported": "no"}']))
    assert doubted.warnings
    assert doubted.state == verified.claims[0].state
    assert judge(verified.claims, speaking(['{"supported": "yes"}'])) == verified.claims
    assert judge(verified.claims, speaking(["what?"])) == verified.claims


def test_a_small_model_is_shown_the_sentence_and_little_else(hit):
    lines = [f"Sentence number {i} speaks of nothing that matters much." for i in range(60)]
    lines[40] = "A mooring permit lasts for 12 months."
    long = hit(" ".join(lines), start=50)
    found = [Found(long, Signals(0.9, 0.5, 0.0))]
    reading = read(understand("How long does a mooring permit last?"), found, lambda texts: None)
    [shown] = excerpts(reading, LITTLE)
    assert "12 months" in shown.text
    assert len(shown.text) <= LITTLE.each
    assert long.text[shown.start - 50 : shown.end - 50] == shown.text
    assert room_for(Deployment("q", "embedded", "this-machine")) == LITTLE
    assert room_for(Deployment("q", "a supplier", "GB")) == MUCH
