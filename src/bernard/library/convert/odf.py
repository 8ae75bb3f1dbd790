"""OpenDocument: texts, spreadsheets and presentations."""

from __future__ import annotations

from collections.abc import Iterator

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert.archive import Archive
from bernard.library.convert.draft import Draft
from bernard.library.convert.limits import Limits
from bernard.library.convert.markup import (
    Element,
    attribute,
    child,
    children,
    local,
    part,
)
from bernard.library.convert.tables import is_layout, statements, table

MAX_COLUMNS = 1024
MAX_REPEATS = 1 << 20

_SKIPPED = frozenset(
    {
        "tracked-changes",
        "forms",
        "sequence-decls",
        "user-field-decls",
        "variable-decls",
        "bibliography-mark",
    }
)
_ASIDES = frozenset({"note", "annotation"})


def read(data: bytes, draft: Draft, limits: Limits) -> None:
    """Read an ODT, ODS or ODP into the draft; deleted text of tracked changes is not read."""
    archive = Archive(data, limits)
    _refuse_locked(archive)
    content = part(archive, "content.xml")
    body = child(content, "body")
    if body is None:
        raise DocumentUnreadable("is damaged: it has no content. Open it and save it again.")
    styles = _heading_styles(content)
    reader = _Reader(draft, styles)
    margins = part(archive, "styles.xml")
    reader.margins(margins, "header")
    for kind in children(body):
        if local(kind) == "spreadsheet":
            _sheets(kind, draft)
        elif local(kind) == "presentation":
            reader.slides(kind)
        else:
            reader.blocks(kind)
    reader.margins(margins, "footer")
    title = child(part(archive, "meta.xml"), "meta", "title")
    if title is not None and title.text:
        draft.title = title.text


def _refuse_locked(archive: Archive) -> None:
    manifest = archive.get("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise DocumentUnreadable("is locked with a password. Save a copy without one.")


def _heading_styles(content: Element | None) -> dict[str, int]:
    """Paragraph styles made from `Title`, whose paragraphs are headings without saying so."""
    found = {"Title": 1}
    for style in children(child(content, "automatic-styles"), "style"):
        if attribute(style, "parent-style-name") == "Title":
            found[attribute(style, "name")] = 1
    return found


class _Reader:
    """One pass over a text or presentation."""

    def __init__(self, draft: Draft, styles: dict[str, int]) -> None:
        self.draft = draft
        self.styles = styles

    def margins(self, styles: Element | None, kind: str) -> None:
        seen: set[str] = set()
        for page in children(child(styles, "master-styles"), "master-page"):
            for margin in children(page, kind, f"{kind}-left", f"{kind}-first"):
                text = "\n".join(filter(None, (_text(p) for p in margin.iter() if local(p) == "p")))
                if text not in seen and any(len(word) > 4 for word in text.split()):
                    self.draft.paragraph(text)
                seen.add(text)

    def slides(self, presentation: Element) -> None:
        for number, slide in enumerate(children(presentation, "page"), start=1):
            self.draft.page(f"Slide {number}")
            for frame in children(slide):
                titled = attribute(frame, "class") in ("title", "subtitle")
                if titled and frame.find(".//{*}p") is not None:
                    self.draft.heading(
                        " ".join(_text(p) for p in frame.iter() if local(p) == "p"), 1
                    )
                else:
                    self.blocks(frame)

    def blocks(self, parent: Element, bullet: str = "") -> None:
        """Everything inside, in reading order."""
        for element in children(parent):
            name = local(element)
            if name == "h":
                level = attribute(element, "outline-level")
                self.draft.heading(_text(element), int(level) if level.isdigit() else 1)
                self._asides(element)
            elif name == "p":
                self._paragraph(element, bullet)
                bullet = ""
            elif name == "list":
                self._list(element)
            elif name == "table":
                self._table(element)
            elif name not in _SKIPPED:
                self.blocks(element)

    def _paragraph(self, element: Element, bullet: str) -> None:
        text = _text(element)
        if level := self.styles.get(attribute(element, "style-name")):
            if not self.draft.title:
                self.draft.title = text
            self.draft.heading(text, level)
        elif text.strip():
            self.draft.paragraph(f"{bullet} {text}" if bullet else text)
        for box in element.iter():
            if local(box) == "text-box":
                self.blocks(box)
        self._asides(element)

    def _list(self, element: Element) -> None:
        for item in children(element, "list-item", "list-header"):
            self.blocks(item, "•" if local(item) == "list-item" else "")

    def _table(self, element: Element) -> None:
        rows = [[_cell_text(c) for c in _cells(row)] for row in _rows(element)]
        if is_layout(rows) or element.find(".//{*}table") is not None:
            for row in _rows(element):
                for cell in _cells(row):
                    self.blocks(cell)
            return
        marked = child(element, "table-header-rows") is not None
        self.draft.paragraphs(table(rows, header=True if marked else None))

    def _asides(self, element: Element) -> None:
        for aside in element.iter():
            if local(aside) == "note":
                label = _text(child(aside, "note-citation"))
                self.draft.paragraph(f"Note {label}: {_text(child(aside, 'note-body'))}".strip())
            elif local(aside) == "annotation":
                author = child(aside, "creator")
                name = f" by {author.text}" if author is not None and author.text else ""
                said = "\n".join(_text(p) for p in children(aside, "p", "list"))
                self.draft.paragraph(f"Comment{name}: {said}")


def _text(element: Element | None) -> str:
    return "".join(_pieces(element)).strip() if element is not None else ""


def _pieces(element: Element) -> Iterator[str]:
    """Text within a paragraph; notes, comments and boxes are read after it, not inside."""
    yield element.text or ""
    for inner in children(element):
        name = local(inner)
        if name == "s":
            count = attribute(inner, "c")
            yield " " * min(int(count) if count.isdigit() and len(count) < 6 else 1, 80)
        elif name == "tab":
            yield "\t"
        elif name == "line-break":
            yield "\n"
        elif name not in _ASIDES and name not in ("text-box", "ruby-text", "table"):
            yield from _pieces(inner)
            if name == "p":
                yield "\n"
        yield inner.tail or ""


def _rows(element: Element) -> Iterator[Element]:
    for inner in children(element):
        if local(inner) == "table-row":
            yield inner
        elif local(inner) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(inner)


def _cells(row: Element) -> Iterator[Element]:
    return children(row, "table-cell", "covered-table-cell")


def _cell_text(cell: Element) -> str:
    return " ".join(filter(None, (_text(p) for p in cell.iter() if local(p) in ("p", "h"))))


def _sheets(spreadsheet: Element, draft: Draft) -> None:
    for sheet in children(spreadsheet, "table"):
        name = attribute(sheet, "name")
        draft.page(f'Sheet "{name}"')
        draft.heading(name, 1)
        draft.paragraphs(statements(_sheet_rows(sheet)))


def _sheet_rows(sheet: Element) -> Iterator[list[str]]:
    """Rows as written; a repeated empty row is one, a repeated full row is that many."""
    for row in _rows(sheet):
        cells: list[str] = []
        for cell in _cells(row):
            cells += [_cell_text(cell)] * _repeats(cell, "number-columns-repeated")
            if len(cells) > MAX_COLUMNS:
                if any(cells[MAX_COLUMNS:]):
                    raise DocumentTooLarge(f"has a row of more than {MAX_COLUMNS:,} cells.")
                break
        cells = cells[:MAX_COLUMNS]
        times = _repeats(row, "number-rows-repeated") if any(cells) else 1
        for _ in range(times):
            yield cells


def _repeats(element: Element, name: str) -> int:
    times = attribute(element, name)
    return min(int(times[:10]), MAX_REPEATS) if times.isdigit() else 1
