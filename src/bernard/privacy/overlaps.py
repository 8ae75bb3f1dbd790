"""Where findings overlap: what is shielded goes, and what is left becomes one finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bernard.privacy.types import Finding


def resolved(found: Sequence[Finding], shields: Sequence[tuple[int, int]] = ()) -> list[Finding]:
    """Findings in order of place, none overlapping another.

    A finding no longer than a shield that it touches is left out. Overlapping findings become one
    that covers all of them, of the kind of the longest (then the surest): nothing that any rule
    found stays readable.
    """
    if shields:
        found = list(_unshielded(found, shields))
    if len(found) < 2:
        return list(found)
    merged: list[Finding] = []
    for finding in sorted(found):
        if merged and finding.start < merged[-1].end:
            merged[-1] = _one(merged[-1], finding)
        else:
            merged.append(finding)
    return merged


def _one(left: Finding, right: Finding) -> Finding:
    best = max(left, right, key=lambda f: (f.end - f.start, f.score, -f.start))
    end = max(left.end, right.end)
    if best.start == left.start and best.end == end:
        return best
    return Finding(left.start, end, best.kind, best.score, best.detector, best.why)


def _unshielded(found: Sequence[Finding], shields: Sequence[tuple[int, int]]) -> Iterable[Finding]:
    ordered = sorted(shields)
    first = 0
    for finding in sorted(found):
        while first < len(ordered) and ordered[first][1] <= finding.start:
            first += 1
        if not _shielded(finding, ordered, first):
            yield finding


def _shielded(finding: Finding, shields: Sequence[tuple[int, int]], first: int) -> bool:
    length = finding.end - finding.start
    for index in range(first, len(shields)):
        start, end = shields[index]
        if start >= finding.end:
            return False
        if end > finding.start and end - start >= length:
            return True
    return False
