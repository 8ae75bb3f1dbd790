"""A consultation as a visit sees it: which one, as what the person takes part, and what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from starlette.responses import Response

from bernard.errors import Forbidden, InputInvalid, NotFound
from bernard.store import consultations
from bernard.store.consultations import Kept
from bernard.tools.consult.desk import Desk
from bernard.tools.consult.types import Analysed, Analysis, Role
from bernard.web.consult_held import Held, Holder
from bernard.web.visit import Page, Visit, whole_number

# From who may least to who may most.
ROLES: tuple[Role, ...] = tuple(reversed(get_args(Role)))
WHAT_A_ROLE_MAY: dict[str, str] = {
    "viewer": "reads the results and takes masked files away",
    "checker": "also codes check samples",
    "analyst": "also edits the framework and corrects how responses are mapped",
    "lead": "also says who takes part, signs off, takes unmasked files away and deletes",
}


@dataclass(frozen=True)
class Mine:
    """A consultation that the person takes part in, and as what."""

    kept: Kept
    role: Role

    def may(self, least: str) -> bool:
        """Whether the person's role may do what takes at least this one."""
        return ROLES.index(self.role) >= ROLES.index(cast(Role, least))

    @property
    def here(self) -> str:
        """The path of its first page."""
        return f"/consultations/{self.kept.id}"


def mine(visit: Visit) -> Mine:
    """The consultation that the path names.

    Raises:
        NotFound: the person takes part in none such.
    """
    with visit.bernard.store.read() as c:
        role = consultations.role_of(c, visit.part("id"), visit.account.id)
        return Mine(consultations.get(c, visit.part("id")), cast(Role, role))


def only(page: Page, least: Role) -> Page:
    """The page, for those who take part at least as this.

    Raises:
        Forbidden: when it is opened by somebody whose role may not.
        NotFound: when it is opened by somebody who takes no part.
    """

    def guarded(visit: Visit) -> Response:
        own = mine(visit)
        if not own.may(least):
            raise Forbidden(
                f"Your role in this consultation is {own.role}, which may not do this: it takes "
                f"{a_role(least)}. A lead of the consultation can change your role."
            )
        return page(visit)

    return guarded


def a_role(role: str) -> str:
    """A role with its article."""
    return f"an {role}" if role == "analyst" else f"a {role}"


def desk(visit: Visit) -> Desk:
    """The desk of this house; one for all visits, so that what it holds open is opened once."""
    return cast(Desk, visit.request.app.state.consult_desk)


def opened(visit: Visit, own: Mine) -> Analysis:
    """The consultation worked through.

    Raises:
        InputInvalid: it is not ready yet.
    """
    if own.kept.state != "ready":
        raise InputInvalid(
            "There are no results yet. The page of the consultation says how far it is."
        )
    return desk(visit).opened(own.kept.id)


def held(visit: Visit, analysed: Analysed) -> Held:
    """What is worked out of a question once for several pages."""
    return cast(Holder, visit.request.app.state.consult_held).of(analysed)


def question(visit: Visit, analysis: Analysis) -> tuple[int, Analysed]:
    """The question that the path names by its place from 1.

    Raises:
        NotFound: the consultation has no such question.
    """
    number = whole_number(visit.part("question"))
    if not number or number > len(analysis.questions):
        raise NotFound("The consultation has no such question.")
    return number, analysis.questions[number - 1]


def errors(faults: Mapping[str, str]) -> list[dict[str, str]]:
    """The faults, by field, as the summary at the top of a page takes them."""
    return [{"text": text, "href": f"#{field}"} for field, text in faults.items()]
