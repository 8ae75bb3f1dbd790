"""How fast documents are read: `python benchmarks/convert.py`, without arguments.

Prints seconds by the clock and of processor time; on a busy machine only the second says much.
The files are made here; `tests/library/convert/makers.py` makes them.
"""

from __future__ import annotations

import importlib.util
import io
import json
import random
import resource
import time
from pathlib import Path
from types import ModuleType

import openpyxl

from bernard.config import Settings
from bernard.library.convert import Converter, ocr

MAKERS = Path(__file__).parent.parent / "tests" / "library" / "convert" / "makers.py"
WORDS = "the applicant must give notice of the decision unless exempt under this section".split()  # noqa: SIM905
RANDOM = random.Random(1)


def main() -> None:
    """Print one line for each thing that was measured."""
    make = makers()
    measure("cold start and one line", 1, "a.txt", b"x")
    measure("lines of text", 500, "a.txt", b"x", times=500)
    measure("PDF pages of 49 lines", 200, "a.pdf", pdf(make))
    measure("Word documents of 20,000 words", 5, "a.docx", docx(make), times=5)
    measure("Word documents of one line", 100, "a.docx", make.good_docx(), times=100)
    for records in (651, 10_000, 100_000):
        measure("JSON Lines records", records, "a.jsonl", json_lines(records))
    measure("rows of CSV", 100_000, "a.csv", csv(100_000))
    measure("rows of Excel", 50_000, "a.xlsx", xlsx(50_000))
    measure("sections of HTML", 5000, "a.html", html(5000))
    measure("sections of Markdown", 5000, "a.md", markdown(5000))
    if ocr.find():
        measure("scanned pages of 30 lines", 6, "a.pdf", scan(make, 6))


def measure(what: str, count: int, name: str, data: bytes, times: int = 1) -> None:
    """Print how long reading took, the start of a process included."""
    begun, used = time.perf_counter(), processor_s()
    with Converter(Settings()) as converter:
        for _ in range(times):
            converter.convert(name, data)
    clock, used = time.perf_counter() - begun, processor_s() - used
    print(
        f"{clock:8.2f} s {used:8.2f} s processor {count / used:10,.1f} a second  {count:,} {what}"
    )


def processor_s() -> float:
    """Processor time of this process and of those it started that have ended."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, kinds))


def makers() -> ModuleType:
    """The module that makes files for the tests."""
    spec = importlib.util.spec_from_file_location("makers", MAKERS)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def line(words: int = 13) -> str:
    """Some words."""
    return " ".join(RANDOM.choice(WORDS) for _ in range(words))


def pdf(make: ModuleType) -> bytes:
    """200 pages."""
    page = [(line(), 10, 780 - 14 * n) for n in range(48)]
    data: bytes = make.pdf([[(f"Section {n}", 14, 800), *page] for n in range(200)])
    return data


def docx(make: ModuleType) -> bytes:
    """60 sections."""
    document = make.docx_document()
    for number in range(60):
        document.add_heading(f"Section {number}", 2)
        for _ in range(5):
            document.add_paragraph(line(65))
    data: bytes = make.saved(document)
    return data


def json_lines(records: int) -> bytes:
    """Records of 39 words with a heading."""
    rows = ({"id": n, "text": f"## Rule\n\n{line(39)}"} for n in range(records))
    return "\n".join(map(json.dumps, rows)).encode()


def csv(rows: int) -> bytes:
    """Rows of four cells."""
    body = "".join(f"Person {n},{n},2026-01-01,Office {n % 9}\n" for n in range(rows))
    return f"Name,Fee,When,Where\n{body}".encode()


def xlsx(rows: int) -> bytes:
    """Rows of four cells."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Fees")
    sheet.append(["Name", "Fee", "When", "Where"])
    for n in range(rows):
        sheet.append([f"Person {n}", n, "May", f"Office {n % 9}"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def html(sections: int) -> bytes:
    """Sections of a heading and a line."""
    return "".join(f"<h2>Part {n}</h2><p>{line()}</p>" for n in range(sections)).encode()


def markdown(sections: int) -> bytes:
    """Sections of a heading and a line."""
    return "".join(f"## Part {n}\n\n{line()}\n\n" for n in range(sections)).encode()


def scan(make: ModuleType, pages: int) -> bytes:
    """Pictures of text at 200 dots an inch."""
    data: bytes = make.scanned_pdf(["\n".join(line(6) for _ in range(30)) for _ in range(pages)])
    return data


if __name__ == "__main__":
    main()
