"""Words on a page: which go, which stay, and in what lines they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bernard.privacy.documents.types import Box, Cut, How, Seen, Word

# A word goes with an area that covers this share of it.
_COVERED = 0.3
_SAME = 0.5

Line = list[tuple[str, Box]]


class Gone:
    """Boxes to be painted over, each with the place in the text that its label takes."""

    def __init__(self, words: Sequence[Word], cuts: Iterable[Cut]) -> None:
        """Find the boxes of these cuts; a word that is half in a range goes whole."""
        self.boxes: list[Box] = []
        self.labels: list[tuple[int, str, Box]] = []
        self._ranges: list[tuple[int, int]] = []
        self._areas: list[Box] = []
        for cut in sorted(cuts):
            boxes = [cut.box] if cut.box else list(_runs(words, cut.start, cut.end))
            if cut.box:
                self._areas.append(cut.box)
            else:
                self._ranges.append((cut.start, cut.end))
            self.boxes += boxes
            if boxes:
                self.labels.append((cut.start, cut.label, boxes[0]))

    def takes(self, word: Word) -> bool:
        """Whether the word goes: it is part of a cut, or lies under one of its boxes."""
        if any(word.start < end and start < word.end for start, end in self._ranges):
            return True
        return any(share(word.box, box) > _COVERED for box in self.boxes)


def _runs(words: Sequence[Word], start: int, end: int) -> Iterator[Box]:
    """A box for each line of the words from start to end."""
    run: Box | None = None
    for word in words:
        if not (word.start < end and start < word.end):
            continue
        if run and _beside(run, word.box):
            run = union(run, word.box)
            continue
        if run:
            yield run
        run = word.box
    if run:
        yield run


def _beside(left: Box, right: Box) -> bool:
    """Whether the second goes on where the first ends, on the same line."""
    tall = min(left.bottom - left.top, right.bottom - right.top)
    level = min(left.bottom, right.bottom) - max(left.top, right.top) > tall / 2
    return level and -tall < right.left - left.right < 2 * tall


def union(one: Box, other: Box) -> Box:
    """The smallest box that holds both."""
    return Box(
        min(one.left, other.left),
        min(one.top, other.top),
        max(one.right, other.right),
        max(one.bottom, other.bottom),
    )


def area(box: Box) -> float:
    """How large it is; 0 where it is inside out."""
    return max(box.right - box.left, 0.0) * max(box.bottom - box.top, 0.0)


def share(box: Box, of: Box) -> float:
    """How much of the first box the second covers, from 0 to 1."""
    both = Box(
        max(box.left, of.left),
        max(box.top, of.top),
        min(box.right, of.right),
        min(box.bottom, of.bottom),
    )
    return area(both) / area(box) if area(box) and both.right > both.left else 0.0


def in_lines(text: str, staying: Iterable[Word], gone: Gone) -> list[Line]:
    """What is left to read, line by line, with a label where something was taken out."""
    items = [(w.start, w.end, text[w.start : w.end], w.box) for w in staying]
    items += [(start, start, label, box) for start, label, box in gone.labels if label]
    lines: list[Line] = []
    before = 0
    for start, end, said, box in sorted(items, key=lambda item: item[:2]):
        if not lines or "\n" in text[before:start] or not _level(lines[-1][-1][1], box):
            lines.append([])
        lines[-1].append((said, box))
        before = end
    return lines


def _level(before: Box, here: Box) -> bool:
    tall = min(before.bottom - before.top, here.bottom - here.top)
    return min(before.bottom, here.bottom) - max(before.top, here.top) > tall / 3


def added(
    text: str, words: Sequence[Word], lines: Iterable[Sequence[Seen]], scale: float
) -> tuple[str, tuple[Word, ...], How]:
    """A page's own text with what a reader saw beside it.

    Args:
        lines: what was seen; of words that the text has too, the text's are kept.
        scale: the picture's pixels to a unit of the page.
    """
    pieces, found, at = [text] if text.strip() else [], list(words), len(text)
    more: list[str] = []
    if pieces:
        at += 2
    for line in lines:
        fresh = [(seen.text, _scaled(seen.box, scale)) for seen in line]
        fresh = [(said, box) for said, box in fresh if not _known(box, words)]
        start = at
        for said, box in fresh:
            found.append(Word(at, at + len(said), box))
            at += len(said) + 1
        if at > start:
            more.append(" ".join(said for said, _ in fresh))
    if not pieces:
        return "\n".join(more), tuple(found), "picture"
    if not more:
        return text, tuple(words), "both"
    return f"{text}\n\n" + "\n".join(more), tuple(found), "both"


def _known(box: Box, words: Sequence[Word]) -> bool:
    return sum(share(box, word.box) for word in words) > _SAME


def _scaled(box: Box, scale: float) -> Box:
    return Box(box.left / scale, box.top / scale, box.right / scale, box.bottom / scale)
