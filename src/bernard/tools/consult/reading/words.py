"""What a response says in its own words, and what it chose, in any kind of column."""

from __future__ import annotations

from bernard.tools.consult.types import Column, Response


def words_of(column: Column, response: Response) -> str:
    """The text of an open column, or what stands beside the options of a hybrid one; else empty."""
    given = response.answers.get(column.name, ())
    if column.kind == "open":
        return given[0] if given else ""
    if column.kind != "hybrid":
        return ""
    return "\n".join(each for each in given if each not in column.options)


def chosen_of(column: Column, response: Response) -> tuple[str, ...]:
    """The options that a response chose in a closed, multiple, hybrid or demographic column."""
    given = response.answers.get(column.name, ())
    if column.kind == "hybrid":
        return tuple(each for each in given if each in column.options)
    return given if column.kind in ("closed", "multiple", "demographic") else ()
