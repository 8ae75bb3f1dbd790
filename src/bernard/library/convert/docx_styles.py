"""What a Word document's styles and numbering say about a paragraph: heading, list, its number."""

from __future__ import annotations

import re

from bernard.library.convert.markup import Element, attribute, child, children

MAX_BASED_ON = 16
MAX_LEVELS = 9

_HEADING = re.compile(r"^heading\s*([1-9])$", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"%([1-9])")


def value(element: Element | None) -> str:
    """The `val` of a property, empty where there is none."""
    return "" if element is None else attribute(element, "val")


class Styles:
    """Paragraph styles by identifier."""

    def __init__(self, root: Element | None) -> None:
        """Read `styles.xml`, which a document may lack."""
        self._styles = {attribute(s, "styleId"): s for s in children(root, "style")}

    def _chain(self, style: str) -> list[Element]:
        """The style and those it is based on; a circle of them ends."""
        chain: list[Element] = []
        while (found := self._styles.get(style)) is not None and len(chain) < MAX_BASED_ON:
            chain.append(found)
            style = value(child(found, "basedOn"))
        return chain

    def is_title(self, style: str) -> bool:
        """True for the title of the document."""
        names = [value(child(s, "name")).lower() for s in self._chain(style)[:1]]
        return names == ["title"]

    def heading_level(self, style: str, properties: Element | None) -> int:
        """1 to 9 for a heading, 0 for text."""
        if level := _outline(properties):
            return level
        if not self._styles and (found := _HEADING.match(style)):
            return int(found.group(1))
        for found_style in self._chain(style):
            name = value(child(found_style, "name"))
            if name.lower() == "title":
                return 1
            if found := _HEADING.match(name):
                return int(found.group(1))
            if level := _outline(child(found_style, "pPr")):
                return level
        return 0

    def numbered(self, style: str, properties: Element | None) -> tuple[str, int]:
        """The list a paragraph belongs to and its level in it; an empty list for none."""
        for found in (properties, *(child(s, "pPr") for s in self._chain(style))):
            number = child(found, "numPr")
            if number is not None:
                level = value(child(number, "ilvl"))
                return value(child(number, "numId")), int(level) if level.isdigit() else 0
        return "", 0


def _outline(properties: Element | None) -> int:
    level = value(child(properties, "outlineLvl"))
    return int(level) + 1 if level.isdigit() and int(level) < MAX_LEVELS else 0


class Numbering:
    """The numbers that Word computes and does not write: `4.2`, `(a)`, `•`."""

    def __init__(self, root: Element | None) -> None:
        """Read `numbering.xml`, which a document may lack."""
        abstract = {attribute(a, "abstractNumId"): a for a in children(root, "abstractNum")}
        self._levels: dict[str, dict[int, Element]] = {}
        self._list_of: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        for number in children(root, "num"):
            identifier = attribute(number, "numId")
            shape = value(child(number, "abstractNumId"))
            self._list_of[identifier] = shape
            self._levels[identifier] = _levels(abstract.get(shape)) | _overrides(number)
            self._restarts[identifier] = _restarts(number)
        self._counts: dict[str, list[int]] = {}

    def label(self, number: str, level: int) -> str:
        """The next label of this list at this level, empty where the paragraph is in none."""
        levels = self._levels.get(number)
        if not levels or level not in levels or level >= MAX_LEVELS:
            return ""
        counts = self._counts.setdefault(self._list_of[number], [0] * MAX_LEVELS)
        # Lists that share a shape count on together, unless one says that it begins anew.
        restarts = self._restarts.pop(number, {})
        fresh = level in restarts
        for which, start in restarts.items():
            counts[which] = start - 1
            counts[which + 1 :] = [0] * (MAX_LEVELS - which - 1)
        for above in range(level):
            counts[above] = counts[above] or _start(levels.get(above))
        counts[level] = counts[level] + 1 if counts[level] or fresh else _start(levels[level])
        counts[level + 1 :] = [0] * (MAX_LEVELS - level - 1)
        return self._worded(levels, level, counts)

    def _worded(self, levels: dict[int, Element], level: int, counts: list[int]) -> str:
        shape = value(child(levels[level], "numFmt"))
        if shape == "bullet":
            return "•"
        if shape == "none":
            return ""

        def number(found: re.Match[str]) -> str:
            which = int(found.group(1)) - 1
            style = value(child(levels.get(which), "numFmt"))
            return written(counts[which], style)

        return _PLACEHOLDER.sub(number, value(child(levels[level], "lvlText"))[:100]).strip()


def _levels(abstract: Element | None) -> dict[int, Element]:
    found = {}
    for level in children(abstract, "lvl"):
        which = attribute(level, "ilvl")
        if which.isdigit() and int(which) < MAX_LEVELS:
            found[int(which)] = level
    return found


def _overrides(number: Element) -> dict[int, Element]:
    found: dict[int, Element] = {}
    for override in children(number, "lvlOverride"):
        found |= _levels(override)
    return found


def _restarts(number: Element) -> dict[int, int]:
    found: dict[int, int] = {}
    for override in children(number, "lvlOverride"):
        level, start = attribute(override, "ilvl"), child(override, "startOverride")
        if start is not None and level.isdigit() and int(level) < MAX_LEVELS:
            found[int(level)] = _number(value(start))
    return found


def _start(level: Element | None) -> int:
    return _number(value(child(level, "start")))


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 7 else 1


def written(number: int, style: str) -> str:
    """A number as a list writes it: 4, d, D, iv or IV.

    Example:
        >>> written(4, "decimal"), written(28, "lowerLetter"), written(9, "upperRoman")
        ('4', 'bb', 'IX')
    """
    if style in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 10)
        return letter.upper() if style == "upperLetter" else letter
    if style in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        roman = _roman(number)
        return roman if style == "upperRoman" else roman.lower()
    if style == "decimalZero":
        return f"{number:02d}"
    return str(number)


def _roman(number: int) -> str:
    signs = (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
        (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    )  # fmt: skip
    text = ""
    for size, sign in signs:
        while number >= size:
            text += sign
            number -= size
    return text
