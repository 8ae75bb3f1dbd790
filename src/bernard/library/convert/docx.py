"""Word documents: headings, paragraphs, lists with their numbers, tables, notes and comments."""

from __future__ import annotations

from collections.abc import Iterator

from bernard.errors import DocumentUnreadable
from bernard.library.convert.archive import Archive
from bernard.library.convert.docx_styles import Numbering, Styles
from bernard.library.convert.draft import Draft
from bernard.library.convert.limits import Limits
from bernard.library.convert.markup import (
    Element,
    attribute,
    child,
    children,
    local,
    part,
    relations,
)
from bernard.library.convert.tables import is_layout, table

_DROPPED = frozenset(
    {"del", "moveFrom", "instrText", "delText", "pPr", "rPr", "fldChar", "Fallback"}
)
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_ASIDES = {
    "footnoteReference": "footnotes",
    "endnoteReference": "endnotes",
    "commentReference": "comments",
}
_CONTAINERS = ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "txbxContent")
_OBSOLETE_SYMBOLS = {"F0FE": "☒", "F0A8": "☐", "F0FC": "✓", "F0B7": "•"}


def read(data: bytes, draft: Draft, limits: Limits) -> None:
    """Read a DOCX into the draft; changes are read as accepted, macros and pictures are not read."""
    archive = Archive(data, limits)
    main = _main_part(archive)
    root = part(archive, main)
    body = child(root, "body")
    if body is None:
        raise DocumentUnreadable("is damaged: it has no body. Open it in Word and save it again.")
    reader = _Reader(archive, main, draft)
    reader.margins("header")
    reader.blocks(body)
    reader.margins("footer")
    core = part(archive, "docProps/core.xml")
    title = child(core, "title")
    if title is not None and title.text and not draft.title:
        draft.title = title.text


def _main_part(archive: Archive) -> str:
    for kind, target in relations(archive, "").values():
        if kind == "officeDocument" and target in archive:
            return target
    return "word/document.xml"


class _Reader:
    """One pass over a document, with its styles, numbering and notes."""

    def __init__(self, archive: Archive, main: str, draft: Draft) -> None:
        self.archive = archive
        self.draft = draft
        self.relations = relations(archive, main)
        self.styles = Styles(self._related("styles"))
        self.numbering = Numbering(self._related("numbering"))
        self.asides = {kind: self._asides(kind) for kind in ("footnotes", "endnotes", "comments")}

    def _related(self, kind: str) -> Element | None:
        for found, target in self.relations.values():
            if found == kind:
                return part(self.archive, target)
        return None

    def _asides(self, kind: str) -> dict[str, Element]:
        root = self._related(kind)
        return {
            attribute(note, "id"): note
            for note in children(root)
            if attribute(note, "type") not in ("separator", "continuationSeparator")
        }

    def margins(self, kind: str) -> None:
        """Headers or footers, each distinct text once; a lone page number is not worth reading."""
        seen: set[str] = set()
        for found, target in sorted(self.relations.values()):
            root = part(self.archive, target) if found == kind else None
            if root is None:
                continue
            text = "\n".join(filter(None, (self._text(p).strip() for p in _paragraphs(root))))
            if text not in seen and any(len(word) > 4 for word in text.split()):
                self.draft.paragraph(text)
            seen.add(text)

    def blocks(self, parent: Element) -> None:
        """Everything inside, in reading order."""
        for element in _blocks(parent):
            if local(element) == "p":
                self._paragraph(element)
            else:
                self._table(element)

    def _paragraph(self, element: Element) -> None:
        properties = child(element, "pPr")
        style = attribute(_or_empty(child(properties, "pStyle"), element), "val")
        text = self._text(element)
        if not text.strip():
            self._after(element)
            return
        level = self.styles.heading_level(style, properties)
        number = self.numbering.label(*self.styles.numbered(style, properties))
        line = f"{number} {text}" if number else text
        if level:
            if self.styles.is_title(style) and not self.draft.title:
                self.draft.title = text
            self.draft.heading(line, level)
        else:
            self.draft.paragraph(line)
        self._after(element)

    def _after(self, element: Element) -> None:
        """Text boxes, notes and comments that hang on a paragraph, straight after it."""
        for found in element.iter():
            name = local(found)
            if name == "txbxContent" and not _in_fallback(found):
                self.blocks(found)
            elif name in _ASIDES:
                self._aside(_ASIDES[name], attribute(found, "id"))

    def _aside(self, kind: str, identifier: str) -> None:
        note = self.asides[kind].pop(identifier, None)
        if note is None:
            return
        text = "\n".join(filter(None, (self._text(p).strip() for p in _paragraphs(note))))
        if not text:
            return
        if kind == "comments":
            author = attribute(note, "author")
            self.draft.paragraph(f"Comment by {author}: {text}" if author else f"Comment: {text}")
        else:
            self.draft.paragraph(f"Note {identifier}: {text}")

    def _table(self, element: Element) -> None:
        rows = list(children(element, "tr"))
        cells = [[self._cell(cell) for cell in _cells(row)] for row in rows]
        if is_layout(cells) or element.find(".//{*}tbl") is not None:
            for row in rows:
                for cell in _cells(row):
                    self.blocks(cell)
            return
        marked = bool(rows) and child(rows[0], "trPr", "tblHeader") is not None
        self.draft.paragraphs(table(cells, header=True if marked else None))
        for found in element.iter():
            if local(found) in _ASIDES:
                self._aside(_ASIDES[local(found)], attribute(found, "id"))

    def _cell(self, cell: Element) -> str:
        return " ".join(filter(None, (self._text(p).strip() for p in _paragraphs(cell))))

    def _text(self, paragraph: Element) -> str:
        return "".join(_runs(paragraph))


def _blocks(parent: Element) -> Iterator[Element]:
    for element in children(parent):
        name = local(element)
        if name in ("p", "tbl"):
            yield element
        elif name in _CONTAINERS:
            yield from _blocks(element)


def _cells(row: Element) -> Iterator[Element]:
    for element in children(row):
        if local(element) == "tc":
            yield element
        elif local(element) in _CONTAINERS:
            yield from _cells(element)


def _paragraphs(root: Element) -> Iterator[Element]:
    return (e for e in root.iter() if local(e) == "p")


def _runs(element: Element) -> Iterator[str]:
    """The text of a paragraph: insertions read, deletions and field codes not."""
    for found in children(element):
        name = local(found)
        if name == "t":
            yield found.text or ""
        elif name in _BREAKS:
            yield _BREAKS[name]
        elif name == "sym":
            yield _OBSOLETE_SYMBOLS.get(attribute(found, "char").upper(), "•")
        elif name not in _DROPPED and name not in ("txbxContent", "tbl"):
            yield from _runs(found)


def _in_fallback(element: Element) -> bool:
    return any(local(above) == "Fallback" for above in element.iterancestors())


def _or_empty(element: Element | None, otherwise: Element) -> Element:
    return otherwise if element is None else element
