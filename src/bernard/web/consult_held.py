"""What several pages of one analysis are made from, worked out once and held for the next page."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from bernard.tools.consult.analysis import (
    Counts,
    Hit,
    Pair,
    Placed,
    Rich,
    count,
    placed,
    rich,
    said_together,
)
from bernard.tools.consult.types import Analysed

MOST, MOST_SEARCHES = 12, 50


@dataclass(frozen=True)
class Held:
    """A question with its mapping as a table of yes and no."""

    analysed: Analysed
    _rich: dict[str, Rich] = field(default_factory=dict)
    _near: dict[str, list[Hit]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def near(self, query: str, find: Callable[[], list[Hit]]) -> list[Hit]:
        """What a search by meaning finds; one at a time, as each reads every vector there is."""
        with self._lock:
            if query not in self._near:
                if len(self._near) >= MOST_SEARCHES:
                    self._near.clear()
                self._near[query] = find()
            return self._near[query]

    def rich(self, number: int) -> Rich:
        """What a response brings; a text that many sent is looked at once."""
        text = self.analysed.texts[number]
        if text not in self._rich:
            self._rich[text] = rich(text)
        return self._rich[text]

    @cached_property
    def together(self) -> list[Pair]:
        """Which themes are said together, strongest link first."""
        return said_together(self.analysed, at=self.placed)

    @cached_property
    def placed(self) -> Placed:
        """Which response is in which theme."""
        return placed(self.analysed)

    @cached_property
    def counts(self) -> Counts:
        """How many say what, with every response counted."""
        return count(self.analysed, at=self.placed)

    @cached_property
    def is_checked(self) -> bool:
        """Whether anybody coded a response blind, so that there is a quality to state."""
        return any(decided.blind for decided in self.analysed.decided)


class Holder:
    """Holds the questions that were looked at last; one for a site."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._lock = threading.Lock()
        self._held: OrderedDict[int, Held] = OrderedDict()

    def of(self, analysed: Analysed) -> Held:
        """What is held of this question; an analysis that changed is another object."""
        with self._lock:
            # Whoever is in here keeps its object alive, so no other can have the same identity.
            found = self._held.setdefault(id(analysed), Held(analysed))
            self._held.move_to_end(id(analysed))
            while len(self._held) > MOST:
                self._held.popitem(last=False)
        return found
