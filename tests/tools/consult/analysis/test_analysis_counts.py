"""Counts, filters, and what is said together: every figure follows from the mapping."""

import msgspec
import numpy as np
import pytest

from bernard.errors import InputInvalid
from bernard.tools.consult.analysis import (
    NO_ANSWER,
    OTHER_ANSWER,
    Filter,
    answered,
    chosen,
    count,
    counted,
    placed,
    quotes,
    rule,
    said_together,
    worded,
)


def numbers(mask):
    return np.flatnonzero(mask).tolist()


def test_themes_are_counted_and_hold_those_nested_in_them(analysis):
    made = count(analysis.questions[0])
    by_id = {theme.id: theme for theme in made.themes}
    assert [(t.id, t.level) for t in made.themes] == [
        ("fares", 0), ("young", 1), ("night", 0), ("ferry", 0),
    ]  # fmt: skip
    assert (made.responses, made.answered, made.said, made.nothing_said) == (80, 70, 60, 20)
    assert by_id["fares"].count.count == 30 and by_id["young"].count.count == 10
    assert by_id["fares"].count.share == 0.5 and by_id["fares"].count.low < 0.5
    assert made.none_of_these.count == 10
    # Response 2 alone was put there by a person.
    assert by_id["night"].decided == 1


def test_a_parent_does_not_count_a_response_twice(make_analysis):
    only_child = (("Young people cannot pay.", ("young",)), ("n/a", None))
    themes = count(make_analysis(10, said=only_child).questions[0]).themes
    assert [t.count.count for t in themes[:2]] == [5, 5]


def test_campaigns_count_in_full_once_or_not_at_all(analysis):
    one = analysis.questions[0]
    night = count(one).themes[2]
    assert (night.every, night.once, night.without) == (20, 11, 10)
    assert count(one, campaigns="once").said == 51
    assert count(one, campaigns="left out").themes[2].count.count == 10
    assert counted(one, "once").sum() == 71


def test_stances_follow_from_themes(analysis):
    stances = count(analysis.questions[0]).stances
    assert {name: found.count for name, found in stances.items()} == {
        "for": 10, "against": 20, "mixed": 10, "unclear": 20,
    }  # fmt: skip


@pytest.mark.parametrize(
    "wanted, expected",
    [
        (Filter(themes=("fares",)), [0, 1, 3]),
        (Filter(themes=("fares", "night")), [0, 1, 2, 3]),
        (Filter(themes=("fares", "night"), every_theme=True), [3]),
        (Filter(themes=("fares",), without=("young",)), [0, 3]),
        (Filter(outcomes=("none of these", "nothing said")), [5, 6, 7]),
        (Filter(stances=("mixed",)), [3]),
        (Filter(campaign=True), [3]),
        (Filter(campaigns=("C1",)), [3]),
        (Filter(decided=True), [2]),
        (Filter(sure=0.95), []),
        (Filter(unsure=0.95, themes=("ferry",)), [4]),
        (Filter(words="fares -night"), [0, 1]),
        (Filter(answers={"Region": ("North", "South"), "Uses": ("Ferry",)}), [1, 3, 5]),
        (Filter(answers={"Region": (NO_ANSWER,)}), [0]),
        (Filter(ids=("R3", "R5")), [2, 4]),
        (Filter(), [0, 1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_a_filter_takes_any_of_a_column_and_all_of_the_columns(analysis, wanted, expected):
    mask = chosen(analysis.questions[0], analysis.consultation, wanted)
    assert [n for n in numbers(mask) if n < 8] == expected


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(themes=("nothing",)),
        Filter(without=("nothing",)),
        Filter(answers={"q1": ("x",)}),
        Filter(answers={"Nowhere": ("x",)}),
        Filter(campaigns=("C9",)),
        Filter(stances=("sideways",)),
        Filter(outcomes=("lost",)),
        Filter(words='""'),
    ],
)
def test_a_filter_for_what_is_not_there_is_named(analysis, wanted):
    with pytest.raises(InputInvalid):
        chosen(analysis.questions[0], analysis.consultation, wanted)


def test_words_beside_the_options_are_one_group(make_analysis):
    made = make_analysis(12, regions=("North", "South"))
    responses = list(made.consultation.responses)
    responses[1].answers["Region"] = ("On a boat, near Jo Example",)
    assert list(answered(made.consultation, "Region")) == [
        "North",
        "South",
        OTHER_ANSWER,
        NO_ANSWER,
    ]


def test_themes_said_together_are_set_against_chance(analysis):
    pairs = said_together(analysis.questions[0])
    assert [(p.one, p.other, p.both) for p in pairs] == [("fares", "night", 10)]
    assert pairs[0].lift == pytest.approx(10 * 60 / (30 * 20))
    assert pairs[0].low <= 1 <= pairs[0].high and pairs[0].probability > 0.05


def test_quotes_are_from_different_people_and_those_a_person_chose_come_first(analysis):
    found = quotes(analysis.questions[0], "night")
    assert found[0].response == 2
    assert len({analysis.questions[0].texts[q.response][q.start : q.end] for q in found}) == len(
        found
    )


def test_themes_nested_in_a_ring_are_still_counted(make_analysis):
    one = make_analysis(16).questions[0]
    ring = list(one.framework.themes)
    ring[0] = msgspec.structs.replace(ring[0], parent="young")
    framework = msgspec.structs.replace(one.framework, themes=tuple(ring))
    at = placed(type(one)(**{**vars(one), "framework": framework}))
    assert {theme.id for theme in at.themes} == {"fares", "young", "night", "ferry"}


@pytest.mark.parametrize(
    "found, of, words",
    [
        (0, 50, "nobody"),
        (2, 3, "one or two"),
        (3, 3, "many, perhaps nearly all"),
        (980, 1000, "nearly all"),
        (600, 1000, "most"),
        (510, 1000, "many, perhaps most"),
        (260, 1000, "some, perhaps many"),
        (150, 1000, "some"),
        (30, 1000, "a few"),
    ],
)
def test_words_claim_no_more_than_the_interval_bears_out(found, of, words):
    assert worded(found, of) == words
    assert words.split(",")[0] in {"nobody", *(name for name, _ in rule())}
