"""The data files of words, read before the walls of the process stand."""

from __future__ import annotations

from bernard.register.meetings import headings, organisations, release


def load() -> None:
    """Read them all, so that no file is opened later."""
    release.departments()
    headings.field_of("Minister")
    organisations.organisations_in("Acme, Borealis")
