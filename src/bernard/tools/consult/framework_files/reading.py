"""An existing coding framework read from a file.

CSV, XLSX, ODS, JSON and JSON Lines, with the columns found by their headings. What is wrong is said by
row, all of it at once, and nothing is taken in until it is put right: a theme that is left out
without a word would be missed by nobody until the report is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from bernard.errors import DocumentTooLarge, DocumentUnreadable, InputInvalid
from bernard.library.convert.limits import Limits
from bernard.text.cells import FORMULA
from bernard.tools.consult.framework import Given, rules
from bernard.tools.consult.framework_files.writing import STANCE_WORDS
from bernard.tools.consult.reading.delimited import delimiter_of, rows_of
from bernard.tools.consult.reading.encoding import mended, text_of
from bernard.tools.consult.reading.sheets import read_workbook
from bernard.tools.consult.types import Fault, Framework, Stance, Theme

Field = Literal["id", "title", "description", "stance", "parent"]

MOST_BYTES = 5_000_000
MOST_FAULTS = 10
HEADINGS: dict[Field, tuple[str, ...]] = {
    "title": ("title", "theme", "themetitle", "themename", "name", "label", "topiclabel", "topic"),
    "description": (
        "description",
        "themedescription",
        "topicdescription",
        "definition",
        "meaning",
        "explanation",
    ),
    "id": ("id", "themeid", "topicid", "themekey", "key", "code", "number", "ref", "reference"),
    "stance": ("stance", "position", "sentiment", "view"),
    "parent": ("parent", "parentid", "parenttheme", "under", "within", "group", "maintheme"),
}
_LISTS = ("themes", "theme_nodes", "topics", "codes")


@dataclass(frozen=True)
class _Row:
    """A theme as the file words it; `where` is its row for messages."""

    where: str
    fields: dict[Field, str]

    def __getitem__(self, field: Field) -> str:
        return self.fields.get(field, "").strip()


def read_framework(name: str, data: bytes, limits: Limits | None = None) -> Framework:
    """The themes of a file, in its order, with the ids it gives them or `T1`, `T2`, ….

    Args:
        name: of the file, for messages and to tell its kind.

    Raises:
        InputInvalid: it is no framework, or some of its rows cannot be used; the message names them.
        DocumentUnreadable: it is damaged. DocumentTooLarge: it is over a limit.
    """
    if len(data) > MOST_BYTES:
        raise DocumentTooLarge(f"{name!r} is over {MOST_BYTES // 1_000_000} MB: no framework is.")
    try:
        rows = _rows(name, data, limits or Limits())
    except (DocumentUnreadable, DocumentTooLarge) as error:
        raise type(error)(f"{name!r} {error}") from error
    faults: list[Fault] = []
    themes = _themes(rows, faults)
    if faults:
        raise InputInvalid(_told(name, faults))
    if not themes:
        raise InputInvalid(f"{name!r} holds no themes.")
    if len(themes) > rules.MOST_THEMES:
        raise InputInvalid(
            f"{name!r} holds {len(themes)} themes; a framework may hold {rules.MOST_THEMES}."
        )
    return Framework(tuple(themes))


def as_given(framework: Framework) -> tuple[Given, ...]:
    """The themes of a framework as the change that starts from them takes them."""
    return tuple(
        Given(t.title, t.description, t.stance, t.examples, t.id, t.parent)
        for t in framework.themes
    )


def _rows(name: str, data: bytes, limits: Limits) -> list[_Row]:
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        grid = read_workbook(data, limits)
        return _of_table(name, list(zip(grid.numbers, grid.rows, strict=True)))
    text = text_of(data)[0]
    if text.lstrip()[:1] in ("{", "["):
        return _of_json(name, text)
    faults: list[Fault] = []
    lines = rows_of(text, delimiter_of(text), faults)
    numbered = list(enumerate(([mended(cell)[0] for cell in row] for row in lines), 1))
    if faults:
        raise InputInvalid(_told(name, faults))
    return _of_table(name, numbered)


def _of_table(name: str, numbered: list[tuple[int, list[str]]]) -> list[_Row]:
    filled = [(n, row) for n, row in numbered if any(cell.strip() for cell in row)]
    if not filled:
        raise InputInvalid(f"{name!r} is empty.")
    headings = filled[0][1]
    places = _places(headings)
    if "title" not in places:
        seen = ", ".join(repr(h) for h in headings[:8])
        raise InputInvalid(
            f"{name!r} has no column of titles. Its headings are {seen}. Call one “title”, and, where "
            "there are any, the others “description”, “stance”, “parent” and “id”."
        )
    return [
        _Row(
            f"row {number}",
            {field: _unescaped(row[at]) for field, at in places.items() if at < len(row)},
        )
        for number, row in filled[1:]
    ]


def _unescaped(cell: str) -> str:
    """The cell without the mark that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell


def _places(headings: Sequence[str]) -> dict[Field, int]:
    """Where each field stands; of two headings for one field, the one that says it best."""
    known = ["".join(c for c in h.casefold() if c.isalnum()) for h in headings]
    return {
        field: known.index(next(word for word in words if word in known))
        for field, words in HEADINGS.items()
        if any(word in known for word in words)
    }


def _of_json(name: str, text: str) -> list[_Row]:
    try:
        records = _listed(msgspec.json.decode(text))
        return [_of_record(f"theme {n}", record) for n, record in enumerate(records, 1)]
    except msgspec.DecodeError as error:
        if "\n" not in text.strip():
            raise InputInvalid(f"{name!r} is not JSON: {error}.") from error
    except RecursionError as error:
        raise InputInvalid(f"{name!r} is nested too deeply.") from error
    rows: list[_Row] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                rows.append(_of_record(f"line {number}", msgspec.json.decode(line)))
            except (msgspec.DecodeError, RecursionError) as error:
                faults.append(Fault(f"line {number}", f"it is not JSON ({error})"))
    if faults:
        raise InputInvalid(_told(name, faults))
    return rows


def _listed(value: Any) -> list[Any]:
    """The records of a JSON document: a list, alone or under one of the names in use."""
    if isinstance(value, dict):
        return next((value[key] for key in _LISTS if isinstance(value.get(key), list)), [value])
    return value if isinstance(value, list) else [value]


def _of_record(where: str, record: Any) -> _Row:
    if isinstance(record, str):
        return _Row(where, {"title": record})
    if not isinstance(record, dict):
        return _Row(where, {})
    names = [str(key) for key in record]
    values = list(record.values())
    return _Row(
        where,
        {
            field: str(values[at])
            for field, at in _places(names).items()
            if isinstance(values[at], str | int)
        },
    )


def _themes(rows: Iterable[_Row], faults: list[Fault]) -> list[Theme]:
    themes: list[Theme] = []
    places: list[_Row] = []
    for row in rows:
        theme = _theme(row, len(themes) + 1, faults)
        if theme:
            themes.append(theme)
            places.append(row)
    _check_unique(themes, places, "id", lambda theme: theme.id, faults)
    _check_unique(themes, places, "title", lambda theme: rules.key(theme.title), faults)
    return [
        replace(theme, parent=_parent(theme, row, themes, places, faults))
        for theme, row in zip(themes, places, strict=True)
    ]


def _theme(row: _Row, number: int, faults: list[Fault]) -> Theme | None:
    stance: Stance | None = None
    if said := row["stance"]:
        stance = STANCE_WORDS.get(said.casefold())
        if stance is None and said.casefold() not in ("none", "n/a", "-"):
            faults.append(
                Fault(row.where, f"the stance {said[:40]!r} is not for, against, mixed or unclear")
            )
    try:
        title = rules.title_of(row["title"])
        description = rules.description_of(row["description"])
    except InputInvalid as error:
        faults.append(Fault(row.where, str(error)[:1].lower() + str(error)[1:].rstrip(".")))
        return None
    id = row["id"]
    if len(id) > 64:
        faults.append(Fault(row.where, f"the id {id[:40]!r}… is longer than 64 characters"))
    return Theme(id or f"T{number}", title, description, stance)


def _check_unique(
    themes: list[Theme],
    rows: list[_Row],
    what: str,
    key: Callable[[Theme], str],
    faults: list[Fault],
) -> None:
    first: dict[str, _Row] = {}
    for theme, row in zip(themes, rows, strict=True):
        earlier = first.setdefault(key(theme), row)
        if earlier is not row:
            said = theme.id if what == "id" else theme.title
            faults.append(Fault(row.where, f"the {what} {said!r} is that of {earlier.where} too"))


def _parent(
    theme: Theme, row: _Row, themes: list[Theme], rows: list[_Row], faults: list[Fault]
) -> str | None:
    """The id of the theme that this one is under, which the file may give by id or by title."""
    said = row["parent"]
    if not said or said.casefold() in ("none", "-", "0"):
        return None
    wanted = rules.key(said)
    places = [at for at, one in enumerate(themes) if one.id == said] or [
        at for at, one in enumerate(themes) if rules.key(one.title) == wanted
    ]
    if not places or themes[places[0]].id == theme.id:
        faults.append(Fault(row.where, f"it is under {said[:60]!r}, which is no other theme here"))
        return None
    if rows[places[0]]["parent"]:
        faults.append(Fault(row.where, f"it is under {said[:60]!r}, which is under another theme"))
        return None
    return themes[places[0]].id


def _told(name: str, faults: list[Fault]) -> str:
    told = "; ".join(f"{fault.where}: {fault.what}" for fault in faults[:MOST_FAULTS])
    more = len(faults) - MOST_FAULTS
    return f"{name!r} cannot be used as it is. {told}" + (
        f"; and {more} more." if more > 0 else "."
    )
