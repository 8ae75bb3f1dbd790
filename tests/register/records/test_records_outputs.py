"""What is handed on of a record: JSON by its schema, Govspeak, the publisher's metadata, a CSV row."""

import csv
import io
import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
import yaml

from bernard.register.records import govspeak, json_schema, outputs, template
from bernard.register.records.assembling import assemble
from bernard.register.records.building import files
from bernard.register.records.draft import draft
from bernard.register.records.gathered import gather
from bernard.register.records.markdown import as_html
from bernard.register.records.page import pages
from bernard.register.records.reading import Written
from bernard.samples import records
from bernard.text.clean import clean

HERE = Path(__file__).parent
SHIPPED = Path(template.__file__).parent / "data" / "record-v4.0.schema.json"


@pytest.fixture
def record(case, complete):
    return assemble(Written(complete), case.gathered).record


@pytest.fixture
def sample():
    [path] = records().glob("*.yaml")
    written = Written(path.read_bytes())
    return assemble(written, gather(written.about)).record


@pytest.fixture(scope="module")
def schema():
    made = json.loads(SHIPPED.read_text())
    jsonschema.Draft202012Validator.check_schema(made)
    return jsonschema.Draft202012Validator(made)


def test_the_shipped_schema_is_the_one_of_the_template():
    assert SHIPPED.read_text() == json_schema.text()


def test_what_is_built_passes_the_schema(record, sample, case, schema):
    unfinished = assemble(Written(draft(case.gathered).encode()), case.gathered).record
    for one in (record, sample, unfinished):
        assert not list(schema.iter_errors(json.loads(outputs.as_json(one))))


@pytest.mark.parametrize(
    ("section", "field", "change"),
    [
        ("rationale", "benefits", {}),
        ("metadata", "phase", {"value": "beta"}),
        ("metadata", "date_published", {"value": "soon"}),
        ("deployment", "frequency_and_scale", {"value": "Often.", "from": "log"}),
        ("owner", "organisation", {"value": "Tides", "from": "agreement"}),
        ("owner", "organisation", {"value": "Tides", "from": "hearsay"}),
        ("rationale", "benefits", {"value": "More.", "proof": "none"}),
    ],
)
def test_the_schema_refuses_what_no_complete_record_is(record, schema, section, field, change):
    made = json.loads(outputs.as_json(record))
    made[section][field] = change
    assert list(schema.iter_errors(made))


def test_the_json_is_canonical(record):
    made = outputs.as_json(record)
    assert made == outputs.as_json(record)
    text = made.decode().rstrip("\n")
    again = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert text == again
    # RFC 8785 knows no 1.0, which a score is.
    assert '"refusals",1,200' in text


def test_every_value_of_the_program_can_be_traced(record, case):
    found = 0
    for part in record.sections.values():
        for one in [part] if isinstance(part, dict) else part:
            for answer in one.values():
                for said in (answer, *answer.evidence):
                    if said.source == "log":
                        signed = case.log.checkpoint.splitlines()[:3]
                        assert said.checkpoint == " ".join(signed)
                        found += 1
                    elif said.source == "agreement":
                        assert said.sha256 == case.agreement.sha256
                        found += 1
    assert found > 20


def test_the_govspeak_of_the_sample(sample):
    made = govspeak.body(sample, template.template())
    golden = HERE / "ask.govspeak.md"
    assert made == golden.read_text()


def test_the_govspeak_is_laid_out_as_published_records_are(record):
    made = govspeak.body(record, template.template())
    headings = [line for line in made.splitlines() if line.startswith("#")]
    assert headings[:5] == [
        "## Tier 1 Information", "### 1 - Name", "### 2 - Description", "### 3 - Website URL",
        "### 4 - Contact email",
    ]  # fmt: skip
    assert "### 1.4.1 - Third party" in headings
    assert headings.count("### 4.2.1 - Model name") == 2
    assert "### 4.4.5 - Data sharing agreements" in headings
    assert "| lantern-large | 2026-10 | lantern | United Kingdom | 60 |" in made
    # Three calls are too few to be told.
    assert r"| lantern-small | 2026-11 | lantern | United Kingdom | \[c\] |" in made


def test_names_from_elsewhere_make_no_markup(case):
    hostile = "[x](https://evil.example) **b** <i> | # h\n# heading"
    made = govspeak.plain(hostile)
    assert "\n" not in made
    html = str(as_html(made))
    assert "<a" not in html
    assert "<strong" not in html


def test_the_metadata_is_what_the_publisher_takes(record):
    of = template.template()
    made = outputs.metadata(record, of, "Body")
    rules = template.publisher().metadata
    assert set(made) == {"document_type", "title", "summary", "body", "metadata"}
    metadata = made["metadata"]
    assert set(metadata) <= set(rules)
    for name, rule in rules.items():
        value = metadata.get(name)
        assert value or not rule.required
        if value:
            assert isinstance(value, list) == (rule.select == "multiple")
            if rule.values and not rule.open:
                assert set([value] if isinstance(value, str) else value) <= set(rule.values)
    assert metadata["algorithmic_transparency_record_atrs_version"] == "v4.0"


def test_the_csv_row(record):
    rows = list(csv.reader(io.StringIO(outputs.as_csv(record, template.template()).decode())))
    assert len(rows) == 2
    assert len(rows[0]) == len(rows[1]) == len(set(rows[0]))
    row = dict(zip(*rows, strict=True))
    assert row["complete"] == "yes"
    assert row["2.1.4.1 Third party"].startswith("Lantern Models Limited")
    assert "60" in row["2.3.3 Frequency and scale of usage"]


def test_no_cell_is_a_formula(case, complete):
    values = yaml.safe_load(complete)
    values["rationale"]["benefits"] = '=HYPERLINK("https://evil.example")'
    record = assemble(Written(yaml.safe_dump(values).encode()), case.gathered).record
    [_, row] = csv.reader(io.StringIO(outputs.as_csv(record, template.template()).decode()))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_files_are_the_same_each_time(record):
    assert files(record) == files(record)
    document = msgspec.json.decode(files(record)["record.publisher.json"])
    assert document["body"].encode() == files(record)["record.govspeak.md"]


@pytest.mark.parametrize(
    "text",
    ["<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "![p](https://evil.example/p.png)",
     "<script>", "[a](data:text/html,x)", "# h", "a\n===\n", "[a]: javascript:x\n[a]"],
)  # fmt: skip
def test_markdown_makes_nothing_that_acts(text):
    html = str(as_html(text))
    for bad in ("<img", "<script", 'href="javascript', 'href="data', "<h1"):
        assert bad not in html


def test_pages_of_a_folder(case, complete, tmp_path):
    (tmp_path / "Drafting aid.yaml").write_bytes(complete)
    index, page = pages(tmp_path, case.log)
    assert index.path == "records/index.html"
    assert page.path == "records/drafting-aid/index.html"
    assert page.title == clean("What a person wrote of Title.")
    assert {path.rpartition(".")[2] for path in page.files} == {"json", "md", "csv"}
    assert {table.id for table in page.tables} >= {"deployment-1-frequency-and-scale"}
    assert all(table.checkpoint and table.command for table in page.tables)


def test_a_record_with_faults_is_no_page(case, tmp_path):
    (tmp_path / "a.yaml").write_text("standard: ATRS\nversion: v9\n")
    with pytest.raises(Exception, match=r"'a\.yaml' cannot be published"):
        pages(tmp_path, case.log)
