"""What kind of answer a question waits for, and whether a sentence has one."""

from __future__ import annotations

import re

from bernard.text.quantities import dates, quantities
from bernard.text.wording import modes

# Looked for in this order: the first that matches is the kind.
_KINDS: tuple[tuple[str, str], ...] = (
    (
        "duty",
        r"^\W*(?:must|should|shall)\s|^\W*(?:do|does)\b.*\b(?:have|need)\s+to\b"
        r"|^\W*(?:am|are|is)\b.*\b(?:required|obliged)\b|^\W*do\s+(?:i|we)\s+need\b",
    ),
    ("allowed", r"^\W*(?:can|may|could|am|are|is|do|does|will|would)\s"),
    ("why", r"^\W*why\b|\bfor\s+what\s+reason\b"),
    (
        "who",
        r"^\W*(?:who|whom|whose)\b|\bwho\s+(?:must|may|can|should|do|does|is|are|has|will)\b",
    ),
    (
        "time",
        r"\bhow\s+(?:long|soon|often|quickly|early|late|far\s+in\s+advance)\b|^\W*when\b"
        r"|\b(?:and|or)\s+when\b|[.?,]\s*when\b|\bhow\s+much\s+(?:time|notice)\b|\bby\s+when\b"
        r"|\b(?:what|which)\s+(?:date|day|time|deadline|year|month)\b"
        r"|\b(?:deadline|time\s+limit)\b",
    ),
    (
        "money",
        r"\bhow\s+much\b.*\b(?:cost|pay|paid|price|claim|spend|charge|worth|earn|money|fee|fine"
        r"|allowance|mile|get)\b(?!.*\b(?:leave|holiday)\b)"
        r"|\bwhat\b.*\b(?:cost|price|fees?|charge|rate|allowance)\b",
    ),
    (
        "number",
        r"\bhow\s+(?:many|much|old|far|big|large|high)\b|\bwhat\s+(?:percentage|number|age)\b",
    ),
    (
        "list",
        r"\b(?:what|which)\s+(?:documents?|evidence|information|steps|conditions|proof|papers)\b"
        r"|\bwhat\s+(?:do|must|should)\s+(?:i|we|you)\s+(?:need|send|bring|provide|include)\b",
    ),
    ("where", r"\bwhere\b|\bwhat\s+(?:address|email|phone|number\s+do\s+i\s+(?:ring|call))\b"),
    ("number", r"\b(?:limit|maximum|minimum|most)\b"),
)
_COMPILED = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _KINDS)
_ASKING = re.compile(
    r"\bhow\s+(?:long|much|many|often|soon|quickly|early|late|old|far|big|large|high)\b"
    r"|\b(?:what|which)\s+(?:kinds?|types?|sorts?)\s+of\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:if|unless)\b[^,;.]*")
_ROLE = re.compile(
    r"\b(?:manager|director|officer|head|team|board|minister|secretary|committee|council|department"
    r"|authority|employer|court|tribunal|panel|desk|service|agency|office|commissioner|staff|person"
    r"|people|everyone|anyone|parents?|carers?|employees?|adviser|inspector|chair)s?\b"
    r"|\b[A-Z][a-z]+\s+[A-Z][a-z]+\b",
)
_ITEM = re.compile(r"[*•\-–]\s")
_PLACE = re.compile(
    r"@|\bhttps?://|\bwww\.|\b(?:address|room|street|road|office|online|website|building|portal|at\s+the"
    r"|in\s+the|extension|telephone|phone|email|write\s+to|ring)\b",
    re.IGNORECASE,
)
_ALLOWED = re.compile(
    r"\bonly\s+if\b|\beligible\b|\bentitled\b|\bqualif(?:y|ies)\b|\bif\s+you\b", re.I
)
_REASON = re.compile(r"\bbecause\b|\bso\s+that\b|\bin\s+order\s+to\b|\bsince\b|\breason\b", re.I)


def subject(question: str) -> str:
    """The question without the words that only say what kind of answer it waits for."""
    return _ASKING.sub(" ", question)


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
    if kind == "list":
        return 1.0 if sentence.endswith(":") or _ITEM.match(sentence) else 0.0
    if kind == "where":
        return 1.0 if _PLACE.search(sentence) else 0.0
    if kind == "why":
        return 1.0 if _REASON.search(sentence) else 0.0
    if kind in ("allowed", "duty"):
        return 1.0 if modes(sentence) or _ALLOWED.search(sentence) else 0.0
    return 0.5


def _fits_amount(kind: str, sentence: str) -> float:
    # An amount in a condition (`if it is more than £75`) is seldom what was asked for.
    return max(_has_amount(kind, _CONDITION.sub(" ", sentence)), _has_amount(kind, sentence) / 2)


def _has_amount(kind: str, sentence: str) -> float:
    found = quantities(sentence)
    units = {quantity.unit for quantity in found}
    times = bool(units & {"hours", "months", "clock"}) or bool(dates(sentence))
    if kind == "money":
        return 1.0 if units & {"£", "$", "€"} else 0.6 if "%" in units else 0.0
    if kind == "time":
        return 1.0 if times or re.search(r"\d{1,2}:\d\d|\bevery\b|\bonce\b", sentence) else 0.0
    return 1.0 if found else 0.0
