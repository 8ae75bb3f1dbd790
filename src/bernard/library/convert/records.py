"""JSON: files of records are many documents in one; other JSON is read value by value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert.draft import Draft, one_line
from bernard.library.convert.limits import Limits
from bernard.library.convert.plain import decoded
from bernard.library.types import Heading
from bernard.text.clean import clean

_HEADING = re.compile(r"^(#{1,6})[ \t]+(\S.*?)[ \t]*#*$", re.MULTILINE)
_decoder = msgspec.json.Decoder()


def read_json(data: bytes, draft: Draft, limits: Limits) -> None:
    """Read a JSON file: a list of records with a `text` gives a document for each.

    Raises:
        DocumentUnreadable: it is not JSON.
        DocumentTooLarge: it is nested too deeply.
    """
    text = decoded(data, draft)
    try:
        value = _decode(text)
    except msgspec.DecodeError as error:
        if "\n" in text.strip():
            read_json_lines(data, draft, limits)
            return
        raise DocumentUnreadable(f"is not JSON: {error}.") from error
    if isinstance(value, list) and value and all(_is_record(v) for v in value):
        for number, record in enumerate(value, start=1):
            _record(record, number, draft)
    else:
        draft.paragraphs(_described(value))


def read_json_lines(data: bytes, draft: Draft, limits: Limits) -> None:
    """Read a JSON Lines file; a line that is not JSON is named and the rest go on.

    A file of which no line is JSON is refused.
    """
    good, bad = [], 0
    for number, line in enumerate(decoded(data, draft).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            good.append((number, _decode(line)))
        except msgspec.DecodeError as error:
            bad += 1
            draft.note(f"Line {number:,} is not JSON and was left out: {error}.")
    if not good:
        raise DocumentUnreadable("is not JSON Lines: no line of it is JSON.")
    if any(_is_record(value) for _, value in good):
        for number, value in good:
            _record(value, number, draft)
    else:
        for _, value in good:
            draft.paragraph("; ".join(_described(value)))


def _decode(text: str) -> Any:
    try:
        return _decoder.decode(text)
    except RecursionError as error:
        raise DocumentTooLarge("is nested too deeply to be read.") from error


def _is_record(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("text"), str)


def _record(value: Any, number: int, draft: Draft) -> None:
    """One record, named by its `id` or else its number; its text is kept as it stands."""
    if not _is_record(value):
        draft.note(f"Record {number:,} has no text and was left out.")
        return
    identifier = value.get("id", number)
    name = str(identifier) if isinstance(identifier, str | int | float) else str(number)
    text = clean(value["text"]).strip("\n")
    title = value.get("title")
    headings = tuple(
        Heading(*found.span(2), level=len(found.group(1))) for found in _HEADING.finditer(text)
    )
    if not isinstance(title, str):
        title = text[headings[0].start : headings[0].end] if headings else ""
    draft.record(name, text, title, headings)


def _described(value: object) -> Iterator[str]:
    """Values with the path that leads to them; an object of plain values is one statement.

    The walk keeps its own stack, so that depth cannot hurt it.
    """
    stack: list[tuple[str, object]] = [("", value)]
    while stack:
        path, here = stack.pop()
        if isinstance(here, dict):
            flat = {k: v for k, v in here.items() if not isinstance(v, dict | list)}
            if flat:
                said = "; ".join(f"{one_line(str(k))}: {_shown(v)}" for k, v in flat.items())
                yield f"{path}: {said}" if path and not path.endswith("]") else said
            nested = ((_joined(path, k), v) for k, v in here.items() if isinstance(v, dict | list))
            stack.extend(reversed(list(nested)))
        elif isinstance(here, list):
            yield from _plain_items(path, here)
            items = [
                (f"{path}[{i}]", v) for i, v in enumerate(here, 1) if isinstance(v, dict | list)
            ]
            stack.extend(reversed(items))
        else:
            yield _shown(here)


def _plain_items(path: str, items: Iterable[object]) -> Iterator[str]:
    plain = [_shown(item) for item in items if not isinstance(item, dict | list)]
    if plain:
        yield f"{path}: {', '.join(plain)}" if path else ", ".join(plain)


def _joined(path: str, key: object) -> str:
    name = one_line(str(key), 80)
    return f"{path}.{name}"[-300:] if path else name


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
