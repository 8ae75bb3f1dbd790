"""National Insurance numbers, taxpayer references and VAT numbers."""

from __future__ import annotations

from bernard.privacy.checks.numbers import compact, digits, weighted

_PREFIXES_NEVER_USED = frozenset({"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"})
_ADMINISTRATIVE = frozenset({"OO", "CR", "FY", "MW", "NC", "PP", "PY", "PZ"})


def national_insurance_number(text: str) -> bool:
    """Prefix letters in use, or QQ, which HMRC's own examples have; the pattern sees to the form.

    Source: HMRC, National Insurance Manual NIM39110.

    >>> national_insurance_number("AB 12 34 56 C"), national_insurance_number("BG123456C")
    (True, False)
    """
    prefix = compact(text)[:2]
    if prefix in _ADMINISTRATIVE or prefix == "QQ":
        return True
    if prefix[0] in "DFIQUV" or prefix[1] in "DFIQUVO":
        return False
    return prefix not in _PREFIXES_NEVER_USED


def unique_taxpayer_reference(text: str) -> bool:
    """Modulus 11 of a ten-digit UTR, its first digit the check digit.

    Source: HMRC, Check digit for Unique Taxpayer References (modulus 11, weights 6 7 8 9 10 5 4 3 2).

    >>> unique_taxpayer_reference("1123456789"), unique_taxpayer_reference("2123456789")
    (True, False)
    """
    number = digits(text)
    if len(number) != 10:
        return False
    return "21987654321"[weighted(number[1:], (6, 7, 8, 9, 10, 5, 4, 3, 2)) % 11] == number[0]


def value_added_tax_number(text: str) -> bool:
    """Modulus 97, as first issued or less 55.

    Source: HMRC, VAT registration numbers: weights 8 to 2 and a two-digit check.

    >>> value_added_tax_number("GB 980 7806 84"), value_added_tax_number("GB 980 7806 85")
    (True, False)
    """
    number = digits(text)
    if len(number) not in (9, 12):
        return False
    total = weighted(number[:7], (8, 7, 6, 5, 4, 3, 2)) + int(number[7:9])
    return total % 97 in (0, 42)
