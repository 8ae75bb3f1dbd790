"""Names of organisations made comparable: what is left when forms of law and signs are taken off."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import msgspec

# Forms of law, and a country that a company adds; at the end of a name they do not tell two apart.
_FORMS = frozenset(
    [
        "ltd",
        "limited",
        "plc",
        "inc",
        "incorporated",
        "llc",
        "llp",
        "lp",
        "corp",
        "corporation",
        "co",
        "company",
        "gmbh",
        "sarl",
        "sas",
        "srl",
        "spa",
        "ab",
        "bv",
        "nv",
        "ag",
        "oy",
        "pbc",
        "pty",
        "pte",
        "opco",
        "cic",
        "cio",
    ]
)
_COUNTRIES = (("uk",), ("united", "kingdom"), ("great", "britain"), ("gb",))
_LETTERED = re.compile(r"\b(?:[a-z]\.){2,}|\b(?:[a-z] ){1,4}[a-z]\b(?=\s*$)")
_ROLE = (
    r"(?:chief \w+(?: \w+)? officer|chief executive|chief scientist|co-?founder|founder|ceo|cfo|coo|cto|"
    r"chair(?:man|woman|person)?|president|vice[- ]president|vp|managing director|md|director(?: general)?|"
    r"head(?: of [\w ]{1,40})?|executives?|representatives?|team|staff|board|partner|secretary)"
)
_LEADING = re.compile(
    rf"^(?:on behalf of|representing|with|(?:the )?{_ROLE}(?:(?: and|, | &) ?{_ROLE})*"
    r"(?:,| of| at| for| from|:)?) +(?:the )?",
    re.I,
)
_TRAILING = re.compile(rf"(?:'s|’s)?,? +(?:the )?{_ROLE}(?:(?: and|, | &) ?{_ROLE})*$", re.I)
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]?")
_SIDES = re.compile(
    r"\s*(?::|\s[-–—]\s|[–—]|/|\|)\s*|\s+(?:on behalf of|representing|trading as|t/a|formerly|part of|"
    r"from|at|with|plus|hosted by|organised by|also known as|aka)\s+",
    re.I,
)
# A name without any of these can be read in one way only.
_SEVERAL_WAYS = re.compile(
    rf"[()\[\]:/|–—,]|\s-\s|['’]s\b|\b{_ROLE}\b|\b(?:on behalf|representing|trading|t/a|formerly|part of|from|"
    r"at|also known|aka|with|plus|hosted|organised)\b",
    re.I,
)
_QUOTES, _GAPS = re.compile(r"['’`´]"), re.compile(r"[^\w]+|_")
_SITE = re.compile(r"(?<=\w\w)\.(?:com|co\.uk)\b(?=\W*(?:\w+\W*)?$)")
_DOTS = re.compile(r"[. ]")
MAX_NAME = 300


class Form(msgspec.Struct, frozen=True, gc=False):
    """A name as it is compared.

    Attributes:
        key: its letters and figures, without forms of law; `OpenAI Ltd` and `Open AI` have the same.
        words: the same as words, in order.
    """

    key: str
    words: tuple[str, ...]


@lru_cache(maxsize=50_000)
def form_of(name: str) -> Form:
    """The name as it is compared.

    Example:
        >>> form_of("The Sample & Co. (UK) Limited").key, form_of("Open A.I. Inc.").key
        ('sample', 'openai')
    """
    words = _words(name)
    core = _without_country(_without_forms(words))
    return Form("".join(core), core)


def squashed(text: str) -> str:
    """All letters and figures of a text; the key of every name in it is somewhere within."""
    return "".join(_GAPS.sub(" ", _plain(text)).split())


def _plain(text: str) -> str:
    """The text in small letters without accents, apostrophes and other ways to write `and`."""
    text = text.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).casefold()
        text = "".join(c for c in text if not unicodedata.combining(c))
    return _QUOTES.sub("", text.replace("&", " and ").replace("+", " and "))


def _words(name: str) -> tuple[str, ...]:
    plain = _SITE.sub("", _plain(name[:MAX_NAME]))
    plain = _LETTERED.sub(lambda found: _DOTS.sub("", found[0]), plain)
    words = _GAPS.sub(" ", plain).split()
    return tuple(words[1:] if len(words) > 1 and words[0] == "the" else words)


def _without_forms(words: tuple[str, ...]) -> tuple[str, ...]:
    kept = words
    while len(kept) > 1 and (kept[-1] in _FORMS or (kept[-1] == "and" and len(kept) < len(words))):
        kept = kept[:-1]
    return kept


def _without_country(words: tuple[str, ...]) -> tuple[str, ...]:
    for country in _COUNTRIES:
        if len(words) > len(country) and words[-len(country) :] == country:
            kept = _without_forms(words[: -len(country)])
            # `Age UK` less its country is any age at all.
            return kept if len("".join(kept)) >= 4 else words
    return words


@lru_cache(maxsize=50_000)
def readings(text: str) -> tuple[str, ...]:
    """The names that a text may stand for, the whole of it first.

    A cell gives a person with the organisation in brackets or the other way about, or a post before
    the name; each of those is a name of its own to compare.

    Example:
        >>> readings("OpenAI (Sam Example, CEO)")
        ('OpenAI (Sam Example, CEO)', 'OpenAI', 'Sam Example', 'CEO', 'Sam Example, CEO')
    """
    text = " ".join(text[:MAX_NAME].split())
    if not _SEVERAL_WAYS.search(text):
        return (text,) if text else ()
    found = [text, _BRACKETS.sub(" ", text)]
    inside = [piece for group in _BRACKETS.findall(text) for piece in re.split(r"[,;]", group)]
    found += [*inside, *_BRACKETS.findall(text)]
    for part in tuple(found):
        found += [_LEADING.sub("", part), _TRAILING.sub("", part)]
        sides = _SIDES.split(part)
        if len(sides) > 1:
            found += [side for one in sides for side in (one, _LEADING.sub("", one))]
    tidy = (" ".join(name.split()).strip(" ,;:-–") for name in found)
    return tuple(dict.fromkeys(name for name in tidy if name))
