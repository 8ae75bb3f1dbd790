"""Internet addresses, and web addresses that name a person."""

from __future__ import annotations

import ipaddress
import re

_PERSONAL_PART = re.compile(
    r"://[^/?#@]{1,100}:?[^/?#@]{0,100}@"
    r"|[?&;](?:e-?mail|user(?:_?name|_?id)?|login|name|(?:first|last|sur|fore|full)_?name|phone|tel"
    r"|mobile|nhs|nino|ni|dob|token|access_token|auth|api_?key|signature|session(?:_?id)?"
    r"|sid|password|pwd|ref|reference|case(?:_?id)?|claim|customer|patient|account|uid)="
    r"[^&\s]{2}"
    r"|/(?:users?|profiles?|people|person|members?|patients?|customers?|clients?|claims?|cases?"
    r"|applications?|accounts?|u|in)/[\w.%@-]{2}"
    r"|/~[\w.-]{2}|/@[\w.-]{2}"
    r"|(?://|\.)(?:facebook|instagram|twitter|x|tiktok|snapchat|github|threads)\.(?:com|net)/[\w.-]{2}",
    re.IGNORECASE,
)
_PUBLIC = re.compile(r"/(?:people|in)/(?:index|about|all)\b", re.IGNORECASE)


def ip_address(text: str) -> bool:
    """An address of version 4 or 6 that may be a person's: not loopback, not a mask.

    >>> ip_address("192.0.2.17"), ip_address("999.1.1.1"), ip_address("127.0.0.1")
    (True, False, False)
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if address.version == 6 and sum(map(bool, text.split(":"))) < 2:
        return False
    return not (address.is_unspecified or address.is_loopback or text.startswith("255."))


def user_name(text: str) -> bool:
    """A letter, and a figure or a sign: no ordinary word.

    >>> user_name("jbloggs72"), user_name("jo.bloggs"), user_name("page"), user_name("2025-01-14")
    (True, True, False, False)
    """
    return any(map(str.isalpha, text)) and any(not c.isalpha() for c in text.strip("._-"))


def personal_url(text: str) -> bool:
    """A web address that holds a user, a token or the place of one person's record.

    >>> personal_url("https://example.org/?email=jo"), personal_url("https://www.gov.uk/vat-rates")
    (True, False)
    """
    return _PERSONAL_PART.search(text) is not None and _PUBLIC.search(text) is None
