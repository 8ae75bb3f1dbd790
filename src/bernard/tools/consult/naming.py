"""Names of people in what a file calls its responses: in ids, and in names of letters.

No detector looks at these: they are no sentences. So the rule is wide, and what it withholds by
mistake is still known by its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from bernard.tools.consult.types import Fault

WITHHELD = "[withheld]"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDING = re.compile(r"\.(?:pdf|docx?|odt|rtf|eml|msg|txt|html?|md)$", re.IGNORECASE)
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_PLACE = re.compile(r"(?:the file$|(?:rows?|lines?|records?|letters?|columns?|sheets?) )")
# Of names of letters, words that are no person's.
_USUAL = frozenset(
    [
        "a",
        "and",
        "by",
        "consultation",
        "copy",
        "email",
        "final",
        "for",
        "from",
        "in",
        "letter",
        "mail",
        "of",
        "on",
        "page",
        "re",
        "reply",
        "response",
        "scan",
        "the",
        "to",
        "with",
    ]
)


def names_somebody(id: str) -> bool:
    """Whether an id may be somebody's name or address.

    >>> [names_somebody(i) for i in ("R0012", "ANON-ABCD-1", "letter 2.pdf", "Jo Bloggs", "jo_bloggs.docx")]
    [False, False, False, True, True]
    """
    if "@" in id:
        return True
    bare = _ENDING.sub("", id)
    words = _WORD.findall(bare)
    if bare != id:
        said = [word for word in words if len(word) > 1 and word.lower() not in _USUAL]
        if len(said) > 1:
            return True
    return any(_capital(one) and _capital(other) for one, other in pairwise(words))


def without_names(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Remarks on a file without the ids and names of letters that may be somebody's name."""
    return tuple(
        Fault(
            WITHHELD if not _PLACE.match(f.where) and names_somebody(f.where) else f.where,
            _QUOTED.sub(_withheld, f.what),
        )
        for f in faults
    )


def _capital(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and not word.isupper()


def _withheld(quoted: re.Match[str]) -> str:
    inside = quoted.group(1) if quoted.group(1) is not None else quoted.group(2)
    return WITHHELD if names_somebody(inside) else quoted.group()
