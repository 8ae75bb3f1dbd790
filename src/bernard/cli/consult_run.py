"""`bernard consult run`: from a file of responses to the report, and on from where it was stopped."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec.structs import replace

from bernard.assembly import Bernard, open_bernard
from bernard.cli.consult_files import (
    Source,
    consultation_of,
    framework_of,
    judge_option,
    path_argument,
    sources,
)
from bernard.cli.consult_folder import RECEIPTS, WORK, begin_writing, check_ours, end_writing
from bernard.cli.consult_summary import summary
from bernard.cli.consult_telling import Telling
from bernard.cli.output import json_option, print_json, say
from bernard.config import load
from bernard.library.convert.limits import Limits
from bernard.tools.consult.question import Means
from bernard.tools.consult.report import files as report
from bernard.tools.consult.run import Run, open_means
from bernard.tools.consult.shelf import FolderShelf, sole, write_whole
from bernard.tools.consult.types import Analysis, Framework


@click.command()
@path_argument
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for the report; a run that was stopped goes on from there.",
)
@click.option("--question", "only", multiple=True, help="Only analyse this column.")
@click.option(
    "--framework",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Map to the themes of this file in the place of those found.",
)
@click.option(
    "--unmasked-by",
    default="",
    metavar="NAME",
    help="Leave personal data in what is written; the report names who decided so.",
)
@click.option(
    "--model", default="", help="Chat model that words titles better; it decides nothing else."
)
@judge_option
@click.option("--keep-work", is_flag=True, help="Keep what the stages made, to run again sooner.")
@json_option
def run(
    file: Path,
    out: Path,
    only: tuple[str, ...],
    framework: Path | None,
    unmasked_by: str,
    model: str,
    judge: str,
    keep_work: bool,
    as_json: bool,
) -> None:
    """Find the themes of a consultation, map every response, and write the report.

    FILE is CSV, XLSX, ODS, JSON Lines or a ZIP, a folder of letters, the folder of a question
    (question.txt and responses.jsonl), or a folder of those; then each has a folder in --out.
    Nothing leaves this machine unless your settings say so.

    \b
    Example: bernard consult run responses.csv --out results/
    JSON keys: file, sha256, out, responses, blanks, columns, faults, questions (column, question,
    responses, answered, said, nothing_said, none_of_these, campaigns, personal, themes, notes,
    judged), files, made (bernard, models, calls), receipts, seconds. Of several: a list of these.
    """
    settings = load()
    found = sources(file, Limits.from_settings(settings))
    folders = [out / source.label if len(found) > 1 else out for source in found]
    for folder in folders:
        check_ours(folder, [path for path in (file, framework) if path])
    given = framework_of(framework) if framework else None
    with open_bernard(settings) as bernard:
        # Said once and here, not by each of the calls that could not be logged.
        bernard.ledger.check()
        means = open_means(bernard.gateway, bernard.detector, bernard.settings, model, judge)
        told = []
        for source, folder in zip(found, folders, strict=True):
            job = _Job(bernard, means, source, folder, only, given, unmasked_by, keep_work)
            told.append(job.run())
            if not as_json:
                _say(told[-1])
    if as_json:
        print_json(told if len(told) > 1 else told[0])


@dataclass
class _Job:
    """One consultation and where its report goes."""

    bernard: Bernard
    means: Means
    source: Source
    out: Path
    only: tuple[str, ...]
    given: Framework | None
    unmasked_by: str
    keep_work: bool
    telling: Telling = field(default_factory=Telling)

    def run(self) -> dict[str, Any]:
        """Work it through; gives what is told of it."""
        shelf = FolderShelf(self.out / WORK)
        with sole(self.out / WORK), self.telling.shown():
            analysis = self._analysed(shelf)
            self.telling.begin("report")
            files = self._write(analysis)
            if not self.keep_work:
                # The stages hold what people wrote, with personal data in it, and this folder is sent on.
                shelf.clear()
        seconds, masked = self.telling.seconds, not self.unmasked_by
        return summary(self.source, analysis, self.out, files, seconds, masked=masked)

    def _analysed(self, shelf: FolderShelf) -> Analysis:
        self.telling.begin("reading")
        settings = self.bernard.settings
        consultation = consultation_of(self.source, shelf, settings, self.only)
        run = Run(consultation, shelf, self.means, only=self.only, on_step=self.telling.step)
        return run.analyse(self.given)

    def _write(self, analysis: Analysis) -> list[str]:
        """The report's files, each put in its place when it is whole."""
        # Numbers of the log differ from run to run, so they stand beside what does not.
        bare = replace(analysis.made, receipts=())
        made = report(
            Analysis(analysis.consultation, analysis.questions, bare),
            masked=not self.unmasked_by,
            decided_by=self.unmasked_by,
        )
        receipts = msgspec.json.format(msgspec.json.encode(analysis.made), indent=2)
        made[RECEIPTS] = receipts + b"\n"
        for left in self.out.glob(".part-*"):  # by a run that was killed
            left.unlink()
        begin_writing(self.out)
        for name, data in made.items():
            write_whole(self.out / name, data)
        end_writing(self.out, list(made))
        return list(made)


def _say(told: dict[str, Any]) -> None:
    for question in told["questions"]:
        say(f"{question['question'] or question['column']}")
        say(f"  {question['said']:,} of {question['responses']:,} responses say something.")
        for theme in question["themes"]:
            share = f"{theme['count']:>7,}  {theme['share']:>4.0%}"
            say(f"  {share}  {'  ' * theme['level']}{theme['title']}")
        for sentence in question["notes"]:
            say(f"  {sentence}")
    say(f"Written to {told['out']}: {', '.join(told['files'])}.")
