"""Tables of what calls used and cost: by model, supplier, service and month."""

from __future__ import annotations

from collections.abc import Iterator

from bernard.register.figures.adding import Edition, Key, Sums, add, add_months, amount, count
from bernard.register.figures.steps import Published
from bernard.register.types import Column, Table

_MEASURES = (
    count("calls", "Calls to models"),
    amount("energy_wh", "Energy, by estimate", "Wh", 3),
    amount("co2e_g", "Carbon dioxide equivalent, by estimate", "g", 3),
    amount("pence", "Cost", "pence", 3),
)
_NOTE = (
    "Energy and cost are for as many calls as are shown, at the mean of calls of their kind. Cost is by the "
    "price file and not by a bill."
)
_BY: tuple[tuple[str, str, Key], ...] = (
    ("model", "Model", lambda kind: (kind.model,)),
    ("supplier", "Supplier", lambda kind: (kind.provider,)),
    ("service", "Service", lambda kind: (kind.service,)),
)


def tables(edition: Edition, calls: Published) -> Iterator[Table]:
    """Every table of this section."""
    for name, title, key in _BY:
        groups: dict[str, Sums] = {}
        add(groups, calls, lambda kind: ("calls",), key, rest_as="calls")
        yield edition.table(
            f"energy-and-cost-by-{name}",
            f"Energy and cost by {title.lower()}",
            f"Energy, carbon and cost of calls to models, by {title.lower()}.",
            (Column(name, title), *(m.column for m in _MEASURES)),
            edition.rows(_MEASURES, groups, lambda word: word or "Not stated"),
            _NOTE,
        )
    yield _by_month(edition, calls)


def _by_month(edition: Edition, calls: Published) -> Table:
    groups: dict[str, Sums] = {}
    add_months(groups, calls, "calls", lambda kind: ("calls",))
    return edition.table(
        "energy-and-cost-by-month",
        "Energy and cost by month",
        "Energy, carbon and cost of calls to models in each month (UTC).",
        (Column("month", "Month"), *(m.column for m in _MEASURES)),
        edition.rows(_MEASURES, groups, by_size=False),
        _NOTE,
    )
