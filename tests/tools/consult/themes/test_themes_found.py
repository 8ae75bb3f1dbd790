"""Themes of an invented consultation: what is in them, how they are named, and odd inputs."""

import os
import subprocess
import sys

import numpy as np
import pytest

from bernard.tools.consult.themes.grouping import expected_themes
from bernard.tools.consult.themes.stance import leanings, proposal_of, stance_of
from bernard.tools.consult.types import Campaign


def test_subjects_do_not_mix(found):
    shares = []
    for theme in found.themes:
        subjects = np.bincount(np.array(theme.members) // 18, minlength=4)
        shares.append(subjects.max() / subjects.sum())
    assert 4 <= len(found.themes) <= 14
    assert np.mean(shares) > 0.9


def test_titles_read_as_what_somebody_said(found, texts):
    said = " ".join(texts).lower()
    titles = [theme.theme.title for theme in found.themes]
    assert len({title.lower() for title in titles}) == len(titles)
    assert all(title[0].isupper() and title.lower() in said for title in titles)
    assert all(3 <= len(title.split()) <= 14 for title in titles)


def test_counts_and_quotes_are_of_the_members(found, texts):
    for theme in found.themes:
        assert theme.share == len(theme.members) / len(texts)
        assert 0 <= theme.low < theme.share < theme.high <= 1
        assert list(theme.members) == sorted(set(theme.members))
        for quote in (*theme.typical, *theme.distinctive):
            assert quote.response in theme.members
            assert texts[quote.response][quote.start : quote.end].strip()
        assert theme.words
    sizes = [len(theme.members) for theme in found.themes]
    assert sizes == sorted(sizes, reverse=True)


def test_everyone_is_in_a_theme_or_said_to_be_in_none(found, texts):
    themed = {member for theme in found.themes for member in theme.members}
    assert themed | set(found.unthemed) == set(range(len(texts)))
    assert not themed & set(found.unthemed)


def test_sides_that_are_said_plainly_are_told_apart(find, plain):
    texts, supporters = plain
    found = find(texts)
    told = {theme.theme.stance for theme in found.themes}
    assert {"for", "against"} <= told
    for theme in found.themes:
        if theme.theme.stance in ("for", "against"):
            agreeing = [
                (member in supporters) == (theme.theme.stance == "for") for member in theme.members
            ]
            assert sum(agreeing) >= 0.75 * len(agreeing)


def test_where_nobody_says_a_side_plainly_none_is_guessed(found):
    assert {theme.theme.stance for theme in found.themes} == {"unclear"}


def test_a_question_that_proposes_nothing_has_no_stances(find, texts):
    found = find(texts, "What do you like about the harbour?")
    assert {theme.theme.stance for theme in found.themes} == {None}
    assert any("does not propose" in note for note in found.notes)


def test_the_same_whatever_the_threads(found):
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import conftest as c\n"
        "texts, encoder = c.texts.__wrapped__(), c.encoder.__wrapped__()\n"
        "placed = c.placed.__wrapped__(encoder)\n"
        "found = c.find_themes(texts, placed(texts), c.QUESTION, encoder=encoder)\n"
        "print(repr(found))\n"
    )
    folder = os.path.dirname(__file__)
    env = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script, folder], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == repr(found)


def test_a_campaign_counts_once_when_themes_are_looked_for(find, texts):
    letter = "Save the Quillhaven lighthouse from the harbour board's neglect."
    many = [*texts, *[letter] * 60]
    campaign = Campaign("C1", tuple(range(72, 132)), 72, (), ())
    found = find(many, campaigns=(campaign,))
    holding = [theme for theme in found.themes if 72 in theme.members]
    assert holding and set(range(72, 132)) <= set(holding[0].members)
    assert len(find(texts).themes) - 1 <= len(found.themes) <= len(find(texts).themes) + 1
    assert any("campaign" in note for note in found.notes)


@pytest.mark.parametrize("marks", [{1, 2}, [False, True, True]])
def test_who_says_nothing_is_left_out(find, marks):
    found = find(["The ferry is too loud at night.", "n/a", ""], nothing_said=marks)
    assert [theme.members for theme in found.themes] == [(0,)]
    assert found.themes[0].share == 1.0


@pytest.mark.parametrize("texts", [[], [""], ["", " "], ["x"], ["Yes."]])
def test_nothing_to_find_themes_in(find, texts):
    found = find(texts)
    assert found.themes == ()
    assert found.notes


@pytest.mark.parametrize(
    ("texts", "most"),
    [
        (["The ferry is far too loud at night."], 1),
        (["The ferry is far too loud at night."] * 40, 1),
        (["The ferry is loud.", "Fares are high.", "Seals will suffer.", "Jobs!", "I like it."], 4),
        (["Mae'r fferi yn rhy swnllyd yn y nos.", "Bydd y morloi yn diflannu o'r harbwr."] * 8, 4),
        (["轮渡在夜间太吵了。我们睡不着觉。", "票价对家庭来说太贵了。"] * 8, 8),
        (["ferry " * 3000], 3),
    ],
)
def test_odd_inputs_make_few_themes(find, texts, most):
    found = find(texts)
    assert len(found.themes) <= most
    assert found.notes
    themed = {member for theme in found.themes for member in theme.members}
    assert themed | set(found.unthemed) == set(range(len(texts)))


def test_no_title_names_somebody_or_holds_what_was_taken_out(find, texts):
    gossip = ["Harold Pimm ruined the fares", "The fares that          set are too high for us"]
    titles = " ".join(theme.theme.title for theme in find([*texts, *gossip]).themes)
    assert "Pimm" not in titles and "fares that" not in titles


def test_about_as_many_themes_as_a_person_makes():
    assert [expected_themes(n) for n in (1, 100, 1_000, 100_000)] == [4, 11, 18, 30]


@pytest.mark.parametrize(
    ("question", "proposal"),
    [
        ("Should gambling adverts be banned?", -1),
        ("Do you agree with the proposal to build 400 homes?", 1),
        ("What are your views on closing the library?", -1),
        ("What would you change about your surgery?", 0),
        ("", 0),
    ],
)
def test_what_a_question_proposes(question, proposal):
    assert proposal_of(question) == proposal


def test_how_a_sentence_leans(encoder):
    said = [
        "Gambling adverts should be banned because they ruin lives",
        "Gambling adverts should not be banned, people are free to choose",
    ]
    leaning = leanings(said, encoder(said), "Should gambling adverts be banned?", encoder)
    assert leaning[0] > 0.7 and leaning[1] < -0.7


def test_what_a_theme_leans_to():
    assert stance_of(np.array([1, 1, 1, 0], np.int8)) == "for"
    assert stance_of(np.array([-1, -1, -1, 1, -1], np.int8)) == "against"
    assert stance_of(np.array([-1, 1, -1, 1], np.int8)) == "mixed"
    assert stance_of(np.array([0, 0, 1, 0], np.int8)) == "unclear"
