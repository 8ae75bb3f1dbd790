"""Builds the sample consultation: `python -m bernard.samples.consultation_build [FOLDER]`.

An invented council asks an invented town whether to close a street to cars at weekends. What people say
is dealt out by a seeded choice, each sentence to one of them; two form letters, personal data, answers
that say nothing and two languages are in it. It is known of each response what it was made from, so
that the sample can be scored: with a FOLDER, the questions are written to it as `bernard evals` reads them.
"""

from __future__ import annotations

import csv
import io
import json
import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bernard.samples.consultation_deal import Dealer, Said
from bernard.samples.consultation_words import Subject, Words, read

HERE = Path(__file__).parent / "consultations"
CSV, THEMES, LABELS = (
    "harbour-street.csv",
    "harbour-street-themes.jsonl",
    "harbour-street-labels.jsonl",
)
RESPONSES = 208
_SEED = 1847
_HEADINGS = (
    "Response ID",
    "Date submitted",
    "Q1. Do you support closing Harbour Street to cars at weekends?",
    "Q2. Please give reasons for your answer",
    "Q3. How do you usually travel to Harbour Street? Tick all that apply",
    "Q4. What should the space be used for?",
    "Q4. Other (please specify)",
    "Q5. What else should the council think of?",
    "Q6. Which age group are you in?",
    "Q7. Are you responding as a",
    "Q8. Do you consider yourself to be disabled?",
)
_ASKED = {
    "reasons": "Do you support closing Harbour Street to cars at weekends? Please give reasons for your answer",
    "more": "What else should the council think of?",
}


@dataclass(frozen=True)
class Made:
    """A response, and what it was made from. `said` is by question: `reasons`, `more`."""

    id: str
    row: Sequence[str]
    said: Mapping[str, Said]


def responses() -> list[Made]:
    """All of them, the same each time."""
    chance = random.Random(_SEED)  # noqa: S311 - chance makes an example, no secret
    words = read()
    dealer = Dealer(words, chance, RESPONSES)
    return [_response(number, dealer, words, chance) for number in range(RESPONSES)]


def build() -> dict[str, bytes]:
    """The responses, the themes and what each response was made from, by name of file."""
    made = responses()
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_HEADINGS, *(one.row for one in made)])
    labels = [
        {"question": name, **label} for name in _ASKED for label in _labels(name, made, _numbered())
    ]
    return {
        CSV: b"\xef\xbb\xbf" + text.getvalue().encode(),
        THEMES: _lines(_themes(read().reasons, _numbered())),
        LABELS: _lines(labels),
    }


def write_questions(folder: Path) -> None:
    """Write each open question as a folder that `bernard evals run consult.…` reads."""
    made, ids, words = responses(), _numbered(), read()
    for name, asked in _ASKED.items():
        own = folder / f"harbour-street-{name}"
        own.mkdir(parents=True, exist_ok=True)
        known = {**words.reasons, **{k: v for k, v in words.more.items() if v.title}}
        wanted = words.reasons if name == "reasons" else words.more
        said = [{"id": one.id, "text": one.said[name].text} for one in made]
        files = {
            "question.txt": f"{asked}\n".encode(),
            "themes.jsonl": _lines(_themes({key: known[key] for key in wanted}, ids)),
            "responses.jsonl": _lines(said),
            "labels.jsonl": _lines(_labels(name, made, ids)),
        }
        for file, data in files.items():
            (own / file).write_bytes(data)


def main(arguments: Sequence[str]) -> None:
    """Write the files beside this module, or the questions to a folder."""
    if arguments:
        write_questions(Path(arguments[0]))
        return
    for name, data in build().items():
        (HERE / name).write_bytes(data)


def _numbered() -> dict[str, str]:
    """Ids of themes by their names, those of the first question first."""
    words = read()
    return {name: f"T{n}" for n, name in enumerate({**words.reasons, **words.more}, 1)}


def _themes(subjects: Mapping[str, Subject], ids: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"id": ids[name], "title": one.title, "description": one.description}
        for name, one in subjects.items()
    ]


def _labels(name: str, made: Iterable[Made], ids: Mapping[str, str]) -> list[dict[str, object]]:
    """What each response to a question was made from; those that say nothing hold no theme."""
    return [
        {
            "id": one.id,
            "themes": sorted((ids[theme] for theme in one.said[name].themes), key=_number),
            "undecided": [],
            "campaign": one.said[name].campaign,
        }
        for one in made
    ]


def _number(id: str) -> int:
    return int(id[1:])


def _lines(rows: Iterable[Mapping[str, object]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _response(number: int, dealer: Dealer, words: Words, chance: random.Random) -> Made:
    side, reasons = dealer.reasons(number)
    more = dealer.more()
    use, other = dealer.use()
    id = f"SMB-{1000 + number}"
    row = [
        id,
        f"2026-{9 + number // 120:02d}-{1 + number % 28:02d} {8 + number % 12:02d}:{number % 60:02d}",
        _support(side, words, chance),
        reasons.text,
        ";".join(chance.sample(words.travel, chance.choice((1, 1, 2, 2, 3)))),
        use,
        other,
        more.text,
        chance.choice(words.ages),
        chance.choice(words.roles),
        chance.choice(("Yes", "No", "No", "No", "Prefer not to say")),
    ]
    return Made(id, row, {"reasons": reasons, "more": more})


def _support(side: str, words: Words, chance: random.Random) -> str:
    strongly, mildly = {"for": (0, 1), "against": (4, 3), "neither": (2, 2)}[side]
    return words.support[strongly if chance.random() < 0.6 else mildly]


if __name__ == "__main__":
    main(sys.argv[1:])
