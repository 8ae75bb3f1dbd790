"""Every path of a consultation, the page behind it, and which role it takes to look and to act.

Roles stand in one line: a viewer reads, a checker also codes check samples, an analyst also edits the
framework and corrects, a lead also does all the rest. Each path holds `{id}`, the consultation's; who
has no role in it is told that there is none.
"""

from __future__ import annotations

from typing import NamedTuple

from starlette.routing import BaseRoute, Route

from bernard.config import Settings
from bernard.tools.consult.types import Role
from bernard.web.consult_visit import only
from bernard.web.pages import consult_coding as coding
from bernard.web.pages import consult_framework as framework
from bernard.web.pages import consult_framework_edit as framework_edit
from bernard.web.pages import consult_framework_sign as framework_sign
from bernard.web.pages import consult_framework_take as framework_take
from bernard.web.pages import consult_learning as learning
from bernard.web.pages import consult_quality as quality
from bernard.web.pages import (
    consulting,
    consulting_campaigns,
    consulting_columns,
    consulting_correction,
    consulting_downloads,
    consulting_models,
    consulting_people,
    consulting_response,
    consulting_responses,
    consulting_results,
    consulting_tables,
    consulting_theme,
)
from bernard.web.visit import Page, endpoint

# A form for a file of several hundred columns has several fields for each.
COLUMNS_BYTES, COLUMNS_FIELDS = 8_000_000, 50_000


class Row(NamedTuple):
    """A path under `/consultations/{id}`.

    Attributes:
        path: what comes after `/consultations/{id}`.
        look, act: the page to look at, and the page that acts on a form.
        looks, acts: the least role that may.
        files: how many files the form may send.
    """

    path: str
    look: Page | None
    act: Page | None
    looks: Role = "viewer"
    acts: Role = "analyst"
    files: int = 0


# The list, upload, results, responses, tables, people, downloads.
CONSULT: tuple[Row, ...] = (
    Row("", consulting.show, None),
    Row("/progress", consulting.show_progress, None),
    Row("/again", None, consulting.try_again, acts="analyst"),
    Row("/columns", consulting_columns.show, consulting_columns.confirm),
    Row("/sheet", None, consulting_columns.choose_sheet),
    Row("/faults.csv", consulting_columns.faults_csv, None),
    Row("/models", consulting_models.show, consulting_models.choose, "lead", "lead"),
    Row("/delete", consulting.show_delete, consulting.delete, "lead", "lead"),
    Row("/people", consulting_people.show, consulting_people.add, acts="lead"),
    Row("/people/{account}", None, consulting_people.change, acts="lead"),
    Row("/questions/{question}", consulting_results.show_question, None),
    Row("/questions/{question}/themes.svg", consulting_results.chart_svg, None),
    Row("/questions/{question}/themes/{theme}", consulting_theme.show, None),
    Row("/questions/{question}/campaigns", consulting_campaigns.show_list, None),
    Row("/questions/{question}/campaigns/{campaign}", consulting_campaigns.show, None),
    Row("/questions/{question}/table", consulting_tables.show, None),
    Row("/questions/{question}/table.csv", consulting_tables.csv, None),
    Row("/questions/{question}/table.svg", consulting_tables.svg, None),
    Row("/responses", consulting_responses.show, None),
    Row("/responses/{number}", consulting_response.show, consulting_correction.correct),
    Row("/responses/{number}/unmasked", None, consulting_response.show_unmasked),
    Row("/downloads", consulting_downloads.show, consulting_downloads.make, acts="viewer"),
    Row("/making", consulting_downloads.show_making, None),
    Row("/downloads/{name}", consulting_downloads.download, None),
    Row(
        "/unmasked",
        consulting_downloads.take_unmasked,
        consulting_downloads.unmasked,
        "lead",
        "lead",
    ),
)

# The framework, coding and quality.
_FRAMEWORK = "/questions/{question}/framework"
_CHECK = "/questions/{question}/check"
CONSULT_CODING: tuple[Row, ...] = (
    Row(_FRAMEWORK, framework.show, framework.act),
    Row(f"{_FRAMEWORK}/file", framework.download, None),
    Row(f"{_FRAMEWORK}/remap", None, framework.remap),
    Row(f"{_FRAMEWORK}/suggestions", None, framework.suggest),
    Row(f"{_FRAMEWORK}/history", framework.show_history, framework.undo),
    Row(f"{_FRAMEWORK}/add", framework_edit.show_add, framework_edit.add, "analyst"),
    Row(f"{_FRAMEWORK}/merge", framework_edit.show_merge, framework_edit.merge, "analyst"),
    Row(f"{_FRAMEWORK}/themes/{{theme}}", framework_edit.show_theme, framework_edit.change_theme),
    Row(
        f"{_FRAMEWORK}/themes/{{theme}}/split",
        framework_edit.show_split,
        framework_edit.split,
        "analyst",
    ),
    Row(f"{_FRAMEWORK}/proposed", framework_take.show_proposed, framework_take.take),
    Row(f"{_FRAMEWORK}/begin", framework_take.show_begin, framework_take.begin, "analyst", files=1),
    Row(f"{_FRAMEWORK}/sign-off", framework_sign.show, framework_sign.act, acts="lead"),
    Row(f"{_FRAMEWORK}/look", framework_sign.show_next, framework_sign.look),
    Row(_CHECK, coding.show, coding.draw),
    Row(f"{_CHECK}/code", coding.show_code, coding.code, "checker", "checker"),
    Row(f"{_CHECK}/next", learning.show, learning.save, "analyst", "analyst"),
    Row(f"{_CHECK}/flags", coding.show_flags, coding.remove_flag, acts="checker"),
    Row("/questions/{question}/quality", quality.show, None),
)


def consult_routes(values: Settings) -> list[BaseRoute]:
    """Every route of consultations."""
    take = endpoint(consulting.take, most_bytes=values.max_file_mb * 1e6 + 1e6, most_files=1)
    return [
        Route("/consultations", endpoint(consulting.show_list), methods=["GET"]),
        Route("/consultations", take, methods=["POST"]),
        *(route for row in (*CONSULT, *CONSULT_CODING) for route in _routes(row)),
    ]


def _routes(row: Row) -> list[BaseRoute]:
    path = f"/consultations/{{id}}{row.path}"
    found: list[BaseRoute] = []
    if row.look:
        found.append(Route(path, endpoint(only(row.look, row.looks)), methods=["GET"]))
    if row.act:
        act = endpoint(
            only(row.act, row.acts),
            most_bytes=COLUMNS_BYTES,
            most_files=row.files,
            most_fields=COLUMNS_FIELDS,
        )
        found.append(Route(path, act, methods=["POST"]))
    return found
