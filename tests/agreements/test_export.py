"""ODRL and the register's row: well formed, complete, and the same words as the agreement's."""

import csv
import datetime
import io
import json
from pathlib import Path

import pytest

from bernard.agreements.export import odrl, register
from bernard.agreements.read import read, read_text, shipped

DAY = datetime.date(2026, 6, 1)
FULL = """\
schema: bernard-agreement/1
id: full
version: 3
title: Casework
summary: Letters are drafted.
status: signed
parties:
  public_body: {name: Department, organisation: "https://www.gov.uk/x", contact: =1+1}
  supplier: {id: example, name: Example Ltd, country: GB, relationship: processor}
  sub_processors: [{name: Cloudy}]
term: {start: 2026-01-01, end: 2027-01-01, review_by: 2026-09-01}
legal: {power: Digital Economy Act 2017 section 35, lawful_basis: public task, article_9_condition: x}
clauses:
  - id: letters
    purposes: [draft, translate]
    services: [letters]
    operations: [chat]
    models: [large@2025*]
    places: [GB]
    data: {categories: [personal-identifiers], special: [health], offence: true}
    supplier_use: {retention_s: 60}
    safeguards: [mask-identifiers]
    human: {involvement: before-use}
forbid: [{id: no, purposes: [draft], retention_s: 10, involvement: sample}]
duties: {retain_content_days: 30, breach_hours: 24, publish: [daily-totals]}
"""


@pytest.fixture
def full():
    return read_text(FULL.encode())


def _constraints(rule):
    return {
        one["leftOperand"]: (one["operator"], one["rightOperand"]) for one in rule["constraint"]
    }


def test_each_clause_is_a_permission_with_a_constraint_for_each_dimension(full):
    policy = odrl.policy(full)
    assert policy["@type"] == "Agreement"
    assert (policy["assigner"]["uid"], policy["assignee"]["uid"]) == (
        "https://www.gov.uk/x",
        "word:supplier:example",
    )
    (rule,) = policy["permission"]
    assert rule["action"] == ["word:operations:chat"]
    said = _constraints(rule)
    assert said["purpose"][0] == "isAnyOf"
    assert {"@id": "word:purposes:translate"} in said["purpose"][1]
    assert said["spatial"] == ("isPartOf", [{"@id": "word:places:GB"}])
    assert said["bernard:safeguards"][0] == "isAllOf"
    assert said["bernard:retention_s"] == ("lteq", {"@value": "60", "@type": "xsd:integer"})
    assert said["bernard:involvement"] == ("isAnyOf", ["before-use", "two-person"])
    assert said["bernard:caveats"] == (
        "isPartOf",
        [{"@id": "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil"}],
    )
    assert said["bernard:model"] == ("isAnyOf", ["large@2025*"])
    dates = [one for one in rule["constraint"] if one["leftOperand"] == "dateTime"]
    assert [(one["operator"], one["rightOperand"]["@value"]) for one in dates] == [
        ("gteq", "2026-01-01"),
        ("lt", "2027-01-01"),
    ]


def test_forbidden_boxes_and_the_rules_above_win(full):
    policy = odrl.policy(full)
    assert policy["conflict"] == "prohibit"
    own, *above = policy["prohibition"]
    assert _constraints(own) == {
        "purpose": ("isAnyOf", [{"@id": "word:purposes:draft"}]),
        "bernard:retention_s": ("gteq", {"@value": "10", "@type": "xsd:integer"}),
        "bernard:involvement": ("isAnyOf", ["none", "sample"]),
    }
    assert any("significant-effect" in rule["uid"] for rule in above)


def test_words_are_tied_to_the_data_privacy_vocabulary(full):
    policy = odrl.policy(full)
    words = {one["@id"]: one for one in policy["bernard:words"]}
    assert words["word:purposes:draft"]["skos:closeMatch"]["@id"].startswith("https://w3id.org/dpv")
    process = policy["permission"][0]["dpv:hasProcess"]
    assert process["dpv:hasPurpose"] and process["dpv:hasPersonalData"]
    used = set(_ids(policy["permission"])) | set(_ids(policy["obligation"]))
    closed = {one for one in used if one.split(":")[1] not in ("service", "supplier", "tools")}
    assert closed and {one for one in closed if one.startswith("word:")} <= words.keys()


def _ids(value):
    if isinstance(value, dict):
        yield from [value["@id"]] if "@id" in value else []
        for inner in value.values():
            yield from _ids(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _ids(inner)


def test_duties_are_obligations(full):
    said = odrl.policy(full)["obligation"]
    assert [one["action"] for one in said] == ["delete", "inform", "word:publications:daily-totals"]
    assert said[1]["constraint"][0]["rightOperand"]["@value"] == "PT24H"


@pytest.mark.parametrize("path", sorted(shipped().glob("*.yaml")), ids=lambda path: Path(path).stem)
def test_every_shipped_agreement_exports(path):
    agreement = read(path)
    assert json.loads(json.dumps(odrl.policy(agreement)))["uid"].startswith("bernard:")
    assert register.entry(agreement, DAY)["data"]["name"] == agreement.title


def test_the_register_entry_has_the_registers_fields(full):
    entry = register.entry(full, DAY)
    assert list(entry) == ["data", "controllers", "powers", "processors"]
    data = entry["data"]
    assert data["isa_status"] == "Active"
    assert data["start_date"] == "2026-01-01"
    assert data["disclosed_information"] == (
        "Names and identifiers; special category: Health; criminal offence data"
    )
    assert data["retention_period"] == "30 days"
    assert "A supplier may keep what it gets for 1 minute." in data["notes"]
    assert "Draft text, Translate" in data["purpose"]
    assert entry["controllers"] == [{"data": {"name": "Department"}}]
    assert [one["data"]["name"] for one in entry["processors"]] == ["Example Ltd", "Cloudy"]
    assert register.entry(full, datetime.date(2027, 1, 1))["data"]["isa_status"] == "Complete"


def test_a_supplier_that_decides_for_itself_is_a_controller(full):
    joint = read_text(FULL.replace("relationship: processor", "relationship: joint").encode())
    entry = register.entry(joint, DAY)
    assert len(entry["controllers"]) == 2
    assert [one["data"]["name"] for one in entry["processors"]] == ["Cloudy"]


def test_the_row_is_one_line_of_values_that_no_spreadsheet_runs(full):
    text = register.row(full, DAY)
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["contact"] == "'=1+1"
    assert row["controllers"] == "Department"
    assert row["processors"] == "Example Ltd; Cloudy"
