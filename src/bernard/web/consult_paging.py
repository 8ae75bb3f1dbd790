"""A long list a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bernard.web.visit import Visit

T = TypeVar("T")
ROWS = 50


@dataclass(frozen=True)
class Paged(Generic[T]):
    """One page of a list.

    Attributes:
        count: of the whole list. `first`, `last`: places from 1 of the rows shown; 0 where there are none.
        before, after: links to the pages beside it, empty where there is none.
    """

    rows: Sequence[T]
    count: int
    first: int
    last: int
    before: str
    after: str


def paged(visit: Visit, rows: Sequence[T], query: str = "", most: int = ROWS) -> Paged[T]:
    """The page of the list that the address asks for, the last where it asks for one beyond.

    Args:
        query: what else stands in the address of each page.
    """
    pages = max(1, -(-len(rows) // most))
    page = min(max(visit.number("page") or 1, 1), pages)
    start = (page - 1) * most
    shown = rows[start : start + most]

    def link(number: int) -> str:
        if not 1 <= number <= pages:
            return ""
        return f"{visit.request.url.path}?{query}{'&' if query else ''}page={number}"

    first = start + 1 if shown else 0
    return Paged(shown, len(rows), first, start + len(shown), link(page - 1), link(page + 1))
