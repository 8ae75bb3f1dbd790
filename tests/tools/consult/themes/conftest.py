"""An invented consultation about an invented harbour, and the encoder that Bernard ships."""

import numpy as np
import pytest

from bernard.models import manifest
from bernard.models.embedding import open_shipped
from bernard.text.sentences import sentences as cut
from bernard.tools.consult.themes import find_themes
from bernard.tools.consult.types import Sentences

SUBJECTS = {
    "noise": [
        "The ferry engines are far too loud at night",
        "Noise from the boats keeps my children awake",
        "Late ferries make so much noise that nobody can sleep",
        "The engine noise is unbearable for people who live by the water",
        "Loud boats wake the whole street before six",
        "It is the noise of the ferries at night that harms us",
    ],
    "jobs": [
        "The ferry brings jobs to the harbour",
        "Local businesses will employ more people",
        "It will create work for young people in the town",
        "More visitors mean more jobs in the shops and cafes",
        "Employment in the harbour depends on the ferry",
        "The new service helps local firms to take on staff",
    ],
    "fares": [
        "The fares are too expensive for families",
        "Tickets cost more than most people can pay",
        "A return ticket is a waste of money at that price",
        "Families cannot afford the price of the tickets",
        "The cost of a ticket is too high for pensioners",
        "Cheaper fares are needed for people on low pay",
    ],
    "seals": [
        "The seals on the sandbank will be disturbed",
        "Boats harm the seals and other wildlife",
        "Wildlife on the sandbank is in danger from the propellers",
        "The ferry threatens the seal colony",
        "Birds and seals will leave if more boats come",
        "It would destroy the habitat of the seals",
    ],
}
QUESTION = "Should a night ferry be introduced at Quillhaven harbour?"


@pytest.fixture(scope="session")
def plain(texts):
    """The texts with a plain word for or against before each, and the numbers of those that are for."""
    supporters = set(range(18, 36))
    said = [
        f"I support the ferry because {text[0].lower()}{text[1:]}"
        if number in supporters
        else f"We oppose the ferry because {text[0].lower()}{text[1:]}"
        for number, text in enumerate(texts)
    ]
    return said, supporters


@pytest.fixture(scope="session")
def encoder():
    """The embedding model in the wheel."""
    return open_shipped(manifest.find("all-minilm-l6-v2")).embed


@pytest.fixture(scope="session")
def placed(encoder):
    """Makes sentences of texts."""

    def placed(texts):
        rows = [(n, *span) for n, text in enumerate(texts) for span in cut(text)]
        table = np.array(rows, np.int32).reshape(-1, 3)
        vectors = encoder([texts[n][start:end] for n, start, end in rows])
        return Sentences(table[:, 0], table[:, 1], table[:, 2], vectors)

    return placed


@pytest.fixture(scope="session")
def find(encoder, placed):
    """Finds themes in texts."""

    def find(texts, question=QUESTION, **more):
        return find_themes(texts, placed(texts), question, encoder=encoder, **more)

    return find


@pytest.fixture(scope="session")
def texts():
    """72 responses, the first eighteen about noise, then jobs, fares, seals."""
    endings = ("", " in the winter months", " as everyone here knows")
    return [f"{said}{ending}." for some in SUBJECTS.values() for said in some for ending in endings]


@pytest.fixture(scope="session")
def found(find, texts):
    """The themes in them."""
    return find(texts)
