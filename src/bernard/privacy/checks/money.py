"""Payment cards, account numbers of many countries, and equipment numbers that use Luhn's rule."""

from __future__ import annotations

import re

from bernard.privacy.checks.numbers import compact, digits

_CRYPTO = re.compile(
    r"[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[02-9ac-hj-np-z]{11,71}|0x[0-9A-Fa-f]{40}"
)


def luhn(text: str) -> bool:
    """Modulus 10 of a payment card number.

    Source: ISO/IEC 7812-1, annex B.

    >>> luhn("4111 1111 1111 1111"), luhn("4111 1111 1111 1112")
    (True, False)
    """
    number = digits(text)
    return 13 <= len(number) <= 19 and len(set(number)) > 1 and _luhn(number)


def imei(text: str) -> bool:
    """The fifteen digits of a mobile telephone.

    Source: 3GPP TS 23.003, section 6.2.1 and annex B.

    >>> imei("49-015420-323751-8"), imei("49-015420-323751-7")
    (True, False)
    """
    number = digits(text)
    return len(number) == 15 and _luhn(number)


def _luhn(number: str) -> bool:
    doubled = [int(d) if i % 2 == 0 else int(d) * 2 for i, d in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def iban(text: str) -> bool:
    """Modulus 97 of an International Bank Account Number.

    Source: ISO 13616-1; ISO/IEC 7064 MOD 97-10.

    >>> iban("GB82 WEST 1234 5698 7654 32"), iban("GB82 WEST 1234 5698 7654 33")
    (True, False)
    """
    account = compact(text)
    if not 15 <= len(account) <= 34:
        return False
    turned = account[4:] + account[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def crypto_address(text: str) -> bool:
    """The form of a Bitcoin or Ethereum address, with figures and letters mixed.

    >>> crypto_address("0x52908400098527886E0F7030069857D2E4169EE7"), crypto_address("1" * 30)
    (True, False)
    """
    return _CRYPTO.fullmatch(text) is not None and any(c.isalpha() for c in text[3:])
