"""The pages of the other parts of the register: transparency records, and who met whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from bernard.agreements import Agreement
from bernard.config import Settings
from bernard.register import meetings
from bernard.register.holding_back import Rule
from bernard.register.meetings.pages import path_of
from bernard.register.records.log import Log
from bernard.register.records.page import pages as record_pages
from bernard.register.site.source import Source
from bernard.register.types import Page


class Meetings(msgspec.Struct, frozen=True):
    """The government's quarterly releases, and what is known of the names in them.

    Attributes:
        files: files, folders and archives of releases.
        suppliers: YAML file of suppliers and their other names.
        answers: YAML file that says which possible names are a supplier's.
        settings: limits on the files that are read.
    """

    files: tuple[Path, ...]
    suppliers: Path | None = None
    answers: Path | None = None
    settings: Settings | None = None


def record(folder: Path, source: Source, known: Sequence[Agreement], rule: Rule) -> list[Page]:
    """A page for each record of a folder, filled from this log.

    Raises:
        InputInvalid: a file of the folder is no record that can be published.
    """
    return record_pages(folder, Log(source.files, str(source.note)), known, rule=rule)


def met(wanted: Meetings, known: Iterable[Agreement]) -> list[Page]:
    """The pages on who met the suppliers of these agreements.

    Raises:
        InputInvalid: the file of suppliers or of answers cannot be used.
    """
    named = meetings.read_suppliers(wanted.suppliers) if wanted.suppliers else ()
    answers = meetings.read_answers(wanted.answers) if wanted.answers else ()
    suppliers = meetings.known_suppliers(known, named)
    return meetings.pages(wanted.files, suppliers, answers, wanted.settings)


def beside(agreement: Agreement, pages: Sequence[Page]) -> dict[str, str] | None:
    """The page on who met the supplier of an agreement, as far as there is one."""
    supplier = agreement.parties.supplier
    path = path_of(supplier.id) if supplier else ""
    found = next((page for page in pages if page.path == path), None)
    return {"path": found.path, "words": found.title} if found else None
