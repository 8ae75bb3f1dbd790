"""The organisations in one cell, which may hold a list, a round table, or a person and a firm."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import msgspec

from bernard.register.meetings.release import departments

_MET = r"(?:round ?-?tables?|meetings?|calls?|discussions?|dinners?|lunch|breakfast|receptions?|visits?|workshops?|seminars?|panels?|events?|forums?|groups?|boards?|delegations?|councils?|attendees?|attendance|participants?)"
_LEAD = re.compile(
    rf"^(?:[\w ,'’&/-]{{0,80}}?\b{_MET}(?: (?:discussion|meeting|event|dinner|with|including|attended by|attendees|on [\w ]{{1,60}}))*\s*:|"
    r"(?:an? |the )?(?:[\w-]+ ){0,2}(?:round ?-?table|meeting|call|discussion)s? (?:with|attended by|including)\b:?|"
    r"(?:representatives (?:of|from)|including|organisations?)\s*:|representatives? (?:of|from) )\s*",
    re.IGNORECASE,
)
_LEGAL = r"(?:inc|incorporated|ltd|limited|llc|llp|lp|plc|corp|corporation|co|gmbh|s\.?a|pbc|pty|nv|bv|ag)\b\.?"
_BULLET = re.compile(r"^\s*(?:[•●▪·*–—-]|\(?\d{1,2}[.)])\s+")
_COMMA = re.compile(rf",(?!\s*{_LEGAL}(?:\s*(?:,|;|$|\)|and\b)))(?!\d{{3}}(?!\d))", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+|\s*&\s+(?=the\b)", re.IGNORECASE)
_AFTER_LEGAL = re.compile(rf"(?<=\W)({_LEGAL})\s+(?:and|&)\s+(?=[A-Z0-9])", re.IGNORECASE)
_OTHERS = re.compile(
    r"^(?:and )?(?:others?|various|various others|et al|etc|amongst others|among others|tbc|n/?a|none|various (?:organisations|stakeholders|attendees))\.?$",
    re.IGNORECASE,
)
_ENDS_LEGAL = re.compile(rf"\b{_LEGAL}$", re.IGNORECASE)
_HELD = "\0"
_OPEN, _SHUT = "([{", ")]}"
MAX_ORGANISATIONS = 500


@lru_cache(maxsize=20_000)
def organisations_in(text: str) -> tuple[str, ...]:
    """Each organisation or person that a cell names, as it names them.

    Example:
        >>> organisations_in("Roundtable with: Acme Ltd, Marks and Sample, Borealis, Inc. and Cobalt")
        ('Acme Ltd', 'Marks and Sample', 'Borealis, Inc.', 'Cobalt')
    """
    text = _without_lead(text.replace("\r", "\n").strip())
    # These names hold commas and are one name all the same.
    text = _protected().sub(lambda held: held[0].replace(",", _HELD), text) if "," in text else text
    found: list[str] = []
    for line in _lines(text):
        found += _listed(line)
    named = [name.replace(_HELD, ",") for name in map(_tidy, found) if name]
    return tuple(dict.fromkeys(n for n in named if not _OTHERS.match(n)))[:MAX_ORGANISATIONS]


def _without_lead(text: str) -> str:
    lead = _LEAD.match(text)
    return text[lead.end() :].strip() if lead and text[lead.end() :].strip() else text


def _lines(text: str) -> list[str]:
    """Parts that a line end or a bullet sets apart from one another."""
    kept: list[str] = []
    for part in re.split(r"\n|\s\|\s|[•●▪]", text):
        part = _BULLET.sub("", part).strip(" ,")
        # A line that was only wrapped goes on in small letters or within brackets.
        if kept and part and (part[0].islower() or _open(kept[-1])):
            kept[-1] = f"{kept[-1]} {part}"
        elif part:
            kept.append(part)
    return kept


def _open(text: str) -> bool:
    return sum(map(text.count, _OPEN)) > sum(map(text.count, _SHUT))


def _listed(line: str) -> list[str]:
    """The names of one line, with semicolons or commas between them, and an `and` before the last."""
    line = _AFTER_LEGAL.sub(r"\1, ", line)
    parts = [part for part in map(_tidy, _apart(line, ";")) if part]
    if len(parts) == 1:
        parts = [part for part in map(_tidy, _apart(line, ",")) if part]
    return [*parts[:-1], *_last(parts[-1])] if len(parts) > 1 else parts


def _apart(line: str, sign: str) -> list[str]:
    """The line cut at a sign, but not within brackets nor before `Inc.` and the like."""
    parts, depth, start = [], 0, 0
    pattern = _COMMA if sign == "," else re.compile(re.escape(sign))
    cuts = {found.start() for found in pattern.finditer(line)}
    for place, character in enumerate(line):
        depth += (character in _OPEN) - (character in _SHUT and depth > 0)
        if place in cuts and not depth:
            parts.append(line[start:place])
            start = place + 1
    parts.append(line[start:])
    return parts


def _last(part: str) -> list[str]:
    """The last of a list: `Cobalt and Delta` are two, `Marks and Sample` is a name."""
    part = re.sub(r"^(?:and|&)\s+", "", part, flags=re.IGNORECASE)
    places = list(_AND.finditer(part))
    if len(places) != 1:
        return [part]
    left, right = part[: places[0].start()], part[places[0].end() :]
    return [part] if _belongs(left, right) else [left, right]


def _belongs(left: str, right: str) -> bool:
    """Whether an `and` stands within one name."""
    whole = f"{left} and {right}".lower()
    rules = _rules()
    if any(name in whole for name in rules.names):
        return True
    words = [word.strip("'’.,()").lower() for word in (left.split()[-1], right.split()[0])]
    if any(word in rules.words for word in words):
        return True
    inside = re.search(r"\b(?:of|for|in|on|to)\b", left, re.IGNORECASE)
    return bool(inside) and not any(word.lower() in rules.heads for word in right.split())


def _tidy(text: str) -> str:
    text = " ".join(text.split()).strip(" ,;:*")
    return text if _ENDS_LEGAL.search(text) else text.rstrip(" .,;:")


class _Rules(msgspec.Struct, frozen=True):
    names: tuple[str, ...]
    words: frozenset[str]
    heads: frozenset[str]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    text = Path(__file__).with_name("and.json").read_bytes()
    return msgspec.json.decode(text, type=_Rules)


@lru_cache(maxsize=1)
def _protected() -> re.Pattern[str]:
    named = [name for d in departments() for name in (d.name, *d.also) if "," in name]
    return re.compile("|".join(map(re.escape, named)), re.IGNORECASE)
