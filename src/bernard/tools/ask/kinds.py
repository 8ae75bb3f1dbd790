"""What kind of answer a question waits for, and whether a sentence has one."""

from __future__ import annotations

import re

from bernard.text.quantities import dates, quantities
from bernard.text.wording import modes

# Looked for in this order: the first that matches is the kind.
_KINDS: tuple[tuple[str, str], ...] = (
    (
        "money",
        r"\bhow\s+much\b(?!\s+(?:time|notice|leave|holiday))|\b(?:cost|price|fee|fees|charge|pay|paid"
        r"|rate|allowance|salary)\b.*\bwhat\b|\bwhat\b.*\b(?:cost|price|fees?|charge|rate|allowance)\b",
    ),
    (
        "time",
        r"\bhow\s+(?:long|soon|often|quickly|early|late|far\s+in\s+advance)\b|\bwhen\b"
        r"|\b(?:what|which)\s+(?:date|day|time|deadline|year|month)\b|\b(?:deadline|time\s+limit)\b"
        r"|\bhow\s+much\s+(?:time|notice)\b|\bby\s+when\b",
    ),
    (
        "number",
        r"\bhow\s+(?:many|much|old|far|big|large|high)\b|\bwhat\s+(?:percentage|number|age)\b",
    ),
    ("who", r"^\W*(?:who|whom|whose)\b|\bwho\s+(?:must|may|can|should|do|does|is|are|has|will)\b"),
    ("where", r"\bwhere\b|\bwhat\s+(?:address|email|phone|number\s+do\s+i\s+(?:ring|call))\b"),
    ("why", r"^\W*why\b|\bfor\s+what\s+reason\b"),
    (
        "list",
        r"\b(?:what|which)\s+(?:documents?|evidence|information|steps|conditions|types?|kinds?|things)\b"
        r"|\bwhat\s+do\s+i\s+need\b",
    ),
    (
        "allowed",
        r"\b(?:can|may|could)\s+(?:i|we|you|my|our|a|an|the|staff|someone|people)\b"
        r"|\b(?:am|are|is)\b.*\b(?:allowed|entitled|eligible|able|permitted|qualify)\b"
        r"|\b(?:do|does)\b.*\b(?:qualify|count)\b",
    ),
    (
        "duty",
        r"\b(?:must|should|shall)\s+(?:i|we|you|my|the|a|staff)\b"
        r"|\b(?:do|does)\b.*\b(?:have|need)\s+to\b|\b(?:am|are|is)\b.*\b(?:required|obliged)\b",
    ),
)
_COMPILED = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _KINDS)
_ROLE = re.compile(
    r"\b(?:manager|director|officer|head|team|board|minister|secretary|committee|council|department"
    r"|authority|employer|court|tribunal|panel|desk|service|agency|office|commissioner|staff|person"
    r"|people|everyone|anyone|parents?|carers?|employees?|adviser|inspector|chair)s?\b"
    r"|\b[A-Z][a-z]+\s+[A-Z][a-z]+\b",
)
_PLACE = re.compile(
    r"@|\bhttps?://|\bwww\.|\b(?:address|room|street|road|office|online|website|building|portal|at\s+the"
    r"|in\s+the|extension|telephone|phone|email|write\s+to|ring)\b",
    re.IGNORECASE,
)
_ALLOWED = re.compile(
    r"\bonly\s+if\b|\beligible\b|\bentitled\b|\bqualif(?:y|ies)\b|\bif\s+you\b", re.I
)
_REASON = re.compile(r"\bbecause\b|\bso\s+that\b|\bin\s+order\s+to\b|\bsince\b|\breason\b", re.I)


def kind_of(question: str) -> str:
    """The kind of answer the question waits for, empty where anything may answer.

    >>> kind_of("How much can I claim?"), kind_of("Do I have to tell my manager?")
    ('money', 'duty')
    """
    for name, pattern in _COMPILED:
        if pattern.search(question):
            return name
    return ""


def fits(kind: str, sentence: str) -> float:
    """From 0 to 1, how well the sentence could be an answer of that kind."""
    if kind in ("money", "time", "number"):
        return _fits_amount(kind, sentence)
    if kind == "who":
        return 1.0 if _ROLE.search(sentence) else 0.0
    if kind == "where":
        return 1.0 if _PLACE.search(sentence) else 0.0
    if kind == "why":
        return 1.0 if _REASON.search(sentence) else 0.0
    if kind in ("allowed", "duty"):
        return 1.0 if modes(sentence) or _ALLOWED.search(sentence) else 0.0
    return 0.5


def _fits_amount(kind: str, sentence: str) -> float:
    found = quantities(sentence)
    units = {quantity.unit for quantity in found}
    times = bool(units & {"hours", "months", "clock"}) or bool(dates(sentence))
    if kind == "money":
        return 1.0 if units & {"£", "$", "€"} else 0.6 if "%" in units else 0.0
    if kind == "time":
        return 1.0 if times or re.search(r"\d{1,2}:\d\d|\bevery\b|\bonce\b", sentence) else 0.0
    return 1.0 if found else 0.0
