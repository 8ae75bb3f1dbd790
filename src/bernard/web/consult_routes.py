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
from bernard.web.pages import (
    consulting,
    consulting_campaigns,
    consulting_columns,
    consulting_downloads,
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
    """

    path: str
    look: Page | None
    act: Page | None
    looks: Role = "viewer"
    acts: Role = "analyst"


# The list, upload, results, responses, tables, people, downloads.
CONSULT: tuple[Row, ...] = (
    Row("", consulting.show, None),
    Row("/progress", consulting.show_progress, None),
    Row("/again", None, consulting.try_again, acts="analyst"),
    Row("/columns", consulting_columns.show, consulting_columns.confirm),
    Row("/faults.csv", consulting_columns.faults_csv, None),
    Row("/delete", consulting.show_delete, consulting.delete, "lead", "lead"),
    Row("/people", consulting_people.show, consulting_people.add, acts="lead"),
    Row("/people/{account}", None, consulting_people.change, acts="lead"),
    Row("/questions/{question}", consulting_results.show_question, None),
    Row("/questions/{question}/remap", None, consulting_results.remap),
    Row("/questions/{question}/themes.svg", consulting_results.chart_svg, None),
    Row("/questions/{question}/themes/{theme}", consulting_theme.show, None),
    Row("/questions/{question}/campaigns", consulting_campaigns.show_list, None),
    Row("/questions/{question}/campaigns/{campaign}", consulting_campaigns.show, None),
    Row("/questions/{question}/table", consulting_tables.show, None),
    Row("/questions/{question}/table.csv", consulting_tables.csv, None),
    Row("/questions/{question}/table.svg", consulting_tables.svg, None),
    Row("/responses", consulting_responses.show, None),
    Row("/responses/{number}", consulting_response.show, consulting_response.correct),
    Row("/responses/{number}/unmasked", None, consulting_response.show_unmasked),
    Row("/downloads", consulting_downloads.show, None),
    Row("/downloads/{name}", consulting_downloads.download, None),
    Row("/unmasked", None, consulting_downloads.unmasked, acts="lead"),
)

# The framework, coding and quality.
CONSULT_CODING: tuple[Row, ...] = ()


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
            only(row.act, row.acts), most_bytes=COLUMNS_BYTES, most_fields=COLUMNS_FIELDS
        )
        found.append(Route(path, act, methods=["POST"]))
    return found
