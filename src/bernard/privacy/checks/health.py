"""NHS, CHI and Health and Care numbers."""

from __future__ import annotations

from bernard.privacy.checks.numbers import digits, weighted

_WEIGHTS = (10, 9, 8, 7, 6, 5, 4, 3, 2)


def nhs_number(text: str) -> bool:
    """Modulus 11 of ten digits, weights 10 to 2.

    Source: NHS Data Dictionary, NHS NUMBER.

    >>> nhs_number("943 476 5919"), nhs_number("943 476 5918")
    (True, False)
    """
    number = digits(text)
    if len(number) != 10 or len(set(number)) == 1:
        return False
    check = 11 - weighted(number[:9], _WEIGHTS) % 11
    return check % 11 == int(number[9]) and check != 10


def nhs_number_in_use(text: str) -> bool:
    """An NHS number from a range that is issued, or kept for tests (900 to 999).

    Source: NHS Data Dictionary, NHS NUMBER: Scotland 010 to 311, Northern Ireland 320 to 399,
    England, Wales and the Isle of Man 400 to 499 and 600 to 799.

    >>> nhs_number_in_use("943 476 5919"), nhs_number_in_use("555 555 5552")
    (True, False)
    """
    number = digits(text)
    if not nhs_number(number):
        return False
    block = int(number[:3])
    return 10 <= block <= 311 or 320 <= block <= 499 or 600 <= block <= 799 or block >= 900


def chi_number(text: str) -> bool:
    """A Scottish Community Health Index number: date of birth, four digits, modulus 11.

    Source: NHS Data Dictionary (Scotland), CHI Number.

    >>> chi_number("010170 0008"), chi_number("990170 0008")
    (True, False)
    """
    number = digits(text)
    return nhs_number(number) and 1 <= int(number[:2]) <= 31 and 1 <= int(number[2:4]) <= 12
