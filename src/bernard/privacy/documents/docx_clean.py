"""A part of a Word document without what nobody sees: earlier versions, comments, fields, links.

What was inserted stays and what was deleted goes, as if all changes had been accepted.

Source: ECMA-376-1:2016 (WordprocessingML, section 17; DrawingML, section 20).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_GONE = frozenset(
    {
        *("del", "moveFrom", "delText", "delInstrText", "commentRangeStart", "commentRangeEnd"),
        *("commentReference", "annotationRef", "bookmarkStart", "bookmarkEnd", "permStart"),
        *("permEnd", "proofErr", "altChunk", "subDoc", "object", "control", "movie", "sdtPr"),
        *("sdtEndPr", "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart"),
        *("moveToRangeEnd", "customXmlPr", "smartTagPr", "hlinkClick", "hlinkHover", "Fallback"),
        *("customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart"),
        *("customXmlDelRangeEnd", "customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd"),
        *("customXmlMoveToRangeStart", "customXmlMoveToRangeEnd", "cellIns", "cellDel"),
        *("cellMerge", "OLEObject", "dataBinding", "contentPart", "extLst"),
        *("attachedTemplate", "docVars", "rsids", "printerSettings", "lastRenderedPageBreak"),
    }
)
_UNWRAPPED = frozenset(
    {"ins", "moveTo", "hyperlink", "sdt", "sdtContent", "smartTag", "customXml", "fldSimple"}
)
# Pictures and shapes; a chart or diagram holds data of its own.
_DRAWN = ("/picture", "/wordprocessingShape", "/wordprocessingGroup", "/wordprocessingCanvas")
_KEPT_FIELDS = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b")


def clean(root: etree._Element) -> None:
    """Take out of the tree all that is not what the page shows."""
    _drop_fields(root)
    for element in list(root.iter()):
        name = local(element)
        if name in _GONE or name.endswith("PrChange") or name in ("numberingChange",):
            drop(element)
        elif name == "graphicData" and not str(element.get("uri", "")).endswith(_DRAWN):
            drop(_around(element, ("drawing", "pict")) or element)
        elif name == "r" and _is_hidden(element):
            drop(element)
    for element in list(root.iter()):
        if local(element) in _UNWRAPPED and element.getparent() is not None:
            _unwrap(element)
    for element in root.iter():
        _clean_attributes(element)


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def drop(element: etree._Element) -> None:
    """Take the element out, and leave the text after it."""
    parent = element.getparent()
    if parent is not None:
        _leave_tail(element, parent)
        parent.remove(element)


def _unwrap(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    at = parent.index(element)
    for child in list(element):
        parent.insert(at, child)
        at += 1
    parent.remove(element)


def _leave_tail(element: etree._Element, parent: etree._Element) -> None:
    if element.tail and element.tail.strip():
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail


def _around(element: etree._Element, names: tuple[str, ...]) -> etree._Element | None:
    return next((above for above in element.iterancestors() if local(above) in names), None)


def _is_hidden(run: etree._Element) -> bool:
    found = run.find(f"{W}rPr/{W}vanish")
    return found is not None and found.get(f"{W}val", "true") not in ("0", "false", "off")


def _clean_attributes(element: etree._Element) -> None:
    for name in list(element.attrib):
        plain = etree.QName(name).localname
        foreign = plain.startswith("rsid") or plain in (
            "paraId",
            "textId",
            "link",
            "href",
            "author",
        )
        named = plain == "name" and local(element) in ("docPr", "cNvPr")
        if named:
            element.set(name, "")
        elif foreign or (plain in ("title", "alt") and local(element) != "style"):
            del element.attrib[name]


def _drop_fields(root: etree._Element) -> None:
    """Leave of each field what it shows, but for numbers of pages, which are counted anew."""
    for field in _fields(root):
        codes = "".join(e.text or "" for e in field if local(e) == "instrText")
        if not _KEPT_FIELDS.match(codes):
            for element in field:
                drop(element)


def _fields(root: etree._Element) -> Iterator[list[etree._Element]]:
    """The marks and codes of each field, which may hold others."""
    open_fields: list[list[etree._Element]] = []
    for element in list(root.iter(f"{W}fldChar", f"{W}instrText")):
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            open_fields.append([])
        if not open_fields:
            yield [element]
            continue
        open_fields[-1].append(element)
        if kind == "end":
            yield open_fields.pop()
    yield from open_fields
