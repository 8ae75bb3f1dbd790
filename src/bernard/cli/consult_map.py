"""`bernard consult map`: which themes of a framework each response holds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from bernard.assembly import open_bernard
from bernard.cli.consult_files import (
    consultation_of,
    framework_of,
    judge_option,
    path_argument,
    sources,
)
from bernard.cli.consult_telling import Telling
from bernard.cli.output import json_option, print_json, say
from bernard.config import load
from bernard.errors import InputInvalid
from bernard.library.convert.limits import Limits
from bernard.tools.consult.personal import masked
from bernard.tools.consult.question import Outcomes, Question
from bernard.tools.consult.run import Run, open_means
from bernard.tools.consult.shelf import FolderShelf
from bernard.tools.consult.types import Assigned, Consultation, Framework, Personal


@click.command(name="map")
@path_argument
@click.option(
    "--framework",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="The themes: JSON Lines, JSON, CSV, XLSX or ODS.",
)
@click.option("--question", default="", help="The column to map; needed where there are several.")
@click.option("--unmasked", is_flag=True, help="Leave personal data in the sentences shown.")
@judge_option
@json_option
def map_(
    file: Path, framework: Path, question: str, unmasked: bool, judge: str, as_json: bool
) -> None:
    """Map each response to any number of the themes in a file.

    \b
    Example: bernard consult map responses.csv --framework themes.csv --json
    JSON keys: a list of id, outcome (themes, none of these, nothing said) and themes (id, title,
    sentence, start, end, confidence), one for each response, in the order of the file; with
    --judge also judged, whether the model's answer is in it.
    """
    settings = load()
    found = sources(file, Limits.from_settings(settings))
    if len(found) > 1:
        raise InputInvalid(f"{str(file)!r} holds {len(found)} questions. Name the folder of one.")
    given = framework_of(framework)
    telling = Telling()
    with (
        open_bernard(settings) as bernard,
        tempfile.TemporaryDirectory(prefix="bernard-consult-") as folder,
        telling.shown(),
    ):
        bernard.ledger.check()
        shelf = FolderShelf(Path(folder))
        only = (question,) if question else ()
        telling.begin("reading")
        consultation = consultation_of(found[0], shelf, settings, only)
        means = open_means(bernard.gateway, bernard.detector, bernard.settings, judge=judge)
        run = Run(consultation, shelf, means, only=only, on_step=telling.step)
        one = _the_question(run)
        outcomes = one.mapping(given)
        rows = list(_rows(consultation, one, given, outcomes, unmasked))
    if as_json:
        print_json(rows)
        return
    for row in rows:
        named = [f"{t['title']} ({t['confidence']:.2f}): {t['sentence']}" for t in row["themes"]]
        say(f"{row['id']}: {'; '.join(named) or row['outcome']}")


def _the_question(run: Run) -> Question:
    if len(run.questions) == 1:
        return run.questions[0]
    names = ", ".join(repr(one.column.name) for one in run.questions)
    raise InputInvalid(f"Several columns hold people's own words: {names}. Name one by --question.")


def _rows(
    consultation: Consultation,
    question: Question,
    framework: Framework,
    outcomes: Outcomes,
    unmasked: bool,
) -> Iterator[dict[str, Any]]:
    titles = {theme.id: theme.title for theme in framework.themes}
    judged = frozenset(outcomes.judged.answered) if outcomes.judged else None
    for response, one in zip(consultation.responses, outcomes.mapped, strict=True):
        text = question.texts[one.response]
        personal = () if unmasked else question.personal[one.response]
        themes = [_theme(assigned, titles, text, personal) for assigned in one.themes]
        row = {"id": response.id, "outcome": one.outcome, "themes": themes}
        yield row if judged is None else row | {"judged": one.response in judged}


def _theme(
    assigned: Assigned, titles: dict[str, str], text: str, personal: tuple[Personal, ...]
) -> dict[str, Any]:
    return {
        "id": assigned.theme,
        "title": titles[assigned.theme],
        "sentence": masked(text, personal, assigned.start, assigned.end),
        "start": assigned.start,
        "end": assigned.end,
        "confidence": round(assigned.confidence, 4),
    }
