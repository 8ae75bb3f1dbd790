"""A Word document of ours: its styles, and the parts that a section is put together from."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx import Document as new_document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from bernard.tools.consult.report.word.chart import Bar, bar_chart
from bernard.tools.consult.report.word.table import Column, table
from bernard.tools.consult.writing.cells import plain
from bernard.tools.consult.writing.packing import repacked

ACCENT, INK, SOFT = "1B6B5F", "16201E", "4A5552"
_FONT = "Arial"
_WHEN = datetime(1980, 1, 1)
_WIDTH_CM = 17.0
_LANDSCAPE_CM = 25.7


class Page:
    """A document that is written from top to bottom."""

    def __init__(self, title: str) -> None:
        """Begin a document with this title."""
        self._document = new_document()
        self._title = plain(title)
        self._tables = self._figures = self._marks = 0
        self._width = _WIDTH_CM
        self._contents: Paragraph | None = None
        self._headings: list[tuple[str, str]] = []
        _set_up(self._document, self._title)

    def saved(self) -> bytes:
        """Its bytes; they hold no time."""
        if self._contents is not None:
            for place, (words, name) in enumerate(self._headings):
                _link_to(self._contents, words, name, first=place == 0)
        written = io.BytesIO()
        self._document.save(written)
        return repacked(written.getvalue())

    def title(self, words: str, below: str) -> None:
        """The title, and a line below it."""
        self._add(words, "Title")
        self._add(below, "Subtitle")

    def heading(self, words: str, level: int, *, new_page: bool = False) -> None:
        """A heading; the contents lead to those of the first level."""
        paragraph = self._document.add_heading(plain(words), level)
        if new_page:
            paragraph.paragraph_format.page_break_before = True
        _direct(paragraph, words)
        self._marks += 1
        name = f"part{self._marks}"
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(self._marks))
        start.set(qn("w:name"), name)
        paragraph._p.insert(1, start)
        paragraph._p.append(end)
        if level == 1:
            self._headings.append((plain(words), name))

    def text(self, words: str, style: str = "Normal") -> None:
        """A paragraph; what stands between two asterisks is bold."""
        self._add(words, style)

    def bullets(self, lines: Sequence[str]) -> None:
        """A list."""
        for line in lines:
            self._add(line, "List Bullet")

    def callout(self, words: str) -> None:
        """A paragraph that a hurried reader must not miss."""
        self._add(words, "Callout")

    def quote(self, words: str, source: str) -> None:
        """What somebody said, and where it stands."""
        paragraph = self._document.add_paragraph(style="Quote")
        paragraph.add_run(f"“{plain(words)}”")
        # Its words stay on one line.
        run = paragraph.add_run("\u2003" + f"— {plain(source)}".replace(" ", "\u00a0"))
        run.italic, run.font.size = False, Pt(9)
        run.font.color.rgb = RGBColor.from_string(SOFT)
        _direct(paragraph, words)

    def table(
        self, caption: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], note: str = ""
    ) -> None:
        """A table with its number and caption above it, and a note below."""
        self._tables += 1
        self._add(f"Table {self._tables}. {caption}", "Caption")
        made = table([plain_column(c) for c in columns], rows, self._width, plain(caption))
        self._document.element.body.insert_element_before(made, "w:sectPr")
        self._add(note, "Note")

    def chart(self, caption: str, bars: Sequence[Bar], said: str) -> None:
        """A bar chart that Word draws itself, with `said` for those who cannot see it."""
        if not bars:
            return
        self._figures += 1
        self._add(f"Figure {self._figures}. {caption}", "Caption")
        paragraph = self._document.add_paragraph()
        bar_chart(self._document, paragraph, self._figures, bars, plain(said), self._width)

    def contents(self) -> None:
        """Here stand links to the main headings, those still to come too."""
        self._contents = self._document.add_paragraph(style="Contents")

    def turn(self) -> None:
        """From here on pages lie on their side, for wide tables."""
        section = self._document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(29.7), Cm(21.0)
        section.footer.is_linked_to_previous = False
        self._width = _LANDSCAPE_CM
        _footer(section, self._title, _LANDSCAPE_CM)

    def _add(self, words: str, style: str) -> None:
        paragraph = self._document.add_paragraph(style=style)
        for place, piece in enumerate(plain(words).split("**")):
            if piece:
                paragraph.add_run(piece).bold = True if place % 2 else None
        _direct(paragraph, words)


def _link_to(paragraph: Paragraph, words: str, name: str, *, first: bool) -> None:
    """A link to a heading, on a line of its own."""
    if not first:
        paragraph.add_run().add_break()
    link = parse_xml(
        f'<w:hyperlink {nsdecls("w")} w:anchor="{name}" w:history="1"><w:r><w:rPr>'
        '<w:rStyle w:val="Hyperlink"/></w:rPr><w:t xml:space="preserve"/></w:r></w:hyperlink>'
    )
    next(link.iter(qn("w:t"))).text = words
    paragraph._p.append(link)


def plain_column(column: Column) -> Column:
    """A column whose heading can stand in XML."""
    return column._replace(heading=plain(column.heading))


def _direct(paragraph: Paragraph, words: str) -> None:
    """Words of a language written from right to left stand on the right."""
    strong = next(
        (d for c in words if (d := unicodedata.bidirectional(c)) in ("L", "R", "AL")), "L"
    )
    if strong != "L":
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
        for run in paragraph.runs:
            run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))


def _set_up(document: Any, title: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.0)
    section.top_margin = section.bottom_margin = Cm(2.2)
    properties = document.core_properties
    properties.title, properties.author = title[:255], "Bernard"
    properties.comments = properties.keywords = ""
    properties.created = properties.modified = _WHEN
    properties.last_modified_by, properties.language = "Bernard", "en-GB"
    _styles(document)
    _footer(section, title, _WIDTH_CM)


def _styles(document: Any) -> None:
    styles = document.styles
    _font(styles["Normal"], 11, INK)
    styles["Normal"].paragraph_format.space_after = Pt(7)
    styles["Normal"].paragraph_format.line_spacing = 1.15
    for name, size, before, after in (
        ("Title", 30, 0, 4),
        ("Heading 1", 20, 26, 8),
        ("Heading 2", 15, 18, 5),
        ("Heading 3", 12, 14, 3),
        ("Heading 4", 11, 10, 3),
    ):
        _font(styles[name], size, INK if name[-1] in "34" else ACCENT, bold=True)
        styles[name].font.italic = False
        styles[name].paragraph_format.space_before = Pt(before)
        styles[name].paragraph_format.space_after = Pt(after)
        styles[name].paragraph_format.keep_with_next = True
    _no_border(styles["Title"])
    _font(styles["Subtitle"], 14, SOFT)
    styles["Subtitle"].font.italic = False
    for spread in styles["Subtitle"].element.findall(f".//{qn('w:rPr')}/{qn('w:spacing')}"):
        spread.getparent().remove(spread)
    styles["Subtitle"].paragraph_format.space_after = Pt(16)
    _font(styles["Caption"], 9.5, INK, bold=True)
    styles["Caption"].paragraph_format.keep_with_next = True
    styles["Caption"].paragraph_format.space_before = Pt(10)
    styles["Caption"].paragraph_format.space_after = Pt(4)
    _font(styles["Quote"], 11, INK)
    styles["Quote"].font.italic = False
    styles["Quote"].paragraph_format.left_indent = Cm(0.6)
    styles["Quote"].paragraph_format.space_after = Pt(6)
    _edge(styles["Quote"], "8FB8B1", 18)
    _own(document, "Note", 9, SOFT)
    styles["Note"].paragraph_format.space_before = Pt(4)
    styles["Note"].paragraph_format.space_after = Pt(12)
    _own(document, "Contents", 11, INK)
    _own(document, "Callout", 11, INK)
    styles["Callout"].paragraph_format.left_indent = Cm(0.3)
    styles["Callout"].paragraph_format.space_after = Pt(10)
    _edge(styles["Callout"], ACCENT, 36, fill="E8F1EF")
    _link(document)
    _say_language(document)


def _font(style: Any, size: float, colour: str, *, bold: bool | None = None) -> None:
    style.font.name, style.font.size, style.font.bold = _FONT, Pt(size), bold
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # A theme's font is stronger than a named one.
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:cs"), _FONT)


def _own(document: Any, name: str, size: float, colour: str) -> None:
    style = document.styles.add_style(name, 1)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    _font(style, size, colour)


def _link(document: Any) -> None:
    style = document.styles.add_style("Hyperlink", 2)
    style.font.underline = True
    style.font.color.rgb = RGBColor.from_string(ACCENT)


def _edge(style: Any, colour: str, size: int, fill: str = "") -> None:
    """A line down the left side, and a ground behind the words."""
    properties = style.element.get_or_add_pPr()
    edge = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="{size}" w:space="8" '
        f'w:color="{colour}"/></w:pBdr>'
    )
    properties.insert_element_before(edge, *_AFTER_BORDER)
    if fill:
        ground = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>')
        properties.insert_element_before(ground, *_AFTER_BORDER[1:])


# What may follow a border in a paragraph's properties; Word refuses another order.
_AFTER_BORDER = (
    "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct",
    "w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid",
    "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc",
    "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId",
    "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
)  # fmt: skip


def _no_border(style: Any) -> None:
    for border in style.element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
        break


def _footer(section: Any, title: str, width: float) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.style.font.size = Pt(9)
    run = paragraph.add_run(f"{title[:90]}\tPage ")
    run.font.color.rgb = RGBColor.from_string(SOFT)
    field = parse_xml(
        f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    )
    paragraph._p.append(field)
    # The style's own stops are for another width of page.
    paragraph.style.paragraph_format.tab_stops.clear_all()
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(width), WD_TAB_ALIGNMENT.RIGHT)


def _say_language(document: Any) -> None:
    """Screen readers choose the voice by it, and Word the dictionary."""
    properties = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), "en-GB")
