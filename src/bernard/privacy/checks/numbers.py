"""What the check rules share: the digits of a text, and whether it has any."""

from __future__ import annotations

import re

_NOT_DIGITS = {code: None for code in range(128) if not chr(code).isdigit()}
_SPACERS = {ord(character): None for character in " \t\n-.\u2013"}


def digits(text: str) -> str:
    """Only the digits of an ASCII text.

    >>> digits("943 476-5919")
    '9434765919'
    """
    return text.translate(_NOT_DIGITS)


def compact(text: str) -> str:
    """In capitals, without spaces, dots and hyphens.

    >>> compact("ab 12-34 56 c")
    'AB123456C'
    """
    return text.translate(_SPACERS).upper()


def has_digit(text: str) -> bool:
    """At least two digits, and not all of a kind.

    >>> has_digit("AB12"), has_digit("number"), has_digit("0000")
    (True, False, False)
    """
    number = digits(text)
    return len(number) >= 2 and set(number) != {"0"}


def reference(text: str) -> bool:
    """A code that a body may give: figures enough, and no year, date, or word beside a figure.

    >>> reference("CMP/2023/004512"), reference("SMITH123"), reference("22/0045/HB")
    (True, True, True)
    >>> reference("2023"), reference("in 2023"), reference("24/7"), reference("12/03/2024")
    (False, False, False, False)
    """
    figures = sum(character.isdigit() for character in text)
    letters = any(character.isalpha() for character in text)
    return (
        figures >= (3 if letters else 4)
        and _NO_REFERENCE.match(text) is None
        and _WORD.search(text) is None
        and text.strip("0") != ""
    )


_WORD = re.compile(r"(?:^| )[A-Za-z]?[a-z]+(?: |$)")
_NO_REFERENCE = re.compile(
    r"(?:19|20)\d\d(?:[-/]\d\d(?:\d\d)?)?$|[A-Z]?[a-z]+ |[A-Z]?[a-z]{4,}[/-]|\d{1,2}[/. -]\d{1,2}[/. -](?:\d\d){1,2}$"
    r"|(?:19|20)\d\d-\d\d-\d\d$|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}$|[A-Z]{2,} (?:19|20)\d\d$"
)


def short_reference(text: str) -> bool:
    """A code that may be as short as three figures, such as that of a log kept for a day.

    >>> short_reference("474"), short_reference("99Z1/82446/22"), short_reference("12")
    (True, True, False)
    """
    return (text.isdigit() and len(text) == 3) or reference(text)


def not_a_year(text: str) -> bool:
    """No year of the last or this century, nor of the next.

    >>> not_a_year("4369"), not_a_year("2023")
    (True, False)
    """
    return _YEAR.fullmatch(text) is None


_YEAR = re.compile(r"(?:19|20)\d\d")


def weighted(number: str, weights: tuple[int, ...]) -> int:
    """The sum of digits times their weights."""
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True))
