"""Who met whom: the government's quarterly releases, read and set beside the suppliers."""

from bernard.register.meetings.linking import Link, Links, Possible, link
from bernard.register.meetings.pages import pages, pages_of
from bernard.register.meetings.process import read_releases
from bernard.register.meetings.suppliers import (
    Answer,
    Supplier,
    known_suppliers,
    read_answers,
    read_suppliers,
)
from bernard.register.meetings.types import Period, Place, Reading, Record, Unread, Value

__all__ = [
    "Answer",
    "Link",
    "Links",
    "Period",
    "Place",
    "Possible",
    "Reading",
    "Record",
    "Supplier",
    "Unread",
    "Value",
    "known_suppliers",
    "link",
    "pages",
    "pages_of",
    "read_answers",
    "read_releases",
    "read_suppliers",
]
