"""What every test of the converter needs: the makers of files, and one converter for them all."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from bernard.config import Settings
from bernard.library.convert import Converter


def _load(name: str, path: Path) -> ModuleType:
    """A module beside the tests; importlib's import mode puts no folder on the path."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


HERE = Path(__file__).parent
_load("convert_makers", HERE / "makers.py")
_load("convert_hostile", HERE / "hostile" / "hostile.py")


@pytest.fixture(scope="session")
def make() -> ModuleType:
    """Makers of good files."""
    return sys.modules["convert_makers"]


@pytest.fixture(scope="session")
def converter() -> Iterator[Converter]:
    """One converter, used again by every test, as a server would."""
    with Converter(Settings()) as shared:
        yield shared
