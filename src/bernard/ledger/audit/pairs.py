"""Which intents have an outcome: eight bytes an entry, however long the log is."""

from __future__ import annotations

from array import array

_HOUR_S, _DAY_S = 3600, 86400
# In place of the time of an intent that waits for its outcome.
_OTHER, _ENDED, _SEALED = -1, -2, -3


class Pairs:
    """Goes along a log; every entry is told here, so that its place is its number."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self._at = array("q")
        self._key = array("l")

    def __len__(self) -> int:
        """How many entries were told."""
        return len(self._at)

    def intent(self, at: int, key: int) -> None:
        """The next entry is an intent with the key of this index."""
        self._at.append(max(at, 0))
        self._key.append(key)

    def other(self, *, sealed: bool = False) -> None:
        """The next entry is anything else."""
        self._at.append(_SEALED if sealed else _OTHER)
        self._key.append(-1)

    def end(self, of: int | None, key: int | None) -> str:
        """An outcome of this entry, before it is told itself; gives what is wrong, or nothing.

        Args:
            key: index of the key that the outcome names, None where it names none.
        """
        if of is None or not 0 <= of < len(self._at):
            return f"It is the outcome of entry {of}, which does not come before it."
        state = self._at[of]
        if state == _ENDED:
            return f"It is the second outcome of entry {of}."
        if state == _OTHER:
            return f"It is the outcome of entry {of}, which is not an intent."
        self._at[of] = _ENDED
        if state != _SEALED and key is not None and key != self._key[of]:
            return f"It is the outcome of entry {of}, which has another key."
        return ""

    def open(self, now: int) -> tuple[dict[str, int], int | None]:
        """How many intents have no outcome, by their age at this time, and the first of them."""
        ages = {"hour": 0, "day": 0, "older": 0}
        oldest: int | None = None
        for number, at in enumerate(self._at):
            if at >= 0:
                oldest = number if oldest is None else oldest
                age = now - at
                ages["hour" if age < _HOUR_S else "day" if age < _DAY_S else "older"] += 1
        return ages, oldest
