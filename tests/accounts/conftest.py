import pytest


@pytest.fixture
def store(sqlite_store):
    """One database will do: the rules here send it no SQL of their own."""
    return sqlite_store
