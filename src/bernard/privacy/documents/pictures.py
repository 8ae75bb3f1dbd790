"""Pixels: black painted over what goes, and the rest written as small as it looks the same."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable

import msgspec
import numpy as np
from PIL import Image

from bernard.privacy.documents.types import Box, Pixels

LOOK_QUALITY, KEEP_QUALITY = 70, 82
# Greys that a page of letters needs to look smooth.
GREYS = 16
COLOURFUL = 24
FEW = 0.0005
# How far apart the lightest and darkest must be for anything to be seen.
SEEN = 40


class Encoded(msgspec.Struct, frozen=True):
    """A picture as a PDF holds it."""

    width: int
    height: int
    colours: int
    bits: int
    filter: str
    data: bytes
    parameters: str = ""


def paint(pixels: Pixels, boxes: Iterable[Box], scale: float = 1.0) -> None:
    """Paint the boxes black, whole pixels and one more on each side."""
    height, width = pixels.shape[:2]
    for box in boxes:
        left, top = int(box.left * scale) - 1, int(box.top * scale) - 1
        right, bottom = int(box.right * scale) + 2, int(box.bottom * scale) + 2
        pixels[max(top, 0) : min(bottom, height), max(left, 0) : min(right, width)] = 0


def has_ink(pixels: Pixels, box: Box, scale: float) -> bool:
    """Whether anything is to be seen there: what is of one colour throughout shows nothing."""
    height, width = pixels.shape[:2]
    left, top = max(int(box.left * scale), 0), max(int(box.top * scale), 0)
    right, bottom = min(int(box.right * scale) + 1, width), min(int(box.bottom * scale) + 1, height)
    area = pixels[top:bottom, left:right]
    if not area.size:
        return False
    # Green tells nearly always, and one colour is looked at quicker than three.
    return any(int(area[:, :, c].max()) - int(area[:, :, c].min()) > SEEN for c in (1, 0, 2))


def is_black(pixels: Pixels, box: Box, scale: float) -> bool:
    """Whether a box that was painted is black throughout."""
    height, width = pixels.shape[:2]
    left, top = max(int(box.left * scale) + 1, 0), max(int(box.top * scale) + 1, 0)
    right, bottom = min(int(box.right * scale) - 1, width), min(int(box.bottom * scale) - 1, height)
    area = pixels[top:bottom, left:right]
    return not area.size or int(area.max()) < 48


def encode(pixels: Pixels) -> Encoded:
    """The picture for a PDF: in 16 greys where it has no colours, if that is smaller than a JPEG."""
    height, width = pixels.shape[:2]
    grey = _is_grey(pixels)
    picture = Image.fromarray(pixels[:, :, 1] if grey else pixels)
    photo = Encoded(width, height, 1 if grey else 3, 8, "DCTDecode", jpeg(picture, KEEP_QUALITY))
    if not grey:
        return photo
    letters = _letters(pixels[:, :, 1])
    return letters if len(letters.data) < len(photo.data) * 1.3 else photo


def jpeg(picture: Image.Image, quality: int) -> bytes:
    """The picture as a JPEG with nothing in it but the picture."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _is_grey(pixels: Pixels) -> bool:
    small = pixels[::2, ::2].astype(np.int16)
    spread = small.max(axis=2) - small.min(axis=2)
    return float((spread > COLOURFUL).mean()) < FEW


def _letters(grey: Pixels) -> Encoded:
    """Half a byte a pixel, each row less the one above it, as PNG does."""
    height, width = grey.shape
    few = (grey.astype(np.uint16) * (GREYS - 1) + 127) // 255
    if width % 2:
        few = np.concatenate([few, np.zeros((height, 1), few.dtype)], axis=1)
    packed = (few[:, 0::2] << 4 | few[:, 1::2]).astype(np.uint8)
    above = np.concatenate([np.zeros((1, packed.shape[1]), np.uint8), packed[:-1]])
    rows = np.concatenate([np.full((height, 1), 2, np.uint8), packed - above], axis=1)
    parameters = f"<</Predictor 15/Colors 1/BitsPerComponent 4/Columns {width}>>"
    data = zlib.compress(rows.tobytes(), 6)
    return Encoded(width, height, 1, 4, "FlateDecode", data, parameters)
