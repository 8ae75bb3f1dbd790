"""What a framework must be; what breaks a rule is refused in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bernard.errors import InputInvalid
from bernard.text.clean import clean
from bernard.tools.consult.framework.changes import Part
from bernard.tools.consult.framework.state import Known
from bernard.tools.consult.types import Theme

MOST_THEMES = 200
MOST_PARTS = 20
LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 4000


def title_of(text: str) -> str:
    """A title on one line, without what nobody can see.

    Raises:
        InputInvalid: it is empty or too long.
    """
    title = " ".join(clean(text).split())
    if not title:
        raise InputInvalid("Enter a title for the theme.")
    if len(title) > LONGEST_TITLE:
        raise InputInvalid(
            f"A title must be {LONGEST_TITLE} characters or fewer; this one has {len(title)}: "
            f"{title[:60]!r}…. Put the rest into the description."
        )
    return title


def description_of(text: str) -> str:
    """A description without what nobody can see.

    Raises:
        InputInvalid: it is too long.
    """
    description = clean(text).strip()
    if len(description) > LONGEST_DESCRIPTION:
        raise InputInvalid(
            f"A description must be {LONGEST_DESCRIPTION:,} characters or fewer; this one has "
            f"{len(description):,}."
        )
    return description


def theme_of(part: Part, id: str, parent: str | None = None) -> Theme:
    """A new theme, worded like this.

    Raises:
        InputInvalid: its title or description cannot be used.
    """
    title, description = title_of(part.title), description_of(part.description)
    return Theme(id, title, description, part.stance, parent, "made", part.examples)


@lru_cache(maxsize=4096)
def key(title: str) -> str:
    """What two titles share that are the same to a reader."""
    return " ".join(title.split()).casefold()


def check(known: Mapping[str, Known], touched: Iterable[str]) -> None:
    """Make sure that the themes in use make a framework.

    Args:
        touched: themes just altered; what was there before is not held against a change.

    Raises:
        InputInvalid: there are too many, two share a title, or they are nested too deep.
    """
    used = {id: k.theme for id, k in known.items() if k.fate == "in use"}
    if len(used) > MOST_THEMES:
        raise InputInvalid(
            f"A framework may hold {MOST_THEMES} themes and this would make {len(used)}. Merge or "
            "discard some first."
        )
    touched = [id for id in touched if id in used]
    _check_titles(used, touched)
    for theme in used.values():
        if theme.parent:
            _check_parent(used, theme)


def _check_titles(used: Mapping[str, Theme], touched: list[str]) -> None:
    holders = Counter(key(theme.title) for theme in used.values())
    for id in touched:
        if holders[key(used[id].title)] > 1:
            raise InputInvalid(
                f"There is already a theme called “{used[id].title}”. Choose another title, or merge "
                "the two."
            )


def _check_parent(used: Mapping[str, Theme], theme: Theme) -> None:
    parent = used.get(theme.parent or "")
    if parent is None:
        raise InputInvalid(f"The theme that “{theme.title}” is under would be gone. Move it first.")
    if parent.id == theme.id:
        raise InputInvalid(f"“{theme.title}” cannot be put under itself.")
    if parent.parent:
        raise InputInvalid(
            f"“{theme.title}” would be three levels deep under “{parent.title}”. A theme may be under "
            "another one, and no deeper."
        )
