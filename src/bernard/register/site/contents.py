"""Everything that stands in a register, before any of it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bernard.ledger import verify_page
from bernard.register.figures import figures, sectioned
from bernard.register.site import agreements, completeness, counted, others, pages
from bernard.register.site.histories import History
from bernard.register.site.manifest import sha256
from bernard.register.site.survey import Survey, survey
from bernard.register.site.wanted import Wanted, said
from bernard.register.types import Page, Table

SCRIPT = "verify_log.py"


@dataclass(frozen=True)
class Contents:
    """What is in a register.

    Attributes:
        site: what every page says, such as the title and the checkpoint.
        pages: the home page first.
        texts: of the agreements, by path.
    """

    site: dict[str, Any]
    pages: Sequence[Page]
    texts: dict[str, bytes]


def contents(wanted: Wanted) -> Contents:
    """The pages of a register, with their tables.

    Raises:
        InputInvalid: a record, or a file of names of suppliers, cannot be used.
    """
    found = survey(wanted.source)
    site = said(wanted, found)
    histories = found.agreements.histories(wanted.agreements)
    tables = figures(
        enumerate(wanted.source.entries()),
        site["checkpoint"]["note"],
        rule=wanted.rule,
        period=wanted.period,
        log=pages.log_name(site),
    )
    made = [*_main(wanted, found, histories, tables), *_about(wanted, site, found, tables)]
    made.append(pages.downloads(made))
    home = pages.home(
        wanted.imprint.title, found, wanted.source.witnesses(), counted.headlines(tables), made
    )
    return Contents(site, (home, *made), agreements.texts(histories))


def _main(
    wanted: Wanted, found: Survey, histories: Sequence[History], tables: Sequence[Table]
) -> list[Page]:
    """What people come for."""
    newest = [history.versions[0].agreement for history in histories]
    met = others.met(wanted.meetings, newest) if wanted.meetings else []
    known = [version.agreement for history in histories for version in history.versions]
    records = wanted.records
    return [
        *agreements.pages(histories, found.newest_day, met),
        *counted.pages(sectioned(tables)),
        *(others.record(records, wanted.source, known, wanted.rule) if records else ()),
        *met,
    ]


def _about(
    wanted: Wanted, site: dict[str, Any], found: Survey, tables: Sequence[Table]
) -> list[Page]:
    """What lets people believe it, or not."""
    checkpoint = site["checkpoint"]["note"]
    section = sectioned(tables)[counted.COMPLETENESS]
    return [
        pages.verify(wanted, site, sha256(verify_page.files()[SCRIPT])),
        completeness.page(found, section, checkpoint, pages.log_name(site), site["key"]),
        pages.checkpoints(found, wanted.source.witnesses(), checkpoint),
        *pages.about((wanted.rule.words,)),
    ]
