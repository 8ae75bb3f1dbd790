"""The register as a site: made from a log of real use, whole, linked, and the same each time."""

import csv
import hashlib
import io
import json
import re
import shlex
from dataclasses import replace
from itertools import pairwise
from urllib.parse import unquote

import html5lib
import pytest
from bs4 import BeautifulSoup

from bernard.agreements import default_path, read, read_text
from bernard.agreements.canonical import canonical as agreement_text
from bernard.agreements.read import open_document
from bernard.errors import InputInvalid, LogBroken
from bernard.ledger import Entry, StoredLedger, canonical, open_ledger
from bernard.ledger.key_file import KeyFile
from bernard.ledger.tlog import Algorithm, LogFiles, Note, SignerKey, verify_folder
from bernard.ledger.tlog import note as notes
from bernard.register.figures import Period
from bernard.register.site import Imprint, Wanted, build, open_source


def files_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def words(tag):
    return " ".join(tag.get_text(" ").split())


def test_the_list_of_files_is_whole_and_true(site):
    found = files_of(site)
    index = json.loads(found.pop("index.json"))
    listed = {file["path"]: (file["bytes"], file["sha256"]) for file in index["files"]}
    assert listed == {p: (len(d), hashlib.sha256(d).hexdigest()) for p, d in found.items()}
    for page in index["pages"]:
        assert page["path"] in listed
        assert all(table[form] in listed for table in page["tables"] for form in ("csv", "json"))


def test_every_section_is_there(soups, source):
    sections = "agreements figures disclosures refusals review energy-and-cost evaluations"
    more = "completeness checkpoints verify records meetings accessibility about downloads"
    assert {f"{name}/index.html" for name in f"{sections} {more}".split()} < set(soups)
    home = words(soups["index.html"].main)
    assert f"Entries {source.checkpoint.size}" in home
    assert "Calls to models 25" in home


def test_pages_are_valid_and_name_themselves(site, soups):
    for path, soup in soups.items():
        html5lib.HTMLParser(strict=True).parse((site / path).read_text())
        [heading] = soup.find_all("h1")
        assert soup.title.get_text().startswith(words(heading)), path
        ids = [tag["id"] for tag in soup.find_all(id=True)]
        assert sorted(ids) == sorted(set(ids)), path
        levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
        assert all(b - a <= 1 for a, b in pairwise(levels)), (path, levels)


def test_pages_run_nothing_and_ask_nobody(soups):
    for path, soup in soups.items():
        policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
        assert policy.startswith("default-src 'none'; style-src 'self'"), path
        assert soup.find_all("script") == soup.find_all(style=True) == soup.find_all("style") == []
        for tag in soup.find_all(["link", "img", "source", "use", "image"]):
            assert "://" not in str(tag), tag
        on = [name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]
        assert on == [], path


def test_every_link_leads_somewhere(site, soups):
    away = set()
    for path, soup in soups.items():
        for tag in soup.find_all(["a", "link"]):
            target, _, place = tag["href"].partition("#")
            if "://" in target:
                away.add(target)
                continue
            assert not target.startswith("/"), tag
            there = (site / path).parent / unquote(target) if target else site / path
            assert there.resolve().is_relative_to(site.resolve()) and there.is_file(), (path, tag)
            if place:
                other = soups[there.resolve().relative_to(site.resolve()).as_posix()]
                assert other.find(id=place), (path, tag)
    assert away == {"https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"}


def test_csv_json_and_pages_give_the_same_numbers(site, soups):
    index = json.loads((site / "index.json").read_bytes())
    compared = 0
    for page in index["pages"]:
        for table in page["tables"]:
            given = json.loads((site / table["json"]).read_bytes())
            rows = list(csv.reader(io.StringIO((site / table["csv"]).read_text())))
            names = [column["name"] for column in given["columns"]]
            assert rows[0] == names
            assert [plain_csv(row) for row in rows[1:]] == [
                [as_csv(row[name]) for name in names] for row in given["rows"]
            ]
            section = soups[page["path"]].find(id=table["id"])
            drawn = section and section.find("table")
            # The pages on meetings draw fewer columns than they give away.
            if drawn is None or len(drawn.thead.find_all("th")) != len(names):
                continue
            cells = [shown(row, given["columns"]) for row in drawn.tbody.find_all("tr")]
            kinds = [column["kind"] for column in given["columns"]]
            numbers = [
                [
                    None if row[n] is None else float(row[n])
                    for n, k in zip(names, kinds, strict=True)
                    if counts(k)
                ]
                for row in given["rows"]
            ]
            assert cells == numbers[: len(cells)], table
            compared += 1
    assert compared > 15


def counts(kind):
    return kind in ("count", "number")


def shown(row, columns):
    found = []
    for cell, column in zip(row.find_all(["th", "td"]), columns, strict=True):
        if not counts(column["kind"]):
            continue
        data = cell.find("data")
        text = data["value"] if data else words(cell.find_all("span")[-1]).replace(",", "")
        found.append(None if text == "held back" else float(text))
    return found


def as_csv(value):
    return "[c]" if value is None else str(value)


def plain_csv(row):
    """Without the sign that keeps a spreadsheet from taking a name for a formula."""
    return [cell[1:] if re.match(r"'[=+\-@\t\r]", cell) else cell for cell in row]


def test_small_numbers_are_held_back(site, soups):
    by_service = json.loads((site / "disclosures/disclosures-by-service.json").read_bytes())
    given = [row["calls"] for row in by_service["rows"]]
    assert all(value is None or value % 5 == 0 for value in given)
    assert "held back" in words(soups["disclosures/index.html"].main)
    assert "Counts are rounded in steps of 5" in words(soups["about/index.html"].main)


def test_names_are_escaped_everywhere(site, soups, hostile):
    for path, data in files_of(site).items():
        if path.endswith((".html", ".svg")) and path != "verify/browser.html":
            assert b'<script>alert("no")' not in data, path
    assert hostile in words(soups["index.html"].h1)
    assert hostile in words(soups["agreements/index.html"].main)
    rows = list(csv.reader(io.StringIO((site / "agreements/agreements.csv").read_text())))
    supplier = [row[rows[0].index("supplier")] for row in rows[1:]]
    assert f"'=1+1 {hostile}" in supplier
    assert hostile in words(soups["meetings/index.html"].main)


def test_the_same_log_makes_the_same_bytes(wanted, site, tmp_path):
    first = build(tmp_path / "again", wanted)
    assert files_of(tmp_path / "again") == files_of(site)
    assert build(tmp_path / "again", wanted) == first


def test_versions_say_what_changed_and_what_the_log_says(soups):
    pages = {path: soup for path, soup in soups.items() if "tightened-supplier/version" in path}
    assert len(pages) == 2
    old, new = (next(s for p, s in pages.items() if f"version-{n}-" in p) for n in (1, 2))
    assert "Replaced" in words(old.main) and "Another version took the place" in words(old.main)
    changed = words(new.find(id="changed"))
    assert "Purpose: " in changed and "The title: was “Help" in changed
    assert "No longer allowed" in changed and "Newly allowed" not in changed
    assert "It came into force" in words(new.find(id="log"))
    # The file of the first version is gone: the page is made from the text in the log.
    assert "not in the log that this page is made from" in words(old.find(id="signatures"))
    assert "holds. Key" in words(new.find(id="signatures"))
    assert new.find("a", string=re.compile("^Who met "))


@pytest.mark.parametrize(
    ("changes", "tag", "said"),
    [
        (["in-force"], "In force", "It came into force"),
        (["in-force", "suspended"], "Suspended", "It was suspended"),
        (["in-force", "suspended", "resumed"], "In force", "It came into force again"),
        (["in-force", "withdrawn"], "Withdrawn", "It was withdrawn"),
    ],
)
def test_the_log_alone_says_how_an_agreement_stands(
    sqlite_store, sqlite_settings, tmp_path, changes, tag, said
):
    ledger = open_ledger(sqlite_settings, sqlite_store)
    agreement = read(default_path())
    text = agreement_text(agreement).decode()
    half = len(text) // 2
    known = {"agreement": agreement.id, "agreement_sha256": agreement.sha256}
    entries = [
        Entry("agreement", 1_795_000_000, change=changes[0], text=text[:half], part=1, parts=2, **known),
        Entry("agreement", 1_795_000_000, change=changes[0], text=text[half:], part=2, parts=2, **known),
        *(Entry("agreement", 1_795_000_000, change=change, **known) for change in changes[1:]),
    ]  # fmt: skip
    with sqlite_store.write() as c:
        ledger.append_many(c, [canonical(entry) for entry in entries])
    build(tmp_path / "out", Wanted(open_source(ledger.files(), ledger.vkey, ledger.checkpoint())))
    [path] = (tmp_path / "out/agreements/this-machine").glob("*.html")
    page = BeautifulSoup(path.read_text(), "html5lib")
    assert words(page.find(class_="app-status")) == tag
    assert said in words(page.find(id="log"))
    assert len(page.find(id="log").find_all("li")) == len(changes)


def test_an_earlier_version_that_came_into_force_again_is_the_one_in_force(
    sqlite_store, sqlite_settings, tmp_path
):
    ledger = open_ledger(sqlite_settings, sqlite_store)
    text = default_path().read_text()
    assert "\nversion: 1\n" in text
    first, second, draft = (
        text.replace("\nversion: 1\n", f"\nversion: {number}\n").encode() for number in (1, 2, 3)
    )
    versions = [read_text(data) for data in (first, second)]
    entries = [
        Entry(
            "agreement", 1_795_000_000, change="in-force", agreement=one.id,
            agreement_sha256=one.sha256, text=agreement_text(one).decode() if n < 2 else "",
        )
        for n, one in enumerate((*versions, versions[0]))
    ]  # fmt: skip
    with sqlite_store.write() as c:
        ledger.append_many(c, [canonical(entry) for entry in entries])
    source = open_source(ledger.files(), ledger.vkey, ledger.checkpoint())
    assert b"status: signed" in draft
    draft = draft.replace(b"status: signed", b"status: draft")
    build(tmp_path / "out", Wanted(source, agreements=(draft,)))
    rows = json.loads((tmp_path / "out/agreements/agreements.json").read_text())["rows"]
    assert [(row["version"], row["status"]) for row in rows] == [
        (3, "Draft"), (2, "Replaced"), (1, "In force"),
    ]  # fmt: skip
    index = BeautifulSoup((tmp_path / "out/agreements/index.html").read_text(), "html5lib")
    [card] = index.find_all(class_="govuk-summary-card")
    assert "In force" in words(card) and words(card).endswith("Version 1")


def test_an_agreements_text_has_the_hash_that_the_log_names(site, source):
    named = {
        entry["agreement_sha256"] for entry in source.entries() if entry["event"] == "agreement"
    }
    texts = [path.read_bytes() for path in (site / "agreements").glob("*/*.json")]
    assert named <= {hashlib.sha256(text).hexdigest() for text in texts}


def test_the_log_in_the_site_verifies_on_its_own(site, source):
    found = verify_folder(site / "log", source.vkey)
    assert (found.fault, found.entries) == ("", source.checkpoint.size)
    assert (site / "checkpoints/checkpoint.txt").read_text() == str(source.note)


def test_who_cosigned_the_checkpoint_is_named(wanted, source, tmp_path):
    witness = SignerKey.generate("witness.example/<w1>", Algorithm.COSIGNATURE)
    cosigned = Note(
        source.note.text,
        (
            *source.note.signatures,
            *notes.sign(source.note.text, [witness], 1_795_000_000).signatures,
        ),
    )
    seen = open_source(source.files, source.vkey, cosigned)
    build(tmp_path / "out", Wanted(seen))
    page = BeautifulSoup((tmp_path / "out/checkpoints/index.html").read_text(), "html5lib")
    assert "witness.example/<w1> 18 November 2026 at 11:06am" in words(page.main)
    home = BeautifulSoup((tmp_path / "out/index.html").read_text(), "html5lib")
    assert "Seen by witnesses witness.example/<w1>" in words(home.main)
    assert (tmp_path / "out/log/checkpoint").read_text() == str(cosigned)


def test_entries_of_any_form_make_pages(sqlite_store, sqlite_settings, tmp_path):
    ledger = open_ledger(sqlite_settings, sqlite_store)
    hostile = [
        "no entry", "[]", "7", "{}", '{"event":"agreement","part":"x","text":5,"change":[]}',
        '{"event":"agreement","agreement_sha256":"../../etc","text":"{","at":1e99}',
        '{"event":"publication","at":"noon","of":"many","file_sha256":7,"what":{}}',
        '{"event":"intent","at":99999999999999999,"service":["a"]}',
        '{"event":"intent","at":-5,"service":"<script>alert(1)</script>","of":{}}',
    ]  # fmt: skip
    with sqlite_store.write() as c:
        ledger.append_many(c, hostile)
    strange = notes.sign(ledger.checkpoint().text, [SignerKey.generate("somebody")])
    note = Note(strange.text, (*ledger.checkpoint().signatures, *strange.signatures))
    build(tmp_path / "out", Wanted(open_source(ledger.files(), ledger.vkey, note)))
    page = (tmp_path / "out/completeness/index.html").read_text()
    assert "faults" in page and "<script>alert" not in page


def test_a_log_that_is_served_elsewhere_is_not_copied(wanted, tmp_path):
    imprint = replace(wanted.imprint, log_address="https://log.example.org")
    build(tmp_path / "out", replace(wanted, imprint=imprint))
    assert not (tmp_path / "out/log").exists()
    page = (tmp_path / "out/verify/index.html").read_text()
    assert "verify_log.py https://log.example.org" in page and "SITE/log" not in page


@pytest.mark.parametrize(("old", "new"), [("\nid: ", "\nid: ../"), ("\nid: ", "\nid: A")])
def test_ids_that_are_no_names_make_no_pages(sqlite_store, sqlite_settings, tmp_path, old, new):
    file = default_path().read_text().replace(old, new, 1).encode()
    text = agreement_text(open_document(file)[1])
    sha256 = hashlib.sha256(text).hexdigest()
    ledger = open_ledger(sqlite_settings, sqlite_store)
    entry = Entry(
        "agreement", 1_795_000_000, agreement="x", agreement_sha256=sha256, change="in-force",
        text=text.decode(),
    )  # fmt: skip
    with sqlite_store.write() as c:
        ledger.append_many(c, [canonical(entry)])
    source = open_source(ledger.files(), ledger.vkey, ledger.checkpoint())
    build(tmp_path / "out", Wanted(source))
    assert [path.name for path in (tmp_path / "out/agreements").iterdir() if path.is_dir()] == []
    with pytest.raises(InputInvalid, match="cannot be shown"):
        build(tmp_path / "out", Wanted(source, agreements=(file,)))


def test_commands_that_are_shown_hold_hostile_names_together(sqlite_store, tmp_path):
    ledger = StoredLedger(sqlite_store, KeyFile(tmp_path / "key", "x';touch${IFS}no;'/log"))
    with sqlite_store.write() as c:
        ledger.append_many(c, ["{}"])
    source = open_source(ledger.files(), ledger.vkey, ledger.checkpoint())
    imprint = Imprint(log_address="https://example.org/$(touch no)")
    build(tmp_path / "out", Wanted(source, imprint))
    soup = BeautifulSoup((tmp_path / "out/verify/index.html").read_text(), "html5lib")
    commands = [code.text for code in soup.select("pre code")][1:]
    assert len(commands) == 3
    for command in commands:
        found = shlex.split(command)
        assert {ledger.vkey, imprint.log_address} < set(found), command


def test_a_log_that_does_not_hold_makes_no_site(source):
    def read(path):
        data = source.files.read(path)
        return data.replace(b"drafting", b"draftinG") if "entries" in path else data

    with pytest.raises(LogBroken, match="No register was made"):
        open_source(LogFiles(read), source.vkey)


def test_periods_without_anything_read_well(source, tmp_path):
    wanted = Wanted(source, Imprint(licence=""), period=Period("2031-01", "2031-02"))
    build(tmp_path / "out", wanted)
    refusals = (tmp_path / "out/refusals/index.html").read_text()
    assert "Too few calls were refused in this period to show, or none." in refusals
    assert "national" not in refusals
    assert not (tmp_path / "out/records").exists() and "Meetings" not in refusals


@pytest.mark.parametrize("name", ["folder.yaml", "folder.yml"])
def test_a_record_that_is_no_file_is_named(wanted, tmp_path, name):
    (tmp_path / "records" / name).mkdir(parents=True)
    with pytest.raises(InputInvalid, match=f"'{name}' cannot be read"):
        build(tmp_path / "out", replace(wanted, records=tmp_path / "records"))


def test_a_record_that_is_wrong_leaves_the_old_site(wanted, tmp_path):
    out, records = tmp_path / "out", tmp_path / "records"
    build(out, wanted)
    before = files_of(out)
    records.mkdir()
    (records / "bad.yaml").write_text("standard: none of ours\n")
    with pytest.raises(InputInvalid, match=r"bad\.yaml"):
        build(out, replace(wanted, records=records))
    assert files_of(out) == before
