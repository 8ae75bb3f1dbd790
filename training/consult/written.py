"""Coded consultations that we wrote ourselves to train on: `python -m training.consult.written FILE ...` checks them.

A file is one question. Lines begin with what they are: `Q` the question, `T id | title | description` a theme,
`R ids | text` a response, its themes by comma, `-` for none of these, `~` for nothing said, and with a question mark
those that two careful people would disagree on (`R access,?cost | text`). Blank lines and those that begin with `#` are notes.
Everybody in them is invented.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bernard.evals.consult_data import Labelled
from bernard.tools.consult.types import Theme

FOLDER = Path(__file__).with_name("written")
_LINE = re.compile(r"([QTR]) (.*\S)\s*")
_WORD = re.compile(r"[a-z0-9-]+")
_SHARED = 0.6


def read(path: Path) -> Labelled:
    """One written question.

    Raises:
        ValueError: a line is not of a known shape, or names a theme that is not there.
    """
    question, themes = "", []
    rows: list[tuple[str, frozenset[str], frozenset[str]]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if not found:
            raise ValueError(f"{path.name}, line {number}: begins with none of Q, T and R")
        kind, rest = found.groups()
        if kind == "Q":
            question = rest
        elif kind == "T":
            id, title, description = (part.strip() for part in (rest + " |").split("|")[:3])
            themes.append(Theme(id, title, description))
        else:
            given, bar, text = (part.strip() for part in rest.partition("|"))
            marks = [] if given in ("-", "~") else [mark.strip() for mark in given.split(",")]
            held = frozenset(mark for mark in marks if not mark.startswith("?"))
            unsure = frozenset(mark[1:] for mark in marks if mark.startswith("?"))
            unknown = (held | unsure) - {theme.id for theme in themes}
            if unknown or not bar or not text or held & unsure:
                raise ValueError(f"{path.name}, line {number}: {sorted(unknown)} {line[:60]!r}")
            rows.append((text, held, unsure))
    if not question or len({theme.id for theme in themes}) < max(3, len(themes)) or not rows:
        raise ValueError(f"{path.name}: has no question, no responses, or themes that are alike")
    texts, gold, undecided = zip(*rows, strict=True)
    return Labelled(path.stem, question, tuple(themes), texts, gold, undecided)


def read_all(folder: Path = FOLDER) -> list[Labelled]:
    """Every written question, by name."""
    return [read(path) for path in sorted(folder.glob("*.txt"))]


def faults(found: Labelled) -> list[str]:
    """What makes a question a poor thing to learn from."""
    said = []
    words = [frozenset(_WORD.findall(text.lower())) for text in found.texts]
    for place, one in enumerate(words):
        for other in range(place):
            if len(one & words[other]) > _SHARED * len(one | words[other]) and len(one) > 4:
                said.append(
                    f"nearly the same: {found.texts[other][:50]!r} {found.texts[place][:50]!r}"
                )
    counts = Counter(id for gold in found.gold for id in gold)
    said += [f"theme {t.id!r} has {counts[t.id]}" for t in found.themes if counts[t.id] < 3]
    return said


def main(paths: Sequence[str]) -> None:
    """Print the shape and the faults of each file."""
    for path in map(Path, paths):
        found = read(path)
        sizes = Counter(min(len(gold), 4) for gold in found.gold)
        words = sorted(len(text.split()) for text in found.texts)
        sys.stdout.write(
            f"{found.name}: {len(found.themes)} themes, {len(words)} responses, themes a response "
            f"{dict(sorted(sizes.items()))}, words {words[0]} to {words[-1]}, median {words[len(words) // 2]}\n"
        )
        for fault in faults(found):
            sys.stdout.write(f"  {fault}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
