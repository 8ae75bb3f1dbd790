"""Charts as SVG: bars, a line over days, and bars of several parts.

They use no script, no style sheet and no font of their own, and each is beside a table that says the
same. Parts differ in pattern as well as in colour; what is held back is a gap with a mark in it. The
drawing is 400 units wide with letters of 15, so that they can still be read on a screen of 320 pixels.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import ceil, isfinite
from typing import NamedTuple

from bernard.text.clean import clean

Value = float | None
WIDTH = 400
MOST_BARS = 15
HELD_BACK = "held back"
_LETTER = 15
_LETTER_WIDTH = 8.2
_LINE = 20
_BAR = 16
_GAP = 12
_CAPTION = 30
_SHOWN_WIDTH = 520
_INK, _SOFT = "#16201e", "#4a5552"
# The first colour is of every chart with one series. All have 3:1 or more against white.
_COLOURS = ("#1b6b5f", "#801650", "#12436d", "#b8460f", "#3d3d3d")
_PATTERNS = (
    "",
    "M0 8L8 0",
    "M4 0V8",
    "M0 4H8M4 0V8",
    "M0 0L8 8",
)


class _Drawing(NamedTuple):
    parts: list[str]
    height: float


def bars(title: str, rows: Sequence[tuple[str, Value]], unit: str = "") -> str:
    """A bar for each row, as long as its number; empty where there is no row."""
    if not rows:
        return ""
    shown, left = rows[:MOST_BARS], len(rows) - MOST_BARS
    most = max((abs(_finite(value)) for _, value in shown), default=0.0)
    parts: list[str] = []
    top = 0.0
    for name, value in shown:
        parts += _heading(top, name, _words(value, unit))
        parts += _bar(top + _LINE + 2, value, most)
        top += _LINE + _BAR + _GAP
    if left > 0:
        parts.append(_text(0, top + _LETTER, f"and {left:,} more in the table", _SOFT))
        top += _LINE
    return _svg(title, _Drawing(parts, top))


def shares(title: str, rows: Sequence[tuple[str, float, float, float]]) -> str:
    """A bar for each row's share of a whole, with a line from one end of its interval to the other.

    Args:
        rows: name, share, and the ends of its interval, each from 0 to 1.
    """
    if not rows:
        return ""
    shown, left = rows[:MOST_BARS], len(rows) - MOST_BARS
    # A round number of tenths that every interval fits in.
    whole = min(1.0, ceil(10 * max(_finite(high) for *_, high in shown) + 1e-9) / 10) or 1.0
    parts: list[str] = []
    top = 0.0
    for name, value, low, high in shown:
        said = f"{value:.0%} ({low:.0%} to {high:.0%})"
        room = WIDTH - (len(said) + 2) * _LETTER_WIDTH
        if _cut(name, room) == _cut(name, WIDTH):
            parts += _heading(top, name, said)
        else:
            # A long name has its line to itself.
            parts += [*_heading(top, name, ""), *_heading(top + _LINE, "", said)]
            top += _LINE
        parts += _bar(top + _LINE + 2, value, whole)
        parts.append(_whisker(top + _LINE + 2, low / whole, high / whole))
        top += _LINE + _BAR + _GAP
    if left > 0:
        parts.append(_text(0, top + _LETTER, f"and {left:,} more in the table", _SOFT))
        top += _LINE
    parts.append(
        _text(0, top + _LETTER, f"Full width is {whole:.0%}; lines are 95% intervals", _SOFT)
    )
    return _svg(title, _Drawing(parts, top + _LINE))


def over_time(title: str, points: Sequence[tuple[str, Value]]) -> str:
    """A line over days or months in their order; empty where there is no point.

    A number that is held back is no point of the line: a cross stands for it at the foot.
    """
    if not points:
        return ""
    most = max((_finite(value) for _, value in points), default=0.0)
    foot, top, left = 190.0, 28.0, 4.0
    step = (WIDTH - 2 * left) / max(1, len(points) - 1)
    places = [
        (left + index * step, None if value is None else _up(_finite(value), most, foot, top))
        for index, (_, value) in enumerate(points)
    ]
    if len(points) == 1:
        places = [(WIDTH / 2, places[0][1])]
    parts = [
        *((_text(0, 15, f"{_words(most)} at most", _SOFT), _rule(top, "4 4")) if most else ()),
        _rule(foot),
        *_lines(places),
        *_crosses((x for x, y in places if y is None), foot),
        _text(0, foot + 24, points[0][0], _INK),
    ]
    if len(points) > 1:
        parts.append(_text(WIDTH, foot + 24, points[-1][0], _INK, end=True))
    if any(y is None for _, y in places):
        parts.append(_text(0, foot + 46, f"× {HELD_BACK}, or nothing", _SOFT))
    return _svg(title, _Drawing(parts, foot + 54))


def stacked(
    title: str, series: Sequence[str], rows: Sequence[tuple[str, Sequence[Value]]], key: str
) -> str:
    """A bar of several parts for each row; empty where there is no row.

    Args:
        key: sets the ids of its patterns apart from those of other charts of a page.
    """
    if not rows or not series:
        return ""
    shown, left = rows[:MOST_BARS], len(rows) - MOST_BARS
    most = max(sum(abs(_finite(value)) for value in values) for _, values in shown)
    parts = [_patterns(key, len(series)), *_legend(series, key)]
    top = len(series) * (_LINE + 4.0) + _GAP
    for name, values in shown:
        held = f"some {HELD_BACK}" if None in values else ""
        parts += _heading(top, name, held)
        x = 0.0
        for index, value in enumerate(values):
            width = WIDTH * _finite(value) / most if most else 0.0
            if width:
                parts.append(_part(x, top + _LINE + 2, width, index, key))
            x += width
        if not x:
            parts.append(_mark(top + _LINE + 2))
        top += _LINE + _BAR + _GAP
    if left > 0:
        parts.append(_text(0, top + _LETTER, f"and {left:,} more in the table", _SOFT))
        top += _LINE
    return _svg(title, _Drawing(parts, top))


def _svg(title: str, drawing: _Drawing) -> str:
    name = html.escape(clean(title))
    height = drawing.height + _CAPTION
    caption = _text(0, _LETTER, _cut(title, WIDTH), _INK)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'width="{_SHOWN_WIDTH}" height="{height * _SHOWN_WIDTH / WIDTH:.0f}" role="img" '
        f'aria-label="{name}" focusable="false" font-family="Helvetica, Arial, sans-serif" '
        f'font-size="{_LETTER}"><title>{name}</title>{caption}'
        f'<g transform="translate(0 {_CAPTION})">{"".join(drawing.parts)}</g></svg>'
    )


def _heading(top: float, name: str, value: str) -> list[str]:
    """The line above a bar: its name, cut where there is no room, and its number."""
    room = WIDTH - (len(value) + 2) * _LETTER_WIDTH
    parts = [_text(0, top + _LETTER, _cut(name, room), _INK)]
    return [*parts, _text(WIDTH, top + _LETTER, value, _INK, end=True)] if value else parts


def _bar(top: float, value: Value, most: float) -> Iterator[str]:
    if value is None:
        yield _mark(top)
        return
    width = WIDTH * abs(_finite(value)) / most if most else 0.0
    yield f'<rect x="0" y="{top:.1f}" width="{max(width, 1):.1f}" height="{_BAR}" fill="{_COLOURS[0]}"/>'


def _whisker(top: float, low: float, high: float) -> str:
    """Black on white on the bar, so that it is seen on both."""
    left, right, middle = WIDTH * low, WIDTH * min(1.0, high), top + _BAR / 2
    line = f"M{left:.1f} {middle:.1f}H{right:.1f}M{left:.1f} {middle - 4:.1f}v8M{right:.1f} {middle - 4:.1f}v8"
    return (
        f'<path d="{line}" stroke="#ffffff" stroke-width="4" fill="none"/>'
        f'<path d="{line}" stroke="{_INK}" stroke-width="1.5" fill="none"/>'
    )


def _mark(top: float) -> str:
    """In place of a bar that is held back: an outline that says nothing of its length."""
    return (
        f'<rect x="1" y="{top + 1:.1f}" width="22" height="{_BAR - 2}" fill="none" '
        f'stroke="{_SOFT}" stroke-width="1.5" stroke-dasharray="4 3"/>'
    )


def _part(x: float, top: float, width: float, index: int, key: str) -> str:
    # A white seam between parts, however thin they are.
    wide = max(width - 1.5, 0.8)
    x = min(x, WIDTH - wide)
    return (
        f'<rect x="{x:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{_BAR}" '
        f'fill="{_fill(index, key)}" stroke="{_COLOURS[index % len(_COLOURS)]}" stroke-width="0.8"/>'
    )


def _legend(series: Sequence[str], key: str) -> Iterator[str]:
    for index, name in enumerate(series):
        top = index * (_LINE + 4.0)
        yield _part(0, top + 2, 24, index, key)
        yield _text(32, top + _LETTER, _cut(name, WIDTH - 32), _INK)


def _patterns(key: str, count: int) -> str:
    made = []
    for index in range(count):
        colour, lines = _look(index)
        if lines:
            made.append(
                f'<pattern id="{html.escape(key)}-{index}" width="8" height="8" '
                f'patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="#ffffff"/>'
                f'<path d="{lines}" stroke="{colour}" stroke-width="3"/></pattern>'
            )
    return f"<defs>{''.join(made)}</defs>"


def _look(index: int) -> tuple[str, str]:
    return _COLOURS[index % len(_COLOURS)], _PATTERNS[index % len(_PATTERNS)]


def _fill(index: int, key: str) -> str:
    colour, lines = _look(index)
    return f"url(#{html.escape(key)}-{index})" if lines else colour


def _lines(places: Sequence[tuple[float, Value]]) -> Iterator[str]:
    """The line, broken where a number is held back; a lone point is a dot."""
    run: list[tuple[float, float]] = []
    for (x, y), (_, after) in pairwise([*places, (0.0, None)]):
        if y is not None:
            run.append((x, y))
        if run and (y is None or after is None):
            yield _run(run)
            run = []


def _run(run: Sequence[tuple[float, float]]) -> str:
    if len(run) == 1:
        [(x, y)] = run
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_COLOURS[0]}"/>'
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
    return (
        f'<polyline points="{points}" fill="none" stroke="{_COLOURS[0]}" stroke-width="2.5" '
        'stroke-linejoin="round"/>'
    )


def _crosses(places: Iterable[float], foot: float) -> Iterator[str]:
    for x in places:
        yield (
            f'<path d="M{x - 3:.1f} {foot - 7:.1f}l6 6m0 -6l-6 6" stroke="{_SOFT}" '
            'stroke-width="1.5"/>'
        )


def _rule(y: float, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="M0 {y:.1f}H{WIDTH}" stroke="{_SOFT}" stroke-width="1"{dashed}/>'


def _text(x: float, y: float, words: str, colour: str, *, end: bool = False) -> str:
    anchor = ' text-anchor="end"' if end else ""
    said = html.escape(clean(words))
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}"{anchor}>{said}</text>'


def _up(value: float, most: float, foot: float, top: float) -> float:
    return foot - (foot - top) * value / most if most else foot


def _finite(value: Value) -> float:
    return value if value is not None and isfinite(value) else 0.0


def _words(value: Value, unit: str = "") -> str:
    """A number as people read it.

    >>> _words(None), _words(1234567), _words(0.12345, "Wh")
    ('held back', '1,234,567', '0.123 Wh')
    """
    if value is None:
        return HELD_BACK
    shown = (
        f"{value:,.0f}" if value == int(_finite(value)) or abs(value) >= 1000 else f"{value:.3g}"
    )
    return f"{shown} {unit}".strip()


def _cut(words: str, room: float) -> str:
    """As much of the words as there is room for; wide letters count twice.

    >>> _cut("abcdef", 30)
    'ab…'
    """
    # A name is one line, whatever it holds.
    words = " ".join(clean(words).split())
    widths = [2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words]
    if sum(widths) * _LETTER_WIDTH <= room:
        return words
    kept, used = "", 1
    for letter, width in zip(words, widths, strict=True):
        used += width
        if used * _LETTER_WIDTH > room:
            break
        kept += letter
    return f"{kept}…"
