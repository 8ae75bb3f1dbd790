"""Every path of a consultation, the page behind it, and which role it takes to look and to act.

Roles stand in one line: a viewer reads, a checker also codes check samples, an analyst also edits the
framework and corrects, a lead also does all the rest. Each path holds `{id}`, the consultation's; who
has no role in it is told that there is none.
"""

from __future__ import annotations

from typing import NamedTuple

from bernard.tools.consult.types import Role
from bernard.web.visit import Page


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
CONSULT: tuple[Row, ...] = ()

# The framework, coding and quality.
CONSULT_CODING: tuple[Row, ...] = ()
