"""The agreements that stand in a log: their texts, and whether each is in force at an entry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from bernard.agreements.canonical import canonical
from bernard.agreements.compiled import Ready, compiled
from bernard.agreements.schema import Agreement, Publication
from bernard.errors import AgreementInvalid
from bernard.ledger.types import Entry

# Far more than a body has agreements, and than an agreement has text: a log must not fill the memory.
MOST_AGREEMENTS = 2_000
MOST_CHARACTERS = 4_000_000
MOST_UNFINISHED = 16
# How an agreement stands after a change; to sign one alone changes nothing.
_STANDS = {
    "in-force": "in force",
    "resumed": "in force",
    "suspended": "suspended",
    "withdrawn": "withdrawn",
}


class InLog:
    """One version of an agreement as far as the log has been read.

    Attributes:
        first: number of the entry with which its whole text was there.
        standing: `in force`, `suspended`, `withdrawn` or `replaced`.
        since: the time of the entry with which it stands so.
        closed: it says that less is public than could be.
    """

    __slots__ = ("closed", "first", "intents", "ready", "refusals", "since", "standing")

    def __init__(self, ready: Ready, first: int, since: int) -> None:
        self.ready = ready
        self.first = first
        self.since = since
        self.standing = "in force"
        self.closed = ready.agreement.publication != Publication()
        self.intents = self.refusals = 0

    @property
    def agreement(self) -> Agreement:
        """The agreement itself."""
        return self.ready.agreement


class Texts:
    """The agreements of a log, by hash."""

    def __init__(self) -> None:
        """Begin with none."""
        self._by_sha256: dict[str, InLog] = {}
        self._parts: dict[str, list[str]] = {}

    def get(self, sha256: str) -> InLog | None:
        """The agreement of this hash, if its text is in the log by now."""
        return self._by_sha256.get(sha256)

    def all(self) -> Iterator[tuple[str, InLog]]:
        """All of them, in the order of the log."""
        yield from self._by_sha256.items()

    def take(self, number: int, entry: Entry) -> str:
        """Take an event of an agreement; gives what is wrong with it, or nothing."""
        if not entry.change:
            return "It does not say what became of the agreement."
        known = self._by_sha256.get(entry.agreement_sha256)
        if entry.text:
            fault = self._text(number, entry, known)
            known = self._by_sha256.get(entry.agreement_sha256)
            if fault or known is None:
                return fault
        if known is not None and known.agreement.id != entry.agreement:
            return f"The text of {known.agreement.id!r} stands under the name {entry.agreement!r}."
        standing = _STANDS.get(entry.change)
        if standing is not None:
            if known is None and standing == "in force":
                return f"The agreement {entry.agreement!r} is in force, and its text is not in the log."
            self._stands(entry, known, standing)
        return ""

    def _stands(self, entry: Entry, known: InLog | None, standing: str) -> None:
        """One version of an agreement stands at a time; what stops one stops them all."""
        others = "replaced" if standing == "in force" else standing
        for other in self._by_sha256.values():
            if other.agreement.id == entry.agreement and other.standing == "in force":
                other.standing, other.since = others, entry.at
        if known is not None:
            known.standing, known.since = standing, entry.at

    def _text(self, number: int, entry: Entry, known: InLog | None) -> str:
        text = self._joined(entry)
        if text is None:
            return ""
        if hashlib.sha256(text.encode()).hexdigest() != entry.agreement_sha256:
            return "The text is not the one that its hash names."
        if known is not None:
            return ""
        if len(self._by_sha256) >= MOST_AGREEMENTS:
            return f"The log has more than {MOST_AGREEMENTS:,} agreements."
        agreement = _agreement(text, entry.agreement_sha256)
        if agreement is None:
            return "The text is not an agreement in its canonical form."
        self._by_sha256[entry.agreement_sha256] = InLog(compiled(agreement), number, entry.at)
        return ""

    def _joined(self, entry: Entry) -> str | None:
        """The whole text, once the last of its parts is there."""
        if entry.parts <= 1:
            return entry.text
        parts = self._parts.setdefault(entry.agreement_sha256, [])
        if len(self._parts) > MOST_UNFINISHED:
            del self._parts[next(iter(self._parts))]
        if entry.part == 1:
            parts.clear()
        if entry.part == len(parts) + 1 and sum(map(len, parts)) < MOST_CHARACTERS:
            parts.append(entry.text)
        if entry.part < entry.parts:
            return None
        return "".join(self._parts.pop(entry.agreement_sha256))


def _agreement(text: str, sha256: str) -> Agreement | None:
    """The agreement that a canonical text stands for; signatures and status are not part of it."""
    try:
        fields = msgspec.json.decode(text, type=dict[str, Any])
        agreement = msgspec.convert(fields | {"status": "signed"}, Agreement)
        if canonical(agreement) != text.encode():
            return None
    except (msgspec.MsgspecError, AgreementInvalid, RecursionError):
        return None
    return msgspec.structs.replace(agreement, sha256=sha256)
