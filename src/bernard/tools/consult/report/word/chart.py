"""Bar charts that Word draws itself: sharp at any size, and their words can be read out and copied."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Cm
from docx.text.paragraph import Paragraph

from bernard.tools.consult.writing.cells import plain

_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
MOST_BARS = 20
_BAR_CM, _REST_CM = 0.85, 1.5
_LONGEST = 60


class Bar(NamedTuple):
    """A share from 0 to 1 with the ends of its interval."""

    name: str
    value: float
    low: float
    high: float


def bar_chart(
    document: Any, paragraph: Paragraph, number: int, bars: Sequence[Bar], said: str, width: float
) -> None:
    """Put a chart into a paragraph.

    Args:
        number: of the chart in its document. `said`: what it shows, in words. `width`: in cm.
    """
    shown = list(bars[:MOST_BARS])
    part = Part(
        PackURI(f"/word/charts/chart{number}.xml"), _TYPE, _chart(shown), document.part.package
    )
    link = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    wide, high = int(Cm(width)), int(Cm(_BAR_CM * len(shown) + _REST_CM))
    paragraph.add_run()._r.append(
        parse_xml(
            f'<w:drawing xmlns:w="{_W}"><wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" '
            f'distR="0"><wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{1000 + number}" '
            f'name="Chart {number}" descr="{escape(said)}"/><wp:cNvGraphicFramePr/>'
            f'<a:graphic xmlns:a="{_A}"><a:graphicData uri="{_C}"><c:chart xmlns:c="{_C}" '
            f'xmlns:r="{_R}" r:id="{link}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
        )
    )


def _chart(bars: Sequence[Bar]) -> bytes:
    names = "".join(
        f'<c:pt idx="{i}"><c:v>{escape(_short(bar.name))}</c:v></c:pt>'
        for i, bar in enumerate(bars)
    )
    most = max((bar.high for bar in bars), default=1.0)
    top = min(1.0, (int(most * 10) + 1) / 10)
    size = len(bars)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}" xmlns:r="{_R}"><c:roundedCorners val="0"/>'
        '<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/><c:barChart>'
        '<c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/><c:ser>'
        '<c:idx val="0"/><c:order val="0"/><c:tx><c:v>Share of responses</c:v></c:tx>'
        '<c:spPr><a:solidFill><a:srgbClr val="5FA094"/></a:solidFill></c:spPr>'
        '<c:invertIfNegative val="0"/><c:errBars><c:errBarType val="both"/>'
        '<c:errValType val="cust"/><c:noEndCap val="0"/>'
        f"<c:plus>{_numbers([bar.high - bar.value for bar in bars])}</c:plus>"
        f"<c:minus>{_numbers([bar.value - bar.low for bar in bars])}</c:minus>"
        '<c:spPr><a:ln w="15875"><a:solidFill><a:srgbClr val="16201E"/></a:solidFill></a:ln></c:spPr>'
        f'</c:errBars><c:cat><c:strLit><c:ptCount val="{size}"/>{names}</c:strLit></c:cat>'
        f"<c:val>{_numbers([bar.value for bar in bars])}</c:val></c:ser>"
        '<c:gapWidth val="45"/><c:axId val="111"/><c:axId val="112"/></c:barChart>'
        '<c:catAx><c:axId val="111"/><c:scaling><c:orientation val="maxMin"/></c:scaling>'
        '<c:delete val="0"/><c:axPos val="l"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/>{_LINE}{_WORDS}'
        '<c:crossAx val="112"/><c:crosses val="autoZero"/></c:catAx>'
        '<c:valAx><c:axId val="112"/><c:scaling><c:orientation val="minMax"/>'
        f'<c:max val="{top:g}"/><c:min val="0"/></c:scaling><c:delete val="0"/><c:axPos val="b"/>'
        '<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="DDE3E1"/></a:solidFill>'
        '</a:ln></c:spPr></c:majorGridlines><c:numFmt formatCode="0%" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'{_LINE}{_WORDS}<c:crossAx val="111"/><c:crosses val="max"/><c:crossBetween val="between"/>'
        f'<c:majorUnit val="{0.1 if top <= 0.5 else 0.2:g}"/></c:valAx>'
        '</c:plotArea><c:plotVisOnly val="1"/></c:chart><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln>'
        "</c:spPr></c:chartSpace>"
    ).encode()


_LINE = (
    '<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="4A5552"/></a:solidFill></a:ln></c:spPr>'
)
_WORDS = (
    '<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="900"><a:solidFill>'
    '<a:srgbClr val="16201E"/></a:solidFill><a:latin typeface="Arial"/></a:defRPr></a:pPr>'
    '<a:endParaRPr lang="en-GB"/></a:p></c:txPr>'
)


def _numbers(values: Sequence[float]) -> str:
    points = "".join(
        f'<c:pt idx="{i}"><c:v>{max(0.0, value):.6f}</c:v></c:pt>' for i, value in enumerate(values)
    )
    return f'<c:numLit><c:formatCode>0%</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numLit>'


def _short(name: str) -> str:
    """A title on the axis; the table beside it has it whole."""
    name = " ".join(plain(name).split())
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
