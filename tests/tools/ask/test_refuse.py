"""Refusing follows the evidence, on either fit, and says when it is in doubt."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.library.ranking import Signals
from bernard.library.search import Found
from bernard.tools.ask import refuse
from bernard.tools.ask.extract import read
from bernard.tools.ask.refuse import Features, cover, features
from bernard.tools.ask.rewrite import understand

NAMES = [field.name for field in dataclasses.fields(Features)]
FITS = [refuse._WITH_MEANING, refuse._WORDS_ONLY]


@pytest.mark.parametrize("fitted", FITS)
@given(st.lists(st.floats(0, 1), min_size=len(NAMES), max_size=len(NAMES)), st.data())
def test_more_evidence_never_speaks_for_refusing(fitted, values, data):
    less = Features(*values)
    name = data.draw(st.sampled_from(NAMES))
    more = dataclasses.replace(less, **{name: getattr(less, name) + 0.5})
    assert fitted.log_odds(more) >= fitted.log_odds(less)


def test_each_fit_weighs_every_feature_it_names():
    for fitted in FITS:
        assert set(fitted.weights) <= set(NAMES)
        assert fitted.weights


def reading(hit, question, text, meaning, probability):
    one = dataclasses.replace(hit(text, id=1), score=probability)
    other = dataclasses.replace(hit("Nothing of the kind.", id=2), document="d2", score=0.02)
    found = [
        Found(one, Signals(0.9, 0.5, 0.0, meaning)),
        Found(other, Signals(0.0, 0.0, 0.0, meaning and 0.1)),
    ]

    def embed(texts):
        if meaning is None:
            return None
        vectors = np.zeros((len(texts), 2), np.float32)
        vectors[0] = (1, 0)
        vectors[1:] = (meaning, (1 - meaning**2) ** 0.5)
        return vectors

    return read(understand(question), found, embed)


@pytest.mark.parametrize("meaning", [0.9, None])
def test_a_passage_that_says_it_is_enough(hit, meaning):
    text = "A mooring permit lasts for 12 months."
    near = reading(hit, "How long does a mooring permit last?", text, meaning, 0.95)
    assert cover(near) != "not covered"


@pytest.mark.parametrize("meaning", [0.1, None])
def test_a_passage_about_something_else_is_not(hit, meaning):
    text = "The canteen opens at noon."
    far = reading(hit, "How do I renew a child's passport?", text, meaning, 0.03)
    assert cover(far) == "not covered"


def test_nothing_found_covers_nothing():
    nothing = read(understand("Anything?"), [], lambda texts: None)
    assert cover(nothing) == "not covered"
    assert features(nothing).passage_lead == 0
