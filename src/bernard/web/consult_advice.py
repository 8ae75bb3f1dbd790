"""What the tool suggests about a framework, with the page where a person can see to it.

Some of it takes a model and seconds, so it is looked for when a person asks, and kept.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import msgspec

from bernard.store import consultations
from bernard.tools.consult.sentences import veiled
from bernard.tools.consult.themes.suggest import Suggestion, suggestions
from bernard.web.consult_themes import Asked
from bernard.web.consult_visit import desk
from bernard.web.visit import Visit

# A name with a dot is none of a shelf's.
_PART = "hints.{}"
_DO = {
    "merge": "Look at them together",
    "reword": "Word it otherwise",
    "split": "Split it",
    "drop": "Look at it",
}


class Looked(msgspec.Struct, frozen=True):
    """What was suggested: when, by whose wish, and of which version of the framework."""

    at: float
    by: str
    version: int
    found: tuple[Suggestion, ...]


@dataclass(frozen=True)
class Hint:
    """A suggestion about themes that are as they were when it was made.

    Attributes:
        about: titles of the themes. `do`: what the link says. `href`: where it leads.
    """

    what: str
    themes: tuple[str, ...]
    about: str
    do: str
    href: str


def look(visit: Visit, of: Asked) -> None:
    """Look for near-duplicates, vague titles and themes that mix sides, and keep what is found."""
    pairs = zip(of.analysed.texts, of.analysed.personal, strict=True)
    found = suggestions(
        of.framework,
        of.analysed.mapped,
        # The model sees no personal data.
        [veiled(text, personal) for text, personal in pairs],
        of.analysed.column.question,
        encoder=desk(visit).encoder(of.own.kept.id),
    )
    kept = Looked(time.time(), visit.account.name, of.framework.version, found)
    with visit.bernard.store.write() as c:
        name = _PART.format(of.name)
        consultations.put_part(c, of.own.kept.id, name, msgspec.msgpack.encode(kept))


def looked(visit: Visit, of: Asked) -> Looked | None:
    """What was suggested last, None where nobody asked yet."""
    with visit.bernard.store.read() as c:
        kept = consultations.part(c, of.own.kept.id, _PART.format(of.name))
    return None if kept is None else msgspec.msgpack.decode(kept, type=Looked)


def hints(of: Asked, kept: Looked | None) -> list[Hint]:
    """The suggestions that still hold: nobody has changed their themes since."""
    if kept is None:
        return []
    changed = {id for line in of.state.history[kept.version :] for id in line.touched}
    there = of.state.themes
    return [
        _hint(of, one)
        for one in kept.found
        if all(id in there and id not in changed for id in one.themes)
    ]


def _hint(of: Asked, one: Suggestion) -> Hint:
    at = f"{of.here}/framework"
    theme = f"{at}/themes/{quote(one.themes[0], safe='')}"
    href = {
        "merge": f"{at}/merge?{urlencode({'theme': one.themes}, doseq=True)}",
        "split": f"{theme}/split",
    }.get(one.kind, theme)
    about = ", ".join(of.state.themes[id].title for id in one.themes)
    return Hint(one.reason, one.themes, about, _DO[one.kind], href)
