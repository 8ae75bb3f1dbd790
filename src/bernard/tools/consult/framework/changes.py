"""What a person may do to a framework: each change is a small value that is kept for good.

A theme is named by its id. A field that is `UNSET` stays as it is.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from bernard.tools.consult.types import Origin, Quote, Stance


class _Change(msgspec.Struct, frozen=True, tag_field="kind", tag=str.lower, omit_defaults=True):
    """Each is told from the others by its `kind` in JSON."""


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """A theme as a person words it, before it has an id.

    Attributes:
        examples: sentences that show what is meant; the mapping starts from them.
    """

    title: str
    description: str = ""
    stance: Stance | None = None
    examples: tuple[Quote, ...] = ()


class Given(Part, frozen=True, omit_defaults=True):
    """A theme of a framework that is brought along; `parent` is the id of another of its themes."""

    id: str = ""
    parent: str | None = None


class Add(_Change, frozen=True):
    """A theme that a person words."""

    theme: Part
    parent: str | None = None


class Take(_Change, frozen=True):
    """A theme that the tool found, or proposes from responses that are `none of these`.

    Attributes:
        found: its id among those found or proposed, so that it is not offered again.
    """

    found: str
    theme: Part


class Rename(_Change, frozen=True):
    """Another wording of a theme, or another stance."""

    theme: str
    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    stance: Stance | UnsetType | None = UNSET


class Merge(_Change, frozen=True):
    """Several themes into one of them; what was mapped to any of them is then mapped to that one.

    Attributes:
        into: the theme that stays. `themes`: those that end in it.
        stance: as they all have it, else `mixed`, where it is not given.
    """

    into: str
    themes: tuple[str, ...]
    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    stance: Stance | UnsetType | None = UNSET


class Split(_Change, frozen=True):
    """One theme into several new ones; the machine maps its responses again."""

    theme: str
    parts: tuple[Part, ...]


class Nest(_Change, frozen=True):
    """A theme put under another."""

    theme: str
    parent: str


class Unnest(_Change, frozen=True):
    """A theme no longer under another."""

    theme: str


class Discard(_Change, frozen=True):
    """A theme out of the framework; decisions about it are kept, and count again when it returns."""

    theme: str


class Restore(_Change, frozen=True):
    """A discarded theme back in."""

    theme: str


class Move(_Change, frozen=True):
    """A theme to another place in the list.

    Attributes:
        after: the theme that it then follows; None for the top.
    """

    theme: str
    after: str | None = None


class Begin(_Change, frozen=True):
    """An existing framework in the place of all themes there are, which are discarded.

    Attributes:
        source: name of the file that it comes from.
    """

    themes: tuple[Given, ...]
    source: str = ""


class Look(_Change, frozen=True):
    """A mark that the person looked at a theme as it is now; it alters nothing."""

    theme: str


class SignOff(_Change, frozen=True):
    """A lead answers for the framework; from then on it only changes when it is reopened."""


class Reopen(_Change, frozen=True):
    """A lead opens a framework that was signed off, to change it."""

    why: str = ""


class Undo(_Change, frozen=True):
    """An earlier change taken back, as long as nothing later builds on it."""

    number: int


Change: TypeAlias = (
    Add
    | Take
    | Rename
    | Merge
    | Split
    | Nest
    | Unnest
    | Discard
    | Restore
    | Move
    | Begin
    | Look
    | SignOff
    | Reopen
    | Undo
)

ORIGINS: dict[type[_Change], Origin] = {Take: "found", Begin: "given"}


class Edit(msgspec.Struct, frozen=True):
    """A change with its number from 1, when it was made, and the name of who made it."""

    number: int
    at: float
    by: str
    change: Change


def to_body(change: Change) -> str:
    """The change as the JSON text that is kept of it."""
    return msgspec.json.encode(change).decode()


def from_body(number: int, at: float, by: str, body: str) -> Edit:
    """A change as it was kept."""
    return Edit(number, at, by, msgspec.json.decode(body, type=Change))
