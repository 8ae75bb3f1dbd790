"""Intervals and tests against figures worked out elsewhere, and against SciPy."""

import math

import numpy as np
import pytest
from scipy import stats

from bernard.tools.consult.analysis.intervals import by_chance, difference, holm, lift, share


@pytest.mark.parametrize("count, of", [(0, 10), (1, 7), (81, 263), (15, 148), (9, 10), (29, 29)])
def test_shares_have_wilsons_interval(count, of):
    found = stats.binomtest(count, of).proportion_ci(method="wilson")
    assert share(count, of)[1:] == pytest.approx((found.low, found.high), abs=1e-9)


def test_nobody_to_count_says_nothing():
    assert share(0, 0) == (0.0, 0.0, 1.0)


def test_a_difference_has_newcombes_interval():
    # Newcombe 1998, table II, method 10: 56/70 - 48/80 and 9/10 - 3/10.
    assert difference(56, 70, 48, 80)[1:] == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference(9, 10, 3, 10)[1:] == pytest.approx((0.1705, 0.8090), abs=5e-5)


def test_chance_is_fishers_exact_test():
    random = np.random.default_rng(3)
    for _ in range(60):
        n, m = (int(x) for x in random.integers(1, 300, 2))
        a, b = int(random.integers(0, n + 1)), int(random.integers(0, m + 1))
        expected = stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue
        assert by_chance(a, n, b, m) == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_more_comparisons_need_stronger_proof():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


def test_lifts_interval_holds_the_truth_about_as_often_as_it_says():
    random, held = np.random.default_rng(5), 0
    for _ in range(400):
        cells = random.multinomial(500, [0.09, 0.21, 0.21, 0.49])
        low, high = lift(int(cells[0]), int(cells[0] + cells[1]), int(cells[0] + cells[2]), 500)[1:]
        held += low <= 1 <= high
    assert 0.92 <= held / 400 <= 0.985
    assert math.isinf(lift(0, 0, 3, 10).high)
