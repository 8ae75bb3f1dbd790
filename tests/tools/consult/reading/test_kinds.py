"""What columns hold, in files of ten rows and of many."""

from __future__ import annotations

import random

import pytest

from bernard.tools.consult.reading.kinds import propose
from bernard.tools.consult.reading.wording import is_other, question_of, refers_back

SENTENCES = [
    f"I think that the {w} matters to all of us" for w in ("bus", "park", "road", "pool", "shop")
]


def many(values: list[str], count: int) -> list[str]:
    chance = random.Random(2)
    return [chance.choice(values) for _ in range(count)]


@pytest.mark.parametrize("count", [10, 40, 5_000])
def test_scales_and_choices_are_closed(count: int) -> None:
    assert propose("Do you agree?", many(["Yes", "No", "Don't know"], count)).kind == "closed"
    assert (
        propose("How good is it?", many(["1", "2", "3", "4", "5"], max(count, 20))).kind == "closed"
    )
    assert propose("Where?", many(["North", "South", "East"], count)).kind == "closed"


@pytest.mark.parametrize("count", [10, 40, 5_000])
def test_answers_in_words_are_open(count: int) -> None:
    own = [f"Number {n}: {SENTENCES[n % 5]}" for n in range(count)]
    assert propose("Why?", own).kind == "open"
    # Half of them a campaign's letter, and many who say nothing.
    letter = "I object to this plan. It will harm the shops, and nobody asked for it. " * 3
    mixed = [*own[: count // 2], *[letter] * (count // 4), *["No"] * (count // 8), *["N/A"] * 3]
    assert propose("Any comments?", mixed).kind == "open"


@pytest.mark.parametrize("sign", [";", "|", "\n", ", "])
def test_several_choices_in_a_cell(sign: str) -> None:
    values = [
        sign.join(pair)
        for pair in (("Bus", "Car"), ("Bus",), ("Car", "Walk"), ("Bus", "Car", "Walk"))
    ]
    found = propose("How do you travel?", many(values, 60))
    assert (found.kind, set(found.options), found.separator) == (
        "multiple",
        {"Bus", "Car", "Walk"},
        sign.strip(" "),
    )


def test_options_with_commas_are_not_several() -> None:
    values = ["Yes, definitely", "Yes, to some extent", "No, not at all", "Don't know"]
    assert propose("Do you agree?", many(values, 80)).kind == "closed"


def test_options_and_words_of_ones_own_are_hybrid() -> None:
    values = [
        *many(["A market", "A park", "Some seats"], 80),
        *(f"rather a stage, number {n}" for n in range(20)),
    ]
    found = propose("What should it be used for?", values)
    assert (found.kind, set(found.options)) == ("hybrid", {"A market", "A park", "Some seats"})


@pytest.mark.parametrize(
    ("heading", "values", "kind"),
    [
        ("Response ID", ["7", "8", "9"], "identifier"),
        ("ref no", ["A", "A", "B"], "identifier"),
        ("x", ["R_1ab", "R_2cd", "R_3ef"], "identifier"),
        ("Q9. Age", [str(20 + n % 60) for n in range(200)], "demographic"),
        ("Which ethnic group are you in?", many(["White", "Asian", "Black"], 12), "demographic"),
        ("Postcode district", many(["AB1", "AB2", "AB3"], 30), "demographic"),
        ("What is your full postcode?", ["AB1 2CD", "AB1 3EF"], "left out"),
        ("Email address", ["a@example.org", "b@example.org"], "left out"),
        ("Contact", ["a@example.org", "b@example.org"], "left out"),
        ("Recorded Date", ["2026-01-01 10:00"] * 3, "left out"),
        ("Completed at some time", ["01/02/2026 10:00", "02/02/2026 11:00"], "left out"),
        ("Name of your organisation", ["Made Up Trust", "Another Trust"], "left out"),
        ("Nothing here", ["", ""], "left out"),
    ],
)
def test_kinds_told_by_headings_and_forms(heading: str, values: list[str], kind: str) -> None:
    found = propose(heading, values)
    assert (found.kind, bool(found.why)) == (kind, True)


def test_ten_rows_of_sentences_that_repeat_are_options() -> None:
    values = ["I use the bus every day", "I never use the bus"] * 5
    assert propose("Which is true of you?", values).kind == "closed"


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Q3. Do you agree?", "Do you agree?"),
        ("Question 3 - Why?", "Why?"),
        ("3) Why?", "Why?"),
        ("12.1 What else?", "What else?"),
        ("Q4_2: Say more", "Say more"),
        ("<p>Q2 <b>Do</b> you?</p>", "Do you?"),
        ("Do you? - Open-Ended Response", "Do you?"),
        ("2026 budget: what matters?", "2026 budget: what matters?"),
        ("Q5", "Q5"),
    ],
)
def test_wordings_lose_their_numbers(heading: str, question: str) -> None:
    assert question_of(heading) == question


def test_what_stands_beside_other_and_what_refers_back() -> None:
    assert all(
        map(
            is_other,
            ["Other (please specify)", "Q4 - Other", "If other, please state", "Other - Text"],
        )
    )
    assert not any(map(is_other, ["Any other comments?", "Other services that you use daily"]))
    assert all(
        map(
            refers_back, ["Why?", "Please explain your answer", "If no, please say why", "Comments"]
        )
    )
    assert not any(map(refers_back, ["Any other comments?", "What would you change?"]))
