"""How a workbook shows its numbers: dates, percentages, money."""

from __future__ import annotations

import re

from bernard.library.convert.markup import Element, attribute, child, children

MAX_DIGITS = 12

_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_BUILT_IN = {9: "0%", 10: "0.00%", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00"}
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKETED = re.compile(r"\[[^\]]*\]")
_CURRENCY = re.compile(r"\[\$([^\-\]]*)[^\]]*\]|([£$€])")
_DECIMALS = re.compile(r"\.(0+)")


class Formats:
    """Number formats by the index that a cell names."""

    def __init__(self, styles: Element | None) -> None:
        """Read `styles.xml`, which a workbook may lack."""
        codes = {
            attribute(f, "numFmtId"): attribute(f, "formatCode")
            for f in children(child(styles, "numFmts"), "numFmt")
        }
        self._ids = [attribute(x, "numFmtId") for x in children(child(styles, "cellXfs"), "xf")]
        self._codes = codes

    def _code(self, index: int) -> tuple[int, str]:
        identifier = self._ids[index] if index < len(self._ids) else "0"
        number = int(identifier) if identifier.isdigit() and len(identifier) < 8 else 0
        return number, self._codes.get(identifier) or _BUILT_IN.get(number, "")

    def is_date(self, index: int) -> bool:
        """True where the format shows a day or a time."""
        number, code = self._code(index)
        if number in _BUILT_IN_DATES:
            return True
        bare = _BRACKETED.sub("", _QUOTED.sub("", code.split(";")[0])).lower()
        return bool(re.search(r"[dyhs]|mm", bare)) and "general" not in bare

    def number(self, number: float, raw: str, index: int) -> str:
        """The number as a reader of the sheet sees it, as near as matters for reading."""
        code = self._code(index)[1].split(";")[0]
        if number != number or abs(number) >= 1e15:
            return raw
        bare = _BRACKETED.sub("", _QUOTED.sub("", code))
        percent = "%" in bare
        found = _DECIMALS.search(bare)
        if found or percent or (set(bare) & {"0"}):
            places = min(len(found.group(1)), MAX_DIGITS) if found else 0
        else:
            return _general(number)
        sign = "-" if number < 0 else ""
        comma = "," if "," in bare else ""
        shown = f"{abs(number) * (100 if percent else 1):{comma}.{places}f}"
        return f"{sign}{_currency(code)}{shown}{'%' if percent else ''}"


def _currency(code: str) -> str:
    found = _CURRENCY.search(code.replace('"', ""))
    return (found.group(1) or found.group(2) or "") if found else ""


def _general(number: float) -> str:
    if number == int(number):
        return str(int(number))
    return f"{number:.10g}"
