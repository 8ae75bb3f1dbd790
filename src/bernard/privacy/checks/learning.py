"""Numbers of pupils."""

from __future__ import annotations

from bernard.privacy.checks.numbers import compact

_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def unique_pupil_number(text: str) -> bool:
    """A UPN: a check letter, eleven digits and a digit or letter, modulus 23.

    Source: DfE, Unique Pupil Numbers: guidance, annex A.

    >>> unique_pupil_number("B801200005001"), unique_pupil_number("A801200005001")
    (True, False)
    """
    number = compact(text)
    last = number[-1]
    figures = number[1:-1] + (last if last.isdigit() else str(_LETTERS.find(last)))
    total = sum(int(digit) * weight for weight, digit in enumerate(number[1:12], 2))
    total += 13 * int(figures[11:])
    return _LETTERS[total % 23] == number[0]
