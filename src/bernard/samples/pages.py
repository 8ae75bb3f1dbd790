"""PDF files from text: one with text in it, and one that is only the picture of a page."""

from __future__ import annotations

import io
import random
import textwrap
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

from bernard.samples.blocks import Block

_WIDTH, _HEIGHT = 595, 842  # A4 in points
_LEFT, _TOP, _BOTTOM = 64, 778, 72
_CHARACTERS = 88  # of 10.5 point Helvetica fit between the margins
_SIZES = {1: 20.0, 2: 14.0, 3: 11.5}
_SCAN = (2480, 3508)  # A4 at 300 dots an inch


def portable(blocks: Sequence[Block]) -> bytes:
    """A PDF with its page number at the foot of each page, in the fonts every reader has."""
    pages = _lay_out(blocks)
    streams = [
        page + _show(478, 40, f"Page {number} of {len(pages)}", size=9)
        for number, page in enumerate(pages, 1)
    ]
    return _pdf(streams, title=blocks[0].text)


def scan(text: str, written: datetime) -> bytes:
    """A PDF that holds only a picture: the text on slightly turned, slightly dirty paper."""
    picture = Image.new("L", _SCAN, 255)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(58)
    y = 340
    for line in text.splitlines():
        draw.text((280, y), line, fill=20, font=font)
        y += 80
    _sign(draw, y - 290)
    picture = picture.rotate(1.2, Image.Resampling.BICUBIC, fillcolor=255)
    _speckle(picture)
    held = io.BytesIO()
    stamp = written.timetuple()
    picture.point([0] * 170 + [255] * 86).convert("1").save(
        held, "PDF", resolution=300, creationDate=stamp, modDate=stamp
    )
    return held.getvalue()


def _lay_out(blocks: Sequence[Block]) -> list[str]:
    """The drawing commands of each page; a heading is never the last thing on one."""
    pages, y = [""], _TOP
    for block in blocks:
        lines = _lines(block)
        needed = sum(height for _, height in lines) + (60 if block.kind == "heading" else 0)
        if y - min(needed, 120) < _BOTTOM:
            pages, y = [*pages, ""], _TOP
        for commands, height in lines:
            if y - height < _BOTTOM:
                pages, y = [*pages, ""], _TOP
            y -= height
            pages[-1] += commands.replace("{y}", f"{y:.0f}")
        y -= 8
    return pages


def _lines(block: Block) -> list[tuple[str, int]]:
    """A block as lines: the commands that draw it, with {y} open, and its height in points."""
    if block.kind == "heading":
        size = _SIZES[block.level]
        return [(_show(_LEFT, "{y}", block.text, size=size, bold=True), round(size * 1.7))]
    if block.kind == "table":
        return [_row(row, bold=number == 0) for number, row in enumerate(block.rows)]
    return [(_show(_LEFT, "{y}", line), 15) for line in textwrap.wrap(block.text, _CHARACTERS)]


def _row(cells: Sequence[str], *, bold: bool) -> tuple[str, int]:
    step = (_WIDTH - 2 * _LEFT) / len(cells)
    drawn = "".join(
        _show(round(_LEFT + step * column), "{y}", cell, bold=bold, size=9.5)
        for column, cell in enumerate(cells)
    )
    return drawn, 18


def _show(x: int, y: int | str, text: str, *, size: float = 10.5, bold: bool = False) -> str:
    for character in "\\()":
        text = text.replace(character, "\\" + character)
    return f"BT /F{2 if bold else 1} {size} Tf {x} {y} Td ({text}) Tj ET\n"


def _pdf(streams: Sequence[str], title: str) -> bytes:
    """The file: catalogue, page tree, two fonts, facts about the file, then two objects a page."""
    first = 6
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(len(streams)))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>",
        font.format("Helvetica"),
        font.format("Helvetica-Bold"),
        f"<< /Title ({title}) /CreationDate (D:20261102090000Z) >>",
    ]
    for i, stream in enumerate(streams):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}]"
            f" /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {first + 2 * i + 1} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    return _numbered(objects)


def _numbered(objects: Sequence[str]) -> bytes:
    """The objects with the table of where each begins, which a reader starts from."""
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n"
        f"<< /Size {size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    )
    return data + end.encode()


def _sign(draw: ImageDraw.ImageDraw, y: int) -> None:
    points = [(310 + 36 * i, y + (-27, 21, -39, 12)[i % 4]) for i in range(12)]
    for start, end in pairwise(points):
        draw.line([start, end], fill=60, width=4)


def _speckle(picture: Image.Image) -> None:
    """Dust, as a scanner leaves it: the same each time."""
    dust = random.Random(7)  # noqa: S311 (nothing secret about dust)
    draw = ImageDraw.Draw(picture)
    for _ in range(160):
        x, y = dust.randrange(_SCAN[0]), dust.randrange(_SCAN[1])
        draw.ellipse((x, y, x + dust.choice((0, 1, 2)), y + 1), fill=90)
