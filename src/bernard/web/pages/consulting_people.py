"""Who takes part in a consultation, and as what."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection
from starlette.responses import Response

from bernard.accounts.signing import check_name
from bernard.errors import InputInvalid, NotFound
from bernard.store import consultations, people
from bernard.web.consult_visit import ROLES, WHAT_A_ROLE_MAY, errors, mine
from bernard.web.visit import Visit, go

_LAST_LEAD = "A consultation needs a lead. Make somebody else lead first."


def show(visit: Visit) -> Response:
    """Who takes part, what each role may do, and for a lead the forms to change that."""
    return _page(visit, {})


def add(visit: Visit) -> Response:
    """Let somebody with an account take part."""
    own = mine(visit)
    try:
        role = _role(visit)
        name = check_name(visit.form.text("name"))
        with visit.bernard.store.write(durable=True) as c:
            account = people.by_name(c, name)
            if account is None:
                raise InputInvalid(
                    f"There is no account {name!r}. Whoever looks after Bernard adds accounts."
                )
            if any(person.account == account.id for person in consultations.people(c, own.kept.id)):
                raise InputInvalid(f"{account.name!r} takes part already. Change the role above.")
            consultations.set_role(c, own.kept.id, account.id, role)
    except InputInvalid as error:
        return _page(visit, {"name": str(error)}, 422)
    return go(f"{own.here}/people?done=added")


def change(visit: Visit) -> Response:
    """Give somebody another role, or let them take part no more."""
    own, account = mine(visit), visit.part("account")
    role = "" if visit.form.text("role") == "none" else _role(visit)
    try:
        with visit.bernard.store.write(durable=True) as c:
            _check(c, own.kept.id, account, role)
            if role:
                consultations.set_role(c, own.kept.id, account, role)
            else:
                consultations.leave(c, own.kept.id, account)
    except InputInvalid as error:
        return _page(visit, {f"role-{account}": str(error)}, 422)
    gone = account == visit.account.id and not role
    return go("/consultations" if gone else f"{own.here}/people?done=changed")


def _check(c: Connection, id: str, account: str, role: str) -> None:
    """Make sure that the account takes part, and that a lead remains.

    Raises:
        InputInvalid: no lead would remain.
        NotFound: the account takes no part.
    """
    found = {person.account: person.role for person in consultations.people(c, id)}
    if account not in found:
        raise NotFound("This account takes no part in the consultation.")
    if "lead" not in {**found, account: role}.values():
        raise InputInvalid(_LAST_LEAD)


def _role(visit: Visit) -> str:
    role = visit.form.text("role")
    if role not in ROLES:
        raise InputInvalid(f"There is no role {role!r}. Choose one of the list.")
    return role


_TOLD = {"added": "They can open the consultation now.", "changed": "The role was changed."}


def _page(visit: Visit, faults: Mapping[str, str], status: int = 200) -> Response:
    own = mine(visit)
    with visit.bernard.store.read() as c:
        found = consultations.people(c, own.kept.id)
    return visit.page(
        "consult_people.html",
        status,
        own=own,
        place="people",
        people=found,
        roles=[{"value": role, "text": role.capitalize()} for role in ROLES],
        may=WHAT_A_ROLE_MAY,
        name=visit.form.text("name"),
        message=_TOLD.get(visit.query("done"), ""),
        faults={"name": "", **faults},
        errors=errors(faults),
    )
