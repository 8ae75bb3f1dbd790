"""Files of responses, made as people and programs make them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

import openpyxl
import pytest


@pytest.fixture(scope="session")
def workbook() -> Callable[..., bytes]:
    """An XLSX of these sheets, each of these rows; `change` is given the workbook before it is saved."""

    def make(
        sheets: Mapping[str, Sequence[Sequence[object]]],
        change: Callable[[openpyxl.Workbook], object] | None = None,
    ) -> bytes:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
        if change:
            change(book)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    return make


@pytest.fixture(scope="session")
def zipped() -> Callable[[Mapping[str, bytes | str]], bytes]:
    """A ZIP of these files."""

    def make(files: Mapping[str, bytes | str]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return out.getvalue()

    return make
