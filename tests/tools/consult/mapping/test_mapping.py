"""Responses get the themes that they hold, each with its sentence and how sure that is."""

import numpy as np
import pytest

from bernard.tools.consult import mapping
from bernard.tools.consult.mapping.choice import choose
from bernard.tools.consult.mapping.wording import fallbacks, outcome_of
from bernard.tools.consult.types import Decided, Sentences, Span, Theme


def mapped(harbour, encoder, decided=(), themes=None):
    texts, sentences, own, question, silent = harbour
    return mapping.map_responses(
        texts,
        sentences,
        own if themes is None else themes,
        question,
        encoder=encoder,
        decided=decided,
        nothing_said=silent,
    )


class TestMapped:
    def test_most_responses_get_their_theme_and_the_sentence_that_says_so(
        self, harbour, encoder, kinds
    ):
        found = mapped(harbour, encoder)
        right = [
            kind in {one.theme for one in answer.themes}
            for kind, answer in zip(kinds, found, strict=False)
            if kind
        ]
        assert np.mean(right) > 0.8
        first = next(one for one in found[0].themes if one.theme == "cost")
        assert harbour[0][0][first.start : first.end].startswith("It is far too expensive")

    def test_every_number_is_a_probability_and_the_surest_comes_first(self, harbour, encoder):
        for answer in mapped(harbour, encoder):
            sure = [one.confidence for one in answer.themes]
            assert sure == sorted(sure, reverse=True)
            assert all(0 <= number <= 1 for number in [*sure, answer.doubt])

    def test_what_says_nothing_has_the_frameworks_own_theme_for_it(self, harbour, encoder):
        answer = mapped(harbour, encoder)[60]
        assert answer.outcome == "nothing said"
        assert [one.theme for one in answer.themes] == ["Y"]

    def test_what_no_theme_holds_is_none_of_these(self, harbour, encoder, kinds):
        found = mapped(harbour, encoder)
        others = [found[n] for n, kind in enumerate(kinds) if not kind]
        none = [answer for answer in others if answer.outcome == "none of these"]
        assert len(none) > len(others) / 2
        assert {one.theme for answer in none for one in answer.themes} == {"X"}

    def test_the_same_again_is_the_same(self, harbour, encoder):
        assert mapped(harbour, encoder) == mapped(harbour, encoder)

    def test_no_themes_and_no_responses_are_answered_too(self, harbour, encoder):
        assert {one.outcome for one in mapped(harbour, encoder, themes=())} == {
            "none of these",
            "nothing said",
        }
        empty = np.zeros(0, np.int32)
        sentences = Sentences(empty, empty, empty, np.zeros((0, 384), np.float32))
        assert mapping.map_responses([], sentences, harbour[2], "Why?", encoder=encoder) == []

    def test_one_response_and_one_theme(self, encoder):
        text = "It is far too expensive."
        sentences = Sentences(*(np.array([n], np.int32) for n in (0, 0, 24)), encoder([text]))
        [answer] = mapping.map_responses(
            [text], sentences, [Theme("a", "Too expensive")], "Why?", encoder=encoder
        )
        assert answer.response == 0


class TestLearning:
    def test_what_a_person_says_moves_the_answers_for_those_like_it(self, harbour, encoder, kinds):
        phones = [n for n, kind in enumerate(kinds) if not kind]
        decided = [Decided(n, "themes", {"jobs": None}, "Ann", float(n)) for n in phones[:8]]
        decided += [
            Decided(n, "themes", {kinds[n]: None}, "Ann", float(n)) for n in range(40) if kinds[n]
        ][:12]
        found = mapped(harbour, encoder, decided)
        assert all("jobs" in {one.theme for one in found[n].themes} for n in phones[8:])

    def test_the_last_word_on_a_response_counts_and_a_strange_theme_does_not(
        self, harbour, encoder
    ):
        first = Decided(0, "themes", {"birds": None}, "Ann", 1.0)
        last = Decided(0, "themes", {"cost": Span(0, 10), "gone": None}, "Ann", 2.0)
        assert mapped(harbour, encoder, [first, last]) == mapped(harbour, encoder, [last])

    def test_decisions_on_what_is_not_there_or_says_nothing_change_nothing(self, harbour, encoder):
        decided = [Decided(row, "themes", {"cost": None}, "Ann", 1.0) for row in (60, 999)]
        assert mapped(harbour, encoder, decided) == mapped(harbour, encoder)


class TestNext:
    def test_the_doubtful_come_first_and_nobody_reads_one_twice(self, harbour, encoder):
        found = mapped(harbour, encoder)
        first = mapping.next_to_check(found, harbour[1], count=5)
        assert len(set(first)) == 5
        assert found[first[0]].doubt == max(
            one.doubt for one in found if one.outcome != "nothing said"
        )
        decided = [Decided(n, "none of these", {}, "Ann", 1.0) for n in first]
        again = mapping.next_to_check(found, harbour[1], decided, count=100)
        assert sorted([*first, *again]) == list(range(60))

    def test_nothing_is_left_when_all_is_read(self, harbour, encoder):
        found = mapped(harbour, encoder)
        assert mapping.next_to_check(found, harbour[1], apart_from=range(62)) == []


class TestChoice:
    def test_many_weak_chances_are_worth_an_answer_and_one_beside_a_likely_none_is_not(self):
        weak = choose(np.full((1, 4), 0.45), np.array([0.05]))
        lone = choose(np.array([[0.45, 0.01, 0.01]]), np.array([0.54]))
        assert weak.themes.any()
        assert not lone.themes.any()
        assert lone.doubt[0] == pytest.approx(0.46)


class TestTitles:
    @pytest.mark.parametrize(
        "title",
        ["Other", "Others", "None of the above", "Other comments", "Miscellaneous", "OTHER"],
    )
    def test_titles_that_say_no_theme_fits(self, title):
        assert outcome_of(Theme("a", title)) == "none of these"

    @pytest.mark.parametrize(
        "title",
        ["No reason given", "Nothing said", "No Answer", "N/A", "Not answered", "No comment"],
    )
    def test_titles_that_say_nothing_was_said(self, title):
        assert outcome_of(Theme("a", title)) == "nothing said"

    @pytest.mark.parametrize(
        "title",
        ["Other road users", "No to new homes", "No reason to change", "Nothing for young people"],
    )
    def test_titles_that_only_begin_so_are_themes(self, title):
        assert outcome_of(Theme("a", title)) == "themes"
        assert fallbacks([Theme("a", title)]) == {}


class TestProposed:
    def test_where_none_of_these_gathers_a_theme_is_proposed(self, harbour, encoder):
        found = mapped(harbour, encoder)
        proposed = mapping.candidates(harbour[0], harbour[1], harbour[3], found, encoder=encoder)
        members = {row for one in proposed for row in one.members}
        assert members <= {one.response for one in found if one.outcome == "none of these"}
        assert all(one.theme.id.startswith("N") for one in proposed)
