"""What stands above a table, and what a sheet and a file are called: what it is about, and of whom."""

from __future__ import annotations

import re

from bernard.register.meetings.people import Person, names_somebody, person_of

_LABELLED = re.compile(
    r"\s*(name|minister|official|role|title|position|post)\s*:\s*(\S.*)", re.IGNORECASE
)


def about(titles: list[str], sheet: str, file: str) -> str:
    """The nearest text that says what a table is about: its title, its sheet's name, its file's."""
    for text in (*titles, sheet, re.split(r"[/\\]", file)[-1]):
        if re.search(r"meeting|gift|hospitality|travel", text, re.IGNORECASE):
            return text
    return ""


def person_above(titles: list[str]) -> Person:
    """Whom the titles name, the nearest first; `Name: Sam Example` and `Role: …` may be two of them."""
    told = {found[1].lower(): found[2] for t in reversed(titles) if (found := _LABELLED.match(t))}
    who = told.get("name") or told.get("minister") or told.get("official")
    role = told.get("role") or told.get("title") or told.get("position") or told.get("post")
    if who:
        person = person_of(who)
        return Person(person.who, role or person.role)
    return next((person_of(t) for t in titles if names_somebody(t)), Person())


def person_in(file: str) -> Person:
    """A file of one minister alone may say so only in its name."""
    name = re.sub(r"[_-]+", " ", re.split(r"[/\\]", file)[-1]).lower()
    if re.search(r"\bdeputy prime minister|^dpm", name):
        return Person("Deputy Prime Minister", "Deputy Prime Minister")
    if re.search(r"\bprime minister|^pm ?meetings|^pm\b", name):
        return Person("Prime Minister", "Prime Minister")
    return Person()
