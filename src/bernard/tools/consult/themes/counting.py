"""How many responses a theme has, as a share, with its 95% interval."""

from __future__ import annotations

from math import sqrt

_Z = 1.959964


def wilson(count: int, total: int) -> tuple[float, float]:
    """The ends of the 95% interval of a share.

    >>> [round(end, 3) for end in wilson(10, 100)]
    [0.055, 0.174]

    Source: Wilson 1927, Probable inference, the law of succession, and statistical inference.
    """
    if not total:
        return 0.0, 1.0
    share, z2 = count / total, _Z * _Z
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z * sqrt(share * (1 - share) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    return max(0.0, middle - half), min(1.0, middle + half)
