"""Telephone numbers, email addresses and handles."""

from __future__ import annotations

import re

from bernard.privacy.checks.numbers import digits

_DECIMAL = re.compile(r"[+]?\d+\.\d+")
_DATE = re.compile(
    r"(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d\d"
)
_CALLING_CODES_TEXT = (
    "1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 "
    "63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 211 212 213 216 218 220 221 222 223 224 225 "
    "226 227 228 229 230 231 232 233 234 235 236 237 238 239 240 241 242 243 244 245 246 247 "
    "248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 290 "
    "291 297 298 299 350 351 352 353 354 355 356 357 358 359 370 371 372 373 374 375 376 377 "
    "378 380 381 382 383 385 386 387 389 420 421 423 500 501 502 503 504 505 506 507 508 509 "
    "590 591 592 593 594 595 596 597 598 599 670 672 673 674 675 676 677 678 679 680 681 682 "
    "683 685 686 687 688 689 690 691 692 850 852 853 855 856 880 886 960 961 962 963 964 965 "
    "966 967 968 970 971 972 973 974 975 976 977 992 993 994 995 996 998"
)
_CALLING_CODES = frozenset(_CALLING_CODES_TEXT.split())
_NOT_PEOPLE_TEXT = (
    "media import charset font-face keyframes supports namespace page layer container property "
    "param params return returns throws see since author override overload dataclass "
    "staticmethod classmethod pytest app lru_cache cached_property abstractmethod functools "
    "contextmanager click deprecated suppresswarnings test before after here all everyone "
    "channel types babel angular latest home work"
)
_NOT_PEOPLE = frozenset(_NOT_PEOPLE_TEXT.split())


def uk_telephone(text: str) -> bool:
    """A British number of a person or a place: 01, 02, 055, 056 and 07, with nine or ten figures.

    03, 08 and 09 are the numbers of services, which nobody is known by.

    Source: Ofcom, National Telephone Numbering Plan.

    >>> uk_telephone("020 7946 0958"), uk_telephone("+44 (0)7700 900 123")
    (True, True)
    >>> uk_telephone("0300 123 4567"), uk_telephone("07700 90012")
    (False, False)
    """
    number = digits(text)
    if _DECIMAL.fullmatch(text):
        return False
    if text.lstrip("( ").startswith(("+", "00")):
        number = number.removeprefix("00").removeprefix("44")
    number = number.removeprefix("0")
    if number[:1] in ("2", "7"):
        return len(number) == 10
    if number[:2] in ("55", "56"):
        return len(number) == 10
    return number[:1] == "1" and len(number) in (9, 10)


def country_calling_code(text: str) -> bool:
    """An international number: a calling code in use, and from eight to fifteen figures.

    Source: ITU-T E.164 and its list of assigned country codes.

    >>> country_calling_code("+353 1 679 2644"), country_calling_code("+999 123 4567")
    (True, False)
    """
    number = digits(text).removeprefix("00")
    if not 8 <= len(number) <= 15 or _DECIMAL.fullmatch(text):
        return False
    if number.startswith("44"):
        return uk_telephone("+" + number)
    return any(number[:length] in _CALLING_CODES for length in (1, 2, 3))


def telephone_digits(text: str) -> bool:
    """From seven to fifteen figures, and no date.

    >>> telephone_digits("06 12 34 56 78"), telephone_digits("12-34"), telephone_digits("2024-01-12")
    (True, False, False)
    """
    number = digits(text)
    service = number[:2] in ("03", "08", "09") and len(number) == 11
    return 7 <= len(number) <= 15 and not service and not _DATE.fullmatch(text)


def email(text: str) -> bool:
    """A domain whose parts neither begin nor end with a hyphen.

    >>> email("a@example.org"), email("a@-example.org")
    (True, False)
    """
    domain = text.rpartition("@")[2]
    return all(part and part[0] != "-" and part[-1] != "-" for part in domain.split("."))


def handle(text: str) -> bool:
    """An at-sign and a name that is not a word of style sheets or programs.

    >>> handle("@jo_bloggs"), handle("@media")
    (True, False)
    """
    name = text.removeprefix("@").lower()
    return name not in _NOT_PEOPLE and any(c.isalpha() for c in name)


def spaced_handle(text: str) -> bool:
    """A handle apart from its sign: one that is no word, or that stands where a handle does.

    >>> spaced_handle("@ jo_bloggs"), spaced_handle("@ home")
    (True, False)
    """
    return handle("@" + text[2:])
