"""What a stand-in looks like, also after a model has changed its case, brackets or hyphens."""

from __future__ import annotations

import re

CODED_OPENERS = ("\\u27e6", "%e2%9f%a6")
CODED_CLOSERS = ("\\u27e7", "%e2%9f%a7")
_SIGNS = "⟦〚【[\\%"
# In a kind, and between a kind and its number, any of these is a hyphen.
_HYPHENS = r"[ _\u2010\u2011\u2012\u2013-]"
MARK = re.compile(
    r"(?P<open>⟦|〚|【|\[{1,2}|\\u27[eE]6|%[eE]2%9[fF]%[aA]6)[ *]{0,2}"
    rf"(?P<core>[A-Za-z]{{1,30}}(?:{_HYPHENS}[A-Za-z]{{1,30}}){{0,5}}{_HYPHENS}?[0-9]{{1,6}})"
    r"[ *]{0,2}(?P<close>⟧|〛|】|\]{1,2}|\\u27[eE]7|%[eE]2%9[fF]%[aA]7)"
)
LONGEST = 80
_NOT_CORE = re.compile(r"[^A-Z0-9]+")
_MAY_OPEN = re.compile(f"[{re.escape(_SIGNS)}]")


def looks_marked(text: str) -> bool:
    """May the text hold a mark? Quick, for texts that mostly do not."""
    if "[" in text or "27e" in text or "%E2" in text or "%e2" in text or "27E" in text:
        return True
    return not text.isascii() and ("⟦" in text or "【" in text or "〚" in text)


def key_of(core: str) -> str:
    """A mark's kind and number without hyphens, in capitals.

    >>> key_of("nhs_number 1")
    'NHSNUMBER1'
    """
    return _NOT_CORE.sub("", core.upper())


def first_opener(text: str, start: int = 0) -> int:
    """Where a mark may first begin, at or after `start`; -1 where it cannot."""
    match = _MAY_OPEN.search(text, start)
    return match.start() if match else -1
