"""How far a run is, on standard error, and how long each stage took."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bernard.cli.output import note
from bernard.tools.consult.stages import Step


class Telling:
    """A line that is rewritten on a terminal; elsewhere a line at the start of each stage.

    Attributes:
        seconds: by stage.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._stage = ""
        self._question = 0
        self._since = 0.0
        self._on_terminal = sys.stderr.isatty()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Tell until the end of the block."""
        try:
            yield
        finally:
            self._end()
            if self._on_terminal:
                click.echo(err=True)

    def begin(self, stage: str) -> None:
        """Another stage begins, of the whole file."""
        self.step(Step(stage, 0, 0, 0, 1, 0.0, None))

    def step(self, step: Step) -> None:
        """Tell how far it is."""
        if (step.stage, step.question) != (self._stage, self._question):
            self._end()
            self._stage, self._question, self._since = step.stage, step.question, time.monotonic()
            if not self._on_terminal:
                note(step.in_words())
        if self._on_terminal:
            click.echo(f"\r\x1b[K{step.in_words()}", err=True, nl=False)

    def _end(self) -> None:
        if self._stage:
            spent = time.monotonic() - self._since
            self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + spent
            self._stage = ""
