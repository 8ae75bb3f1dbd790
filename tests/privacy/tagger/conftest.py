"""The taggers that Bernard comes with, opened once."""

import pytest

from bernard.privacy.tagger import open_tagger
from bernard.privacy.types import Detector


@pytest.fixture(scope="session")
def fast() -> Detector:
    return open_tagger("fast")
