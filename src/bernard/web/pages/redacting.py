"""The redaction desk: give a document, look at each page, decide, take the new file away."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import msgspec
from starlette.responses import JSONResponse, Response

from bernard.errors import DocumentTooLarge, InputInvalid, NotFound
from bernard.privacy.documents import Box, Page
from bernard.store import redactions
from bernard.store.redactions import KeptPage, Redaction
from bernard.tools import redact as tool
from bernard.tools.redact import Proposal
from bernard.tools.redact.desk import Desk
from bernard.web.pages.documents import file_name
from bernard.web.render import render
from bernard.web.visit import Visit, go, whole_number

LONGEST_WORDS = 200
_ENDINGS = {"pdf": ".pdf", "docx": ".docx", "text": ".txt", "picture": ""}
SHARES = ("left", "top", "width", "height")


@dataclass(frozen=True)
class Shown:
    """A proposal as the page shows it.

    Attributes:
        boxes: where it stands on the page's picture.
    """

    number: int
    text: str
    kind: str
    why: str
    taken: bool
    boxes: list[Box]


@dataclass(frozen=True)
class Piece:
    """A stretch of a page's text; `number` is the proposal that it belongs to, 0 for none."""

    text: str
    number: int
    taken: bool


@dataclass(frozen=True)
class Row:
    """A page in the list of pages."""

    number: int
    found: int
    taken: int
    seen: bool


def desk(visit: Visit) -> Desk:
    """The desk of this house."""
    b = visit.bernard
    return Desk(b.store, b.ledger, b.detector, b.settings)


def show_desk(visit: Visit) -> Response:
    """The form to give a document, and the documents that are here."""
    return _desk_page(visit, {})


def take(visit: Visit) -> Response:
    """Take a document in; it is kept and waiting to be read when this answers."""
    try:
        if not visit.form.files:
            raise InputInvalid("Choose a file.")
        file = visit.form.files[0]
        name = file_name(file)
        if file.size is not None and file.size > desk(visit).max_bytes:
            raise DocumentTooLarge(f"{name!r} is too large. Split it.")
        new = desk(visit).take(visit.account.id, name, file.file.read())
    except (InputInvalid, DocumentTooLarge) as error:
        return _desk_page(visit, {"file": str(error)}, int(error.status))
    return go(f"/redact/{new.id}")


def show(visit: Visit) -> Response:
    """A document: how far it is, its pages, and what can be done."""
    return _document_page(visit, {})


def show_progress(visit: Visit) -> Response:
    """The line that says how far it is, for the page to show without loading again."""
    kept = _own(visit)
    working = kept.state in ("reading", "making")
    html = render("parts/redacting.html", document=kept, progress=desk(visit).progress(kept.id))
    return JSONResponse({"html": html, "open": int(working)})


def add_words(visit: Visit) -> Response:
    """Take words out wherever they stand."""
    kept = _own(visit)
    words = " ".join(visit.form.text("words").split())
    try:
        if not any(c.isalnum() for c in words):
            raise InputInvalid("Enter the words to take out.")
        if len(words) > LONGEST_WORDS:
            raise InputInvalid(f"Words must be {LONGEST_WORDS} characters or fewer.")
        count = desk(visit).add_words(kept.id, words)
    except InputInvalid as error:
        return _document_page(visit, {"words": str(error)}, 422)
    return go(f"/redact/{kept.id}?added={count}")


def make(visit: Visit) -> Response:
    """Make the new file."""
    kept = _own(visit)
    desk(visit).finish(kept.id)
    return go(f"/redact/{kept.id}")


def download(visit: Visit) -> Response:
    """The redacted file."""
    kept = _own(visit)
    with visit.bernard.store.read() as c:
        data = redactions.result(c, kept.id)
    if data is None:
        raise NotFound("The redacted file is not made yet. Make it first.")
    name = quote(_new_name(kept), safe="")
    return Response(
        data,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


def show_delete(visit: Visit) -> Response:
    """Ask before a document is deleted."""
    kept = _own(visit)
    return visit.page(
        "delete.html",
        thing=f"“{kept.name}”",
        what_goes="The document, its pages, your decisions and the redacted file will be deleted "
        "from here. The log keeps how many of each kind were taken out, and nothing else.",
        back=f"/redact/{kept.id}",
    )


def delete(visit: Visit) -> Response:
    """Delete a document."""
    desk(visit).remove(_own(visit).id)
    return go("/redact")


def show_page(visit: Visit) -> Response:
    """A page as it looks, with what would go."""
    return _page_page(visit, {})


def decide(visit: Visit) -> Response:
    """Keep what was decided of a page, and go on to the next."""
    kept, number = _own(visit), _number(visit)
    chosen = [whole_number(text) for text in visit.form.texts("take")]
    desk(visit).decide(kept.id, number, [at - 1 for at in chosen if at])
    if visit.form.text("then") == "next" and number + 1 < kept.pages:
        return go(f"/redact/{kept.id}/pages/{number + 2}")
    return go(f"/redact/{kept.id}")


def add_area(visit: Visit) -> Response:
    """Black out an area of a page, given in hundredths of its width and height."""
    kept, number = _own(visit), _number(visit)
    try:
        left, top, width, height = (_share(visit, name) for name in SHARES)
        if not (width and height):
            raise InputInvalid("Width and height must be more than 0.")
        with visit.bernard.store.read() as c:
            page = _read(redactions.page(c, kept.id, number))
        across, down = page.width / 100, page.height / 100
        box = Box(
            left * across,
            top * down,
            min(left + width, 100) * across,
            min(top + height, 100) * down,
        )
        desk(visit).add_area(kept.id, number, box)
    except InputInvalid as error:
        return _page_page(visit, {"left": str(error)}, 422)
    return go(f"/redact/{kept.id}/pages/{number + 1}")


def picture(visit: Visit) -> Response:
    """What a page looks like."""
    kept = _own(visit)
    with visit.bernard.store.read() as c:
        data = redactions.picture(c, kept.id, _number(visit))
    if not data:
        raise NotFound("This page is text and has no picture.")
    return Response(data, media_type="image/jpeg")


def _own(visit: Visit) -> Redaction:
    """The person's document that the path names.

    Raises:
        NotFound: they have none such.
    """
    with visit.bernard.store.read() as c:
        found = redactions.get(c, visit.part("id"))
    if found.owner != visit.account.id:
        raise NotFound(f"There is no redaction {found.id!r}. It may have been deleted.")
    return found


def _number(visit: Visit) -> int:
    number = whole_number(visit.part("number"))
    if not number:
        raise NotFound("The document has no such page.")
    return number - 1


def _share(visit: Visit, name: str) -> int:
    number = whole_number(visit.form.text(name).strip())
    if number is None or number > 100:
        raise InputInvalid(f"{name.capitalize()} must be a whole number from 0 to 100.")
    return number


def _new_name(kept: Redaction) -> str:
    stem, dot, ending = kept.name.rpartition(".")
    return f"{stem or kept.name}-redacted{_ENDINGS[kept.kind] or (dot + ending)}"


def _desk_page(visit: Visit, faults: dict[str, str], status: int = 200) -> Response:
    with visit.bernard.store.read() as c:
        mine = redactions.of_owner(c, visit.account.id)
    return visit.page(
        "redact.html",
        status,
        documents=mine,
        most=desk(visit).max_bytes,
        hours=visit.bernard.settings.redaction_hours,
        faults={"file": "", **faults},
        errors=_errors(faults),
    )


def _document_page(visit: Visit, faults: dict[str, str], status: int = 200) -> Response:
    kept = _own(visit)
    with visit.bernard.store.read() as c:
        pages = redactions.pages(c, kept.id)
    rows = [_row(page) for page in pages]
    added = visit.number("added")
    return visit.page(
        "redaction.html",
        status,
        document=kept,
        rows=rows,
        unseen=sum(not row.seen for row in rows),
        progress=desk(visit).progress(kept.id),
        new_name=_new_name(kept) if kept.kind else "",
        message=_added(added),
        words=visit.form.text("words"),
        faults={"words": "", **faults},
        errors=_errors(faults),
    )


def _added(count: int | None) -> str:
    if count is None:
        return ""
    if not count:
        return "Those words stand nowhere else in the text that was read."
    return f"Those words will go from {count:,} more {'place' if count == 1 else 'places'}."


def _row(page: KeptPage) -> Row:
    found = msgspec.json.decode(page.proposals, type=list[Proposal])
    return Row(page.number + 1, len(found), sum(p.taken for p in found), page.seen)


def _page_page(visit: Visit, faults: dict[str, str], status: int = 200) -> Response:
    kept, number = _own(visit), _number(visit)
    with visit.bernard.store.read() as c:
        held = redactions.page(c, kept.id, number)
    page = _read(held)
    proposals = msgspec.json.decode(held.proposals, type=list[Proposal])
    return visit.page(
        "redaction_page.html",
        status,
        document=kept,
        number=number + 1,
        page=page,
        shown=[_shown(page, p, at) for at, p in enumerate(proposals, 1)],
        pieces=[] if page.width else pieces(page.text, proposals),
        open=kept.state in ("review", "done"),
        area={name: visit.form.text(name) for name in SHARES},
        faults={"left": "", **faults},
        errors=_errors(faults),
    )


def _read(page: KeptPage) -> Page:
    return msgspec.json.decode(page.page, type=Page)


def _shown(page: Page, proposal: Proposal, number: int) -> Shown:
    text = page.text[proposal.start : proposal.end]
    kind = tool.in_words(proposal.kind)
    boxes = tool.boxes_of(page, proposal)
    return Shown(number, text, kind, proposal.why, proposal.taken, boxes)


def pieces(text: str, proposals: list[Proposal]) -> list[Piece]:
    """A page's text cut where proposals begin and end."""
    found: list[Piece] = []
    at = 0
    for number, p in enumerate(proposals, 1):
        if p.start < at or p.box:
            continue
        found += [
            Piece(text[at : p.start], 0, False),
            Piece(text[p.start : p.end], number, p.taken),
        ]
        at = p.end
    return [piece for piece in [*found, Piece(text[at:], 0, False)] if piece.text]


def _errors(faults: dict[str, str]) -> list[dict[str, str]]:
    return [{"text": text, "href": f"#{field}"} for field, text in faults.items()]
