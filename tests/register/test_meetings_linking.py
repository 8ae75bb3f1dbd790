"""Names met and suppliers: what is asserted, what is only possible, and how often that is right."""

import json
from pathlib import Path

import msgspec
import openpyxl
import pytest
from click.testing import CliRunner

from bernard.agreements.read import read, shipped
from bernard.cli.program import bernard
from bernard.errors import InputInvalid
from bernard.register.meetings import (
    Answer,
    Period,
    Place,
    Record,
    Supplier,
    Value,
    known_suppliers,
    link,
    pages,
    pages_of,
    read_answers,
    read_releases,
    read_suppliers,
)
from bernard.register.meetings.names import form_of, readings
from bernard.register.meetings.organisations import organisations_in
from bernard.register.meetings.suppliers import SHIPPED
from bernard.register.site.drawing import draw
from bernard.register.site.giving import as_csv, as_json
from bernard.samples import __file__ as samples

SAMPLES = Path(samples).parent / "releases"
LABELS = Path(__file__).with_name("meetings-labels.tsv")
INVENTED = (
    Supplier("lantern", "Lantern Models Limited (invented)", subsidiaries=("Wick & Flame Ltd",)),
    Supplier("cobalt", "Cobalt and Quill LLP"),
)


def _record(cell, row=1):
    day = Period("2024-07-01", "2024-07-01", "day")
    return Record(
        "meeting", "Sam Example", "", "", None, day, "", organisations_in(cell), cell, "Talk", "", Value(), {}, (), (),
        Place("x.csv", "", row),
    )  # fmt: skip


def _found(cell, suppliers, answers=()):
    links = link([_record(cell)], suppliers, answers)
    return {one.supplier for one in links.links}, {one.supplier for one in links.possible}


def test_precision_and_recall_on_the_labelled_cells():
    suppliers = (*read_suppliers(SHIPPED), *INVENTED)
    right = wrong = missed = unsure_right = unsure_missed = noise = 0
    for line in LABELS.read_text(encoding="utf-8").splitlines()[1:]:
        cell, sure, maybe = line.split("\t")
        got, possible = _found(cell, suppliers)
        right += len(got & set(sure.split()))
        wrong += len(got - set(sure.split()))
        missed += len(set(sure.split()) - got)
        unsure_right += len(possible & set(maybe.split()))
        unsure_missed += len(set(maybe.split()) - possible)
        noise += len(possible - set(maybe.split()))
    # What is asserted must be right: one wrong link would say that a meeting was held which was not.
    assert wrong == 0
    assert right / (right + missed) >= 0.97
    assert unsure_right / (unsure_right + unsure_missed) >= 0.95
    assert noise <= 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Ltd", "ACME Limited"),
        ("Acme (UK) Ltd", "Acme"),
        ("Acme plc", "The Acme Company"),
        ("Cobalt & Quill", "Cobalt and Quill LLP"),
        ("Keepers' Union", "Keepers’ Union"),
        ("Café Société", "Cafe Societe"),
        ("Open A.I.", "OpenAI"),
        ("A.C.M.E. Inc.", "Acme"),
    ],
)
def test_forms_that_are_the_same(one, other):
    assert form_of(one).key == form_of(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Age UK", "Age Ltd"),
        ("Acme Group", "Acme"),
        ("Acme Foundation", "Acme"),
        ("Limited", "plc"),
        ("UK", "GB"),
    ],
)
def test_forms_that_are_not(one, other):
    assert form_of(one).key != form_of(other).key


def test_readings_of_names_in_brackets_and_beside_posts():
    assert "OpenAI" in readings("Sam Example (CEO, OpenAI)")
    assert "OpenAI" in readings("Chief Executive of OpenAI")
    assert "OpenAI" not in readings("Friends of OpenAI")


def test_a_person_says_what_a_possible_name_is():
    lantern = INVENTED[:1]
    assert _found("Lantern Modles", lantern) == (set(), {"lantern"})
    yes = (Answer("Lantern Modles Ltd", "lantern", True, "Jo Sample, 22 November 2026"),)
    assert _found("Lantern Modles", lantern, yes) == ({"lantern"}, set())
    no = (Answer("Lantern Modles", "lantern", False),)
    assert _found("Lantern Modles Ltd", lantern, no) == (set(), set())


def test_never_names_somebody_else():
    supplier = Supplier("lantern", "Lantern", never=("Lantern (the folk band)", "Lanterns"))
    assert _found("Lantern", [supplier])[0] == {"lantern"}
    assert _found("Lantern (the folk band)", [supplier]) == (set(), set())
    assert _found("Lanterns", [supplier]) == (set(), set())


def test_one_link_for_a_supplier_that_a_row_names_twice():
    links = link([_record("Lantern Models, Wick & Flame Ltd")], INVENTED)
    assert [(one.supplier, one.how) for one in links.links] == [("lantern", "name")]


def test_suppliers_of_agreements_have_the_names_that_are_known():
    agreements = [read(path) for path in sorted(shipped().glob("*.yaml"))]
    found = {one.id: one for one in known_suppliers(agreements)}
    assert "OpenAI OpCo, LLC" in found["openai"].legal_names
    assert found["openai"].agreements == ("memorandum-2025",)
    own = (Supplier("openai", "Ours", trading_names=("Theirs",)), Supplier("more", "More"))
    found = {one.id: one for one in known_suppliers(agreements, own)}
    assert found["openai"].trading_names == ("Ours", "Theirs") and found["openai"].name == "OpenAI"
    assert found["more"].agreements == ()


def test_files_of_suppliers_and_answers(tmp_path):
    path = tmp_path / "suppliers.yaml"
    path.write_text("suppliers:\n  - {id: a, name: Acme}\n")
    assert read_suppliers(path) == (Supplier("a", "Acme"),)
    path.write_text("suppliers:\n  - {id: a, name: Acme}\n  - {id: a, name: Acme}\n")
    with pytest.raises(InputInvalid, match="'a' twice"):
        read_suppliers(path)
    path.write_text("suppliers:\n  - {id: a, nam: Acme}\n")
    with pytest.raises(InputInvalid, match=r"suppliers.yaml.*nam"):
        read_suppliers(path)
    path.write_text("suppliers: [\n")
    with pytest.raises(InputInvalid, match="line"):
        read_suppliers(path)
    path.write_text("answers:\n  - {organisation: A, supplier: b, same: false, by: Jo}\n")
    assert read_answers(path) == (Answer("A", "b", False, "Jo"),)
    with pytest.raises(InputInvalid, match="cannot be read"):
        read_answers(tmp_path / "gone.yaml")


SITE = {
    "title": "Register",
    "publisher": "Department of Examples",
    "as_at": "2026-11-22",
    "checkpoint": {"size": 1},
    "licence": {"text": "", "url": ""},
}


def test_pages_are_drawn_with_their_source_rows_and_escape_what_they_show(tmp_path):
    evil = "<script>alert(1)</script>"
    (tmp_path / "evil.csv").write_text(
        f"Minister,Date,Organisation,Purpose\nSam Example,2024-07-01,Lantern Models ({evil}),{evil}\n"
        f"Sam Example,2024-13-01,{evil},=1+1\n"
    )
    made = pages([SAMPLES, tmp_path], INVENTED)
    paths = {page.path: page for page in made}
    assert list(paths) == [
        "meetings/index.html",
        "meetings/with-lantern.html",
        "meetings/unread.html",
    ]
    drawn = {path: draw(page, made, SITE) for path, page in paths.items()}
    assert all(evil not in html for html in drawn.values())
    beside = drawn["meetings/with-lantern.html"]
    assert "harbours-gifts-hospitality-travel-july-to-september-2026.csv, row 2" in beside
    assert "1 July 2024" in beside and "August 2026" in beside
    assert "2024-13-01" in drawn["meetings/unread.html"]
    assert 'href="with-lantern.html"' in drawn["meetings/index.html"]
    for page in made:
        for table in page.tables:
            assert all(len(row) == len(table.columns) for row in table.rows), table.id
            assert None not in [cell for row in table.rows for cell in row]
            assert as_csv(table) and msgspec.json.decode(as_json(table))
    names = [table.id for page in made for table in page.tables]
    assert len(names) == len(set(names)), "files of two tables would have one name"


def test_pages_without_anything():
    made = pages_of(read_releases([]), link([], ()), ())
    assert [page.path for page in made] == ["meetings/index.html", "meetings/unread.html"]
    assert all(draw(page, made, SITE) for page in made)


def test_the_command(tmp_path):
    run = CliRunner().invoke
    told = run(bernard, ["register", "meetings", str(SAMPLES)]).output
    assert "Lantern Models Limited (invented) (agreements: tightened-supplier): 4 rows" in told
    assert (
        "'Lantern Modles Ltd' may be" in told and "its date '32/09/2026' is not understood" in told
    )
    found = json.loads(run(bernard, ["register", "meetings", str(SAMPLES), "--json"]).stdout)
    assert list(found) == ["records", "links", "possible", "unread", "aside", "sheets", "faults"]
    assert len(found["links"]) == 4 and found["links"][0]["place"]["row"]
    rows = run(bernard, ["register", "meetings", str(SAMPLES), "--csv"]).stdout.splitlines()
    assert len(rows) == 11 and rows[0].endswith("file,sheet,row,suppliers")
    one = run(
        bernard, ["register", "meetings", str(SAMPLES), "--organisation", "BEACON PLC"]
    ).output
    assert "1 row names 'BEACON PLC'" in one and "Week of 20 July 2026" in one
    answers = tmp_path / "answers.yaml"
    answers.write_text(
        "answers:\n  - {organisation: Lantern Modles Ltd, supplier: lantern, same: true}\n"
    )
    told = run(bernard, ["register", "meetings", str(SAMPLES), "--answers", str(answers)]).output
    assert "5 rows" in told and "may be" not in told


def test_the_command_says_why_nothing_can_be_read(tmp_path):
    bad = tmp_path / "page.csv"
    bad.write_text("<html></html>")
    done = CliRunner().invoke(bernard, ["register", "meetings", str(bad)])
    assert done.exit_code == 1 and "is a web page" in done.output


def test_what_stands_on_hidden_sheets_is_not_repeated(tmp_path):
    book = openpyxl.Workbook()
    heads = ["Minister", "Date", "Organisation", "Purpose"]
    for row in (
        heads,
        ["Sam Example", "2026-07-01", "Acme", "Talk"],
        ["Sam", "one day", "A", "Seen"],
    ):
        book.active.append(row)
    notes = book.create_sheet("Notes")
    notes.sheet_state = "hidden"
    for row in (heads, ["Sam Example", "someday", "Private Person", "12 Secret Lane"]):
        notes.append(row)
    book.save(tmp_path / "meetings.xlsx")
    [*_, page] = pages([tmp_path / "meetings.xlsx"], [])
    tables = {table.id: table for table in page.tables}
    places = [(row[1], row[2]) for row in tables["unread"].rows]
    assert places == [("Sheet", 3), ("Notes", 2)]
    assert "Seen" in str(tables) and "Secret" not in str(tables)
    assert "not repeated here" in tables["unread"].note
