"""Hints for a framework, splitting a theme, and a model's wording held to the quotes."""

import json

import pytest

from bernard.errors import ModelFailed
from bernard.tools.consult.themes import reworded, split, suggestions, vague
from bernard.tools.consult.types import Assigned, Framework, Mapped, Theme

QUESTION = "Should a night ferry be introduced at Quillhaven harbour?"


def mapped_to(texts, pick):
    """Each text mapped as a whole to the themes that `pick` names for its number."""
    found = []
    for number, text in enumerate(texts):
        themes = tuple(Assigned(id, 0.9, 0, len(text)) for id in pick(number))
        found.append(Mapped(number, "themes" if themes else "none of these", themes))
    return found


def test_themes_with_the_same_members_or_wording_may_be_merged(encoder, texts):
    themes = (
        Theme("A", "Noise at night"),
        Theme("B", "People cannot sleep"),
        Theme("C", "Ferry tickets cost too much"),
        Theme("D", "The cost of ferry tickets is too much"),
    )
    pick = lambda n: ("A", "B") if n < 18 else ("C",) if n < 40 else ("D",)  # noqa: E731
    hints = suggestions(
        Framework(themes), mapped_to(texts, pick), texts, "What else?", encoder=encoder
    )
    assert [hint.themes for hint in hints if hint.kind == "merge"] == [("A", "B"), ("D", "C")]
    assert all(hint.reason.endswith(".") for hint in hints)


def test_opposite_sides_and_nested_themes_are_not_merged(encoder, texts):
    themes = (
        Theme("A", "Support for the night ferry", stance="for"),
        Theme("B", "No support for the night ferry", stance="against"),
        Theme("C", "Support for the night ferry!", parent="A"),
    )
    hints = suggestions(
        Framework(themes), mapped_to(texts, lambda n: "ABC"[n % 3]), texts, "", encoder=encoder
    )
    assert not [hint for hint in hints if hint.kind == "merge" and "C" not in hint.themes]


def test_large_small_and_mixed_themes_are_pointed_out(encoder, plain):
    texts, _ = plain
    themes = (
        Theme("A", "The ferry and what comes of it"),
        Theme("B", "The seals will be disturbed"),
    )
    hints = suggestions(
        Framework(themes),
        mapped_to(texts, lambda n: ("A",) if n < 36 else ()),
        texts,
        QUESTION,
        encoder=encoder,
    )
    said = [(hint.kind, hint.themes) for hint in hints]
    assert said.count(("split", ("A",))) == 2
    assert ("drop", ("B",)) in said


@pytest.mark.parametrize(
    ("title", "is_vague"),
    [
        ("Other concerns", True),
        ("Miscellaneous", True),
        ("General comments", True),
        ("Impact", True),
        ("Cost", True),
        ("Impact on seals and birds", False),
        ("Fares are too high", False),
    ],
)
def test_vague_titles(title, is_vague):
    assert bool(vague(title)) == is_vague


def test_a_theme_that_holds_several_is_split(encoder, placed, texts):
    theme = Theme("A", "Everything")
    mapped = mapped_to(texts, lambda n: ("A",) if n < 36 else ())
    parts = split(theme, mapped, texts, placed(texts), QUESTION, encoder=encoder)
    assert len(parts) > 1
    assert {m for part in parts for m in part.members} <= set(range(36))
    assert sum(part.share for part in parts) == pytest.approx(1, abs=0.2)


def test_a_theme_that_holds_one_is_not_split(encoder, placed):
    texts = ["The ferry is far too loud at night."] * 12
    mapped = mapped_to(texts, lambda n: ("A",))
    theme = Theme("A", "Noise")
    assert split(theme, mapped, texts, placed(texts), QUESTION, encoder=encoder) == ()


def answering(titles):
    """A model that words the themes as told, in order, and what it was asked."""
    asked = []
    left = iter(titles)

    def ask(request):
        asked.append(request)
        ids = request.schema["properties"]["themes"]["items"]["properties"]["id"]["enum"]
        themes = [
            {"id": id, "title": title, "description": ""}
            for id, title in zip(ids, left, strict=False)
        ]
        return json.dumps({"themes": themes})

    return ask, asked


def test_a_model_rewords_what_its_quotes_bear_out(found, texts):
    first = found.themes[0]
    words = first.theme.title.split()
    better = " ".join([*words[:-1], words[-1], "harbour"])
    ask, asked = answering([better])
    done = reworded(found, texts, QUESTION, ask)
    assert done.themes[0].theme.title == better
    assert done.themes[0].members == first.members
    assert [t.theme for t in done.themes[1:]] == [t.theme for t in found.themes[1:]]
    assert len(asked) == -(-len(found.themes) // 8)
    assert "reworded 1 of" in done.notes[-1]


@pytest.mark.parametrize(
    "title",
    [
        "The ferry costs 4,000 pounds",
        "The ferry of Mayor Grindle is loud",
        "Quantum tunnelling undermines sovereign macroeconomics entirely",
        "Other concerns",
        "Ferry",
        "The ferry\u202e is loud",
        "Word " * 40,
    ],
)
def test_what_its_quotes_do_not_bear_out_is_not_taken(title, found, texts):
    ask, _ = answering([title])
    assert reworded(found, texts, QUESTION, ask).themes == found.themes


@pytest.mark.parametrize("reply", ["", "{", "[]", '{"themes": [{"id": 1}]}', "\ud800"])
def test_a_reply_that_makes_no_sense_changes_nothing(reply, found, texts):
    assert reworded(found, texts, QUESTION, lambda request: reply).themes == found.themes


def test_a_model_that_fails_changes_nothing(found, texts):
    def fail(request):
        raise ModelFailed("It is broken.")

    assert reworded(found, texts, QUESTION, fail).themes == found.themes


def test_two_themes_do_not_get_one_title(found, texts):
    title = "Ferry harbour noise jobs fares"
    ask, _ = answering([title] * 3)
    titles = [theme.theme.title for theme in reworded(found, texts, QUESTION, ask).themes]
    assert len(set(titles)) == len(titles)
