"""Tables of a Word document, with a heading row that repeats and is read out."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Literal, NamedTuple

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from bernard.tools.consult.writing.cells import plain

# Twentieths of a point in a centimetre.
_CM = 567
_LINE = "C9D3D1"
_SHORT = 12


class Column(NamedTuple):
    """A column: its heading, its part of the table's width, and to which side its cells are set."""

    heading: str
    width: float = 1.0
    side: Literal["left", "right"] = "left"


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width_cm: float, said: str
) -> Any:
    """The element of a table.

    Args:
        said: what it shows, for those who hear it.
    """
    whole = sum(column.width for column in columns)
    widths = [round(width_cm * _CM * column.width / whole) for column in columns]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    heading = _row([(c.heading, c.side) for c in columns], widths, heading=True)
    body = "".join(
        _row(
            [(text, c.side) for text, c in zip(row, columns, strict=True)],
            widths,
            # A short table stands on one page.
            tied=len(rows) <= _SHORT and place < len(rows) - 1,
        )
        for place, row in enumerate(rows)
    )
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblBorders><w:top w:val="single" w:sz="8" w:color="1B6B5F"/>'
        f'<w:bottom w:val="single" w:sz="8" w:color="1B6B5F"/>'
        f'<w:insideH w:val="single" w:sz="4" w:color="{_LINE}"/></w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="55" w:type="dxa"/>'
        '<w:right w:w="55" w:type="dxa"/></w:tblCellMar>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" '
        f'w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val="{escape(said)}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{heading}{body}</w:tbl>"
    )


def _row(
    cells: Sequence[tuple[str, str]],
    widths: Sequence[int],
    *,
    heading: bool = False,
    tied: bool = False,
) -> str:
    made = "".join(
        _cell(text, side, width, heading=heading, tied=heading or tied)
        for (text, side), width in zip(cells, widths, strict=True)
    )
    repeat = "<w:tblHeader/>" if heading else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{made}</w:tr>"


def _cell(text: str, side: str, width: int, *, heading: bool, tied: bool) -> str:
    ground = '<w:shd w:val="clear" w:color="auto" w:fill="E8F1EF"/>' if heading else ""
    place = "bottom" if heading else "top"
    runs = "".join(
        _run(piece, bold=heading or bool(place % 2), heading=heading)
        for place, piece in enumerate(plain(text).split("**"))
        if piece
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{ground}<w:vAlign w:val="{place}"/>'
        f"</w:tcPr><w:p><w:pPr>{'<w:keepNext/>' if tied else ''}"
        f'<w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/>'
        f'<w:jc w:val="{side}"/></w:pPr>{runs}</w:p></w:tc>'
    )


def _run(text: str, *, bold: bool, heading: bool) -> str:
    size = 17 if heading else 18
    look = (
        f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    )
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
