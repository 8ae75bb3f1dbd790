"""The report of a consultation: files that an official can send on.

The same analysis makes the same bytes, on any day and any machine: nothing in them tells the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bernard.tools.consult.analysis import SMALLEST
from bernard.tools.consult.quality import Quality
from bernard.tools.consult.report.drawings import drawings
from bernard.tools.consult.report.everything import everything
from bernard.tools.consult.report.facts import gather
from bernard.tools.consult.report.flat import flat_files
from bernard.tools.consult.report.word import document
from bernard.tools.consult.report.workbook import workbook
from bernard.tools.consult.types import Analysis

DOCUMENT, WORKBOOK, JSON = "report.docx", "themes.xlsx", "analysis.json"


def files(
    analysis: Analysis,
    *,
    masked: bool = True,
    decided_by: str = "",
    quality: Mapping[str, Quality] | None = None,
    title: str = "",
    smallest: int = SMALLEST,
) -> dict[str, bytes]:
    """Every file of the report, by name: `report.docx`, `themes.xlsx`, CSV, `analysis.json`, charts.

    Args:
        masked: whether personal data is taken out of everything people said.
        decided_by: who decided that it is not; their name stands in the report.
        quality: by name of a question's column, what the check of its mapping found.
        title: of the report; the file's name by default.
        smallest: the smallest count that cross-tables show.

    Raises:
        InputInvalid: personal data is to stay in and nobody is named who decided that.
    """
    told = gather(
        analysis,
        masked=masked,
        decided_by=decided_by,
        quality=quality,
        title=title,
        smallest=smallest,
    )
    return {
        DOCUMENT: document(told),
        WORKBOOK: workbook(told),
        JSON: everything(told),
        **flat_files(told),
        **drawings(told),
    }


def write_report(
    analysis: Analysis,
    folder: Path,
    *,
    masked: bool = True,
    decided_by: str = "",
    quality: Mapping[str, Quality] | None = None,
    title: str = "",
    smallest: int = SMALLEST,
) -> list[Path]:
    """Write every file of the report into a folder, which is made if it is not there.

    Args and errors are those of `files`. A file that is there already is replaced whole.
    """
    made = files(
        analysis,
        masked=masked,
        decided_by=decided_by,
        quality=quality,
        title=title,
        smallest=smallest,
    )
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, data in made.items():
        path, part = folder / name, folder / f".{name}.part"
        part.write_bytes(data)
        part.replace(path)
        paths.append(path)
    return paths
