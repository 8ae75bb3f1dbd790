"""What a stand-in looks like, also after a model has changed its case, brackets or hyphens.

A mark is a kind, a number, and for a person the form of the name: `⟦PERSON-1-FAMILY⟧`. Every part is
of bounded length and no two neighbours can match the same sign, so a search is linear.
"""

from __future__ import annotations

import re
import unicodedata

_OPEN = (
    r"⟦|〚|【|［|\[{1,2}|<(?=[A-Z])|\\u27[eE]6|%[eE]2%9[fF]%[aA]6"
    r"|&lt;|&#10214;|&#[xX]27[eE]6;|&lobrk;"
)
_CLOSE = (
    r"⟧|〛|】|］|\]{1,2}|>|\\u27[eE]7|%[eE]2%9[fF]%[aA]7"
    r"|&gt;|&#10215;|&#[xX]27[eE]7;|&robrk;"
)
# How a mark may begin, and how it may go on after its number, in small letters: for streams.
CODED_OPENERS = ("\\u27e6", "%e2%9f%a6", "&lt;", "&#10214;", "&#x27e6;", "&lobrk;")
CODED_CLOSERS = ("\\u27e7", "%e2%9f%a7", "&gt;", "&#10215;", "&#x27e7;", "&robrk;")
OPENER = re.compile(_OPEN.replace("(?=[A-Z])", ""))
CLOSER = re.compile(_CLOSE)
_LETTER = "A-Za-zＡ-Ｚａ-ｚ"
_DIGIT = "0-9０-９"
# In a kind, and between a kind and its number, any of these is a hyphen.
_HYPHENS = r"\\?[ _\u2010-\u2013\u2212\uff0d-]{1,3}"
_CORE = (
    rf"[{_LETTER}]{{1,30}}(?:{_HYPHENS}[{_LETTER}]{{1,30}}){{0,5}}(?:{_HYPHENS})?[{_DIGIT}]{{1,6}}"
    rf"(?:{_HYPHENS}[{_LETTER}]{{1,16}}){{0,4}}"
)
MARK = re.compile(
    rf"(?P<open>\\?(?:{_OPEN}))[ *_`]{{0,3}}(?P<core>{_CORE})(?P<own>['’]s)?[ *_`]{{0,3}}"
    rf"(?P<close>\\?(?:{_CLOSE}))"
)
# Without brackets only what is written as we write it is taken for a mark.
BARE = re.compile(
    r"(?<![A-Za-z0-9_⟦\u2011-])⟦?(?P<core>[A-Z]{2,30}(?:[_\u2011-][A-Z]{1,30}){0,5}"
    r"[_\u2011-][0-9]{1,6}(?:[_\u2011-][A-Z]{1,16}){0,4})(?![A-Za-z0-9])⟧?"
)
LONGEST = 160
_NOT_CORE = re.compile(r"[^A-Z0-9]+")
_PARTS = re.compile(r"([A-Z]+[0-9]+)([A-Z]*)")
_MAY_OPEN = re.compile(r"[⟦〚【［[<\\%&]")
_MAY_BE_BARE = re.compile(r"[A-Z][_\u2011-][0-9]")


def looks_marked(text: str) -> bool:
    """May the text hold a mark in brackets? Quick, for texts that mostly do not."""
    return _MAY_OPEN.search(text) is not None


def looks_bare(text: str) -> bool:
    """May the text hold a mark without its brackets?"""
    return _MAY_BE_BARE.search(text) is not None


def holds_mark(text: str) -> bool:
    """Does the text hold what a reply's stand-in may look like, in brackets or without?"""
    return (looks_marked(text) and MARK.search(text) is not None) or (
        looks_bare(text) and BARE.search(text) is not None
    )


def key_of(core: str) -> str:
    """A mark's kind, number and form without hyphens, in capitals.

    >>> key_of("nhs_number 1"), key_of("Person-1-Family")
    ('NHSNUMBER1', 'PERSON1FAMILY')
    """
    if not core.isascii():
        core = unicodedata.normalize("NFKC", core)
    return _NOT_CORE.sub("", core.upper())


def split(key: str) -> tuple[str, str]:
    """Who or what, and in which form.

    >>> split("PERSON1FAMILY"), split("EMAIL1")
    (('PERSON1', 'FAMILY'), ('EMAIL1', ''))
    """
    parts = _PARTS.fullmatch(key)
    return (parts[1], parts[2]) if parts else (key, "")


def first_opener(text: str, start: int = 0) -> int:
    """Where a mark in brackets may first begin, at or after `start`; -1 where it cannot."""
    match = _MAY_OPEN.search(text, start)
    return match.start() if match else -1
