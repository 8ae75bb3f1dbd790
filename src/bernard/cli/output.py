"""How commands print: text for people with nothing a terminal would obey, or one JSON document."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click
import msgspec

from bernard.text.clean import clean

F = TypeVar("F", bound=Callable[..., Any])


def json_option(function: F) -> F:
    """Add --json: one JSON document on standard output."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(
        function
    )


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    encoded = msgspec.json.format(msgspec.json.encode(msgspec.to_builtins(value)), indent=2)
    click.echo(encoded.decode())


def say(text: str = "") -> None:
    """A line or more on standard output, safe for a terminal whatever the text came from."""
    click.echo(clean(text))


def note(text: str) -> None:
    """A line on standard error: progress, warnings, what happens next."""
    click.echo(clean(text), err=True)


class Progress:
    """A count on standard error, rewritten in place on a terminal and silent elsewhere."""

    def __init__(self, what: str) -> None:
        """Count these."""
        self._what = what
        self._shown = sys.stderr.isatty()

    def show(self, done: int, total: int) -> None:
        """Rewrite the count."""
        if self._shown:
            click.echo(f"\r{self._what}: {done:,} of {total:,}", err=True, nl=False)

    def finish(self) -> None:
        """Leave the line."""
        if self._shown:
            click.echo(err=True)
