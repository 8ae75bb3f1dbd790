"""Is what follows the word password a password?"""

from __future__ import annotations

import math
from collections import Counter

_WORDS_TEXT = (
    "required reset expired must field incorrect changed protected manager invalid forgotten "
    "wrong policy policies hash hint none null true false string optional secret changeme "
    "example your protection strength security and or the for this that when with has been will "
    "should"
)
_WORDS = frozenset(_WORDS_TEXT.split())


def password_value(text: str) -> bool:
    """Not an ordinary word: it holds a figure, a sign or mixed capitals.

    >>> password_value("Tr0ub4dor"), password_value("required"), password_value("${PASSWORD}")
    (True, False, False)
    """
    value = text.strip("\"'.,;:)")
    if (
        len(value) < 4
        or value.lower() in _WORDS
        or value.startswith(("${", "{{", "<", "os.", "%("))
    ):
        return False
    if value.isalpha():
        return not (value.islower() or value.isupper() or value.istitle())
    return not set(value) <= set("*.x-_")


def password_value_strong(text: str) -> bool:
    """Letters and a figure, and a sign or a capital too: a password even where little says so.

    >>> password_value_strong("Dragon56?."), password_value_strong("unchanged"), password_value_strong("2019-20")
    (True, False, False)
    """
    value = text.strip("\"'.,;:)")
    figures = any(c.isdigit() for c in value)
    return figures and any(c.isalpha() for c in value) and password_value(value)


def token_value(text: str) -> bool:
    """As mixed as something random is: over three bits a character.

    >>> token_value("f3Kq9ZtB72mXw1Lp"), token_value("aaaaaaaaaaaaaaaa")
    (True, False)
    """
    counts = Counter(text)
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
    return bits > 3 and any(c.isdigit() for c in text)
