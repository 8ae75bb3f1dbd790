"""An agreement as an entry of the Digital Economy Act register of information sharing agreements.

Source: the register's own program, https://github.com/co-cddo/dea-register-frontend: the fields of
an agreement, with the names of its powers, controllers and processors.
"""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

from bernard.agreements.schema import Agreement
from bernard.agreements.sentences import count, duration, listed
from bernard.text.clean import clean

_METHOD = (
    "Sent through a gateway that applies this agreement to each call, sends nothing that it does"
    " not allow, and logs what was sent."
)


def entry(agreement: Agreement, today: datetime.date) -> dict[str, Any]:
    """The entry as the register's JSON has it; what the agreement does not hold is empty.

    The register asks for benefits, which no agreement states; a person writes those.
    """
    return {
        "data": _fields(agreement, today),
        "controllers": [{"data": {"name": name}} for name in _controllers(agreement)],
        "powers": [{"data": {"name": name}} for name in filter(None, [agreement.legal.power])],
        "processors": [{"data": {"name": name}} for name in _processors(agreement)],
    }


def row(agreement: Agreement, today: datetime.date) -> str:
    """The entry as CSV: a line of names and a line of values; several names stand after `; `."""
    values = _fields(agreement, today) | {
        "powers": agreement.legal.power,
        "controllers": "; ".join(_controllers(agreement)),
        "processors": "; ".join(_processors(agreement)),
    }
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(values))
    writer.writeheader()
    writer.writerow({key: _inert(value) for key, value in values.items()})
    return file.getvalue()


def _inert(value: str) -> str:
    """A spreadsheet would run what starts like a formula; a quote in front makes it text."""
    value = clean(value)
    return f"'{value}" if value.lstrip().startswith(("=", "+", "-", "@")) else value


def _fields(agreement: Agreement, today: datetime.date) -> dict[str, str]:
    term, duties = agreement.term, agreement.duties
    return {
        "id": f"{agreement.id}/{agreement.version}",
        "name": agreement.title,
        "purpose": _purpose(agreement),
        "benefits": "",
        "information_sharing_benefits": "",
        "disclosed_information": "; ".join(_disclosed(agreement)) or "None",
        "method": "Other",
        "information_sharing_method": _METHOD,
        "contact": agreement.parties.public_body.contact,
        "start_date": _iso(term.start),
        "end_date": _iso(term.end),
        "review_date": _iso(term.review_by),
        "retention_period": ""
        if duties.retain_content_days is None
        else count(duties.retain_content_days, "day"),
        "isa_status": "Complete" if term.end and today >= term.end else "Active",
        "notes": f"{agreement.status.capitalize()}. {_kept(agreement)}sha256:{agreement.sha256}",
    }


def _kept(agreement: Agreement) -> str:
    """How long the supplier may keep it, which the register's own field does not say."""
    longest = max((clause.supplier_use.retention_s for clause in agreement.clauses), default=0)
    return f"A supplier may keep what it gets for {duration(longest)}. " if longest > 0 else ""


def _iso(day: datetime.date | None) -> str:
    return day.isoformat() if day else ""


def _purpose(agreement: Agreement) -> str:
    named = dict.fromkeys(word for one in agreement.clauses for word in one.purposes)
    purposes = listed("purposes", named)
    return f"{agreement.summary} Purposes: {purposes}." if purposes else agreement.summary


def _disclosed(agreement: Agreement) -> list[str]:
    data = [one.data for one in agreement.clauses]
    words = [*dict.fromkeys(word for one in data for word in one.categories)]
    special = [*dict.fromkeys(word for one in data for word in one.special)]
    found = [listed("categories", [word]) for word in words]
    found += [f"special category: {listed('special', [word])}" for word in special]
    return found + (["criminal offence data"] if any(one.offence for one in data) else [])


def _controllers(agreement: Agreement) -> list[str]:
    body, supplier = agreement.parties.public_body, agreement.parties.supplier
    both = supplier and supplier.relationship in ("joint", "independent")
    return [body.name, supplier.name] if supplier and both else [body.name]


def _processors(agreement: Agreement) -> list[str]:
    supplier = agreement.parties.supplier
    first = [supplier.name] if supplier and supplier.relationship == "processor" else []
    return first + [one.name for one in agreement.parties.sub_processors]
