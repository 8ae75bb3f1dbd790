"""What two versions of an agreement declare differently, in words for people who read no files."""

from __future__ import annotations

import datetime
import re

from bernard.agreements.declared import Change, Value
from bernard.register.site.wording import day

_LABELS = {
    "title": "The title",
    "summary": "The summary",
    "source": "Where its words come from",
    "term.start": "The start",
    "term.end": "The end",
    "term.review_by": "The day by which it is reviewed",
    "legal.power": "The legal power",
    "legal.lawful_basis": "The lawful basis",
    "legal.dpia.reference": "The data protection impact assessment",
    "legal.dpia.date": "The day of the impact assessment",
    "legal.contract": "The contract",
    "legal.transfer_mechanism": "What allows transfers out of the United Kingdom",
    "duties.retain_content_days": "Days that what was sent is kept",
    "duties.retain_log_days": "Days that the log is kept",
    "duties.breach_hours": "Hours within which a breach is reported",
    "duties.publish": "What is published",
}
_LIMIT = re.compile(r"clauses\.(?P<clause>.+)\.limits\.(?P<per>\w+)\.(?P<amount>\w+)")


def in_words(change: Change) -> str:
    """The change in a sentence; as the comparison says it where there is no better word.

    >>> in_words(Change("clauses.writing.limits.day.calls", 600, 300, "tighter", ""))
    'Most calls a day under clause writing: was 600, is 300.'
    >>> in_words(Change("term.end", "2027-12-01", None, "looser", ""))
    'The end: was 1 December 2027, is not said.'
    """
    limit = _LIMIT.fullmatch(change.what)
    label = _LABELS.get(change.what, "")
    if limit:
        label = f"Most {limit['amount']} a {limit['per']} under clause {limit['clause']}"
    if not label:
        return change.sentence
    return f"{label}: was {_said(change.before)}, is {_said(change.after)}."


def _said(value: Value) -> str:
    if value is None or value == "" or value == ():
        return "not said"
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, str):
        try:
            return day(datetime.date.fromisoformat(value))
        except ValueError:
            return f"“{value}”"
    return f"{value:,}" if not isinstance(value, bool) else ("yes" if value else "no")
