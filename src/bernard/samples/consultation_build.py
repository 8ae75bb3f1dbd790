"""Builds the sample consultation: `python -m bernard.samples.consultation_build`.

An invented council asks an invented town whether to close a street to cars at weekends. The words
are put together from parts by a seeded choice, so that themes, a campaign, personal data, answers
that say nothing and two languages are all in it.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Sequence
from pathlib import Path

from bernard.samples import consultation_words as words

HERE = Path(__file__).parent / "consultations"
CSV, THEMES = "harbour-street.csv", "harbour-street-themes.jsonl"
RESPONSES = 208
_SEED = 1847
_CAMPAIGN = range(60, 88)
_WELSH = range(120, 125)
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


def table() -> list[Sequence[str]]:
    """The headings and the responses, the same each time."""
    chance = random.Random(_SEED)  # noqa: S311 - chance makes an example, no secret
    return [_HEADINGS, *(_response(number, chance) for number in range(RESPONSES))]


def build() -> dict[str, bytes]:
    """The responses and the themes that they were made from, by name of file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table())
    themes = [
        {"id": f"T{n}", "title": title, "description": description}
        for n, (_, title, description, _, _) in enumerate(words.THEMES.values(), 1)
    ]
    lines = "".join(json.dumps(theme, ensure_ascii=False) + "\n" for theme in themes)
    return {CSV: b"\xef\xbb\xbf" + text.getvalue().encode(), THEMES: lines.encode()}


def main() -> None:
    """Write the files beside this module."""
    HERE.mkdir(exist_ok=True)
    for name, data in build().items():
        (HERE / name).write_bytes(data)


def _response(number: int, chance: random.Random) -> list[str]:
    side = chance.choice(("for", "for", "against", "against", "neither"))
    if number in _CAMPAIGN:
        side, reasons = "against", _campaign(chance)
    elif number in _WELSH:
        reasons = words.WELSH[number - _WELSH.start]
        side = ("for", "against", "neither", "against", "for")[number - _WELSH.start]
    elif chance.random() < 0.07:
        reasons = chance.choice(words.NOTHING)
    else:
        reasons = _reasons(side, chance)
        if chance.random() < 0.07:
            reasons += chance.choice(words.PERSONAL)
    use = chance.choice((*words.USES, "Other"))
    more = chance.random()
    return [
        f"SMB-{1000 + number}",
        f"2026-{9 + number // 120:02d}-{1 + number % 28:02d} {8 + number % 12:02d}:{number % 60:02d}",
        _support(side, chance),
        reasons,
        ";".join(chance.sample(words.TRAVEL, chance.choice((1, 1, 2, 2, 3)))),
        use,
        chance.choice(words.OTHER_USES) if use == "Other" else "",
        _reasons("neither", chance)
        if more < 0.4
        else chance.choice(words.NOTHING)
        if more < 0.7
        else "",
        chance.choice(words.AGES),
        chance.choice((*words.ROLES, "Resident", "Resident", "Resident")),
        chance.choice(("Yes", "No", "No", "No", "Prefer not to say")),
    ]


def _support(side: str, chance: random.Random) -> str:
    strongly, mildly = {"for": (0, 1), "against": (4, 3), "neither": (2, 2)}[side]
    return words.SUPPORT[strongly if chance.random() < 0.6 else mildly]


def _reasons(side: str, chance: random.Random) -> str:
    """One to three themes, mostly of one side, each said in its own words."""
    own = [name for name, theme in words.THEMES.items() if theme[0] == side]
    chosen = chance.sample(own, min(len(own), chance.choice((1, 1, 1, 2, 2, 3))))
    if side != "neither" and chance.random() < 0.2:
        chosen.append(chance.choice(("buses", "trial")))
    text = ""
    for place, name in enumerate(chosen):
        _, _, _, begin, go_on = words.THEMES[name]
        said = f"{chance.choice(begin)}, {chance.choice(go_on)}"
        text += _joined(chance.choice(words.JOINS if place else words.OPENINGS), said)
    return text + chance.choice(words.CLOSINGS)


def _joined(join: str, said: str) -> str:
    if join.endswith((", ", "And ")) and not said.startswith(
        ("I ", "Harbour", "Chapel", "January")
    ):
        said = said[:1].lower() + said[1:]
    return join + said


def _campaign(chance: random.Random) -> str:
    """The letter as it was handed out, or with a little of one's own."""
    text = (
        chance.choice(words.CAMPAIGN_OPENINGS) + words.CAMPAIGN + chance.choice(words.CAMPAIGN_OWN)
    )
    if chance.random() < 0.4:
        swap = chance.choice(
            (
                ("many of them", "some of them"),
                ("The council has not", "You have not"),
                ("local shops", "our shops"),
            )
        )
        text = text.replace(*swap)
    return text


if __name__ == "__main__":
    main()
