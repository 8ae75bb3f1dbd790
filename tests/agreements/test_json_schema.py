"""The published JSON Schema is the form that is read, and takes and refuses the same files."""

import json
from pathlib import Path

import jsonschema
import pytest

from bernard.agreements import parse, shipped
from bernard.agreements.document import Document
from bernard.agreements.json_schema import text

PUBLISHED = Path(__file__).parents[2] / "docs" / "reference" / "agreement.schema.json"


@pytest.fixture(scope="module")
def validator():
    schema = json.loads(PUBLISHED.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def test_the_published_schema_is_the_one_in_the_code():
    remedy = "python -m bernard.agreements.json_schema > docs/reference/agreement.schema.json"
    assert json.loads(PUBLISHED.read_text()) == json.loads(text()), remedy


@pytest.mark.parametrize("path", sorted(shipped().glob("*.yaml")), ids=lambda p: p.stem)
def test_it_takes_the_shipped_agreements(validator, path):
    assert list(validator.iter_errors(Document(path.read_bytes()).values)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1", "version: one"),
        ("title:", "tittle:"),
        ("status: signed", "status: agreed"),
        ("purposes: [any]", "purposes: [wishes]"),
        ("purposes: [any]", "purposes: []"),
        ("services: [any]", "services: [Ask]"),
        ("services: [any]", "services: [ask, ask]"),
        ("models: [any]", "models: [a@b@c]"),
        ("[this-machine]", "[XX]"),
        ("categories: [any]", "categories: [gossip]"),
        ("tier: OFFICIAL", "tier: COSMIC"),
        ("retention_s: 0", "retention_s: -1"),
        ("start: 2026-01-01", "start: 2026-13-01"),
        ("clauses:", "forbid: [{id: x, tools: []}]\nclauses:"),
        ("clauses:", "sha256: x\nclauses:"),
        ("clauses:", "duties: {publish: [gossip]}\nclauses:"),
        ("clauses:", "supersedes: abc\nclauses:"),
        ("term:", "  supplier: {id: s, name: S, country: XX}\nterm:"),
        ("    human:", "    limits: [{per: decade}]\n    human:"),
        ("allowed: [any]", "allowed: [any], links: [http://x]"),
    ],
)
def test_it_refuses_what_is_refused(validator, text_of, old, new):
    data = text_of("this-machine", (old, new))
    assert parse(data)[1]
    assert list(validator.iter_errors(Document(data).values))
