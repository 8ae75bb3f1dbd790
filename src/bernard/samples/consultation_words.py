"""What the people of an invented town say about a street, and how somebody in a hurry types it."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec

_FILE = Path(__file__).parent / "consultations" / "harbour-street-words.yaml"
_SLIPS = (("the ", "teh "), ("'", ""), ("ie", "ei"), ("ll", "l"), (" because ", " becuase "))
_SHORT = (("you ", "u "), ("people", "ppl"), (" and ", " & "), ("please", "pls"))


class Subject(msgspec.Struct, frozen=True):
    """A theme, and what is said of it.

    Attributes:
        side: `for`, `against` or `neither`. Where there is no title, it is told of another question.
    """

    side: str = "neither"
    title: str = ""
    description: str = ""
    said: tuple[str, ...] = ()


class Story(msgspec.Struct, frozen=True):
    """A long response, told by somebody to whom it happened."""

    side: str
    themes: tuple[str, ...]
    text: str


class Letter(msgspec.Struct, frozen=True):
    """A form letter: what is handed out, sentence by sentence, and what people do to it.

    Attributes:
        swaps: words, and those that somebody puts in their place.
    """

    side: str
    themes: tuple[str, ...]
    letter: tuple[str, ...]
    openings: tuple[str, ...]
    own: tuple[str, ...]
    swaps: tuple[tuple[str, str], ...]


class Words(msgspec.Struct, frozen=True):
    """All that is said; each is dealt out once, but for courtesies and answers that say nothing."""

    reasons: dict[str, Subject]
    more: dict[str, Subject]
    stories: tuple[Story, ...]
    openings: tuple[str, ...]
    closings: tuple[str, ...]
    joins: tuple[str, ...]
    campaigns: dict[str, Letter]
    personal: tuple[str, ...]
    nothing: tuple[str, ...]
    welsh: tuple[tuple[str, tuple[str, ...], str], ...]
    uses: tuple[str, ...]
    other_uses: tuple[str, ...]
    travel: tuple[str, ...]
    ages: tuple[str, ...]
    roles: tuple[str, ...]
    support: tuple[str, ...]


def read() -> Words:
    """The words in the file beside the sample."""
    return msgspec.yaml.decode(_FILE.read_bytes(), type=Words)


def sentence(said: str) -> str:
    """What is said with a stop at its end."""
    return said if said.endswith((".", "!", "?")) else f"{said}."


def after(beginning: str, said: str) -> str:
    """What is said after a beginning such as `To be frank,`, in a small letter where the beginning goes on."""
    first = said.split(maxsplit=1)[0]
    keeps = first in _NAMES or first.startswith(("I'", "I’")) or first[1:2].isupper()
    goes_on = beginning.rstrip().endswith((",", ":", "And"))
    return beginning + (said[:1].lower() + said[1:] if goes_on and not keeps else said)


_NAMES = frozenset(
    "I Harbour Chapel January Ferry Brackhaven Denmark Easter Saturday Sundays July Net Anchor Blue".split()  # noqa: SIM905
)


def typed(text: str, chance: random.Random) -> str:
    """The same as one person in six types it: in small letters, with slips of the finger, or short."""
    draw = chance.random()
    if draw < 0.05:
        return text.lower()
    if draw < 0.12:
        return _replaced(text, _SLIPS)
    if draw < 0.15:
        return _replaced(text.lower(), _SHORT).rstrip(".")
    return text.upper() if draw < 0.16 else text


def _replaced(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for old, new in pairs:
        text = text.replace(old, new, 1)
    return text
