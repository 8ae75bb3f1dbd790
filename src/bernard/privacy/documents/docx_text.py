"""The text of a Word document's parts, each letter with the place in the file that it came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from bernard.privacy.documents.docx_clean import W, local
from bernard.privacy.documents.text import A_PAGE
from bernard.privacy.documents.types import Cut

# Attributes that a person reads: the description of a picture, a watermark, what numbers a list.
_READ = {"docPr": "descr", "cNvPr": "descr", "textpath": "string", "lvlText": f"{W}val"}
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}


class Slot:
    """A place that holds text: an element's own, or one of its attributes."""

    def __init__(self, element: etree._Element, attribute: str, start: int) -> None:
        """Take the place, and where its text begins in the page."""
        self._element, self._attribute = element, attribute
        self.start = start
        self.text = (element.get(attribute) if attribute else element.text) or ""

    @property
    def end(self) -> int:
        """Where its text ends in the page."""
        return self.start + len(self.text)

    def put(self, text: str) -> None:
        """Write the text back."""
        if self._attribute:
            self._element.set(self._attribute, text)
            return
        self._element.text = text
        self._element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


class TextPage:
    """Some paragraphs: their text, and the places it came from."""

    def __init__(self) -> None:
        """Begin empty."""
        self.text = ""
        self._slots: list[Slot] = []

    def add(self, paragraph: etree._Element) -> None:
        """Add a paragraph, or another element that is read by itself."""
        for element, attribute in _pieces(paragraph):
            if attribute is None:
                self.text += _BREAKS[local(element)]
                continue
            slot = Slot(element, attribute, len(self.text))
            self._slots.append(slot)
            self.text += slot.text if not attribute else f"{slot.text}\n"
        self.text += "\n"

    def cut(self, cuts: Sequence[Cut]) -> None:
        """Take these out of the places they came from; a label stands in the first of each."""
        for slot in self._slots:
            inside = [c for c in cuts if c.start < slot.end and slot.start < c.end]
            if inside:
                slot.put(_without(slot, inside))


def _without(slot: Slot, cuts: Sequence[Cut]) -> str:
    out, at = [], 0
    for cut in sorted(cuts):
        start, end = max(cut.start - slot.start, at), cut.end - slot.start
        out += [slot.text[at:start], cut.label if cut.start >= slot.start else ""]
        at = max(at, min(end, len(slot.text)))
    return "".join([*out, slot.text[at:]])


def pages_of(roots: Sequence[etree._Element]) -> list[TextPage]:
    """The text of these parts in order, in pages that can be looked at."""
    pages = [TextPage()]
    for root in roots:
        for paragraph in _paragraphs(root):
            if len(pages[-1].text) > A_PAGE:
                pages.append(TextPage())
            pages[-1].add(paragraph)
    return pages


def _paragraphs(root: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs in the order they are in the file; each part's other texts come at its end."""
    yield from root.iter(f"{W}p")
    yield from root.iter(f"{W}lvl")


def _pieces(paragraph: etree._Element) -> Iterator[tuple[etree._Element, str | None]]:
    """The places of text and the breaks of a paragraph, without those of paragraphs inside it."""
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        name = local(element)
        if element.tag in (f"{W}p", f"{W}pPr", f"{W}rPr"):
            continue
        if name in _READ and element.get(_READ[name]):
            yield element, _READ[name]
        if name == "t":
            yield element, ""
        elif name in _BREAKS:
            yield element, None
        stack.extend(reversed(element))
