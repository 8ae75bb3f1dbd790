"""JSON and JSON Lines to rows: one record a row, one column for each thing that records tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.tools.consult.reading.types import Grid
from bernard.tools.consult.types import Fault

MAX_DEPTH = 8
_SEPARATORS = ("; ", " | ", "\n")
_QUESTION = ("question", "question_text", "label", "title", "name")
_ANSWER = ("answer", "response", "value", "text", "answers", "values")
_decoder = msgspec.json.Decoder()
# Half a character, as a program writes it that cuts a text within one; whole ones are passed over.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)

Flat = dict[str, str | list[str]]


def read_lines(text: str) -> Grid:
    """JSON Lines: a line that is not JSON is a fault, and the rest go on.

    Raises:
        DocumentUnreadable: no line of it is a record.
    """
    grid = Grid("JSON Lines", [], [], names=[], unit="line")
    records: list[tuple[int, Any]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            records.append((number, _decoded(line)))
        except (msgspec.DecodeError, DocumentTooLarge) as error:
            grid.faults.append(
                Fault(
                    f"line {number}", f"It is not JSON and was left out: {str(error).rstrip('.')}."
                )
            )
    _fill(grid, records)
    return grid


def read_json(text: str) -> Grid:
    """A JSON array of records, alone or inside an object.

    Raises:
        DocumentUnreadable: it is not JSON, or holds no list of records.
    """
    try:
        value = _decoded(text)
    except msgspec.DecodeError as error:
        if "\n" in text.strip():
            return read_lines(text)
        raise DocumentUnreadable(f"is not JSON: {error}.") from error
    grid = Grid("JSON", [], [], names=[], unit="record")
    _fill(grid, list(enumerate(_list_in(value), 1)))
    return grid


def _decoded(text: str) -> Any:
    try:
        try:
            return _decoder.decode(text)
        except msgspec.DecodeError:
            if (whole := _ESCAPE.sub(_whole, text)) == text:
                raise
            return _decoder.decode(whole)
    except RecursionError as error:
        raise DocumentTooLarge("is nested too deeply to be read.") from error


def _whole(escape: re.Match[str]) -> str:
    return "\\ufffd" if escape.group(1) else escape.group()


def _list_in(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        lists = [v for v in value.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
        return max(lists, key=len) if lists else [value]
    raise DocumentUnreadable("holds no list of responses.")


def _fill(grid: Grid, records: Iterable[tuple[int, Any]]) -> None:
    flat: list[tuple[int, Flat]] = []
    for number, record in records:
        where = f"{grid.unit} {number}"
        if isinstance(record, str):
            record = {"text": record}
        if not isinstance(record, dict):
            grid.faults.append(Fault(where, "It is no record of named values and was left out."))
            continue
        flat.append((number, _flattened(record)))
    if not flat:
        raise DocumentUnreadable("holds no responses: nothing in it is a record of named values.")
    paths = list(dict.fromkeys(path for _, record in flat for path in record))
    separators = {path: sign for path in paths if (sign := _separator(path, flat))}
    for number, record in flat:
        row = [_joined(record.get(path, ""), separators.get(path, "")) for path in paths]
        grid.rows.append(row)
        grid.numbers.append(number)
    grid.names = _short_names(paths)
    grid.separators = {paths.index(path): sign.strip(" ") for path, sign in separators.items()}


def _joined(value: str | list[str], separator: str) -> str:
    if isinstance(value, str):
        return value
    if separator == "\n":
        value = [" ".join(item.split()) for item in value]
    return separator.join(item for item in value if item)


def _separator(path: str, flat: list[tuple[int, Flat]]) -> str:
    """A sign that stands in none of the values that it must hold apart; empty where none do."""
    lists = [value for _, record in flat if isinstance(value := record.get(path), list)]
    if not lists:
        return ""
    for sign in _SEPARATORS:
        if not any(sign.strip(" ") in item for items in lists for item in items):
            return sign
    return "\n"


def _short_names(paths: list[str]) -> list[str]:
    """The last part of each path where it is enough to tell it apart."""
    ends = [path.rpartition("\x1f")[2] for path in paths]
    count = Counter(ends)
    return [
        end if count[end] == 1 else path.replace("\x1f", ".")
        for path, end in zip(paths, ends, strict=True)
    ]


def _flattened(record: dict[Any, Any]) -> Flat:
    """Each value under the path that leads to it, with a stack of its own so that depth cannot hurt."""
    found: Flat = {}
    stack: list[tuple[str, int, Any]] = [("", 0, record)]
    while stack:
        path, depth, value = stack.pop()
        if isinstance(value, dict) and depth < MAX_DEPTH:
            stack += [(_path(path, key), depth + 1, v) for key, v in reversed(value.items())]
        elif isinstance(value, list) and _are_answers(value):
            stack += [
                (_path(path, _first(item, _QUESTION)), depth + 1, _first(item, _ANSWER))
                for item in reversed(value)
            ]
        elif isinstance(value, list):
            found[path] = [_shown(item) for item in value]
        else:
            found[path] = _shown(value)
    return found


def _path(path: str, key: object) -> str:
    return f"{path}\x1f{key}" if path else str(key)


def _are_answers(value: list[Any]) -> bool:
    """Whether it is a list of questions, each with its answer."""
    return bool(value) and all(
        isinstance(v, dict) and _first(v, _QUESTION) is not None and any(k in v for k in _ANSWER)
        for v in value
    )


def _first(record: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((record[name] for name in names if name in record), None)


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    return msgspec.json.encode(value).decode()
