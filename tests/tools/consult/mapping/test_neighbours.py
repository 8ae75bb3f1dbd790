"""What is measured of a response is seen beside what is measured of those most like it."""

import numpy as np
import pytest

from bernard.tools.consult.mapping.neighbours import of_neighbours


def test_each_response_gets_the_mean_of_those_like_it_and_not_its_own():
    whole = np.eye(2, dtype=np.float32)[[0] * 30 + [1] * 30]
    values = np.concatenate([np.full((30, 1), 2.0), np.full((30, 1), -1.0)]).astype(np.float32)
    values[0] = 99
    found = of_neighbours(whole, values, np.ones(60, np.bool_))
    assert found[0, 0] == pytest.approx(2.0)
    assert found[59, 0] == pytest.approx(-1.0)


@pytest.mark.parametrize("size", [0, 1])
def test_who_has_no_neighbours_gets_nothing(size):
    found = of_neighbours(
        np.ones((size, 2), np.float32), np.ones((size, 3), np.float32), np.ones(size, np.bool_)
    )
    assert not found.any()


def test_a_response_that_says_nothing_is_nobodys_neighbour():
    said = np.array([True, True, False])
    found = of_neighbours(np.ones((3, 2), np.float32), np.array([[1], [3], [50]], np.float32), said)
    assert found[:, 0].tolist() == pytest.approx([3, 1, 0])
