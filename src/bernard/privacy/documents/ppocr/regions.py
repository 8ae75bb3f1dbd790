"""Regions of a map that hang together, and the slanted rectangle round each."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.float32]


class Region(msgspec.Struct, frozen=True):
    """A slanted rectangle: its middle, its length and height, and the angle of its length."""

    x: float
    y: float
    length: float
    height: float
    angle: float


def regions(likely: Map, threshold: float, enough: float, least: int) -> Iterator[Region]:
    """A rectangle for each region that is above the threshold.

    Args:
        enough: what a region's mean must reach.
        least: pixels that it must have.
    """
    rows, starts, ends = _runs(likely > threshold)
    if not len(rows):
        return
    owner = _joined(rows, starts, ends)
    order = np.argsort(owner, kind="stable")
    cuts = np.flatnonzero(np.diff(owner[order])) + 1
    sums = np.concatenate([np.zeros((likely.shape[0], 1)), np.cumsum(likely, axis=1)], axis=1)
    for members in np.split(order, cuts):
        y, a, b = rows[members], starts[members], ends[members]
        count = int((b - a).sum())
        if count < least:
            continue
        mean = float((sums[y, b] - sums[y, a]).sum()) / count
        if mean >= enough:
            yield _rectangle(y, a, b)


def _runs(
    on: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Row, start and end of each run of pixels that are on."""
    padded = np.zeros((on.shape[0], on.shape[1] + 2), np.int8)
    padded[:, 1:-1] = on
    change = np.diff(padded, axis=1)
    rows, starts = np.nonzero(change == 1)
    _, ends = np.nonzero(change == -1)
    return rows, starts, ends


def _joined(
    rows: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.int64]:
    """For each run, the first run of the region it belongs to; runs that touch are of one."""
    parent = list(range(len(rows)))

    def top(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    row, start, end = rows.tolist(), starts.tolist(), ends.tolist()
    above = 0
    for run in range(len(row)):
        while row[above] < row[run] - 1 or (row[above] == row[run] - 1 and end[above] < start[run]):
            above += 1
        other = above
        while other < run and row[other] == row[run] - 1 and start[other] <= end[run]:
            one, two = top(other), top(run)
            parent[max(one, two)] = min(one, two)
            other += 1
    return np.array([top(run) for run in range(len(row))])


def _rectangle(y: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]) -> Region:
    """The rectangle round these runs, as slanted as they are."""
    wide, high = float(end.max() - start.min()), float(y.max() - y.min() + 1)
    slope = _slope(y, start, end) if wide > 3 * high or wide > 60 else 0.0
    xs = np.concatenate([start, end]).astype(np.float64)
    ys = np.concatenate([y, y]).astype(np.float64)
    norm = (1 + slope * slope) ** 0.5
    along, across = (xs + slope * ys) / norm, (ys - slope * xs) / norm
    middle_a, middle_b = (along.min() + along.max()) / 2, (across.min() + across.max() + 1) / 2
    return Region(
        float((middle_a - slope * middle_b) / norm),
        float((middle_b + slope * middle_a) / norm),
        float(np.ptp(along)),
        float(np.ptp(across)) + 1,
        math.atan(slope),
    )


def _slope(y: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]) -> float:
    """How much the region falls for each pixel it goes on, by the line that fits its pixels best."""
    count = (end - start).astype(np.float64)
    middle = (start + end - 1) / 2
    total = count.sum()
    mean_x, mean_y = (count * middle).sum() / total, (count * y).sum() / total
    spread = (count * ((middle - mean_x) ** 2 + (count**2 - 1) / 12)).sum()
    together = (count * (middle - mean_x) * (y - mean_y)).sum()
    return float(np.clip(together / spread, -1, 1)) if spread > 0 else 0.0
