"""What the encoder learns from: coded questions, and sentences of many kinds that it must not forget."""

from __future__ import annotations

import random
import re
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from bernard.evals.consult_data import Labelled, read_labelled
from bernard.text.sentences import sentences
from bernard.tools.consult.mapping.wording import title_of, whole_of
from bernard.tools.consult.sentences import pieces
from training.consult import written

ARGKP = "consultations/argkp-train"
_SIDES = ("-for", "-against")
_SHORTEST, _LONGEST = 12, 600
# Opinions from reviews, tweets and editorials, in the source package of vaderSentiment 3.3.2 (MIT).
_OPINIONS = "*GroundTruth.txt"


@dataclass(frozen=True)
class Topic:
    """The questions that share a topic, one for each side, as one.

    Attributes:
        responses: the sentences of each response, of all sides.
        titles, wholes: of each theme its title, and its title with its description.
        held: shape (responses, themes). counts: 1 where people judged the pair, 0 where they were
            undecided, a half where the theme is the other side's, which nobody was asked about.
    """

    name: str
    responses: tuple[tuple[str, ...], ...]
    titles: tuple[str, ...]
    wholes: tuple[str, ...]
    held: NDArray[np.float32]
    counts: NDArray[np.float32]


def topics(shared: Path) -> list[Topic]:
    """The topics of ArgKP's training split and of the questions that we wrote, by name."""
    return [_topic(name, parts) for name, parts in sorted(sides(shared).items())]


def sides(shared: Path) -> dict[str, list[Labelled]]:
    """The questions of each topic."""
    folders = sorted(path for path in (shared / ARGKP).iterdir() if path.is_dir())
    found: dict[str, list[Labelled]] = {}
    for question in (*map(read_labelled, folders), *written.read_all()):
        found.setdefault(topic_of(question.name), []).append(question)
    return found


def split(names: Iterable[str], fold: str) -> tuple[list[str], list[str]]:
    """Topics to learn from and those held out, such as `1/5`; `0/1` holds none out. The draw is always the same."""
    which, of = map(int, fold.split("/"))
    mixed = sorted(names)
    random.Random(0).shuffle(mixed)
    held = mixed[which - 1 :: of] if which else []
    return [name for name in mixed if name not in held], held


def topic_of(name: str) -> str:
    """The topic of a question's name, without its side."""
    return next((name.removesuffix(side) for side in _SIDES if name.endswith(side)), name)


def sentences_of(text: str) -> tuple[str, ...]:
    """The sentences of a response, as the tool cuts it."""
    return tuple(text[piece.start : piece.end] for piece in pieces(text))


def _topic(name: str, sides: Sequence[Labelled]) -> Topic:
    responses = [sentences_of(text) for side in sides for text in side.texts]
    themes = [theme for side in sides for theme in side.themes]
    held = np.zeros((len(responses), len(themes)), np.float32)
    counts = np.full(held.shape, 0.5, np.float32)
    row = column = 0
    for side in sides:
        for gold, undecided in zip(side.gold, side.undecided, strict=True):
            for place, theme in enumerate(side.themes):
                held[row, column + place] = theme.id in gold
                counts[row, column + place] = theme.id not in undecided
            row += 1
        column += len(side.themes)
    kept = [place for place, response in enumerate(responses) if response]
    return Topic(
        name,
        tuple(responses[place] for place in kept),
        tuple(map(title_of, themes)),
        tuple(map(whole_of, themes)),
        held[kept],
        counts[kept],
    )


def general(shared: Path, opinions: Path, seed: int = 1) -> list[str]:
    """Sentences of many kinds, each once, shuffled: responses without their labels come first.

    Args:
        shared: the folder of development data.
        opinions: the source package of vaderSentiment 3.3.2 as pip downloads it.
    """
    own = dict.fromkeys(
        [
            *_responses(shared / "consultations"),
            *(piece for one in written.read_all() for text in one.texts for piece in _pieces(text)),
        ]
    )
    rest = [*_documents(shared), *_opinions(opinions)]
    random.Random(seed).shuffle(rest)
    return [*own, *(text for text in dict.fromkeys(rest) if text not in own)]


def _responses(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("responses.jsonl")):
        # The development split is for the last table alone.
        if "argkp-dev" not in path.parts:
            for text in _texts(path):
                yield from _pieces(text)


def _documents(shared: Path) -> Iterator[str]:
    for path in (shared / "ask/documents.jsonl", *sorted(shared.glob("privacy-train/*/*.jsonl"))):
        for text in _texts(path):
            yield from _pieces(text)


def _opinions(package: Path) -> Iterator[str]:
    with tarfile.open(package) as outer:
        inner = next(m for m in outer.getmembers() if m.name.endswith("hutto_ICWSM_2014.tar.gz"))
        with tarfile.open(fileobj=outer.extractfile(inner)) as archive:
            for member in sorted(archive.getmembers(), key=lambda m: m.name):
                if Path(member.name).match(_OPINIONS) and (file := archive.extractfile(member)):
                    for line in file.read().decode("utf-8", "replace").splitlines():
                        yield from _pieces(line.rpartition("\t")[2])


def _texts(path: Path) -> Iterator[str]:
    for line in path.read_bytes().splitlines():
        text = msgspec.json.decode(line).get("text") if line.strip() else None
        if isinstance(text, str):
            yield text


def _pieces(text: str) -> Iterator[str]:
    for start, end in sentences(text):
        piece = re.sub(r"\s+", " ", text[start:end]).strip()[:_LONGEST]
        if len(piece) > _SHORTEST:
            yield piece
