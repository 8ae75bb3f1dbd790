"""From a picture to words: find the lines, cut each out level, read it, and place its words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from bernard.privacy.documents.ppocr.regions import Region, regions
from bernard.privacy.documents.types import Box, Pixels, Seen

LONGEST_SIDE = 1600
_THRESHOLD, _ENOUGH, _LEAST, _WIDEN = 0.25, 0.45, 12, 1.5
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_SPREAD = np.array([0.229, 0.224, 0.225], np.float32)
LINE_HEIGHT, WIDEST = 48, 2400
_AT_ONCE = 8
_TALL, _DOUBTFUL = 1.6, 0.8
# A letter of another script is believed where no Latin one is nearly as likely.
_FOREIGN = 3.0
_LATIN = (
    *map(chr, range(0x21, 0x7F)), *map(chr, range(0xA1, 0x180)), *"ŴŵŶŷẀẁẂẃẄẅỲỳ‘’“”–—•…€™",
)  # fmt: skip


class PpOcr:
    """Both networks, loaded."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Load them from the folder."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = threads
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False
        self._find = _session(folder / "detect.onnx", options)
        self._read = _session(folder / "recognise.onnx", options)
        letters = self._read.get_modelmeta().custom_metadata_map["character"].split("\n")
        self._letters = ["", *letters, " "]
        latin = {"", " ", *_LATIN}
        self._latin = np.array([i for i, c in enumerate(self._letters) if c in latin])

    def read(self, pixels: Pixels) -> list[list[Seen]]:
        """The words, a list for each line, from the top down."""
        found = sorted(self._lines(pixels), key=lambda r: (r.y, r.x))
        picture = Image.fromarray(pixels)
        read = self._read_all(picture, found)
        # What makes no sense may stand on its head.
        doubtful = [i for i, (_, letters, _) in enumerate(read) if _sure(letters) < _DOUBTFUL]
        turned = self._read_all(picture, [_turned(found[i]) for i in doubtful])
        for index, other in zip(doubtful, turned, strict=True):
            if _sure(other[1]) > _sure(read[index][1]):
                read[index] = other
        lines = [list(_words(letters, width, region)) for region, letters, width in read]
        return [line for line in _in_rows(lines) if line]

    def _lines(self, pixels: Pixels) -> Iterator[Region]:
        height, width = pixels.shape[:2]
        scale = min(LONGEST_SIDE / max(height, width), 1.0)
        size = tuple(max(round(side * scale / 32) * 32, 32) for side in (width, height))
        small = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))
        data = (small[:, :, ::-1].astype(np.float32) / 255 - _MEAN) / _SPREAD
        [likely] = self._find.run(None, {"x": data.transpose(2, 0, 1)[None].astype(np.float32)})
        across, down = width / size[0], height / size[1]
        for r in regions(likely[0, 0], _THRESHOLD, _ENOUGH, _LEAST):
            grow = r.length * r.height * _WIDEN / (2 * (r.length + r.height))
            length, high = (r.length + 2 * grow) * across, (r.height + 2 * grow) * down
            if high > _TALL * length:
                yield Region(r.x * across, r.y * down, high, length, math.pi / 2)
            else:
                yield Region(r.x * across, r.y * down, length, high, r.angle)

    def _read_all(self, picture: Image.Image, found: Sequence[Region]) -> list[_Line]:
        """What each region says; those of like width are read together."""
        cuts = [_level(picture, region) for region in found]
        order = sorted(range(len(cuts)), key=lambda i: cuts[i].width)
        said: dict[int, list[_Letter]] = {}
        for at in range(0, len(order), _AT_ONCE):
            batch = order[at : at + _AT_ONCE]
            for index, letters in zip(batch, self._batch([cuts[i] for i in batch]), strict=True):
                said[index] = letters
        return [(r, said[i], cuts[i].width) for i, r in enumerate(found)]

    def _batch(self, cuts: Sequence[Image.Image]) -> Iterator[list[_Letter]]:
        width = max(cut.width for cut in cuts)
        data = np.zeros((len(cuts), 3, LINE_HEIGHT, width), np.float32)
        for row, cut in enumerate(cuts):
            pixels = np.asarray(cut)[:, :, ::-1].astype(np.float32) / 127.5 - 1
            data[row, :, :, : cut.width] = pixels.transpose(2, 0, 1)
        [likely] = self._read.run(None, {"x": data})
        for row, cut in enumerate(cuts):
            yield list(self._letters_of(likely[row], width, cut.width))

    def _letters_of(self, likely: NDArray[np.float32], width: int, end: int) -> Iterator[_Letter]:
        """The likeliest letter at each step, without blanks and without one that goes on."""
        latin = likely[:, self._latin]
        best = self._latin[latin.argmax(axis=1)]
        sure, any_best = latin.max(axis=1), likely.argmax(axis=1)
        foreign = likely.max(axis=1) > _FOREIGN * sure
        best = np.where(foreign, any_best, best)
        sure = np.where(foreign, likely.max(axis=1), sure)
        step, before = width / len(best), 0
        for at, index in enumerate(best.tolist()):
            if index != before and index and at * step < end:
                yield (self._letters[index], (at + 0.5) * step, float(sure[at]))
            before = index


# A letter, where its middle is in its cut, and how sure it is; a line, and how wide its cut was.
_Letter = tuple[str, float, float]
_Line = tuple[Region, list[_Letter], int]


def _sure(letters: Sequence[_Letter]) -> float:
    return sum(sure for _, _, sure in letters) / len(letters) if letters else 0.0


def _turned(region: Region) -> Region:
    return msgspec.structs.replace(region, angle=region.angle + math.pi)


def _session(path: Path, options: onnxruntime.SessionOptions) -> Any:
    return onnxruntime.InferenceSession(
        path.read_bytes(), options, providers=["CPUExecutionProvider"]
    )


def _level(picture: Image.Image, region: Region) -> Image.Image:
    """The region cut out and made level, as high as the network reads."""
    scale = LINE_HEIGHT / max(region.height, 1)
    width = int(min(max(region.length * scale, LINE_HEIGHT / 2), WIDEST))
    cos, sin = math.cos(region.angle), math.sin(region.angle)
    step_x, step_y = region.length / width, region.height / LINE_HEIGHT
    left = region.x - cos * region.length / 2 + sin * region.height / 2
    top = region.y - sin * region.length / 2 - cos * region.height / 2
    turn = (cos * step_x, -sin * step_y, left, sin * step_x, cos * step_y, top)
    return picture.transform(
        (width, LINE_HEIGHT), Image.Transform.AFFINE, turn, Image.Resampling.BICUBIC,
        fillcolor="white",
    )  # fmt: skip


def _words(letters: Sequence[_Letter], width: int, region: Region) -> Iterator[Seen]:
    """The words of a line; each takes half the space to its neighbours, so that none is cut."""
    groups: list[list[_Letter]] = [[]]
    edges = [0.0]
    for letter in letters:
        if letter[0] == " ":
            if groups[-1]:
                edges.append(letter[1])
                groups.append([])
        else:
            groups[-1].append(letter)
    if not groups[-1]:
        groups.pop()
        edges = edges[: len(groups)]
    edges.append(float(width))
    for group, start, end in zip(groups, edges, edges[1:], strict=False):
        text = "".join(letter for letter, _, _ in group)
        sure = sum(s for _, _, s in group) / max(len(group), 1)
        if text.strip():
            yield Seen(text, _placed(region, start / width, end / width), sure)


def _placed(region: Region, start: float, end: float) -> Box:
    """The box round a part of the region, from one share of its length to another."""
    cos, sin = math.cos(region.angle), math.sin(region.angle)
    xs, ys = [], []
    for share in (start, end):
        for side in (-0.5, 0.5):
            along, across = (share - 0.5) * region.length, side * region.height
            xs.append(region.x + cos * along - sin * across)
            ys.append(region.y + sin * along + cos * across)
    return Box(max(min(xs), 0), max(min(ys), 0), max(xs), max(ys))


def _in_rows(lines: Sequence[list[Seen]]) -> list[list[Seen]]:
    """Lines that stand side by side as one, from left to right."""
    rows: list[list[Seen]] = []
    for line in lines:
        if line and rows and _beside(rows[-1], line):
            rows[-1] = sorted([*rows[-1], *line], key=lambda seen: seen.box.left)
        else:
            rows.append(line)
    return rows


def _beside(row: Sequence[Seen], line: Sequence[Seen]) -> bool:
    near = min(row, key=lambda s: abs(s.box.left - line[0].box.left)).box
    here = line[0].box
    tall = min(near.bottom - near.top, here.bottom - here.top)
    return min(near.bottom, here.bottom) - max(near.top, here.top) > tall / 2
