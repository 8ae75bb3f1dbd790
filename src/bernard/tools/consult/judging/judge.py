"""The judge asked, a few responses to a call, and its opinions taken in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bernard.gateway import ChatRequest
from bernard.tools.consult.judging.asking import Held, mixed_up, read, request
from bernard.tools.consult.judging.choosing import Doubts
from bernard.tools.consult.judging.weighing import weighed
from bernard.tools.consult.mapping import answered_again
from bernard.tools.consult.types import Mapped, Span, Theme

# Asks the model; gives the text of its reply, empty where it failed.
AskJudge = Callable[[ChatRequest], str]
# Gives the words of a response, all or a part, with personal data masked.
Words = Callable[[int, Span | None], str]
Told = Callable[[int, int], None]

AT_ONCE, CHARACTERS_AT_ONCE = 10, 8_000
# A model that fails so often in a row is asked no more.
_FAILURES = 2


class Heard(NamedTuple):
    """What came of it.

    Attributes:
        mapped: the answers, with opinions weighed in.
        asked, answered, changed: responses that went to the model, of which it said something that can
            be believed, and whose outcome or themes are others now.
    """

    mapped: list[Mapped]
    calls: int
    asked: tuple[int, ...]
    answered: tuple[int, ...]
    changed: tuple[int, ...]


@dataclass(frozen=True)
class _Opinions:
    """By place among the groups, what the model says of it. `asked`: places that went to it."""

    held: dict[int, Held]
    asked: list[int]
    calls: int


def judged(
    doubts: Doubts,
    themes: Sequence[Theme],
    question: str,
    words: Words,
    ask: AskJudge,
    told: Told = lambda done, total: None,
) -> Heard:
    """The machine's answers after the model was asked about those most in doubt.

    Args:
        themes: the whole framework.
        ask: asks through the gateway. What it raises is passed on.
        told: is told how many texts are done, and of how many.
    """
    opinions = _ask_all(doubts, themes, question, words, ask, told)
    stood = {one.response: one for one in doubts.standings}
    again = [
        weighed(stood[n], doubts.ids, held, lambda span, n=n: words(n, span))  # type: ignore[misc]
        for group, held in opinions.held.items()
        for n in doubts.alike[group]
    ]
    mapped = list(doubts.mapped)
    for one in answered_again(again, doubts.ids, themes):
        mapped[one.response] = one
    answered = tuple(sorted(one.response for one in again))
    return Heard(
        mapped,
        opinions.calls,
        tuple(sorted(n for group in opinions.asked for n in doubts.alike[group])),
        answered,
        tuple(n for n in answered if _holds(mapped[n]) != _holds(doubts.mapped[n])),
    )


def _ask_all(
    doubts: Doubts,
    themes: Sequence[Theme],
    question: str,
    words: Words,
    ask: AskJudge,
    told: Told,
) -> _Opinions:
    known = set(doubts.ids)
    shown = [theme for theme in themes if theme.id in known]
    said = [words(group[0], None) for group in doubts.alike]
    heard: dict[int, Held] = {}
    asked: list[int] = []
    calls = failed = 0
    for batch in _batches(said):
        told(batch[0], len(said))
        reply = ask(request(question, shown, [said[place] for place in batch]))
        calls += 1
        asked += batch
        failed = 0 if reply else failed + 1
        if failed == _FAILURES:
            break
        for number, held in read(reply, doubts.ids, len(batch)).items():
            place = batch[number - 1]
            if not mixed_up(held, said[place], [said[other] for other in batch]):
                heard[place] = held
    return _Opinions(heard, asked, calls)


def _batches(said: Sequence[str]) -> Iterator[list[int]]:
    """Places of the texts that go together: so many, and so long in all."""
    batch: list[int] = []
    size = 0
    for place, text in enumerate(said):
        if batch and (len(batch) == AT_ONCE or size + len(text) > CHARACTERS_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(place)
        size += len(text)
    if batch:
        yield batch


def _holds(one: Mapped) -> tuple[str, frozenset[str]]:
    return one.outcome, frozenset(assigned.theme for assigned in one.themes)
