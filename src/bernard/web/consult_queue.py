"""What each person is to correct next, a few responses ahead: to order all of them takes seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence

from bernard.tools.consult.mapping import next_to_check
from bernard.tools.consult.types import Analysed, Sentences

AHEAD = 25
OLD_S = 1800.0
MOST_QUEUES = 200

_Key = tuple[str, str, str]


class Queues:
    """The queues of all people who correct, in this process; one that is lost is made again."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[_Key, tuple[float, int, list[int]]] = {}
        self._lock = threading.Lock()

    def first(
        self,
        key: _Key,
        analysed: Analysed,
        sentences: Callable[[], Sentences],
        apart_from: Collection[int],
    ) -> int | None:
        """The response that the person should correct next, None where none is left.

        Args:
            key: the consultation, the question, and the person's name.
            apart_from: responses that shall not come up; what other people have before them is added.
        """
        with self._lock:
            done = {one.response for one in analysed.decided} | set(apart_from)
            left = [n for n in self._current(key, analysed) if n not in done]
            if not left:
                others = self._of_others(key)
                left = self._ordered(analysed, sentences(), done | others)
            self._keep(key, analysed, left)
            return left[0] if left else None

    def _current(self, key: _Key, analysed: Analysed) -> Sequence[int]:
        at, version, numbers = self._kept.get(key, (0.0, -1, []))
        fresh = time.monotonic() - at < OLD_S and version == analysed.framework.version
        return numbers if fresh else []

    def _of_others(self, key: _Key) -> set[int]:
        return {
            number
            for other, (_, _, numbers) in self._kept.items()
            if other[:2] == key[:2] and other != key
            for number in numbers
        }

    def _ordered(self, analysed: Analysed, sentences: Sentences, apart_from: set[int]) -> list[int]:
        seen = [one for one in analysed.decided if not one.blind]
        return next_to_check(analysed.mapped, sentences, seen, count=AHEAD, apart_from=apart_from)

    def _keep(self, key: _Key, analysed: Analysed, numbers: list[int]) -> None:
        at, _, old = self._kept.pop(key, (time.monotonic(), 0, []))
        begun = at if set(numbers) <= set(old) else time.monotonic()
        self._kept[key] = (begun, analysed.framework.version, numbers)
        while len(self._kept) > MOST_QUEUES:
            del self._kept[next(iter(self._kept))]
