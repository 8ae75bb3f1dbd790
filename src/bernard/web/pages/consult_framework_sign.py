"""Looking through a framework one theme at a time, and signing it off.

Forty themes at once tire a person out, and what is signed tired is not agreed. So each theme has a page
of its own, those with something to see to come first, a mark remembers what was looked at, and
after a change only what changed has to be looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from bernard.errors import ConsultationChanged, Forbidden, InputInvalid
from bernard.tools.consult.framework import Look, Reopen, SignOff
from bernard.web.consult_advice import Hint, hints, looked
from bernard.web.consult_themes import (
    FEW,
    LARGE,
    UNSURE,
    Asked,
    ThemeRow,
    asked,
    change,
    since,
    theme_rows,
)
from bernard.web.consult_visit import errors
from bernard.web.visit import Visit, go

QUOTES = 8
LONGEST_WHY = 500


@dataclass(frozen=True)
class Item:
    """A theme in the checklist.

    Attributes:
        why: what there is to see to, one sentence each.
        mine: whether the person looked at it as it is now.
    """

    row: ThemeRow
    why: tuple[str, ...]
    mine: bool


def checklist(visit: Visit, of: Asked, most_quotes: int = 1) -> list[Item]:
    """The themes, what most needs a look first; those that this person looked at come last."""
    advice, name = hints(of, looked(visit, of)), visit.account.name
    items = [_item(of, row, name, advice) for row in theme_rows(of, most_quotes)]
    return sorted(items, key=lambda i: (i.mine, -len(i.why), -i.row.count))


def _item(of: Asked, row: ThemeRow, name: str, advice: list[Hint]) -> Item:
    why = [hint.what for hint in advice if row.theme.id in hint.themes]
    if row.count < FEW:
        why.append(f"Fewer than {FEW} responses are mapped to it.")
    if row.count and row.sureness < UNSURE:
        why.append("The machine is unsure of most of its responses.")
    if row.share > LARGE:
        why.append("It is one of the largest, so its wording matters most.")
    seen = [one.version for one in of.state.seen.get(row.theme.id, ()) if one.by == name]
    if seen and max(seen) < row.theme.version:
        why.append("It has changed since you looked at it.")
    return Item(row, tuple(why), bool(seen) and max(seen) == row.theme.version)


def show(visit: Visit) -> Response:
    """The checklist, what changed since the person was here last, and the button to sign."""
    return _page(visit, asked(visit))


def act(visit: Visit) -> Response:
    """Sign off or reopen; for leads."""
    of = asked(visit)
    reopen = visit.form.text("do") == "reopen"
    why = " ".join(visit.form.text("why").split())[:LONGEST_WHY]
    try:
        change(visit, of, Reopen(why) if reopen else SignOff())
    except (InputInvalid, ConsultationChanged) as error:
        return _page(visit, asked(visit), str(error), int(error.status))
    return go(f"{of.here}/framework?done={'reopened' if reopen else 'signed'}")


def show_next(visit: Visit) -> Response:
    """The theme that the person should look at next, or the one that is asked for."""
    of = asked(visit)
    items = checklist(visit, of, QUOTES)
    wanted = visit.query("theme")
    left = [item for item in items if not item.mine]
    item = next((one for one in items if one.row.theme.id == wanted), left[0] if left else None)
    if item is None:
        return go(f"{of.here}/framework/sign-off?done=looked")
    return visit.page(
        "consult_framework_look.html",
        of=of,
        own=of.own,
        place="results",
        item=item,
        done=len(items) - len(left),
        total=len(items),
        lines=[one for one in reversed(of.state.history) if item.row.theme.id in one.touched][:5],
        children=of.state.children(item.row.theme.id),
        message="",
    )


def look(visit: Visit) -> Response:
    """Mark a theme as looked at, and go on to the next."""
    of = asked(visit)
    if not of.own.may("analyst"):
        raise Forbidden("Only leads and analysts mark themes as looked at.")
    id, version = visit.form.text("theme"), visit.form.text("version")
    theme = of.state.themes.get(id)
    if theme is None or str(theme.version) != version:
        fault = "This theme changed while you looked at it, so it is not marked. Look at it again."
        return _page(visit, of, fault, 409)
    if not any(one.by == visit.account.name for one in of.state.looked(id)):
        change(visit, of, Look(id))
    return go(f"{of.here}/framework/look")


def _page(visit: Visit, of: Asked, fault: str = "", status: int = 200) -> Response:
    items = checklist(visit, of)
    return visit.page(
        "consult_framework_sign_off.html",
        status,
        of=of,
        own=of.own,
        place="results",
        items=items,
        left=sum(1 for item in items if not item.mine),
        nobody=sum(1 for item in items if not item.row.looked),
        lines=list(reversed(since(of.state, visit.account.name)))[:20],
        why=visit.form.text("why"),
        message="You have looked at every theme as it is now." if visit.query("done") else "",
        errors=errors({"main-content": fault} if fault else {}),
    )
