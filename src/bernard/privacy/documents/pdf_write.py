"""A new PDF from pictures of pages, with the words that stay as text that is not seen.

Nothing of another file comes into it. The words make it searchable and are what a screen reader
reads; their font has no shapes, only meanings. The pages are tagged, and the language is said.

Source: ISO 32000-1:2008, sections 7 (syntax), 9.6.5 (Type 3 fonts), 9.10.3 (ToUnicode) and 14.8
(tagged PDF).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from itertools import groupby

from bernard.privacy.documents.pictures import Encoded
from bernard.privacy.documents.types import Box

TITLE = "Redacted document"
_A_FONT = 255
# How wide each letter of the font without shapes is, in thousandths of its size.
_ADVANCE = 500
# In heights of a line: a gap above it that begins a paragraph.
_PARAGRAPH = 0.7
# In lengths of a letter's height: how far up its line letters stand.
_BASE = 0.2

Line = Sequence[tuple[str, Box]]


class PdfWriter:
    """Collects pages; `finish` gives the file."""

    def __init__(self) -> None:
        """Begin with no pages; what all of them share gets the first numbers."""
        self._objects: list[bytes] = []
        self._catalog, self._tree, self._root, self._document, self._fonts, self._glyph = (
            self._add() for _ in range(6)
        )
        self._pages: list[int] = []
        self._sections: list[int] = []
        self._parents: list[list[int]] = []
        self._codes: dict[str, int] = {}

    def page(self, width: float, height: float, picture: Encoded, lines: Sequence[Line]) -> None:
        """Add a page: its size in points, what it looks like, and its words line by line."""
        paragraphs = list(_paragraphs([line for line in lines if line]))
        image = self._add(_image(picture))
        content = self._add(_stream(self._content(width, height, paragraphs)))
        page, section = self._add(), self._add()
        elements = [self._paragraph(page, section, mark) for mark in range(len(paragraphs))]
        self._put(
            page,
            f"<</Type/Page/Parent {self._tree} 0 R/MediaBox[0 0 {width:.2f} {height:.2f}]"
            f"/Resources<</XObject<</I {image} 0 R>>/Font {self._fonts} 0 R>>"
            f"/Contents {content} 0 R/StructParents {len(self._pages)}/Tabs/S>>",
        )
        kids = _references(elements)
        self._put(section, f"<</Type/StructElem/S/Sect/P {self._document} 0 R/K[{kids}]>>")
        self._pages.append(page)
        self._sections.append(section)
        self._parents.append(elements)

    def finish(self) -> bytes:
        """The file."""
        self._put_fonts()
        rows = " ".join(f"{i} [{_references(e)}]" for i, e in enumerate(self._parents))
        parents = self._add(f"<</Nums[{rows}]>>".encode())
        self._put(
            self._catalog,
            f"<</Type/Catalog/Pages {self._tree} 0 R/Lang(en-GB)/MarkInfo<</Marked true>>"
            f"/StructTreeRoot {self._root} 0 R/ViewerPreferences<</DisplayDocTitle true>>>>",
        )
        self._put(
            self._tree,
            f"<</Type/Pages/Count {len(self._pages)}/Kids[{_references(self._pages)}]>>",
        )
        self._put(
            self._root,
            f"<</Type/StructTreeRoot/K[{self._document} 0 R]/ParentTree {parents} 0 R"
            f"/ParentTreeNextKey {len(self._parents)}>>",
        )
        self._put(
            self._document,
            f"<</Type/StructElem/S/Document/P {self._root} 0 R/K[{_references(self._sections)}]>>",
        )
        return self._written(self._add(f"<</Title({TITLE})>>".encode()))

    def _add(self, body: bytes = b"") -> int:
        self._objects.append(body)
        return len(self._objects)

    def _put(self, number: int, body: str) -> None:
        self._objects[number - 1] = body.encode("ascii")

    def _paragraph(self, page: int, section: int, mark: int) -> int:
        return self._add(
            f"<</Type/StructElem/S/P/P {section} 0 R/Pg {page} 0 R/K {mark}>>".encode()
        )

    def _content(self, width: float, height: float, paragraphs: Sequence[Sequence[Line]]) -> bytes:
        out = [f"/Artifact BMC q {width:.2f} 0 0 {height:.2f} 0 0 cm /I Do Q EMC"]
        for mark, paragraph in enumerate(paragraphs):
            words = [word for line in paragraph for word in line]
            shown = " ".join(self._word(text, box, height) for text, box in words)
            out.append(f"/P <</MCID {mark}>> BDC BT 3 Tr {shown} ET EMC")
        return "\n".join(out).encode("ascii")

    def _word(self, text: str, box: Box, height: float) -> str:
        """The operators that put a word where it is seen, as wide as it is seen."""
        size = max(box.bottom - box.top, 1.0)
        wide = max(box.right - box.left, 0.5)
        stretch = 100 * wide * 1000 / (_ADVANCE * size * max(len(text), 1))
        base = height - box.bottom + _BASE * size
        out = [f"{stretch:.1f} Tz 1 0 0 1 {box.left:.2f} {base:.2f} Tm"]
        for font, letters in groupby(f"{text} ", key=lambda c: self._code(c) // _A_FONT):
            codes = "".join(f"{self._code(c) % _A_FONT + 1:02x}" for c in letters)
            out.append(f"/F{font} {size:.2f} Tf <{codes}> Tj")
        return " ".join(out)

    def _code(self, letter: str) -> int:
        return self._codes.setdefault(letter, len(self._codes))

    def _put_fonts(self) -> None:
        letters = list(self._codes)
        found = [letters[at : at + _A_FONT] for at in range(0, len(letters), _A_FONT)]
        numbers = [self._font(some) for some in found]
        named = "".join(f"/F{i} {number} 0 R" for i, number in enumerate(numbers))
        self._put(self._fonts, f"<<{named}>>")
        self._objects[self._glyph - 1] = _stream(f"{_ADVANCE} 0 d0".encode())

    def _font(self, letters: Sequence[str]) -> int:
        meanings = self._add(_stream(_to_unicode(letters)))
        names = "/g" * len(letters)
        widths = " ".join([str(_ADVANCE)] * len(letters))
        return self._add(
            f"<</Type/Font/Subtype/Type3/FontBBox[0 0 {_ADVANCE} 1000]"
            f"/FontMatrix[.001 0 0 .001 0 0]/FirstChar 1/LastChar {len(letters)}"
            f"/Widths[{widths}]/Encoding<</Type/Encoding/Differences[1{names}]>>"
            f"/CharProcs<</g {self._glyph} 0 R>>/Resources<<>>/ToUnicode {meanings} 0 R>>".encode()
        )

    def _written(self, information: int) -> bytes:
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, body in enumerate(self._objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R>>\n" % (
            len(places) + 1,
            self._catalog,
            information,
        )
        return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines in groups that stand apart from one another."""
    group: list[Line] = []
    for line in lines:
        if group and _stands_apart(group[-1][0][1], line[0][1]):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _stands_apart(above: Box, here: Box) -> bool:
    tall = max(here.bottom - here.top, 1.0)
    return here.top - above.bottom > _PARAGRAPH * tall or here.bottom < above.top


def _references(numbers: Sequence[int]) -> str:
    return " ".join(f"{number} 0 R" for number in numbers)


def _stream(data: bytes) -> bytes:
    packed = zlib.compress(data, 9)
    head = b"<</Length %d/Filter/FlateDecode>>\nstream\n" % len(packed)
    return head + packed + b"\nendstream"


def _image(picture: Encoded) -> bytes:
    colours = "DeviceGray" if picture.colours == 1 else "DeviceRGB"
    parameters = f"/DecodeParms{picture.parameters}" if picture.parameters else ""
    head = (
        f"<</Type/XObject/Subtype/Image/Width {picture.width}/Height {picture.height}"
        f"/ColorSpace/{colours}/BitsPerComponent {picture.bits}/Filter/{picture.filter}"
        f"{parameters}/Length {len(picture.data)}>>\nstream\n"
    )
    return head.encode("ascii") + picture.data + b"\nendstream"


def _to_unicode(letters: Sequence[str]) -> bytes:
    rows = [
        f"<{i:02x}> <{letter.encode('utf-16-be').hex()}>" for i, letter in enumerate(letters, 1)
    ]
    blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    told = "\n".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Letters def /CMapType 2 def\n"
        f"1 begincodespacerange <01> <ff> endcodespacerange\n{told}\nendcmap end end"
    ).encode("ascii")
