"""Wilson's interval of a share: the one that every count of a consultation is given."""

from __future__ import annotations

from math import sqrt

# 97.5% of a normal distribution lies below it; intervals of 95% reach as far either way.
Z = 1.959963984540054


def wilson(share: float, n: float, z: float = Z) -> tuple[float, float]:
    """Both ends of the interval of a share seen in `n` answers; 0 and 1 where there are none.

    >>> [round(end, 4) for end in wilson(81 / 263, 263)]
    [0.2553, 0.3662]
    >>> wilson(0.0, 0)
    (0.0, 1.0)

    Source: Wilson 1927, Journal of the American Statistical Association 22, 209-212,
    https://doi.org/10.1080/01621459.1927.10502953.
    """
    if n <= 0:
        return 0.0, 1.0
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if share <= 0 else max(0.0, middle - half)
    return low, 1.0 if share >= 1 else min(1.0, middle + half)
