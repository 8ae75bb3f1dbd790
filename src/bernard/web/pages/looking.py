"""Personal data: an officer pastes a text and sees what would be taken out of it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from bernard.gateway.looking import opened, policy_of
from bernard.look import words
from bernard.privacy import verbs
from bernard.web.visit import Visit

LONGEST = 50_000
SAMPLE = (
    "Dear Housing Team,\n\n"
    "My neighbour Mrs Imaginary Okonjo-Rees (born 3 March 1961, NI number QQ 12 34 56 C) has had no "
    "heating since Monday. She lives at 14 Madeup Lane, Leeds LS99 9ZZ. Mrs Okonjo-Rees can be "
    "reached on 07700 900123 or i.okonjo-rees@example.org.\n\n"
    "The rules are in section 11 of the Landlord and Tenant Act 1985.\n\n"
    "Tom Fiction"
)


@dataclass(frozen=True)
class Row:
    """One thing that was found, as the table shows it."""

    number: int
    kind: str
    text: str
    why: str
    goes: bool
    times: int


@dataclass(frozen=True)
class Piece:
    """A stretch of the text; `kind` is empty where nothing was found in it."""

    text: str
    kind: str = ""
    number: int = 0
    goes: bool = False


def show(visit: Visit) -> Response:
    """The form."""
    return _page(visit, SAMPLE if visit.query("sample") else "")


def look(visit: Visit) -> Response:
    """What would be taken out of the text that was sent. Nothing of it is kept."""
    text = visit.form.text("text").replace("\r\n", "\n")
    fault = _fault(text)
    if fault:
        return _page(visit, text[:LONGEST], fault=fault, status=422)
    section = visit.bernard.agreement.privacy()
    detector, _ = opened(visit.bernard.detector, section)
    told = verbs.report(text, detector, policy_of(section))
    found = told.found
    rows = _rows(found)
    share = told.characters_out / len(text)
    return _page(
        visit,
        text,
        rows=rows,
        pieces=_pieces(text, found, rows),
        masked=told.masked,
        share=f"{share:.0%}" if share >= 0.01 or not share else "under 1%",
        found=len(found),
    )


def _fault(text: str) -> str:
    if not text.strip():
        return "Enter the text to look through"
    if len(text) > LONGEST:
        return f"Enter {LONGEST:,} characters or fewer; this text has {len(text):,}"
    return ""


def _page(
    visit: Visit, text: str, fault: str = "", status: int = 200, **values: object
) -> Response:
    errors = [{"text": fault, "href": "#text"}] if fault else []
    shown = {"rows": None, **values}
    return visit.page("looking.html", status, text=text, fault=fault, errors=errors, **shown)


def _rows(found: Sequence[verbs.Found]) -> list[Row]:
    """A row for each different thing, in the order in which they first stand in the text."""
    rows: dict[tuple[str, str, bool], Row] = {}
    for f in found:
        key = (f.kind, f.text, f.goes)
        before = rows.get(key)
        number, times = (before.number, before.times) if before else (len(rows) + 1, 0)
        rows[key] = Row(number, words.kind(f.kind), f.text, f.why, f.goes, times + 1)
    return list(rows.values())


def _pieces(text: str, found: Sequence[verbs.Found], rows: Sequence[Row]) -> list[Piece]:
    numbers = {(row.kind, row.text, row.goes): row.number for row in rows}
    pieces: list[Piece] = []
    end = 0
    for f in found:
        kind = words.kind(f.kind)
        pieces.append(Piece(text[end : f.start]))
        pieces.append(Piece(f.text, kind, numbers[kind, f.text, f.goes], f.goes))
        end = f.end
    return [*pieces, Piece(text[end:])]
