"""PowerPoint presentations: each slide's title, text, tables and notes."""

from __future__ import annotations

from collections.abc import Iterator

from bernard.errors import DocumentUnreadable
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
    relations,
)
from bernard.library.convert.tables import table

_TITLES = ("title", "ctrTitle")
_FURNITURE = ("sldNum", "dt", "ftr", "hdr", "sldImg")


def read(data: bytes, draft: Draft, limits: Limits) -> None:
    """Read a PPTX into the draft, slide by slide in the order they are shown."""
    archive = Archive(data, limits)
    main = "ppt/presentation.xml"
    root = part(archive, main)
    if root is None:
        raise DocumentUnreadable("is damaged: it has no slides. Open it and save it again.")
    targets = relations(archive, main)
    for number, listed in enumerate(children(child(root, "sldIdLst"), "sldId"), start=1):
        target = targets.get(_relation(listed), ("", ""))[1]
        slide = part(archive, target) if target in archive else None
        draft.page(f"Slide {number}")
        if slide is None:
            draft.note(f"Slide {number} is missing from the file.")
            continue
        if slide.get("show") == "0":
            draft.note(f"Slide {number} is hidden in the presentation; its text was read.")
        _shapes(child(slide, "cSld", "spTree"), draft)
        _notes(archive, target, draft)
    title = child(part(archive, "docProps/core.xml"), "title")
    if title is not None and title.text:
        draft.title = title.text


def _relation(listed: Element) -> str:
    """The relation's identifier: `r:id`, told from the plain `id` by having a namespace."""
    for key, value in listed.items():
        if str(key).endswith("}id"):
            return str(value)
    return ""


def _shapes(tree: Element | None, draft: Draft) -> None:
    for shape in _flattened(tree):
        if local(shape) == "graphicFrame":
            _table(shape, draft)
            continue
        kind = _placeholder(shape)
        if kind in _FURNITURE:
            continue
        texts = [_text(p) for p in children(child(shape, "txBody"), "p")]
        if kind in _TITLES:
            draft.heading(" ".join(texts), 1)
        else:
            draft.paragraph("\n".join(texts))


def _flattened(tree: Element | None) -> Iterator[Element]:
    for shape in children(tree, "sp", "grpSp", "graphicFrame", "AlternateContent", "Choice"):
        if local(shape) in ("grpSp", "AlternateContent", "Choice"):
            yield from _flattened(shape)
        else:
            yield shape


def _placeholder(shape: Element) -> str:
    found = child(shape, "nvSpPr", "nvPr", "ph")
    return "" if found is None else attribute(found, "type") or "obj"


def _table(frame: Element, draft: Draft) -> None:
    found = child(frame, "graphic", "graphicData", "tbl")
    if found is None:
        return
    rows = [[_cell(cell) for cell in children(row, "tc")] for row in children(found, "tr")]
    properties = child(found, "tblPr")
    marked = properties is not None and properties.get("firstRow") in ("1", "true")
    draft.paragraphs(table(rows, header=True if marked else None))


def _cell(cell: Element) -> str:
    return " ".join(_text(p) for p in children(child(cell, "txBody"), "p"))


def _text(paragraph: Element) -> str:
    pieces = []
    for run in children(paragraph, "r", "br", "fld"):
        if local(run) == "br":
            pieces.append("\n")
        else:
            text = child(run, "t")
            pieces.append((text.text or "") if text is not None else "")
    return "".join(pieces)


def _notes(archive: Archive, slide: str, draft: Draft) -> None:
    for kind, target in relations(archive, slide).values():
        root = part(archive, target) if kind == "notesSlide" and target in archive else None
        for shape in _flattened(child(root, "cSld", "spTree")):
            if _placeholder(shape) not in _FURNITURE:
                text = "\n".join(_text(p) for p in children(child(shape, "txBody"), "p")).strip()
                if text:
                    draft.paragraph(f"Speaker's notes: {text}")
