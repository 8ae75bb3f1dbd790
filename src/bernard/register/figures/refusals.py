"""Tables of what was refused: by reason, agreement, service and purpose."""

from __future__ import annotations

from collections.abc import Iterator

from bernard.ledger.reasons import in_words
from bernard.register.figures.adding import Edition, Key, Sums, add, add_months, count
from bernard.register.figures.disclosures import label
from bernard.register.figures.steps import Published
from bernard.register.types import Column, Table

_MEASURES = (count("refused", "Calls refused"),)
_NOTE = "A call may be refused for several reasons; the rows add up to more than all refusals."
_BY: tuple[tuple[str, str, Key, str], ...] = (
    ("agreement", "Agreement", lambda kind: (kind.agreement,), ""),
    ("service", "Service", lambda kind: (kind.service,), ""),
    ("purpose", "Purpose", lambda kind: (kind.purpose,), "purposes"),
)


def tables(edition: Edition, refusals: Published) -> Iterator[Table]:
    """Every table of this section."""
    yield _by_reason(edition, refusals)
    for name, title, key, words in _BY:
        groups: dict[str, Sums] = {}
        add(groups, refusals, lambda kind: ("refused",), key, rest_as="refused")
        rows = edition.rows(_MEASURES, groups, lambda word, w=words: label(w, word))  # type: ignore[misc]
        yield edition.table(
            f"refusals-by-{name}",
            f"Refusals by {title.lower()}",
            f"Calls that were refused, so that nothing was sent, by {title.lower()}.",
            (Column(name, title), _MEASURES[0].column),
            rows,
        )
    yield _by_month(edition, refusals)


def _by_reason(edition: Edition, refusals: Published) -> Table:
    groups: dict[str, Sums] = {}
    add(groups, refusals, lambda kind: ("refused",), lambda kind: kind.reasons)
    rows = [
        (reason, in_words(str(reason)), refused)
        for reason, refused in edition.rows(_MEASURES, groups)
    ]
    return edition.table(
        "refusals-by-reason",
        "Refusals by reason",
        "Calls that were refused, so that nothing was sent, by what stood against them.",
        (Column("reason", "Reason"), Column("meaning", "What it means"), _MEASURES[0].column),
        rows,
        _NOTE,
    )


def _by_month(edition: Edition, refusals: Published) -> Table:
    groups: dict[str, Sums] = {}
    add_months(groups, refusals, "refused", lambda kind: ("refused",))
    return edition.table(
        "refusals-by-month",
        "Refusals by month",
        "Calls that were refused in each month (UTC).",
        (Column("month", "Month"), _MEASURES[0].column),
        edition.rows(_MEASURES, groups, by_size=False),
    )
