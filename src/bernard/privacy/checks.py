"""Check rules of UK and international identifiers: does a number that looks right add up?"""

from __future__ import annotations

import re

NINO_PREFIXES_NEVER_USED = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}


def digits(text: str) -> str:
    """Only the digits of a text."""
    return re.sub(r"[^0-9]", "", text)


def nhs_number(text: str) -> bool:
    """Modulus 11 of ten digits, weights 10 to 2.

    Source: NHS Data Dictionary, NHS NUMBER.

    >>> nhs_number("943 476 5919"), nhs_number("943 476 5918")
    (True, False)
    """
    number = digits(text)
    if len(number) != 10 or len(set(number)) == 1:
        return False
    check = 11 - sum(int(d) * w for d, w in zip(number, range(10, 1, -1), strict=False)) % 11
    return check % 11 == int(number[9]) and check != 10


def national_insurance_number(text: str) -> bool:
    """Prefix letters in use; the form is the pattern's work.

    Source: HMRC, National Insurance Manual NIM39110.

    >>> national_insurance_number("AB 12 34 56 C"), national_insurance_number("BG123456C")
    (True, False)
    """
    compact = re.sub(r"\s", "", text).upper()
    first, second = compact[0], compact[1]
    if first in "DFIQUV" or second in "DFIQUVO":
        return False
    return compact[:2] not in NINO_PREFIXES_NEVER_USED


def unique_taxpayer_reference(text: str) -> bool:
    """Modulus 11 of a ten-digit UTR, its first digit the check digit.

    Source: HMRC, Check digit for Unique Taxpayer References (modulus 11, weights 6 7 8 9 10 5 4 3 2).

    >>> unique_taxpayer_reference("1123456789"), unique_taxpayer_reference("2123456789")
    (True, False)
    """
    number = digits(text)
    if len(number) != 10:
        return False
    weights = (6, 7, 8, 9, 10, 5, 4, 3, 2)
    total = sum(int(d) * w for d, w in zip(number[1:], weights, strict=True))
    return "21987654321"[total % 11] == number[0]


def luhn(text: str) -> bool:
    """Modulus 10 of a payment card number.

    Source: ISO/IEC 7812-1, annex B.

    >>> luhn("4111 1111 1111 1111"), luhn("4111 1111 1111 1112")
    (True, False)
    """
    number = digits(text)
    if not 13 <= len(number) <= 19 or len(set(number)) == 1:
        return False
    doubled = [int(d) if i % 2 == 0 else int(d) * 2 for i, d in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def iban(text: str) -> bool:
    """Modulus 97 of an International Bank Account Number.

    Source: ISO 13616-1; ISO/IEC 7064 MOD 97-10.

    >>> iban("GB82 WEST 1234 5698 7654 32"), iban("GB82 WEST 1234 5698 7654 33")
    (True, False)
    """
    compact = re.sub(r"\s", "", text).upper()
    if not 15 <= len(compact) <= 34:
        return False
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1
