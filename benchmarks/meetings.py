"""How fast a year of releases is read and linked: `python benchmarks/meetings.py`.

Makes 300 files of 200 rows, with invented names, as departments publish them: two thirds CSV, the others
XLSX with four sheets; reads them in confined processes, links them to the suppliers of the agreements that
come with Bernard, and makes the pages. Told are the seconds of each step, and of the processor.
"""

import argparse
import csv
import random
import resource
import tempfile
import time
from pathlib import Path

import openpyxl

from bernard.agreements.read import read, shipped
from bernard.register.meetings import known_suppliers, link, pages_of, read_releases, read_suppliers
from bernard.register.meetings.suppliers import SHIPPED
from bernard.register.site.drawing import draw

SEED = 11
QUARTERS = ("january-to-march", "april-to-june", "july-to-september", "october-to-december")
FIRST = ("Sam", "Jo", "Lee", "Alex", "Robin", "Chris")
LAST = ("Example", "Sample", "Madeup", "Invented", "Specimen")
WORDS = (
    "Acme",
    "Borealis",
    "Cobalt",
    "Delta",
    "Ember",
    "Fjord",
    "Gannet",
    "Heron",
    "Iris",
    "Jetty",
    "Kelp",
    "Lichen",
)
SORTS = (
    "Ltd",
    "plc",
    "Trust",
    "Association",
    "Institute of Samples",
    "Federation",
    "and Sons",
    "UK",
    "(UK) Limited",
    "",
)
MET = (
    "OpenAI",
    "Open AI (Sam Example)",
    "Google DeepMind",
    "Amazon Web Services",
    "Lantern Models Ltd",
    "Lantern Modles",
)
SITE = {
    "title": "Register",
    "publisher": "",
    "as_at": "2024-12-31",
    "checkpoint": {"size": 1},
    "licence": {},
}


def main():
    """Print the time of each step."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--rows", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _make(Path(folder), options.files, options.rows)
        begun = time.perf_counter()
        reading = read_releases([Path(folder)])
        read_s = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = used.ru_utime + used.ru_stime
    total = sum(sheet.rows for sheet in reading.sheets)
    print(f"{options.files} files, {total:,} rows: {len(reading.records):,} records, "
          f"{len(reading.unread):,} unread, {len(reading.faults)} faults: read in {read_s:.1f} s ({cpu_s:.1f} s of processor)")  # fmt: skip
    suppliers = known_suppliers(
        (read(path) for path in sorted(shipped().glob("*.yaml"))), read_suppliers(SHIPPED)
    )
    begun, begun_cpu = time.perf_counter(), time.process_time()
    links = link(reading.records, suppliers)
    print(
        f"{len(links.links):,} links, {len(links.possible):,} possible names: {time.perf_counter() - begun:.1f} s "
        f"({time.process_time() - begun_cpu:.1f} s of processor)"
    )
    begun = time.perf_counter()
    made = pages_of(reading, links, suppliers)
    size = sum(len(draw(page, made, SITE)) for page in made)
    print(f"{len(made)} pages, {size / 1e6:.1f} MB: {time.perf_counter() - begun:.1f} s")


def _make(folder, files, rows):
    chance = random.Random(SEED)
    for number in range(files):
        name = f"dft-ministers-{number:03}-{QUARTERS[number % 4]}-2024"
        month = 3 * (number % 4) + 1
        table = [_row(chance, month) for _ in range(rows)]
        if number % 3:
            _csv(folder / f"{name}.csv", table)
        else:
            _xlsx(folder / f"{name}.xlsx", table)


def _row(chance, month):
    who = f"{chance.choice(FIRST)} {chance.choice(LAST)} MP" if chance.random() < 0.4 else ""
    day = f"{chance.randint(1, 28):02}/{month + chance.randint(0, 2):02}/2024"
    names = [_organisation(chance) for _ in range(chance.choice((1, 1, 1, 2, 5, 12)))]
    return (
        who,
        day,
        ", ".join(names),
        f"To discuss {chance.choice(WORDS).lower()} and {chance.randint(1, 10**6)}",
    )


def _organisation(chance):
    if chance.random() < 0.01:
        return chance.choice(MET)
    return f"{chance.choice(WORDS)} {chance.choice(WORDS)} {chance.randint(1, 999)} {chance.choice(SORTS)}".strip()


HEAD = ("Minister", "Date", "Name of organisation or individual", "Purpose of meeting")


def _csv(path, table):
    with path.open("w", newline="", encoding="cp1252") as out:
        csv.writer(out).writerows(
            [HEAD, ("Sam Example MP", *table[0][1:]), *table, ("",) * 4, ("Note", "", "", "")]
        )


def _xlsx(path, table):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for at in range(4):
        sheet = book.create_sheet(f"Meetings {at + 1}")
        part = table[at::4]
        for row in (HEAD, ("Sam Example MP", *part[0][1:]), *part):
            sheet.append(row)
    book.save(path)


if __name__ == "__main__":
    main()
