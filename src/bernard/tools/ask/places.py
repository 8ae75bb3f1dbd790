"""On which page a quote stands; its passage may have begun on the page before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache

from msgspec.structs import replace

from bernard.errors import NotFound
from bernard.tools.ask.types import Citation, Claim

# The start and label of each page of a document, in order.
PagesOf = Callable[[str], Sequence[tuple[int, str]]]


def with_pages(claims: Sequence[Claim], pages_of: PagesOf) -> tuple[Claim, ...]:
    """The claims, each citation with the page that its own first word is on."""

    @cache
    def known(document: str) -> Sequence[tuple[int, str]]:
        try:
            return pages_of(document)
        except NotFound:
            # Deleted while the answer was made; the quote was there when it was read.
            return ()

    def placed(citation: Citation) -> Citation:
        if not citation.page:
            return citation
        pages = known(citation.document)
        at = bisect_right([start for start, _ in pages], citation.start) - 1
        return replace(citation, page=pages[at][1]) if at >= 0 else citation

    return tuple(replace(c, citations=tuple(map(placed, c.citations))) for c in claims)
