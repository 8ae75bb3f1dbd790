"""Make one example into many: other names, other cases, slips of the finger, and the clutter that text comes in."""

from __future__ import annotations

import random
import re

from training.privacy.example import Example, Label, Piece, built, pieces, retold
from training.privacy.names import Culture, stock
from training.privacy.people import invent

_TITLE = re.compile(
    r"(?:Mrs?|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Rev|Cllr|President|Judge)\.? "
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.[ -]?)+")
_JOINTS = ("\n", "\n\n", " ", " ", " ", "\n", " - ", "; ")


def varied(example: Example, rng: random.Random) -> Example:
    """The example, or a version of it."""
    if rng.random() < 0.45:
        example = renamed(example, rng)
    if rng.random() < 0.06:
        example = slipped(example, rng)
    if rng.random() < 0.07:
        example = wrapped(example, rng)
    return recased(example, rng)


def renamed(example: Example, rng: random.Random) -> Example:
    """Every person with another name of the same form; one culture for the text, mostly."""
    culture = stock().choose(rng)
    given: dict[str, str] = {}
    out: list[Piece] = []
    for text, label in pieces(example):
        if label in ("PERSON", "PUBLIC-FIGURE") and not text.startswith(("@", "#")):
            text = _other(text, given, culture, rng)
        out.append((text, label))
    return built(out, example.source)


def _other(text: str, given: dict[str, str], culture: Culture, rng: random.Random) -> str:
    """A name with its words changed, each word alike wherever it stands; titles and initials keep their form."""
    title = _TITLE.match(text)
    head, rest = (title[0], text[title.end() :]) if title else ("", text)
    initials = _INITIALS.match(rest)
    if initials:
        head += "".join(
            rng.choice("ABCDEFGHIJKLMNOPRSTVWYZ") if c.isalpha() else c for c in initials[0]
        )
        rest = rest[initials.end() :]
    words = rest.split(" ")
    if len(words) > 4 or any(c.isdigit() for c in rest) or not rest.strip():
        return head + rest
    alone = len(words) == 1
    family_only = alone and (title is not None or initials is not None)
    changed = [
        _word(word, family_only or (not alone and at == len(words) - 1), given, culture, rng)
        for at, word in enumerate(words)
    ]
    return head + " ".join(changed)


def _word(
    word: str, family: bool, given: dict[str, str], culture: Culture, rng: random.Random
) -> str:
    core = re.sub(r"(?:['’]s|['’]|\W+)$", "", word)
    if len(core) < 2 or not core[0].isalpha():
        return word
    if core.lower() not in given:
        either = rng.random() < 0.5 if not family and core.istitle() else False
        given[core.lower()] = rng.choice(culture.family if family or either else culture.given)
    new = given[core.lower()]
    if core.isupper() and len(core) > 2:
        new = new.upper()
    elif core.islower():
        new = new.lower()
    return new + word[len(core) :]


def recased(example: Example, rng: random.Random) -> Example:
    """In small letters (7 in 100), capitals (4), with every word's first a capital (1), or with curly apostrophes (10)."""
    roll, text = rng.random(), example.text
    if roll < 0.07:
        return retold(example, text.lower())
    if roll < 0.11:
        return retold(example, text.upper())
    if roll < 0.12:
        return retold(example, text.title())
    if roll < 0.15:
        return retold(example, _names_small(example))
    if roll < 0.25:
        return retold(example, text.replace("'", "’"))
    return example


def _names_small(example: Example) -> str:
    """The text with only the names in small letters, as people type on a telephone."""
    return "".join(
        text.lower() if label == "PERSON" and len(text.lower()) == len(text) else text
        for text, label in pieces(example)
    )


def slipped(example: Example, rng: random.Random) -> Example:
    """Letters left out, doubled or changed about, in names as elsewhere."""
    rate = rng.choice((0.05, 0.1, 0.2))
    out: list[Piece] = []
    for text, label in pieces(example):
        words = re.split(r"(\s+)", text)
        out.append(
            (
                "".join(_slip(w, rng) if w.isalpha() and rng.random() < rate else w for w in words),
                label,
            )
        )
    return built(out, example.source)


def _slip(word: str, rng: random.Random) -> str:
    if len(word) < 4:
        return word
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
            word[:at] + rng.choice("aeiourstnl") + word[at + 1 :],
        )
    )


def wrapped(example: Example, rng: random.Random) -> Example:
    """The text as somebody else's mail, a list, a table, JSON or a chat has it."""
    person = invent(rng)
    flat = example if "\n" not in example.text else None
    wrappers: list[tuple[list[Piece], list[Piece]]] = [
        ([("> ", None)], []),
        ([("- ", None)], []),
        ([("\t", None)], [("\t", None)]),
        ([('{"text": "', None)], [('", "id": 17}', None)]),
        ([("| ", None)], [(" |", None)]),
        ([(person.called("g"), "PERSON"), (": ", None)], []),
        ([("From: ", None), (person.called("full"), "PERSON"), ("\n", None)], []),
        ([], [("\n\n", None), (person.called("full"), "PERSON")]),
        ([("Dear ", None), (person.called("tf"), "PERSON"), (",\n\n", None)], []),
        ([("<p>", None)], [("</p>", None)]),
        ([("**", None)], [("**", None)]),
        ([("[10:42] ", None), (person.called("handle"), "CODE"), (" ", None)], []),
    ]
    before, after = rng.choice(wrappers if flat else wrappers[5:9])
    return built([*before, *pieces(example), *after], example.source)


def joint(rng: random.Random) -> str:
    """What stands between two sentences that are put together."""
    return rng.choice(_JOINTS)


def spread(example: Example, rng: random.Random) -> Example:
    """The example with its people's parts said again, so that a name alone is learned from the name in full."""
    people = [text for text, label in pieces(example) if label == "PERSON" and " " in text]
    if not people:
        return example
    words = [word for word in rng.choice(people).split(" ") if len(word) > 2 and word.isalpha()]
    if not words:
        return example
    label: Label = "PERSON"
    tails = (
        " was there.",
        " said so.",
        " has not replied.",
        " agreed.",
        " rang again today.",
        " is well.",
    )
    return built(
        [
            *pieces(example),
            (rng.choice((" ", "\n")), None),
            (rng.choice(words), label),
            (rng.choice(tails), None),
        ],
        example.source,
    )
