"""Where findings overlap: what is shielded goes, and what is left becomes one finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bernard.privacy.types import Finding

# By themselves these name nobody, or nobody who is private: what goes is never counted as one of them.
SOFT = frozenset({"PLACE", "ORGANISATION", "PUBLIC-FIGURE"})
# What a tagger calls a code has a better name where a rule knows it.
_VAGUE = frozenset({"CODE"})


class Shield(NamedTuple):
    """A range that looks personal and is not.

    Attributes:
        start, end: its place, in characters.
        kinds: the kinds that it shields; all, where there are none.
    """

    start: int
    end: int
    kinds: tuple[str, ...] = ()


def resolved(found: Sequence[Finding], shields: Sequence[Shield] = ()) -> list[Finding]:
    """Findings in order of place, none overlapping another.

    A finding no longer than a shield that it touches is left out. Overlapping findings become one
    that covers all of them, of the kind of the longest (then the surest): nothing that any rule
    found stays readable.
    """
    if shields:
        found = unshielded(found, shields)
    if len(found) < 2:
        return list(found)
    found = sorted(found)
    if any(finding.kind in SOFT for finding in found):
        found = _with_soft_cut(found)
    merged: list[Finding] = []
    for finding in found:
        if merged and finding.start < merged[-1].end:
            merged[-1] = _one(merged[-1], finding)
        else:
            merged.append(finding)
    return merged


def unshielded(
    found: Sequence[Finding], shields: Sequence[Shield], *, within: bool = False
) -> list[Finding]:
    """The findings that no shield leaves out, in order of place.

    Args:
        found: the findings.
        shields: what is not personal.
        within: only a finding that lies wholly in a shield is left out.
    """
    ordered = sorted(shields)
    left: list[Finding] = []
    first = 0
    for finding in sorted(found):
        while first < len(ordered) and ordered[first].end <= finding.start:
            first += 1
        if not _shielded(finding, ordered, first, within):
            left.append(finding)
    return left


def moved(finding: Finding, start: int, end: int) -> Finding:
    """The same finding at another place."""
    return Finding(start, end, finding.kind, finding.score, finding.detector, finding.why)


def _one(left: Finding, right: Finding) -> Finding:
    best = max(left, right, key=_weight)
    end = max(left.end, right.end)
    if best.start == left.start and best.end == end:
        return best
    return moved(best, left.start, end)


def _weight(finding: Finding) -> tuple[bool, bool, int, float, int]:
    return (
        finding.kind not in SOFT,
        finding.kind not in _VAGUE,
        finding.end - finding.start,
        finding.score,
        -finding.start,
    )


def _with_soft_cut(found: Sequence[Finding]) -> list[Finding]:
    """Places and bodies without what goes anyway: `Okafor & Co` where `Okafor` is a person."""
    hard = [f for f in found if f.kind not in ("PLACE", "ORGANISATION")]
    cut: list[Finding] = list(hard)
    first = 0
    end = -1
    for finding in found:
        if finding.kind not in ("PLACE", "ORGANISATION"):
            continue
        if finding.start < end:
            continue  # inside another place or body, which it says no more than
        end = finding.end
        while first < len(hard) and hard[first].end <= finding.start:
            first += 1
        cut += _rest(finding, hard, first)
    return sorted(cut)


def _rest(finding: Finding, hard: Sequence[Finding], first: int) -> Iterable[Finding]:
    at = finding.start
    for index in range(first, len(hard)):
        other = hard[index]
        if other.start >= finding.end:
            break
        if other.start > at:
            yield moved(finding, at, other.start)
        at = max(at, other.end)
    if at < finding.end:
        yield moved(finding, at, finding.end)


def _shielded(finding: Finding, shields: Sequence[Shield], first: int, within: bool) -> bool:
    length = finding.end - finding.start
    for index in range(first, len(shields)):
        start, end, kinds = shields[index]
        if start >= finding.end:
            return False
        if end <= finding.start or (kinds and finding.kind not in kinds):
            continue
        if within:
            if start <= finding.start and finding.end <= end:
                return True
        elif end - start >= length:
            return True
    return False
