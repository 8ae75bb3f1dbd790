"""Settings: the models, the agreement in words, the password, tokens and people."""

from __future__ import annotations

from starlette.responses import Response

from bernard.accounts import sessions, signing, tokens
from bernard.agreements import Agreement, Clause
from bernard.errors import Forbidden, InputInvalid, NotFound, TooManyAttempts
from bernard.gateway import THIS_MACHINE, Deployment
from bernard.store import people
from bernard.web.pages.signing import address
from bernard.web.visit import Visit, go, set_cookie

_FIELDS = ("old", "new", "label", "person", "first")
_DONE = {
    "password": "Your password is changed. You are signed out everywhere else.",
    "revoked": "The token is revoked.",
    "person": "The person is added and can sign in.",
}


def show(visit: Visit) -> Response:
    """All settings."""
    return _page(visit, {}, message=_DONE.get(visit.query("done"), ""))


def change_password(visit: Visit) -> Response:
    """Take a new password."""
    _not_in_demo(visit)
    assert visit.session is not None
    old, new = visit.form.text("old"), visit.form.text("new")
    try:
        signing.change_password(visit.bernard.store, visit.session, old, new, address(visit))
    except (InputInvalid, TooManyAttempts) as error:
        field = "old" if str(error).startswith(("Your current", "Too many")) else "new"
        return _page(visit, {field: str(error)}, int(error.status))
    return go("/settings?done=password")


def sign_out_everywhere(visit: Visit) -> Response:
    """End every session of this account, this one too."""
    with visit.bernard.store.write() as c:
        sessions.end_all(c, visit.account.id)
    return set_cookie(go("/sign-in"), visit.bernard, "")


def make_token(visit: Visit) -> Response:
    """Make a token and show it this once."""
    try:
        with visit.bernard.store.write() as c:
            token = tokens.create(c, visit.account.id, visit.form.text("label"))
    except InputInvalid as error:
        return _page(visit, {"label": str(error)}, 422)
    return _page(visit, {}, new_token=token)


def revoke_token(visit: Visit) -> Response:
    """Take a token back."""
    with visit.bernard.store.write() as c:
        tokens.revoke(c, visit.account.id, visit.part("hash"))
    return go("/settings?done=revoked")


def add_person(visit: Visit) -> Response:
    """Add an account; only who looks after the others may."""
    _not_in_demo(visit)
    if not visit.account.is_admin:
        raise NotFound()
    name, password = visit.form.text("person"), visit.form.text("first")
    try:
        signing.create(visit.bernard.store, name, password)
    except InputInvalid as error:
        field = "first" if str(error).startswith("Password") else "person"
        return _page(visit, {field: str(error)}, 422)
    return go("/settings?done=person")


def agreement_in_words(agreement: Agreement) -> list[str]:
    """What may leave, a sentence or two for each clause."""
    lines = [f"{agreement.title}. {agreement.summary}"]
    if agreement.status != "signed":
        lines.append(f"The agreement is {agreement.status}, so no call is allowed under it.")
    return lines + [_clause_in_words(clause) for clause in agreement.clauses]


def _clause_in_words(clause: Clause) -> str:
    if clause.places == (THIS_MACHINE,):
        who = "The models run on this machine, so nothing is sent."
    else:
        named = ", ".join(clause.suppliers) or "the supplier"
        who = f"Run by {named}; place: {', '.join(clause.places)}."
    first = f" First: {', '.join(clause.safeguards)}." if clause.safeguards else ""
    marking = clause.marking.tier + ("-SENSITIVE" if clause.marking.sensitive else "")
    return f"{clause.summary or clause.id} {who} Text marked {marking} at most.{first}"


def _page(
    visit: Visit, faults: dict[str, str], status: int = 200, message: str = "", new_token: str = ""
) -> Response:
    with visit.bernard.store.read() as c:
        kept = people.tokens_of(c, visit.account.id)
        everyone = [a for a in people.everyone(c) if a.password] if visit.account.is_admin else []
    gateway = visit.bernard.gateway
    return visit.page(
        "settings.html",
        status,
        message=message,
        new_token=new_token,
        tokens=kept,
        people=everyone,
        label=visit.form.text("label") if faults else "",
        person=visit.form.text("person"),
        models={
            "chat": _model(gateway.chat_model(), "None: answers are made by quoting"),
            "embedding": _model(gateway.embedding_model, "None: search goes by words alone"),
        },
        agreement=[
            line for one in visit.bernard.agreement.all() for line in agreement_in_words(one)
        ],
        faults=dict.fromkeys(_FIELDS, "") | faults,
        errors=[{"text": text, "href": f"#{field}"} for field, text in faults.items()],
    )


def _model(deployment: Deployment | None, none: str) -> str:
    if deployment is None:
        return none
    here = deployment.place == THIS_MACHINE
    return f"{deployment.model}, {'on this machine' if here else 'run by ' + deployment.provider}"


def _not_in_demo(visit: Visit) -> None:
    if visit.bernard.demo:
        raise Forbidden("The demo has no password and no people. Start `bernard serve` for these.")
