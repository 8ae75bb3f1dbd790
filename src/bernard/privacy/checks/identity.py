"""Driving licences, travel documents and one foreign identity number that is often seen here."""

from __future__ import annotations

from bernard.privacy.checks.numbers import compact, digits

_VALUES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def driving_licence(text: str) -> bool:
    """The month (plus 50 for a woman), the day and the padding of a British licence number.

    Source: DVLA, driver number as printed at 5 on the photocard.

    >>> driving_licence("MORGA657054SM9IJ"), driving_licence("MORGA697054SM9IJ")
    (True, False)
    """
    number = compact(text)
    name, month, day = number[:5], int(number[6:8]) % 50, int(number[8:10])
    padded = name.rstrip("9")
    return bool(padded) and padded.isalpha() and 1 <= month <= 12 and 1 <= day <= 31


def machine_readable_zone(text: str) -> bool:
    """The second line of a passport's machine-readable zone: weights 7 3 1, modulus 10.

    Source: ICAO Doc 9303-4, section 4.2, and 9303-3, section 4.9.

    >>> machine_readable_zone("L898902C36UTO7408122F1204159ZE184226B<<<<<10")
    True
    """
    line = text.upper()
    return all(
        _seven_three_one(line[start:end]) == line[end]
        for start, end in ((0, 9), (13, 19), (21, 27))
    )


def _seven_three_one(field: str) -> str:
    total = sum(
        (0 if c == "<" else _VALUES.index(c)) * (7, 3, 1)[i % 3] for i, c in enumerate(field)
    )
    return str(total % 10)


def us_ssn(text: str) -> bool:
    """A United States social security number from a range that is issued.

    Source: Social Security Administration, SSN randomisation (no 000, 666 or 9xx; no zero groups).

    >>> us_ssn("123-45-6789"), us_ssn("000-12-3456")
    (True, False)
    """
    number = digits(text)
    area = number[:3]
    return area not in ("000", "666") and area < "900" and number[3:5] != "00" != number[5:]
