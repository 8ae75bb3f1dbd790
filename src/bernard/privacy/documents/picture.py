"""Pictures: what goes is painted over, and only the pixels are kept."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.privacy.documents.layout import Gone, added
from bernard.privacy.documents.limits import Limits
from bernard.privacy.documents.pictures import LOOK_QUALITY, has_ink, jpeg, paint
from bernard.privacy.documents.types import Box, Cut, Kind, Page, Pixels, Reader

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "GIF")
MAX_PIXELS = 50_000_000
LOOK_PIXELS = 1200
# Below this size letters are too small for a reader, and are read at twice the size.
SMALL = 900
# Nothing so small can be read.
TINY = 8
QUALITY = 90


class PicturePaper:
    """A picture, or the several pictures of one TIFF, that is open."""

    kind: Kind = "picture"
    notes: Sequence[str] = ()

    def __init__(self, data: bytes, limits: Limits, reader: Reader | None) -> None:
        """Look at its kind and size; nothing is decoded yet.

        Raises:
            DocumentUnreadable: it is damaged or of another kind.
            DocumentTooLarge: it has too many pixels or pictures.
        """
        self._reader = reader
        self._picture = _opened(data)
        self.format = self._picture.format or "PNG"
        several = self.format == "TIFF"
        self.pages = getattr(self._picture, "n_frames", 1) if several else 1
        if self.pages > limits.max_pages:
            raise DocumentTooLarge(f"holds {self.pages:,} pictures. Split it.")
        self._read: dict[int, Page] = {}
        self._cut: list[Image.Image] = []

    def page(self, number: int) -> Page:
        """The picture as it is read, smaller to look at."""
        pixels = self._pixels(number)
        height, width = pixels.shape[:2]
        whole = Box(0, 0, width, height)
        look = Image.fromarray(pixels)
        look.thumbnail((LOOK_PIXELS, LOOK_PIXELS))
        shown = jpeg(look, LOOK_QUALITY)
        if min(width, height) < TINY:
            return Page(width, height, "", how="picture", picture=shown)
        if self._reader is None:
            unread = (whole,) if has_ink(pixels, whole, 1) else ()
            return Page(width, height, "", unread=unread, how="nothing", picture=shown)
        scale = 2 if max(width, height) < SMALL else 1
        lines = self._reader.read(np.repeat(np.repeat(pixels, scale, 0), scale, 1))
        text, words, how = added("", (), lines, scale)
        seen = (whole,) if has_ink(pixels, whole, 1) else ()
        self._read[number] = Page(width, height, text, words, drawn=seen, how=how, picture=shown)
        return self._read[number]

    def know(self, number: int, page: Page) -> None:
        """Take the page as it was read before."""
        self._read[number] = page

    def cut(self, number: int, cuts: Sequence[Cut]) -> None:
        """Paint these over."""
        ranges = any(cut.box is None for cut in cuts)
        read = self._read.get(number) or (self.page(number) if ranges else None)
        pixels = self._pixels(number)
        paint(pixels, Gone(read.words if read else (), cuts).boxes)
        self._cut.append(Image.fromarray(pixels))

    def finish(self) -> bytes:
        """The picture in the format it came in, with nothing beside its pixels."""
        out = io.BytesIO()
        first, *rest = self._cut
        if self.format == "TIFF":
            first.save(out, "TIFF", save_all=True, append_images=rest, compression="tiff_lzw")
        elif self.format in ("JPEG", "WEBP"):
            first.save(out, self.format, quality=QUALITY)
        else:
            first.save(out, "GIF" if self.format == "GIF" else "PNG")
        return out.getvalue()

    def _pixels(self, number: int) -> Pixels:
        """The pixels the right way up, on white where they let the ground show."""
        try:
            self._picture.seek(number)
            upright = ImageOps.exif_transpose(self._picture)
            assert upright is not None
            if upright.has_transparency_data:
                ground = Image.new("RGBA", upright.size, "white")
                upright = Image.alpha_composite(ground, upright.convert("RGBA"))
            return np.array(upright.convert("RGB"))
        except (OSError, ValueError, SyntaxError, EOFError, AssertionError) as error:
            raise _damaged() from error


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning) as error:
        if isinstance(error, Image.DecompressionBombWarning):
            raise _too_large() from error
        raise _damaged() from error
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_large()
    return picture


def _too_large() -> DocumentTooLarge:
    return DocumentTooLarge(
        f"has more than {MAX_PIXELS // 1_000_000} million pixels. Make it smaller."
    )


def _damaged() -> DocumentUnreadable:
    return DocumentUnreadable(
        "is a picture that is damaged, or only part of one. Open it and save it as PNG."
    )
