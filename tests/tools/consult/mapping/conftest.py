"""A small question about an invented harbour, encoded with the encoder that ships."""

from functools import cache

import numpy as np
import pytest

from bernard.models.embedding import open_shipped
from bernard.models.manifest import find
from bernard.tools.consult.sentences import find_places
from bernard.tools.consult.types import Sentences, Theme

QUESTION = "What do you think of the plan for Muddleford harbour?"
THEMES = (
    Theme("cost", "The plan costs too much", "Concern about the price and higher council tax."),
    Theme("birds", "Harm to birds and other wildlife"),
    Theme("jobs", "New jobs for local people"),
    Theme("X", "None of the Above"),
    Theme("Y", "No Reason Given"),
)
KINDS = (
    ("cost", "It is far too expensive, and council tax will go up. I moved here in {n}."),
    (
        "birds",
        "The birds that nest on the mudflats will be driven away. It took {n} years to bring them back.",
    ),
    ("jobs", "At last there will be work for people who live here. My {n} cousins need jobs."),
    ("", "My telephone number changed {n} weeks ago and nobody has written it down."),
)
TEXTS = (*(KINDS[n % 4][1].format(n=n + 3) for n in range(60)), "n/a", "")
SILENT = (60, 61)


@cache
def model():
    return open_shipped(find("consult-encoder"), threads=1)


def encode(texts):
    return model().embed(list(texts))


def sentences_of(texts, passed_over=()):
    places = find_places(texts, passed_over)
    rows = zip(places.response.tolist(), places.start.tolist(), places.end.tolist(), strict=True)
    said = [texts[response][start:end] for response, start, end in rows]
    once = list(dict.fromkeys(said))
    which = {text: number for number, text in enumerate(once)}
    vectors = encode(once)[[which[text] for text in said]] if said else np.zeros((0, 384), "f4")
    return Sentences(places.response, places.start, places.end, vectors)


@pytest.fixture
def encoder():
    return encode


@pytest.fixture(scope="session")
def harbour():
    """Texts, their sentences, the themes, the question, and which texts say nothing."""
    return TEXTS, sentences_of(TEXTS, SILENT), THEMES, QUESTION, frozenset(SILENT)


@pytest.fixture(scope="session")
def kinds():
    """What each of the texts is about; nothing of the last two."""
    return [KINDS[n % 4][0] for n in range(60)]
