"""What every leak test needs: canaries, the places to plant them, and a search that reads every writing."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest
from msgspec.json import encode

from bernard.errors import Error
from bernard.gateway.minimise import Seen, minimise
from bernard.privacy import StructuredDetector


def _load(name: str) -> ModuleType:
    """A module beside the tests; importlib's import mode puts no folder on the path."""
    full = f"leaks_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, Path(__file__).parent / f"{name}.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[full] = module
        spec.loader.exec_module(module)
    return sys.modules[full]


canaries = _load("canaries")
fields = _load("fields")
search = _load("search")
writings = _load("writings")
LONG = "BERNARD_LEAKS"


@pytest.fixture(scope="session")
def every_one():
    """Whether the long variant runs: every field with every canary."""
    return os.environ.get(LONG) == "all"


@pytest.fixture(scope="session")
def detector():
    return StructuredDetector()


@pytest.fixture(scope="session")
def all_canaries():
    """One of every kind that rules find."""
    return canaries.canaries()


@pytest.fixture(scope="session")
def name_canaries():
    return canaries.NAMES


@pytest.fixture(scope="session")
def surfaces():
    """Every field of every surface, read off the types of the official clients."""
    return {name: fields.fields(name) for name in fields.SURFACES}


@pytest.fixture(scope="session")
def all_writings():
    return writings.SEEN_THROUGH


@pytest.fixture(scope="session")
def leaks():
    """The traces of these canaries that stand in some bytes, however they are written there."""
    return lambda data, *some: search.found(data, [t for one in some for t in one.pieces])


@pytest.fixture(scope="session")
def found_in():
    return search.found


@pytest.fixture(scope="session")
def readings():
    """Every reading of some bytes, for many searches in the same."""
    return search.folded


@pytest.fixture(scope="session")
def sent(detector):
    """The bytes of a body as it would be sent, or the error that refuses it."""

    def look(body, with_detector=detector):
        try:
            return encode(minimise(body, with_detector, Seen()).body), None
        except Error as error:
            return b"", error

    return look
