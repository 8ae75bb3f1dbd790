"""Payment cards, account numbers of many countries, and equipment numbers that use Luhn's rule."""

from __future__ import annotations

import re

from bernard.privacy.checks.numbers import compact, digits

_CRYPTO = re.compile(
    r"[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[02-9ac-hj-np-z]{11,71}|0x[0-9A-Fa-f]{40}"
)

_IBAN_TEXT = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 "
    "EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 "
    "KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 "
    "PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SD18 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 "
    "VA22 VG24 XK20"
)
_OTHERS_TEXT = (
    "US CA AU NZ JP CN HK SG IN ZA KR MX AR CL CO PE TH MY ID PH VN TW NG GH KE UG TZ JM TT BB"
)
_BANK_COUNTRIES = frozenset([entry[:2] for entry in _IBAN_TEXT.split()] + _OTHERS_TEXT.split())
_IBAN_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _IBAN_TEXT.split()}


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
    """The country's length and modulus 97 of an International Bank Account Number.

    Source: ISO 13616-1 and the SWIFT IBAN registry; ISO/IEC 7064 MOD 97-10.

    >>> iban("GB82 WEST 1234 5698 7654 32"), iban("GB82 WEST 1234 5698 7654 33")
    (True, False)
    """
    account = compact(text)
    if _IBAN_LENGTHS.get(account[:2]) != len(account):
        return False
    turned = account[4:] + account[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def bank_code(text: str) -> bool:
    """A business identifier code: a country at its fifth and sixth letters.

    Source: ISO 9362; the countries of ISO 3166-1 that have one.

    >>> bank_code("DEUTDEFF500"), bank_code("STANDARDS")
    (True, False)
    """
    return text[4:6] in _BANK_COUNTRIES


def crypto_address(text: str) -> bool:
    """The form of a Bitcoin or Ethereum address, with figures and letters mixed.

    >>> crypto_address("0x52908400098527886E0F7030069857D2E4169EE7"), crypto_address("1" * 30)
    (True, False)
    """
    if _CRYPTO.fullmatch(text) is None:
        return False
    return text[0] in "0b" or (text != text.lower() and text != text.upper())
