"""Tables of what people decided: reviews of replies, and of proposals to redact."""

from __future__ import annotations

from collections.abc import Iterator

from bernard.register.figures.adding import (
    ALL,
    Edition,
    Key,
    Sums,
    add,
    add_months,
    count,
    pieces,
    share,
)
from bernard.register.figures.disclosures import KINDS_SHOWN, label
from bernard.register.figures.reading import LEFT, TAKEN, Kind
from bernard.register.figures.steps import Published
from bernard.register.types import Column, Table

_REVIEWS = (
    count("reviewed", "Reviewed"),
    count("accepted", "Accepted"),
    count("changed", "Changed"),
    count("overturned", "Overturned"),
    count("escalated", "Escalated"),
    share("overturn_rate", "Overturned, of those reviewed", "overturned", "reviewed"),
)
_PROPOSALS = (
    count("proposed", "Proposed"),
    count("taken_out", "Taken out"),
    count("left_in", "Left in"),
    share("left_in_rate", "Left in, of those proposed", "left_in", "proposed"),
)
_BY: tuple[tuple[str, str, Key, str], ...] = (
    ("service", "Service", lambda kind: (kind.service,), ""),
    ("purpose", "Purpose", lambda kind: (kind.purpose,), "purposes"),
)


def tables(edition: Edition, reviews: Published, redactions: Published) -> Iterator[Table]:
    """Every table of this section."""
    for name, title, key, words in _BY:
        groups: dict[str, Sums] = {}
        add(groups, reviews, _as_review, key, rest_as="reviewed")
        yield edition.table(
            f"review-by-{name}",
            f"Human review by {title.lower()}",
            "Replies of models that a person looked at, and what the person decided.",
            (Column(name, title), *(m.column for m in _REVIEWS)),
            edition.rows(_REVIEWS, groups, lambda word, w=words: label(w, word)),  # type: ignore[misc]
            "Percentages are of the rounded counts.",
        )
    yield _redactions(edition, redactions)
    yield _by_kind(edition, redactions)


def _as_review(kind: Kind) -> tuple[str, str]:
    return ("reviewed", kind.decision)


def _redactions(edition: Edition, redactions: Published) -> Table:
    measures = (count("redactions", "Documents"),)
    groups: dict[str, Sums] = {}
    add_months(groups, redactions, "redactions", lambda kind: ("redactions",))
    return edition.table(
        "review-by-month-of-redaction",
        "Documents redacted by month",
        "Documents whose redaction a person decided, in each month (UTC).",
        (Column("month", "Month"), measures[0].column),
        edition.rows(measures, groups, by_size=False),
    )


def _by_kind(edition: Edition, redactions: Published) -> Table:
    taken, left = (pieces(redactions, prefix, edition.rule) for prefix in (TAKEN, LEFT))
    groups: dict[str, Sums] = {}
    for column, found in (("taken_out", taken), ("left_in", left)):
        for kind, n in found.items():
            for name in (kind, ALL):
                sums = groups.setdefault(name, {})
                sums[column] = sums.get(column, 0) + n
                sums["proposed"] = sums.get("proposed", 0) + n
    return edition.table(
        "review-by-kind-of-personal-data",
        "What people decided about proposed redactions",
        "Pieces of text that the program proposed to redact or a person marked: how many were "
        "taken out, and how many a person let stay, by kind.",
        (Column("kind", "Kind"), *(m.column for m in _PROPOSALS)),
        edition.rows(_PROPOSALS, groups),
        "Pieces are for as many documents as are shown, at their mean. Percentages are of the "
        f"rounded counts. {KINDS_SHOWN}",
    )
