"""Files of responses, read: first a preview that proposes what each column holds, then the whole.

`packed` makes one file of a folder, so that a folder too is a name and bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert import Converter
from bernard.library.convert.limits import Limits
from bernard.library.convert.names import safe_name
from bernard.tools.consult.reading.bundles import (
    files_in,
    is_bundle,
    one_table,
    question_in,
)
from bernard.tools.consult.reading.delimited import delimiter_of, rows_of
from bernard.tools.consult.reading.encoding import mended, text_of
from bernard.tools.consult.reading.letters import read_letters
from bernard.tools.consult.reading.packing import packed
from bernard.tools.consult.reading.records import read_json, read_lines
from bernard.tools.consult.reading.responses import Read, consultation_of, preview_of, read_table
from bernard.tools.consult.reading.sheets import read_workbook
from bernard.tools.consult.reading.table import table_of
from bernard.tools.consult.reading.types import Grid, Preview, Sheet
from bernard.tools.consult.reading.words import chosen_of, words_of
from bernard.tools.consult.types import Column, Consultation, Fault

__all__ = ["Preview", "Sheet", "chosen_of", "packed", "preview", "read", "words_of"]

READ = "CSV, XLSX, ODS, JSON, JSON Lines, and a ZIP of letters (PDF, DOCX, ODT, EML, TXT …)"
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK"
_OTHERS = (
    (b"%PDF", "a PDF. Put it in a ZIP with the other letters"),
    (b"{\\rtf", "an RTF document. Put it in a ZIP with the other letters"),
    (b"\x1f\x8b", "a gzip archive. Send what is in it, or a ZIP"),
    (b"7z\xbc\xaf", "a 7-Zip archive. Send what is in it, or a ZIP"),
    (b"Rar!", "a RAR archive. Send what is in it, or a ZIP"),
    (b"From ", "a mailbox. Put its emails in a ZIP"),
    (b"Received: ", "an email. Put it in a ZIP with the other letters"),
    (b"Return-Path: ", "an email. Put it in a ZIP with the other letters"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)


def preview(
    name: str,
    data: bytes,
    limits: Limits | None = None,
    *,
    sheet: str = "",
    headings: int | None = None,
    converter: Converter | None = None,
) -> Preview:
    """What is in a file of responses, and what each of its columns seems to hold.

    Args:
        sheet: the one to read of a workbook; empty for the fullest.
        headings: how many rows of headings there are; None to look for them.
        converter: reads letters; one is started for them where it is not given.

    Raises:
        DocumentUnreadable: it cannot be read; the message says why and what to do.
        DocumentTooLarge: it is over a limit.
        InputInvalid: it has no such sheet.
    """
    found = _read(name, data, None, limits or Limits(), sheet, headings, converter)
    return preview_of(found, _shown(name), _sha256(data))


def read(
    name: str,
    data: bytes,
    columns: Iterable[Column] | None = None,
    limits: Limits | None = None,
    *,
    sheet: str = "",
    headings: int | None = None,
    converter: Converter | None = None,
) -> Consultation:
    """The responses in a file. The same bytes and columns give the same responses.

    Args:
        columns: what the columns hold, as previewed and perhaps changed; those that are not named
            stay as proposed, and None takes all the proposals.
        sheet, headings, converter: as for `preview`.

    Raises:
        DocumentUnreadable: it cannot be read; the message says why and what to do.
        DocumentTooLarge: it is over a limit.
        InputInvalid: it has no such sheet or column.
    """
    found = _read(name, data, columns, limits or Limits(), sheet, headings, converter)
    return consultation_of(found, _shown(name), _sha256(data))


def _read(
    name: str,
    data: bytes,
    columns: Iterable[Column] | None,
    limits: Limits,
    sheet: str,
    headings: int | None,
    converter: Converter | None,
) -> Read:
    if len(data) > limits.max_bytes:
        raise DocumentTooLarge(
            f"{_shown(name)!r} is larger than {limits.max_bytes / 1e6:,.0f} MB. Split it, "
            "or raise BERNARD_MAX_FILE_MB."
        )
    try:
        grid = _grid(name, data, limits, sheet, converter)
        return read_table(table_of(grid, headings), columns)
    except (DocumentUnreadable, DocumentTooLarge) as error:
        raise type(error)(f"{_shown(name)!r} {error}") from error


def _grid(name: str, data: bytes, limits: Limits, sheet: str, converter: Converter | None) -> Grid:
    if data.startswith(_OLE):
        return read_workbook(data, limits, sheet)
    if data.startswith(_ZIP):
        if is_bundle(data, limits):
            return _of_bundle(data, limits, sheet, converter)
        return read_workbook(data, limits, sheet)
    for start, what in _OTHERS:
        if data.startswith(start):
            raise DocumentUnreadable(f"is {what}. Files of responses are {READ}.")
    return _of_text(name, data)


def _of_text(name: str, data: bytes) -> Grid:
    text, encoding = text_of(data)
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype", "<html", "<?xml")):
        raise DocumentUnreadable(f"is a web page or XML. Files of responses are {READ}.")
    nulls = text.count("\0")
    text = text.replace("\0", "")
    ending = name.lower().rpartition(".")[2]
    grid = _of_records(text, ending) if _is_json(ending, start) else _of_table(text)
    if nulls:
        grid.faults.insert(0, Fault("the file", f"{nulls:,} null characters were taken out of it."))
    grid.encoding = encoding
    return grid


def _is_json(ending: str, start: str) -> bool:
    return ending in ("json", "jsonl", "ndjson") or start.startswith(('[{"', "[\n", '{"'))


def _of_records(text: str, ending: str) -> Grid:
    text, stray = mended(text)
    grid = read_lines(text) if ending in ("jsonl", "ndjson") else read_json(text)
    if stray:
        what = f"{stray:,} bytes of it are not in its encoding and were read as Windows-1252."
        grid.faults.insert(0, Fault("the file", what))
    return grid


def _of_table(text: str) -> Grid:
    told = ""
    if text[:4].lower() == "sep=":
        line, _, text = text.partition("\n")
        told = line.rstrip("\r")[4:5]
    delimiter = told or delimiter_of(text)
    grid = Grid("CSV", [], [], delimiter=delimiter)
    grid.rows = list(rows_of(text, delimiter, grid.faults))
    grid.numbers = list(range(1, len(grid.rows) + 1))
    return grid


def _of_bundle(data: bytes, limits: Limits, sheet: str, converter: Converter | None) -> Grid:
    faults: list[Fault] = []
    files = files_in(data, limits, faults)
    if not files:
        raise DocumentUnreadable("holds no file that can be unpacked.")
    if (found := question_in(files)) is not None:
        responses, wording = found
        grid = _of_records(text_of(responses.data)[0], "jsonl")
        if wording:
            _take_wording(grid, wording)
    elif (only := one_table(files)) is not None:
        grid = _grid(only.name, only.data, replace(limits, max_nesting=0), sheet, converter)
    elif converter is not None:
        grid = read_letters(files, converter)
    else:
        with Converter() as own:
            grid = read_letters(files, own)
    grid.faults[:0] = faults
    return grid


def _take_wording(grid: Grid, wording: str) -> None:
    """The question is what the wordiest column answers."""
    names = grid.names or []
    size = [sum(len(row[place]) for row in grid.rows) for place in range(len(names))]
    if size:
        grid.wordings[size.index(max(size))] = wording


def _shown(name: str) -> str:
    return safe_name(name)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
