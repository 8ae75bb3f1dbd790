"""Charts: whole SVG whatever the numbers and names, and no information by colour alone."""

import re

import pytest
from lxml import etree

from bernard.look.charts import HELD_BACK, bars, over_time, shares, stacked

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg):
    root = etree.fromstring(svg)
    _, _, width, height = map(float, root.get("viewBox").split())
    assert root.get("role") == "img" and root.get("aria-label")
    for rect in root.iter(f"{SVG}rect"):
        if rect.getparent().tag == f"{SVG}pattern":
            continue
        assert 0 <= float(rect.get("x")) <= width
        assert 0 <= float(rect.get("width")) <= width - float(rect.get("x")) + 0.5
        assert float(rect.get("y")) + float(rect.get("height")) <= height
    for text in root.iter(f"{SVG}text"):
        assert 0 <= float(text.get("y")) <= height
    return root


def words(root):
    return [text.text for text in root.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    "values",
    [[5.0], [0, 0], [None, None], [1e15, 1, None], [0.001, 0.5], [float("inf"), 3]],
)
def test_any_numbers_give_a_whole_drawing(values):
    rows = [(f"2025-11-{day:02}", value) for day, value in enumerate(values, 1)]
    for svg in (bars("Calls", rows), over_time("Calls", rows)):
        root = parsed(svg)
        assert "nan" not in svg and "inf" not in svg.replace(">inf<", "")
        if None in values:
            assert any(HELD_BACK in word for word in words(root))
    parsed(stacked("Calls", ["a", "b"], [(name, [value, 2]) for name, value in rows], "k"))


def test_nothing_to_draw_is_no_drawing():
    assert bars("x", []) == over_time("x", []) == stacked("x", ["a"], [], "k") == ""


def test_names_are_text_and_long_ones_are_cut():
    name = '"><script>alert(1)</script>\x00\u202e'
    root = parsed(bars(name, [(name + "x" * 300, 4), ("小" * 90, 5), ("a\nb", 6)]))
    assert not list(root.iter(f"{SVG}script"))
    assert all(len(word) < 60 for word in words(root))
    assert any(word.endswith("…") for word in words(root))
    assert "a b" in words(root)


def test_a_held_back_day_is_a_gap_with_a_mark():
    points = [("a", 5.0), ("b", 10.0), ("c", None), ("d", 5.0), ("e", 5.0), ("f", None), ("g", 5)]
    root = parsed(over_time("Calls", points))
    assert len(list(root.iter(f"{SVG}polyline"))) == 2
    assert len(list(root.iter(f"{SVG}circle"))) == 1
    assert len([p for p in root.iter(f"{SVG}path") if "l6 6" in p.get("d")]) == 2


def test_parts_differ_by_pattern_and_ids_by_chart():
    rows = [("one", [4, 3, 2, 1])]
    series = ["Accepted", "Changed", "Overturned", "Escalated"]
    first, second = (stacked("Reviews", series, rows, key) for key in ("a", "b"))
    fills = {r.get("fill") for r in parsed(first).iter(f"{SVG}rect") if r.get("height") == "16"}
    assert len(fills) == 4
    ids = [re.findall(r' id="([^"]+)"', svg) for svg in (first, second)]
    assert ids[0] and not set(ids[0]) & set(ids[1])


def test_many_rows_are_cut_and_it_says_so():
    root = parsed(bars("Calls", [(str(n), n) for n in range(1000)]))
    assert "and 985 more in the table" in words(root)


def test_lines_and_marks_stand_out_from_white():
    svg = bars("x", [("a", 1), ("b", None)]) + over_time("x", [("a", 1), ("b", None)])
    svg += stacked("x", list("abcde"), [("a", [1, 2, 3, 4, 5])], "k")
    for colour in set(re.findall(r'(?:fill|stroke)="#(\w{6})"', svg)) - {"ffffff"}:
        linear = []
        for at in (0, 2, 4):
            part = int(colour[at : at + 2], 16) / 255
            linear.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
        light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert 1.05 / (light + 0.05) >= 3


def test_shares_show_their_intervals_and_fit():
    rows = [("A very long name that needs a line of its own", 0.4, 0.31, 0.49), ("b", 0, 0, 0.03)]
    root = parsed(shares("x", rows))
    assert {"40% (31% to 49%)", "0% (0% to 3%)", "b"} <= set(words(root))
    assert "Full width is 50%; lines are 95% intervals" in words(root)
    assert parsed(shares("x", [("all", 1, 0.9, 1)] * 20)) is not None
    assert shares("x", []) == ""
