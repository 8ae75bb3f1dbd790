"""The section of an agreement on personal data: the strictest of several, and which leaves more in.

Two sections are compared field by field. One is at least as strict as another when it leaves no kind,
value or relation in that the other takes out, looks no less carefully, and does not hide more than the
other that something was taken out.

Source: docs/decisions/0015-what-may-stay.md
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

import msgspec

from bernard.agreements.schema import Agreement, CodeWord, Look, Privacy, Style

MODES: tuple[str, ...] = get_args(Look)
STYLES: tuple[str, ...] = get_args(Style)
_SPACERS = {ord(" "): None, ord("-"): None, ord("\u00a0"): None}
_SUMMED = ("leave", "allow", "keep")
_UNSAID = Privacy()
Values = tuple[str, ...]


class Beyond(msgspec.Struct, frozen=True):
    """One field in which a section is less strict than another.

    Attributes:
        more: what it leaves in, or does not take out, that the other does.
        sentence: the same in plain English.
    """

    field: str
    more: Values
    sentence: str


def masks(agreement: Agreement) -> bool:
    """Whether personal data is ever taken out under the agreement: something may leave, or it asks."""
    return any(
        set(clause.places) - {"this-machine"} or "mask-identifiers" in clause.safeguards
        for clause in agreement.clauses
    )


def strictest(agreements: Iterable[Agreement]) -> Privacy:
    """The section that is at least as strict as that of each agreement.

    An agreement that takes nothing out and says nothing about it has no part in it.
    """
    sections = [a.privacy for a in agreements if masks(a) or a.privacy != _UNSAID]
    if not sections:
        return _UNSAID
    first, *rest = sections
    for section in rest:
        first = _meet(first, section)
    return first


def _meet(one: Privacy, other: Privacy) -> Privacy:
    if one == other:
        return one
    deny = {(word.word.casefold(), word.kind): word for word in (*other.deny, *one.deny)}
    return Privacy(
        mode=max(one.mode, other.mode, key=MODES.index),
        style=min(one.style, other.style, key=STYLES.index),
        take=tuple(sorted({*one.take, *other.take})),
        leave=tuple(sorted({*one.leave} & {*other.leave})),
        allow=_allowed_by_both(one.allow, other.allow),
        deny=tuple(sorted(deny.values(), key=lambda word: (word.word, word.kind))),
        keep=tuple(sorted({*one.keep} & {*other.keep})),
    )


def _allowed_by_both(one: Values, other: Values) -> Values:
    """The narrower of two values wherever one covers the other."""
    narrow = {a for a in one if _covered(a, other)} | {b for b in other if _covered(b, one)}
    return tuple(sorted(narrow))


def _covered(value: str, values: Iterable[str]) -> bool:
    return any(covers(pattern, value) for pattern in values)


def covers(pattern: str, value: str) -> bool:
    """Whether a value of an allow-list leaves in all that another does.

    >>> covers("*@example.gov.uk", "help@example.gov.uk"), covers("0300 123", "0300123")
    (True, True)
    >>> covers("*@example.gov.uk", "*.gov.uk")
    False
    """
    pattern, value = _same(pattern), _same(value)
    return value.endswith(pattern[1:]) if pattern[:1] == "*" else pattern == value


def _same(value: str) -> str:
    """As the detector compares them: without spaces and hyphens, in small letters."""
    return value.translate(_SPACERS).casefold()


def beyond(section: Privacy, limit: Privacy) -> tuple[Beyond, ...]:
    """Every field in which the section is less strict than the limit; none if it is inside."""
    return tuple(Beyond(field, more, _said(field, more)) for field, more in _more(section, limit))


def _more(section: Privacy, limit: Privacy) -> Iterator[tuple[str, Values]]:
    if MODES.index(section.mode) < MODES.index(limit.mode):
        yield "mode", (section.mode,)
    if STYLES.index(section.style) > STYLES.index(limit.style):
        yield "style", (section.style,)
    found: dict[str, Sequence[str]] = {
        "take": [kind for kind in limit.take if kind not in section.take],
        "leave": [kind for kind in section.leave if kind not in limit.leave],
        "allow": [value for value in section.allow if not _covered(value, limit.allow)],
        "deny": [word.word for word in limit.deny if not _denied(word, section.deny)],
        "keep": [relation for relation in section.keep if relation not in limit.keep],
    }
    yield from ((field, tuple(more)) for field, more in found.items() if more)


def _denied(word: CodeWord, words: Iterable[CodeWord]) -> bool:
    return any(word.word.casefold() == other.word.casefold() for other in words)


def _said(field: str, more: Values) -> str:
    return f"{_SAID[field].format(listed(_called(field, word) for word in more))}."


def listed(words: Iterable[str]) -> str:
    """Words as one speaks them."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _called(field: str, word: str) -> str:
    return KINDS.get(word) or RELATIONS.get(word) or MODE_WORDS.get(word) or repr(word)


_SAID = {
    "mode": "Only {} need look for personal data",
    "style": "Invented names may stand in the place of real ones",
    "take": "It lets stay in: {}",
    "leave": "It lets stay in: {}",
    "allow": "It lets the values {} stay in",
    "deny": "It does not take out {}",
    "keep": "Stand-ins may keep {}",
}
KINDS = {
    "PLACE": "names of places",
    "ORGANISATION": "names of organisations",
    "PUBLIC-FIGURE": "names of public figures acting in public",
    "COMPANY-NUMBER": "numbers of companies",
}
RELATIONS = {
    "family": "that a family has one name",
    "age-band": "the band that an age is in",
    "postcode-area": "the area of a postcode",
}
MODE_WORDS = {
    "rules": "forms and check digits",
    "fast": "the small tagger of names",
    "assured": "the large tagger of names",
}


def plain(section: Privacy) -> tuple[str, ...]:
    """The section in plain English, a sentence each."""
    stays = [KINDS[kind] for kind in ("ORGANISATION", "PLACE") if kind not in section.take]
    stays += [KINDS.get(kind, kind) for kind in section.leave]
    told = [f"{listed(_joined(stays))} stay in"] if stays else []
    told.append(
        "Everything else that says who a person is, such as names and numbers, is looked for by"
        f" {_FINDERS.get(section.mode, section.mode)}, and"
        f" {_STYLES.get(section.style, section.style)} stand in its place"
    )
    if section.allow:
        told.append(f"These values stay in: {listed(map(_value, section.allow))}")
    if section.deny:
        told.append(f"These words always go: {listed(word.word for word in section.deny)}")
    if section.keep:
        kept = listed(RELATIONS.get(relation, relation) for relation in section.keep)
        told.append(f"What stands in for it keeps {kept}")
    return tuple(told)


def _joined(stays: Sequence[str]) -> list[str]:
    """Names of one thing and another: the word is said once, with a capital."""
    first, *more = stays
    return [first[:1].upper() + first[1:], *(word.removeprefix("names ") for word in more)]


def _value(value: str) -> str:
    return f"all that end in {value[1:]}" if value[:1] == "*" else value


_FINDERS = {
    "rules": "form and check digits, and for names as the body has set it",
    "fast": "rules, and for names by the small tagger at least",
    "assured": "rules, and for names by the large tagger",
}
_STYLES = {"placeholder": "numbered placeholders", "natural": "invented names and numbers"}


def may_leave_more(agreement: Agreement, other: Agreement) -> tuple[Beyond, ...]:
    """In what the agreement leaves more in than the other; nothing if it never takes anything out."""
    return beyond(agreement.privacy, other.privacy) if masks(agreement) else ()
