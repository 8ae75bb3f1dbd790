"""How well and how fast pictures of text are read: `python benchmarks/ocr.py CORPUS.jsonl`.

Texts of the corpus are set in three typefaces on A4, drawn at several resolutions, turned a little
and speckled as a scan is, and read. Told are the share of wrong characters (edit distance over
length), the share of personal values that can be found in what was read, and seconds a page.
"""

import argparse
import json
import textwrap
import time
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from bernard.privacy.documents.ppocr import PpOcr
from bernard.privacy.documents.readers import WEIGHTS, find_tesseract
from bernard.privacy.documents.tesseract import Tesseract

FONTS = (b"Helvetica", b"Times-Roman", b"Courier")
SEED = 7
CASES = ((150, 0.0, 0), (200, 0.0, 0), (300, 0.0, 0), (200, 1.5, 12), (150, 2.5, 20))


def main():
    """Print a row for each reader and case."""
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pages", type=int, default=30)
    parser.add_argument("--show", action="store_true", help="print what was missed")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.corpus.read_text().splitlines()]
    rows = [r for r in rows if r["text"].isprintable() or "\n" in r["text"]]
    rows = [r for r in rows if is_drawable(r["text"])]
    rows = rows[:: max(len(rows) // options.pages, 1)][: options.pages]
    readers = {"PP-OCRv6 small": PpOcr(WEIGHTS)} if WEIGHTS.exists() else {}
    if find_tesseract():
        readers["Tesseract"] = Tesseract(find_tesseract())
    for dpi, turn, noise in CASES:
        pictures = [drawn(r["text"], FONTS[i % 3], dpi, turn, noise) for i, r in enumerate(rows)]
        for name, reader in readers.items():
            begun, wrong, length, found, wanted = time.perf_counter(), 0, 0, 0, 0
            for row, picture in zip(rows, pictures, strict=True):
                said = "\n".join(" ".join(s.text for s in line) for line in reader.read(picture))
                wrong += distance(squeezed(row["text"]), squeezed(said))
                length += len(squeezed(row["text"]))
                for start, end, *_ in row["spans"]:
                    value = row["text"][start:end]
                    wanted += 1
                    found += "".join(value.split()) in "".join(said.split())
                    if options.show and "".join(value.split()) not in "".join(said.split()):
                        print("   missed", repr(value))
            took = (time.perf_counter() - begun) / len(rows)
            print(
                f"{name:16} {dpi} dpi, turned {turn}°, noise {noise:2}: "
                f"{100 * wrong / length:5.2f}% wrong, {100 * found / wanted:5.1f}% of {wanted} "
                f"values whole, {took:.2f} s a page",
                flush=True,
            )


def is_drawable(text):
    """Whether the standard typefaces have its letters."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return 200 < len(text) < 4500


def drawn(text, font, dpi, turn, noise):
    """A page of the text."""
    document = pdfium.PdfDocument.new()
    page = document.new_page(595, 842)
    face = raw.FPDFText_LoadStandardFont(document, font)
    lines = [w for line in text.split("\n") for w in (textwrap.wrap(line, 78) or [""])]
    for number, line in enumerate(lines[:60]):
        shown = raw.FPDFPageObj_CreateTextObj(document, face, 10.0)
        codes = (line + "\0").encode("utf-16-le")
        raw.FPDFText_SetText(shown, (raw.FPDF_WCHAR * (len(codes) // 2)).from_buffer_copy(codes))
        raw.FPDFPageObj_Transform(shown, 1, 0, 0, 1, 60, 790 - 12.5 * number)
        raw.FPDFPage_InsertObject(page, shown)
    raw.FPDFPage_GenerateContent(page)
    picture = page.render(scale=dpi / 72).to_pil().convert("L")
    picture = picture.rotate(turn, Image.Resampling.BICUBIC, fillcolor=255)
    pixels = np.asarray(picture).astype(np.float32)
    if noise:
        pixels = 235 * pixels / 255 + np.random.default_rng(SEED).normal(0, noise, pixels.shape)
    grey = pixels.clip(0, 255).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def squeezed(text):
    """The text with one space for any blank."""
    return " ".join(text.split())


def distance(one, other):
    """How many letters must be put in, taken out or changed (Levenshtein)."""
    row = np.arange(len(other) + 1)
    codes = np.frombuffer(other.encode("utf-32-le"), np.uint32)
    steps = np.arange(len(other) + 1)
    for number, letter in enumerate(one, 1):
        kept = row[:-1] + (codes != ord(letter))
        best = np.minimum(row[1:] + 1, kept)
        full = np.concatenate([[number], best])
        row = np.minimum.accumulate(full - steps) + steps
    return int(row[-1])


if __name__ == "__main__":
    main()
