"""The sequence numbers of each key: 1, 2, 3 and on, over intents and refusals."""

from __future__ import annotations

from bernard.ledger.types import Entry

# Far more than a body has keys: a log must not fill the memory.
MOST_KEYS = 100_000


class Counted:
    """What was seen of one key."""

    __slots__ = ("index", "intents", "last", "missing", "refusals")

    def __init__(self, index: int) -> None:
        self.index = index
        self.last = self.missing = 0
        self.intents = self.refusals = 0


class Sequences:
    """Counts with each key.

    Sealed calls are numbered on their own, so that a gap here is never one of them.
    """

    def __init__(self) -> None:
        """Begin with no keys."""
        self.by_key: dict[str, Counted] = {}
        self._kept = False

    def is_old(self, entry: Entry) -> bool:
        """Whether a call is from before the log kept such numbers, and the words of today."""
        return not self._kept and entry.sequence == 0 and entry.event in ("intent", "refusal")

    def of(self, key: str) -> Counted | None:
        """What was seen of this key; None where there are too many keys."""
        counted = self.by_key.get(key)
        if counted is None and len(self.by_key) < MOST_KEYS:
            counted = self.by_key[key] = Counted(len(self.by_key))
        return counted

    def take(self, key: str, counted: Counted, sequence: int) -> str:
        """Take the next number of a key; gives what is wrong with it, or nothing."""
        if sequence == counted.last + 1:
            counted.last, self._kept = sequence, True
            return ""
        if sequence == 0:
            return f"It has no sequence number, and the log keeps them. {_of(key)}"
        self._kept = True
        if sequence <= counted.last:
            return f"Its sequence number {sequence:,} is not above {counted.last:,}. {_of(key)}"
        return self._gap(key, counted, sequence)

    def _gap(self, key: str, counted: Counted, sequence: int) -> str:
        gap = sequence - counted.last - 1
        before, counted.last = counted.last, sequence
        counted.missing += gap
        return (
            f"Its sequence number is {sequence:,} and the one before was {before:,}: "
            f"{gap:,} {'call is' if gap == 1 else 'calls are'} not in the log. {_of(key)}"
        )


def _of(key: str) -> str:
    return f"The key is {key!r}."
