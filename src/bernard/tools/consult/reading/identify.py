"""Ids of responses: taken from their column, made unique, made up where they are missing."""

from __future__ import annotations

from collections.abc import Sequence

from bernard.tools.consult.types import Fault


def identify(
    given: Sequence[str] | None, numbers: Sequence[int], unit: str, faults: list[Fault]
) -> tuple[list[str], int, int]:
    """An id for each row, and how many were repeated and how many missing.

    Args:
        given: the identifiers in the file, or None where it has no such column.
        numbers: of the rows, which make ids where there are none.
    """
    if given is None:
        return [str(number) for number in numbers], 0, 0
    taken = {id for id in given if id}
    seen: set[str] = set()
    ids: list[str] = []
    repeated = missing = 0
    for id, number in zip(given, numbers, strict=True):
        where = f"{unit} {number}"
        if not id:
            made = _free(f"{unit}-{number}", taken)
            missing += 1
            faults.append(Fault(where, f"It has no id; it was given {made!r}."))
        elif id in seen:
            made = _free(f"{id}-{unit}-{number}", taken)
            repeated += 1
            faults.append(
                Fault(
                    where,
                    f"Its id {_shown(id)} stands on an earlier row; it was given {_shown(made)}.",
                )
            )
        else:
            made = id
        seen.add(made)
        ids.append(made)
    return ids, repeated, missing


def _free(wanted: str, taken: set[str]) -> str:
    made, count = wanted, 1
    while made in taken:
        count += 1
        made = f"{wanted}-{count}"
    taken.add(made)
    return made


def _shown(id: str) -> str:
    return repr(id if len(id) <= 80 else id[:79] + "…")
