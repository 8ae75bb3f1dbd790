"""The sides that people ticked, and the stance of themes by them."""

import numpy as np
import pytest

from bernard.tools.consult.themes import sides_of
from bernard.tools.consult.themes.sides import side_of
from bernard.tools.consult.types import Column, Consultation, Response

WHY = Column("Why?", "open", "Please say why.")


def asked(question, options, kind="closed", between=()):
    """Four people who ticked one option each, then wrote."""
    ticked = Column("Q1", kind, question, tuple(options))
    people = tuple(
        Response(n, str(n), n + 2, {"Q1": (option,), "Why?": ("Because.",)})
        for n, option in enumerate(options)
    )
    return Consultation("made.csv", "0" * 64, (ticked, *between, WHY), people)


@pytest.mark.parametrize(
    ("option", "side"),
    [
        ("Strongly agree", 1),
        ("Tend to disagree", -1),
        ("Neither agree nor disagree", 0),
        ("Do not support", -1),
        ("Yes, with conditions", 1),
        ("No", -1),
        ("No opinion", 0),
        ("Don't know", 0),
        ("By bus", 0),
    ],
)
def test_the_side_of_an_option(option, side):
    assert side_of(option) == side


def test_people_are_taken_at_their_word():
    sides = sides_of(asked("Do you agree?", ["Agree", "Neither", "Disagree"]), WHY)
    assert sides.tolist() == [1, 0, -1]


def test_both_sides_in_the_wording_turn_nothing_round():
    sides = sides_of(asked("Do you support or oppose the pier?", ["Support", "Oppose"]), WHY)
    assert sides.tolist() == [1, -1]


@pytest.mark.parametrize(
    "consultation",
    [
        asked("Are you against the pier?", ["Yes", "No"]),
        asked("How did you come?", ["By bus", "On foot"]),
        asked("Do you agree?", ["Agree", "Disagree"], kind="multiple"),
        asked(
            "Do you agree?", ["Agree", "Disagree"], between=(Column("Q2", "open", "What else?"),)
        ),
    ],
)
def test_what_does_not_tell_a_side_is_not_taken_for_one(consultation):
    assert sides_of(consultation, WHY) is None


def test_what_was_ticked_tells_the_stance_of_themes(find, texts):
    for_it = np.array([1 if 18 <= number < 36 else -1 for number in range(len(texts))], np.int8)
    found = find(texts, "Please say why.", sides=for_it)
    told = {theme.theme.stance for theme in found.themes}
    assert {"for", "against"} <= told <= {"for", "against", "mixed"}
