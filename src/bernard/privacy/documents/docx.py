"""Word documents: what goes is taken out of the text itself, and only known parts are kept."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.privacy.documents.docx_clean import clean, drop, local
from bernard.privacy.documents.docx_text import pages_of
from bernard.privacy.documents.limits import Limits
from bernard.privacy.documents.picture import PicturePaper
from bernard.privacy.documents.types import Cut, Kind, Page, Reader

MAIN = "word/document.xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
# Parts that are kept, by how their names begin, with the kind each is declared as.
_KEPT = (
    (re.compile(r"word/document\.xml"), f"{_WORD}.document.main+xml"),
    (re.compile(r"word/header\d*\.xml"), f"{_WORD}.header+xml"),
    (re.compile(r"word/footer\d*\.xml"), f"{_WORD}.footer+xml"),
    (re.compile(r"word/footnotes\.xml"), f"{_WORD}.footnotes+xml"),
    (re.compile(r"word/endnotes\.xml"), f"{_WORD}.endnotes+xml"),
    (re.compile(r"word/numbering\.xml"), f"{_WORD}.numbering+xml"),
    (re.compile(r"word/styles\.xml"), f"{_WORD}.styles+xml"),
    (re.compile(r"word/theme/theme\d*\.xml"), "application/vnd.openxmlformats-officedocument.theme+xml"),
)  # fmt: skip
_PICTURE = re.compile(r"word/media/[\w.-]+\.(?:png|jpe?g|gif|tiff?|webp)", re.IGNORECASE)
_WITHOUT_TEXT = ("word/styles.xml", "word/theme/")
_WHEN = (1980, 1, 1, 0, 0, 0)
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)


class DocxPaper:
    """A Word document that is open: pages of its text, then a page for each picture in it."""

    kind: Kind = "docx"

    def __init__(self, data: bytes, limits: Limits, reader: Reader | None) -> None:
        """Read and clean its parts.

        Raises:
            DocumentUnreadable: it is damaged.
            DocumentTooLarge: it unpacks to too much.
        """
        parts = dict(_parts(data, limits))
        names = [name for name in parts if _kind_of(name)]
        self._roots = {name: _parsed(name, parts[name]) for name in sorted(names, key=_order)}
        for root in self._roots.values():
            clean(root)
        self._links = {n: _links(n, parts) for n in self._roots}
        shown = [n for n in parts if _PICTURE.fullmatch(n)]
        self._pictures = {n: PicturePaper(parts[n], limits, reader) for n in shown}
        self._texts = pages_of(
            [r for n, r in self._roots.items() if not n.startswith(_WITHOUT_TEXT)]
        )
        self.pages = len(self._texts) + len(self._pictures)
        self.notes = tuple(_left_out(parts, {*names, *shown}))

    def page(self, number: int) -> Page:
        """A page of text, or a picture."""
        if number < len(self._texts):
            return Page(0, 0, self._texts[number].text)
        return self._picture_at(number).page(0)

    def know(self, number: int, page: Page) -> None:
        """Take a picture as it was read before; text is read the same way each time."""
        if number >= len(self._texts):
            self._picture_at(number).know(0, page)

    def cut(self, number: int, cuts: Sequence[Cut]) -> None:
        """Take these out of the text, or paint them over."""
        if number < len(self._texts):
            self._texts[number].cut(cuts)
        else:
            self._picture_at(number).cut(0, cuts)

    def finish(self) -> bytes:
        """The new document: the parts that are known, and no other."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self._written():
                archive.writestr(zipfile.ZipInfo(name, _WHEN), data, zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def _picture_at(self, number: int) -> PicturePaper:
        return list(self._pictures.values())[number - len(self._texts)]

    def _written(self) -> Iterator[tuple[str, bytes]]:
        yield "[Content_Types].xml", self._content_types()
        yield "_rels/.rels", _relations([("rId1", f"{_OFFICE}/officeDocument", MAIN)])
        for name, root in self._roots.items():
            links = [link for link in self._links[name] if self._keeps(name, link[2])]
            _drop_lost_links(root, {number for number, _, _ in links})
            yield (
                name,
                etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True),
            )
            if links:
                folder, base = posixpath.split(name)
                yield f"{folder}/_rels/{base}.rels", _relations(links)
        for name, picture in self._pictures.items():
            yield name, picture.finish()

    def _keeps(self, name: str, target: str) -> bool:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), target)).lstrip("/")
        return path in self._roots or path in self._pictures

    def _content_types(self) -> bytes:
        root = etree.Element(f"{{{_TYPES}}}Types", nsmap=_own(_TYPES))
        defaults = {"rels": "application/vnd.openxmlformats-package.relationships+xml"}
        for name, picture in self._pictures.items():
            ending = name.rpartition(".")[2]
            defaults[ending] = f"image/{picture.format.lower()}"
        for ending, kind in defaults.items():
            etree.SubElement(root, f"{{{_TYPES}}}Default", Extension=ending, ContentType=kind)
        for name in self._roots:
            etree.SubElement(
                root, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=_kind_of(name)
            )
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _own(namespace: str) -> Any:
    """A namespace that needs no prefix; lxml's types know of prefixes only."""
    return {None: namespace}


def _kind_of(name: str) -> str:
    return next((kind for pattern, kind in _KEPT if pattern.fullmatch(name)), "")


def _order(name: str) -> tuple[int, str]:
    """Headers come before the text and notes after it."""
    before = ("word/header", MAIN, "word/footnotes", "word/endnotes", "word/footer")
    return next((i for i, b in enumerate(before) if name.startswith(b)), 9), name


def _parts(data: bytes, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """The archive's members, counted as they are inflated."""
    room = limits.max_bytes
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                with archive.open(member) as stream:
                    part = stream.read(room + 1)
                room -= len(part)
                if room < 0:
                    raise DocumentTooLarge(
                        f"unpacks to more than {limits.max_bytes / 1e6:,.0f} MB, as a ZIP bomb does."
                    )
                yield member.filename.lstrip("/"), part
    except RuntimeError as error:
        raise DocumentUnreadable("is locked with a password. Save a copy without one.") from error
    except _DAMAGED as error:
        raise DocumentUnreadable(
            "is a damaged Word document. Open it in Word and save it again."
        ) from error


def _parsed(name: str, data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False,
        remove_comments=True, remove_pis=True, huge_tree=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentUnreadable(
            f"is a damaged Word document: its part {name!r} is not XML. Open it in Word and save "
            "it again."
        ) from error
    if b"<!DOCTYPE" in data[:2000] or b"<!ENTITY" in data:
        raise DocumentUnreadable("is a Word document with definitions of its own, which none has.")
    return root


def _links(name: str, parts: dict[str, bytes]) -> list[tuple[str, str, str]]:
    """The number, kind and target of what a part refers to inside the file."""
    folder, base = posixpath.split(name)
    found = parts.get(f"{folder}/_rels/{base}.rels")
    if found is None:
        return []
    return [
        (link.get("Id", ""), link.get("Type", ""), link.get("Target", ""))
        for link in _parsed(name, found)
        if link.get("TargetMode") != "External"
    ]


def _relations(links: Sequence[tuple[str, str, str]]) -> bytes:
    root = etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap=_own(_RELATIONS))
    for number, kind, target in links:
        etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", Id=number, Type=kind, Target=target)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _drop_lost_links(root: etree._Element, kept: set[str]) -> None:
    """Take out what refers to something that is not there any more: Word would call it damaged."""
    for element in list(root.iter()):
        for name, value in list(element.attrib.items()):
            if etree.QName(name).namespace == _OFFICE and value not in kept:
                around = next(
                    (a for a in element.iterancestors() if local(a) in ("drawing", "pict")), None
                )
                drop(around if around is not None else element)
                break


def _left_out(parts: dict[str, bytes], kept: set[str]) -> list[str]:
    """What the new file will not have, in sentences."""
    said = {
        "word/comments": "Comments are left out.",
        "word/embeddings/": "Embedded files are left out.",
        "word/charts/": "Charts are left out.",
        "word/diagrams/": "Diagrams are left out.",
        "word/media/": "A drawing of a kind that cannot be looked at is left out.",
        "word/vbaProject": "Macros are left out.",
        "customXml/": "Hidden data is left out.",
        "docProps/": "Its author, dates and other properties are left out.",
    }
    lost = [name for name in parts if name not in kept]
    return [text for begin, text in said.items() if any(n.startswith(begin) for n in lost)]
