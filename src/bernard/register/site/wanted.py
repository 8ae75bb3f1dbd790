"""What a site is made from, and what every page of it says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bernard.register.figures import Period
from bernard.register.holding_back import Rule
from bernard.register.site.counted import days
from bernard.register.site.others import Meetings
from bernard.register.site.source import Source
from bernard.register.site.survey import Survey

TITLE = "AI transparency register"
LICENCE = "All content is available under the Open Government Licence v3.0, except where otherwise stated."
LICENCE_URL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"


_ALL, _RULE = Period(), Rule()


@dataclass(frozen=True)
class Imprint:
    """What the publisher says of the register.

    Attributes:
        publisher: who publishes it, as the pages name them.
        contact: where readers write to, such as an e-mail address.
        log_address: where the log is served; empty: the site takes a copy of it along.
    """

    title: str = TITLE
    publisher: str = ""
    contact: str = ""
    licence: str = LICENCE
    licence_url: str = LICENCE_URL
    log_address: str = ""


@dataclass(frozen=True)
class Wanted:
    """A register to be made.

    Attributes:
        period: the months that the figures are of; all where it is left out.
        rule: by which small numbers are held back.
        agreements: files of agreements, as they lie on the disk, beside those in the log.
        records: folder of transparency records; None leaves the section out.
        meetings: releases on who met whom; None leaves the section out.
    """

    source: Source
    imprint: Imprint = Imprint()
    period: Period = _ALL
    rule: Rule = _RULE
    agreements: tuple[bytes, ...] = ()
    records: Path | None = None
    meetings: Meetings | None = None


def said(wanted: Wanted, found: Survey) -> dict[str, Any]:
    """What every page says: whose register it is, of which log, how far."""
    first, last = days(wanted.period, found.first_day, found.newest_day)
    checkpoint, imprint = wanted.source.checkpoint, wanted.imprint
    return {
        "title": imprint.title,
        "publisher": imprint.publisher,
        "contact": imprint.contact,
        "licence": {"text": imprint.licence, "url": imprint.licence_url},
        "as_at": found.newest_day.isoformat(),
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "rule": wanted.rule.words,
        "key": wanted.source.vkey,
        "log_address": imprint.log_address,
        "checkpoint": {
            "origin": checkpoint.origin,
            "size": checkpoint.size,
            "root": checkpoint.root.hex(),
            "note": str(wanted.source.note),
        },
    }
