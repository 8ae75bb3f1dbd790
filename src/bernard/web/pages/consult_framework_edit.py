"""Changing the framework: a theme by itself, merging, splitting, adding.

Every form carries the version of the framework that its page showed. Where somebody else changed the
same themes meanwhile, nothing is overwritten: the page says what they did and keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import UNSET
from starlette.responses import Response

from bernard.errors import ConsultationChanged, InputInvalid, NotFound
from bernard.tools.consult.framework import (
    Add,
    Change,
    Discard,
    Merge,
    Move,
    Nest,
    Part,
    Rename,
    Split,
    Unnest,
)
from bernard.tools.consult.types import Quote
from bernard.web.consult_themes import (
    Asked,
    asked,
    change,
    faults_of,
    holdings,
    stance_items,
    stance_of,
    theme_row,
    theme_rows,
    words_of,
)
from bernard.web.visit import Visit, go, whole_number

MOST_PARTS = 6
SEEDS = 24
QUOTES = 8
_WORDING = ("title", "description", "stance")
_REFUSED = (InputInvalid, ConsultationChanged)


def show_theme(visit: Visit) -> Response:
    """A theme with its words, and the forms to change it."""
    of = asked(visit)
    return _theme_page(visit, of, _known(visit, of), {})


def change_theme(visit: Visit) -> Response:
    """Word a theme otherwise, put it elsewhere, or discard it."""
    of = asked(visit)
    id = _known(visit, of)
    do = visit.form.text("do")
    try:
        change(visit, of, _of_one(visit, of, id, do))
    except _REFUSED as error:
        field = {"nest": "parent", "move": "after"}.get(do, "title")
        return _theme_page(visit, asked(visit), id, {field: str(error)}, int(error.status))
    if do == "discard":
        return go(f"{of.here}/framework?done=discarded")
    return go(f"{of.here}/framework/themes/{id}?done=1")


def _of_one(visit: Visit, of: Asked, id: str, do: str) -> Change:
    form = visit.form
    match do:
        case "discard":
            return Discard(id)
        case "nest":
            parent = form.text("parent")
            return Nest(id, parent) if parent else Unnest(id)
        case "move":
            return Move(id, form.text("after") or None)
        case "word":
            return _worded(visit, of, id)
    raise InputInvalid(f"There is no way to do {do!r} to a theme.")


def _worded(visit: Visit, of: Asked, id: str) -> Rename:
    """Only what differs from what the person saw, so that it says what they did."""
    form, was = visit.form, of.state.known[id].theme
    title, description = form.text("title"), form.text("description")
    stance = stance_of(form.text("stance"))
    return Rename(
        id,
        UNSET if title == was.title else title,
        UNSET if description.replace("\r\n", "\n") == was.description else description,
        UNSET if stance == was.stance else stance,
    )


def _known(visit: Visit, of: Asked) -> str:
    id = visit.part("theme")
    if id not in of.state.known or of.state.known[id].fate == "never made":
        raise NotFound("The framework has no such theme.")
    return id


def _theme_page(
    visit: Visit, of: Asked, id: str, faults: Mapping[str, str], status: int = 200
) -> Response:
    if id not in of.state.themes:
        return _gone_page(visit, of, id, faults, status)
    row = theme_row(of, id, QUOTES)
    typed = {name: visit.form.text(name) for name in _WORDING}
    now = {"title": row.theme.title, "description": row.theme.description}
    now["stance"] = row.theme.stance or ""
    kept = visit.form.text("do") == "word" and bool(faults)
    return visit.page(
        "consult_framework_theme.html",
        status,
        of=of,
        own=of.own,
        place="results",
        row=row,
        now=now if kept and any(typed[n] != now[n] for n in _WORDING) else None,
        value=typed if kept else now,
        stances=stance_items(typed["stance"] if kept else row.theme.stance),
        parents=_parents(of, id),
        others=[t for t in of.framework.themes if t.id != id],
        children=of.state.children(id),
        lines=[line for line in reversed(of.state.history) if id in line.touched][:20],
        message="The theme was changed." if visit.query("done") else "",
        faults={"title": "", "parent": "", "after": "", **faults},
        errors=faults_of(of, faults, *(["parent"] if of.state.children(id) else [])),
    )


def _parents(of: Asked, id: str) -> list[dict[str, object]]:
    """What the theme may be put under; nothing, while others are under it."""
    now = of.state.themes[id].parent
    tops = [t for t in of.framework.themes if not t.parent and t.id != id]
    if of.state.children(id):
        tops = []
    return [
        {"value": "", "text": "No other theme", "selected": not now},
        *({"value": t.id, "text": t.title, "selected": t.id == now} for t in tops),
    ]


def _gone_page(
    visit: Visit, of: Asked, id: str, faults: Mapping[str, str], status: int
) -> Response:
    """A theme that is not in the framework any more; what was typed for it is kept."""
    known = of.state.known[id]
    typed = {name: visit.form.text(name) for name in _WORDING}
    return visit.page(
        "consult_framework_gone.html",
        status,
        of=of,
        own=of.own,
        place="results",
        known=known,
        into=[of.state.known[one].theme for one in known.into],
        line=next((line for line in reversed(of.state.history) if id in line.touched), None),
        value=typed if typed["title"] else None,
        stances=stance_items(typed["stance"]),
        message="",
        errors=faults_of(of, faults, *faults),
    )


def show_add(visit: Visit) -> Response:
    """The form for a new theme."""
    return _add_page(visit, asked(visit), {})


def add(visit: Visit) -> Response:
    """Add a theme."""
    of, form = asked(visit), visit.form
    part = Part(form.text("title"), form.text("description"), stance_of(form.text("stance")))
    try:
        change(visit, of, Add(part, form.text("parent") or None))
    except _REFUSED as error:
        return _add_page(visit, asked(visit), {"title": str(error)}, int(error.status))
    return go(f"{of.here}/framework?done=added")


def _add_page(visit: Visit, of: Asked, faults: Mapping[str, str], status: int = 200) -> Response:
    parent = visit.form.text("parent")
    tops = [t for t in of.framework.themes if not t.parent]
    return visit.page(
        "consult_framework_add.html",
        status,
        of=of,
        own=of.own,
        place="results",
        value={name: visit.form.text(name) for name in _WORDING},
        stances=stance_items(visit.form.text("stance")),
        parents=[
            {"value": "", "text": "No other theme", "selected": not parent},
            *({"value": t.id, "text": t.title, "selected": t.id == parent} for t in tops),
        ],
        message="",
        faults={"title": "", **faults},
        errors=faults_of(of, faults),
    )


def show_merge(visit: Visit) -> Response:
    """The form to merge themes; a link may choose some beforehand."""
    chosen = visit.request.query_params.getlist("theme")
    return _merge_page(visit, asked(visit), chosen, {})


def merge(visit: Visit) -> Response:
    """Merge the chosen themes."""
    of, form = asked(visit), visit.form
    chosen = form.texts("theme")
    try:
        made = _merged(of, chosen, form.text("into"), form.text("title"))
        change(visit, of, made)
    except _REFUSED as error:
        field = "title" if "title" in str(error) and len(chosen) > 1 else "theme"
        return _merge_page(visit, asked(visit), chosen, {field: str(error)}, int(error.status))
    return go(f"{of.here}/framework?done=merged")


def _merged(of: Asked, chosen: list[str], into: str, title: str) -> Merge:
    """The change; the largest of the themes stays where none is named."""
    if len(chosen) < 2:
        raise InputInvalid("Choose at least two themes to merge.")
    if into not in chosen:
        held = holdings(of.analysed, 1)
        into = max(chosen, key=lambda id: held[id].count if id in held else 0)
    others = tuple(id for id in chosen if id != into)
    return Merge(into, others, title if title.strip() else UNSET)


def _merge_page(
    visit: Visit, of: Asked, chosen: list[str], faults: Mapping[str, str], status: int = 200
) -> Response:
    rows = theme_rows(of, 1)
    first = [row for row in rows if row.theme.id in chosen]
    return visit.page(
        "consult_framework_merge.html",
        status,
        of=of,
        own=of.own,
        place="results",
        rows=first + [row for row in rows if row.theme.id not in chosen],
        chosen=chosen,
        title=visit.form.text("title"),
        message="",
        faults={"theme": "", "title": "", **faults},
        errors=faults_of(of, faults),
    )


def show_split(visit: Visit) -> Response:
    """The form to split a theme, with sentences to sort into its parts."""
    of = asked(visit)
    return _split_page(visit, of, _known(visit, of), {})


def split(visit: Visit) -> Response:
    """Split a theme into the parts that were worded."""
    of, form = asked(visit), visit.form
    id = _known(visit, of)
    seeds: dict[int, list[Quote]] = {}
    for n in range(1, SEEDS + 1):
        at = whole_number(form.text(f"part-{n}"))
        if at and (quote := _quote(of, form.text(f"seed-{n}"))):
            seeds.setdefault(at, []).append(quote)
    parts = tuple(
        Part(
            form.text(f"title-{n}"),
            form.text(f"description-{n}"),
            of.state.known[id].theme.stance,
            tuple(seeds.get(n, ())),
        )
        for n in range(1, MOST_PARTS + 1)
        if form.text(f"title-{n}").strip()
    )
    try:
        change(visit, of, Split(id, parts))
    except _REFUSED as error:
        return _split_page(visit, asked(visit), id, {"title-1": str(error)}, int(error.status))
    return go(f"{of.here}/framework?done=split")


def _quote(of: Asked, value: str) -> Quote | None:
    """The place that a hidden field names, where it is one in a response."""
    numbers = [whole_number(part) for part in value.split(":")]
    if len(numbers) != 3 or None in numbers:
        return None
    response, start, end = (number or 0 for number in numbers)
    texts = of.analysed.texts
    inside = response < len(texts) and start < end <= len(texts[response])
    return Quote(response, start, end) if inside else None


def _split_page(
    visit: Visit, of: Asked, id: str, faults: Mapping[str, str], status: int = 200
) -> Response:
    if id not in of.state.themes:
        return _gone_page(visit, of, id, faults, status)
    parts = whole_number(visit.query("parts")) or 2
    form = visit.form
    if any(form.text(f"title-{n}") for n in range(3, MOST_PARTS + 1)):
        parts = MOST_PARTS
    return visit.page(
        "consult_framework_split.html",
        status,
        of=of,
        own=of.own,
        place="results",
        theme=of.state.themes[id],
        parts=min(max(parts, 2), MOST_PARTS),
        most_parts=MOST_PARTS,
        value=dict(form.fields),
        seeds=_seeds(of, id),
        message="",
        faults={"title-1": "", **faults},
        errors=faults_of(of, faults),
    )


def _seeds(of: Asked, id: str) -> list[dict[str, str]]:
    """Sentences of the theme to sort: some of each part of the responses, so that they differ."""
    places = [
        Quote(mapped.response, one.start, one.end)
        for mapped in of.analysed.mapped
        for one in mapped.themes
        if one.theme == id and one.end > one.start
    ]
    found: dict[str, dict[str, str]] = {}
    for place in places[:: max(1, len(places) // (2 * SEEDS))]:
        for words in words_of(of.analysed, [place], 1):
            value = f"{place.response}:{place.start}:{place.end}"
            found.setdefault(words.casefold(), {"words": words, "value": value})
    return list(found.values())[:SEEDS]
