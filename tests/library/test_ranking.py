"""What speaks for a passage."""

import pytest

from bernard.library.ranking import WITH_MEANING, WORDS_ONLY, Judge, Signals, understand
from bernard.store.index import Frequencies
from bernard.text.words import words


def judge(query, containing, scenario="", passages=100):
    return Judge(understand(query, scenario), Frequencies(passages, 20.0, containing))


def stems(text):
    return f" {' '.join(words(text))} "


def test_a_query_that_tells_before_it_asks_is_taken_apart():
    asked = understand("I have a boat. Do I need a permit? It is small.")
    assert asked.text == "Do I need a permit? I have a boat. It is small."
    assert list(asked.question) == ["need", "permit"]
    assert list(asked.circumstances) == ["boat", "small"]


@pytest.mark.parametrize("query", ["permit fees", "Who may? And when?", "Tell me. All of it."])
def test_a_query_that_only_asks_or_only_tells_is_the_question(query):
    asked = understand(query)
    assert asked.text == query
    assert not asked.circumstances


def test_a_scenario_stays_what_it_is():
    asked = understand("May I stay?", "I came in May. Is that late?")
    assert asked.text == "May I stay? I came in May. Is that late?"
    assert "came" in asked.circumstances


def test_a_question_of_stop_words_is_looked_up_all_the_same():
    assert list(understand("Who are you?").question) == ["who", "are", "you"]
    assert understand("?!").stems == []


def test_rare_words_cover_more():
    scales = judge("permit harpoon", {"permit": 60, "harpoon": 1})
    common = scales.signals(stems("A permit."), None)
    rare = scales.signals(stems("A harpoon."), None)
    both = scales.signals(stems("A harpoon permit."), None)
    assert common.coverage < 0.5 < rare.coverage < both.coverage == pytest.approx(1.0)


def test_words_that_no_passage_holds_do_not_count_but_are_told():
    signals = judge("permit zyzzyva", {"permit": 10, "zyzzyva": 0}).signals(" permit ", None)
    assert signals.coverage == pytest.approx(1.0)
    assert signals.known < 0.5


def test_phrases_and_circumstances_add():
    scales = judge("harbour dues", {"harbour": 9, "due": 9, "boat": 5}, "I have a boat.")
    near = scales.signals(stems("Harbour dues for a boat."), None)
    apart = scales.signals(stems("Dues of any harbour."), None)
    assert near.phrases > apart.phrases
    assert near.circumstances > apart.circumstances == 0
    assert WORDS_ONLY.total(near) > WORDS_ONLY.total(apart)


def test_scores_are_probabilities_in_the_order_of_the_signals():
    weak, strong = Signals(0.2, 0.0, 0.0, 0.2), Signals(1.0, 1.0, 10.0, 0.8)
    low, high = (WITH_MEANING.probability(WITH_MEANING.total(s)) for s in (weak, strong))
    assert 0 < low < 0.1 < 0.5 < high < 1
    assert 0 <= WITH_MEANING.probability(-1e6) < WITH_MEANING.probability(1e6) <= 1
