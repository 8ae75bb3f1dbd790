"""Calls and agreements to test with."""

import pytest

from bernard.agreements import Call, shipped


@pytest.fixture
def call():
    """Makes a call of the tool ask to a model on this machine, with these changes."""

    def make(**changes):
        fields = {
            "service": "ask",
            "purpose": "answer-questions",
            "operation": "chat",
            "supplier": "embedded",
            "model": "m",
            "version": "",
            "places": frozenset({"this-machine"}),
        }
        sets = {k: frozenset(v) for k, v in changes.items() if isinstance(v, (set, tuple, list))}
        return Call(**{**fields, **changes, **sets})

    return make


@pytest.fixture
def text_of():
    """The text of a shipped agreement, with replacements made in it, each of which must fit once."""

    def make(name="this-machine", *replacements):
        text = (shipped() / f"{name}.yaml").read_text()
        for old, new in replacements:
            assert text.count(old) >= 1, old
            text = text.replace(old, new, 1)
        return text.encode()

    return make
