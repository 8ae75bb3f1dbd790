"""Whose documents a command works on: the command line's own account, or that of a person."""

from __future__ import annotations

import click

from bernard.accounts.signing import fold_name
from bernard.accounts.unlocked import COMMAND_LINE, unlocked
from bernard.assembly import Bernard
from bernard.errors import NotFound
from bernard.store import people

account_option = click.option(
    "--account",
    default=COMMAND_LINE,
    show_default=True,
    help="Whose: the name that somebody signs in with.",
)


def whose(bernard: Bernard, name: str) -> str:
    """The id of the account of this name.

    Raises:
        NotFound: there is none, and it is not the command line's own.
    """
    if name == COMMAND_LINE:
        return unlocked(bernard.store, name).id
    with bernard.store.read() as c:
        found = people.by_name(c, fold_name(name))
    if found is None:
        raise NotFound(f"There is no account {name!r}. People make theirs in the browser.")
    return found.id
