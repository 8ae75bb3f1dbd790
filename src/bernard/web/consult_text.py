"""A response's words as a page shows them: personal data masked, sentences and shared text marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bernard.tools.consult.analysis.wording import percent
from bernard.tools.consult.personal import masked
from bernard.tools.consult.types import Assigned, Personal, Quote, Span

# A response may be megabytes long; a page shows so much of it at once.
MOST_SHOWN = 20_000
_SURE = ((0.9, "sure"), (0.75, "fairly sure"), (0.5, "not sure"))


@dataclass(frozen=True)
class Bit:
    """A stretch of a response.

    Attributes:
        marks: numbers of what speaks here, such as themes; empty where nothing does.
        shared: whether it is text that many sent.
    """

    text: str
    marks: tuple[int, ...] = ()
    shared: bool = False


def bits(
    text: str,
    personal: Sequence[Personal],
    marks: Iterable[tuple[int, Span]] = (),
    shared: Iterable[Span] = (),
    window: Span | None = None,
    *,
    unmasked: bool = False,
) -> list[Bit]:
    """The text cut where a mark begins or ends.

    Args:
        marks: a number, and the characters that it marks; they may lie over each other.
        shared: characters that are not the response's own.
        window: show only these.
    """
    start, end = window or Span(0, len(text))
    marked = [(number, _within(span, start, end)) for number, span in marks]
    dim = [_within(span, start, end) for span in shared]
    cuts = {start, end, *(at for _, span in marked for at in span), *(at for s in dim for at in s)}
    places = sorted(cuts)
    found = []
    for begin, stop in pairwise(places):
        numbers = tuple(n for n, span in marked if span.start <= begin and stop <= span.end)
        words = text[begin:stop] if unmasked else masked(text, tuple(personal), begin, stop)
        is_shared = any(span.start <= begin and stop <= span.end for span in dim)
        found.append(Bit(words, numbers, is_shared))
    return [bit for bit in found if bit.text]


def _within(span: Span, start: int, end: int) -> Span:
    return Span(min(max(span.start, start), end), min(max(span.end, start), end))


def quoted(texts: Sequence[str], personal: Sequence[Sequence[Personal]], quote: Quote) -> str:
    """The words of a quote, masked."""
    number = quote.response
    return masked(texts[number], tuple(personal[number]), quote.start, quote.end)


def how_sure(assigned: Assigned) -> str:
    """A confidence in words; who decided, where a person did."""
    if assigned.by:
        return f"decided by {assigned.by}"
    return next((words for least, words in _SURE if assigned.confidence >= least), "doubtful")


def between(low: float, high: float) -> str:
    """An interval of shares as in `10% to 14%`."""
    return f"{percent(low)} to {percent(high)}"
