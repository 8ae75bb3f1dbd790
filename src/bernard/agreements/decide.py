"""Decide calls against agreements, fast when they are allowed and in words when they are not."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from bernard.agreements.compiled import Candidate, Key, Ready, but_size, compiled, everything, key
from bernard.agreements.privacy import strictest
from bernard.agreements.refusal import refusal
from bernard.agreements.schema import Agreement, Privacy
from bernard.agreements.types import Call, Decision

_MOST_KEPT = 4096
_Known = dict[tuple[Any, ...], tuple[tuple[float, Candidate], ...]]


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
        names = {"", *(ready.agreement.id for ready in agreements)}
        self._known: dict[str, _Known] = {name: {} for name in names}
        self._candidates: dict[tuple[Key, str], tuple[Candidate, ...]] = {}
        self._privacy: dict[str, Privacy] = {}

    def privacy(self, agreement: str = "") -> Privacy:
        """What may stay in a text, whichever of the agreements allows the call: the strictest.

        Args:
            agreement: id of the only one that is asked; one that is not in force leaves nothing.
        """
        found = self._privacy.get(agreement)
        if found is None:
            live = (r.agreement for r in self._live)
            found = strictest(a for a in live if agreement in ("", a.id))
            if agreement in self._known:
                self._privacy[agreement] = found
        return found

    def find(self, call: Call, agreement: str = "") -> Candidate | None:
        """The first clause that allows the call, of the agreement of this id if one is given."""
        known = self._known.get(agreement)
        if known is None:
            return None
        of = but_size(call)
        found = known.get(of)
        if found is None:
            found = self._work_out(call, agreement)
            _put(known, of, found)
        for most, candidate in found:
            if 0 <= call.bytes <= most:
                return candidate
        return None

    def refusal(self, call: Call, agreement: str = "") -> Decision:
        """Why none allows it."""
        among = [r for r in self.agreements if agreement in ("", r.agreement.id)]
        return refusal(call, among, self._now)

    def _work_out(self, call: Call, agreement: str) -> tuple[tuple[float, Candidate], ...]:
        """Each clause that allows such a call, with the size up to which it does."""
        if not call.places:
            return ()
        of = (key(call), agreement)
        candidates = self._candidates.get(of)
        if candidates is None:
            candidates = self._pick(of)
            _put(self._candidates, of, candidates)
        values = everything(call)
        found = []
        for candidate in candidates:
            most = candidate.most_bytes(values)
            if most >= 0:
                found.append((most, candidate))
                if most == float("inf"):
                    break
        return tuple(found)

    def _pick(self, of: tuple[Key, str]) -> tuple[Candidate, ...]:
        call, agreement = of
        return tuple(
            candidate
            for ready in self._live
            if agreement in ("", ready.agreement.id)
            for candidate in ready.candidates(call)
        )


def _put(kept: dict[Any, Any], of: Any, found: Any) -> None:
    """Keep what was found. Words that callers make up must not fill the memory."""
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[of] = found
