"""Questions with responses, themes and labels for the tasks about consultations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bernard.errors import InputInvalid
from bernard.evals.ask_data import read_lines
from bernard.tools.consult.types import Theme

QUESTION, THEMES, RESPONSES, LABELS = (
    "question.txt",
    "themes.jsonl",
    "responses.jsonl",
    "labels.jsonl",
)
NEEDS = (QUESTION, THEMES, RESPONSES, LABELS)


class _Theme(msgspec.Struct, frozen=True):
    id: str | int
    title: str
    description: str | None = ""


class _Response(msgspec.Struct, frozen=True):
    id: str | int
    text: str | None = ""


class _Label(msgspec.Struct, frozen=True):
    id: str | int
    themes: tuple[str | int, ...] = ()
    undecided: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class Labelled:
    """A question that people have coded. Texts, gold and undecided are by place of the response.

    Attributes:
        gold: ids of the themes that each response holds.
        undecided: ids that count neither way.
    """

    name: str
    question: str
    themes: tuple[Theme, ...]
    texts: tuple[str, ...]
    gold: tuple[frozenset[str], ...]
    undecided: tuple[frozenset[str], ...]


def read_labelled(folder: Path, limit: int | None = None) -> Labelled:
    """The question in a folder, with the first `limit` of its labelled responses.

    Raises:
        InputInvalid: a line is not as it should be, or a label names a theme that there is not.
    """
    themes = tuple(
        Theme(str(one.id), one.title, one.description or "")
        for one in read_lines(folder / THEMES, _Theme)
    )
    labels = {str(one.id): one for one in read_lines(folder / LABELS, _Label)}
    responses = [r for r in read_lines(folder / RESPONSES, _Response) if str(r.id) in labels]
    kept = [(one.text or "", labels[str(one.id)]) for one in responses[:limit]]
    _check(folder, themes, [label for _, label in kept])
    return Labelled(
        folder.name,
        (folder / QUESTION).read_text("utf-8").strip(),
        themes,
        tuple(text for text, _ in kept),
        tuple(frozenset(map(str, label.themes)) for _, label in kept),
        tuple(frozenset(map(str, label.undecided)) for _, label in kept),
    )


def _check(folder: Path, themes: Sequence[Theme], labels: Sequence[_Label]) -> None:
    known = {theme.id for theme in themes}
    for label in labels:
        for id in (*label.themes, *label.undecided):
            if str(id) not in known:
                raise InputInvalid(
                    f"{LABELS} in {str(folder)!r}: response {str(label.id)!r} has theme {str(id)!r}, "
                    f"which is not in {THEMES}."
                )
