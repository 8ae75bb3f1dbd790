"""Decide calls against agreements, fast when they are allowed and in words when they are not."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from msgspec.structs import replace

from bernard.agreements.compiled import Candidate, Key, Ready, asked, compiled, key
from bernard.agreements.refusal import refusal
from bernard.agreements.schema import Agreement
from bernard.agreements.types import Call, Decision

_MOST_KEYS = 4096
_NONE: tuple[Candidate, ...] = ()


def decide(
    agreement: Agreement, call: Call, today: datetime.date, *, as_if_signed: bool = False
) -> Decision:
    """Whether the agreement allows the call on this day, and if not, every reason.

    Args:
        as_if_signed: go by the words alone, whatever the status, signatures and term: what a draft
            would decide.
    """
    ready = compiled(agreement)
    if as_if_signed:
        ready = replace(ready, standing=(), start=float("-inf"), end=float("inf"))
    noon = datetime.datetime.combine(today, datetime.time(12), datetime.UTC).timestamp()
    table = Table((ready,), noon)
    found = table.find(call)
    return found.decision if found else table.refusal(call)


class Table:
    """Agreements side by side at one time; the first that allows a call decides it."""

    def __init__(self, agreements: Sequence[Ready], now: float) -> None:
        """Take the agreements in the order in which they are asked.

        What is in force changes only when one starts or ends: the table holds `until` then.
        """
        self.agreements = tuple(agreements)
        self._now = now
        self._live = [r for r in agreements if not r.standing and r.start <= now < r.end]
        self.until = min(
            (t for r in agreements for t in (r.start, r.end) if t > now), default=float("inf")
        )
        self._candidates: dict[tuple[Key, str], tuple[Candidate, ...]] = {}

    def find(self, call: Call, agreement: str = "") -> Candidate | None:
        """The first clause that allows the call, of the agreement of this id if one is given."""
        if not call.places:
            return None
        of = (key(call), agreement)
        candidates = self._candidates.get(of)
        if candidates is None:
            candidates = self._pick(of)
        values = asked(call)
        for candidate in candidates:
            if candidate.allows(values):
                return candidate
        return None

    def refusal(self, call: Call, agreement: str = "") -> Decision:
        """Why none allows it."""
        among = [r for r in self.agreements if agreement in ("", r.agreement.id)]
        return refusal(call, among, self._now)

    def _pick(self, of: tuple[Key, str]) -> tuple[Candidate, ...]:
        call, agreement = of
        found = tuple(
            candidate
            for ready in self._live
            if agreement in ("", ready.agreement.id)
            for candidate in ready.candidates(call)
        )
        if len(self._candidates) >= _MOST_KEYS:
            # Words that callers make up must not fill the memory.
            self._candidates.clear()
        self._candidates[of] = found
        return found
