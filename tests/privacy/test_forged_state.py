"""What a client sends as the state of an earlier call may be anything; it costs no more than its size."""

import pytest

from bernard.errors import InputInvalid
from bernard.privacy import Policy, StructuredDetector
from bernard.privacy.state import KeptValue, State
from bernard.privacy.verbs import mask, restore


@pytest.mark.parametrize("mark", ["⟦EMAIL-1⟧", "%E2%9F%A6EMAIL-1%E2%9F%A7", "EMAIL-1 "])
@pytest.mark.parametrize("json", [True, False])
def test_one_long_original_many_times_does_not_fill_the_memory(mark, json):
    kept = State(values=(KeptValue("EMAIL", "y", "⟦EMAIL-1⟧", '"' * 1_000_000),))
    with pytest.raises(InputInvalid, match="in parts"):
        restore(mark * 100, kept, json=json)


def test_a_long_original_comes_back():
    kept = State(values=(KeptValue("E", "y", "⟦E-1⟧", "y" * 1_000_000),))
    assert restore("⟦E-1⟧" * 2, kept).text == "y" * 2_000_000


def test_values_that_begin_alike_are_refused_where_they_would_take_minutes():
    many = tuple("a " * length + "b" for length in range(1, 1000))
    kept = State(values=(KeptValue("CODE", "y", "⟦CODE-1⟧", "y", many),))
    with pytest.raises(InputInvalid, match="begin alike"):
        mask("a " * 100_000, StructuredDetector(), Policy(), kept)
    few = State(values=(KeptValue("CODE", "y", "⟦CODE-1⟧", "y", many[:60]),))
    assert mask("a a a a b", StructuredDetector(), Policy(), few).text.startswith("⟦CODE-")
