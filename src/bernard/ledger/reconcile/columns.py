"""Which columns of a file mean what: by its heading and the forms that are known, or as one says."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import NamedTuple

import msgspec

from bernard.errors import UsageUnreadable
from bernard.ledger.reconcile.tables import MOST_BEFORE, Sheet
from bernard.ledger.reconcile.types import MEASURES

Names = tuple[str, ...]


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of usage file; see `columns.yaml`."""

    name: str
    has: Names
    date: Names
    provider: str = ""
    end: Names = ()
    model: Names = ()
    calls: tuple[Names, ...] = ()
    prompt: tuple[Names, ...] = ()
    completion: tuple[Names, ...] = ()
    meter: Names = ()
    quantity: Names = ()
    unit: Names = ()
    charge: Names = ()
    credit: Names = ()


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `columns.yaml`."""

    forms: tuple[Form, ...]
    prompt_words: Names
    completion_words: Names
    total_words: Names
    empty_words: Names


class Columns(NamedTuple):
    """Where in a row things stand; None where they do not.

    Attributes:
        heading: the place of the heading among the rows.
        counts: for each measure the columns that are added up.
    """

    form: Form
    heading: int
    date: int
    end: int | None
    model: int | None
    counts: dict[str, tuple[int, ...]]
    meter: int | None = None
    quantity: int | None = None
    unit: int | None = None
    charge: int | None = None
    credit: int | None = None


@cache
def known() -> Known:
    """The forms of files that are known."""
    file = resources.files("bernard.ledger.reconcile") / "columns.yaml"
    return msgspec.yaml.decode(file.read_bytes(), type=Known)


def find(sheet: Sheet, own: Form | None = None) -> Columns | None:
    """The heading of a table and what its columns mean; None where there is none.

    Args:
        own: the form that one says the file has.
    """
    forms = (own,) if own else known().forms
    for place, line in enumerate(sheet.lines[:MOST_BEFORE]):
        heading = {_plain(cell): at for at, cell in reversed(list(enumerate(line.cells))) if cell}
        for form in forms:
            if all(_plain(name) in heading for name in form.has):
                found = _columns(form, place, heading)
                if found is not None:
                    return found
    return None


def named(text: str) -> Form:
    """The form that `date=Day,calls=Requests,prompt=In+Cached,completion=Out,model=Model` says.

    Raises:
        UsageUnreadable: it is not written so.
    """
    given: dict[str, tuple[str, ...]] = {}
    for part in text.split(","):
        name, equals, columns = part.partition("=")
        if not equals or name.strip() not in ("date", "end", "model", *_SHORT):
            raise UsageUnreadable(f"--columns has {part!r}. Write date=…,calls=…,prompt=….")
        given[name.strip()] = tuple(column.strip() for column in columns.split("+"))
    if "date" not in given or given.keys().isdisjoint(_SHORT):
        raise UsageUnreadable("--columns must name the date, and one of calls, prompt, completion.")
    calls, prompt, completion = ((given[n],) if n in given else () for n in _SHORT)
    every = tuple(column for columns in given.values() for column in columns)
    times = given["date"], "", given.get("end", ()), given.get("model", ())
    return Form("columns as named", every, *times, calls, prompt, completion)


_SHORT = ("calls", "prompt", "completion")


def _columns(form: Form, place: int, heading: dict[str, int]) -> Columns | None:
    def one(names: Names) -> int | None:
        return next((heading[_plain(n)] for n in names if _plain(n) in heading), None)

    date = one(form.date)
    counts: dict[str, tuple[int, ...]] = {
        measure: found
        for measure, choices in zip(
            MEASURES, (form.calls, form.prompt, form.completion), strict=True
        )
        if (found := _added(choices, heading))
    }
    meter, quantity = one(form.meter), one(form.quantity)
    if date is None or not (counts or (meter is not None and quantity is not None)):
        return None
    others = (one(names) for names in (form.unit, form.charge, form.credit))
    return Columns(
        form, place, date, one(form.end), one(form.model), counts, meter, quantity, *others
    )


def _added(choices: tuple[Names, ...], heading: dict[str, int]) -> tuple[int, ...]:
    for names in choices:
        needed = [_plain(name) for name in names if not name.endswith("?")]
        if all(name in heading for name in needed):
            wanted = (_plain(name.removesuffix("?")) for name in names)
            return tuple(heading[name] for name in wanted if name in heading)
    return ()


def _plain(name: str) -> str:
    """A column's name without what differs from export to export."""
    plain = re.sub(r"[\W_]+", "", name.lower())
    return re.sub(r"^sum(?=.)|(?<=.)sum$", "", plain)
