"""`bernard agreement` as a person types it: every verb, its exit status, and its JSON."""

import json

import cedarpy
import pytest
from click.testing import CliRunner

from bernard.agreements import Call
from bernard.agreements.read import shipped
from bernard.agreements.replay import call_of
from bernard.cli.agreement import agreement as group
from bernard.cli.program import bernard
from bernard.config import Settings
from bernard.ledger import Entry, StoredLedger
from bernard.store.database import open_store

OURS = """\
schema: bernard-agreement/1
id: ours
version: 1
title: Ours
summary: Drafting with an outside supplier.
status: draft
parties:
  public_body: {name: Body}
  supplier: {id: example, name: Example Ltd, country: GB, relationship: processor}
term: {start: 2026-01-01, end: 2030-01-01}
clauses:
  - id: drafts
    purposes: [draft]
    services: [ask]
    operations: [chat]
    models: [large]
    places: [GB]
    safeguards: [mask-identifiers]
"""
VERBS = sorted(set(group.commands) - {"key", "sign"})
IDS = sorted(path.stem for path in shipped().glob("*.yaml"))


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("BERNARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BERNARD_EMBEDDING_MODEL", "none")
    monkeypatch.setenv("BERNARD_CHAT_MODEL", "none")

    def run(*arguments, code=0, stdin=None):
        typed = ["agreement", *map(str, arguments)]
        result = CliRunner().invoke(bernard, typed, input=stdin)
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def ours(tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_text(OURS)
    return path


def _json(result):
    return json.loads(result.stdout)


def test_the_shipped_ones_are_listed(run):
    listed = run("list").stdout
    assert all(name in listed for name in IDS)
    assert {one["id"] for one in _json(run("list", "--json"))} == set(IDS)


@pytest.mark.parametrize("name", IDS)
def test_every_verb_takes_every_shipped_agreement(run, name):
    run("check", name)
    run("allows", name)
    run("compare", name, "own-server")
    run("within", name, name)
    run("replay", name)
    assert run("render", name).stdout.startswith("<!DOCTYPE html>")
    for form in ("odrl", "cedar", "cedar-as-if-signed", "dea", "dea-csv", "canonical"):
        assert run("export", name, "--format", form).stdout


def test_what_is_in_force_is_shown(run, ours, monkeypatch):
    assert "Nothing leaves this machine" in run("show").stdout
    monkeypatch.setenv("BERNARD_AGREEMENT", str(ours.parent))
    assert "Drafting with an outside supplier." in run("show").stdout
    assert [one["id"] for one in _json(run("show", "--json"))] == ["ours"]


def test_check_gives_line_and_remedy_and_what_is_unsaid(run, ours):
    ours.write_text(OURS.replace("purposes: [draft]", "purposes: [drafft]"))
    said = run("check", ours, code=1).stdout
    assert f"{ours}:13:" in said and "'draft'?" in said
    found = _json(run("check", ours, "--json", code=1))
    assert found["faults"][0]["line"] == 13
    assert any("review" in one["message"] for one in found["unsaid"])
    assert "no faults" in run("check", "-", stdin=OURS).stdout


def test_a_fault_or_a_missing_file_stops_every_other_verb(run, ours):
    ours.write_text(OURS.replace("status: draft", "status: drafty"))
    assert "Line 6" in run("allows", ours, code=1).stderr
    assert "no file" in run("allows", ours.parent / "none.yaml", code=1).stderr
    assert "cannot be read" in run("allows", ours.parent, code=1).stderr


def test_explain_an_allowed_call_says_what_it_took(run):
    result = run("explain", "this-machine", "--purpose", "summarise")
    assert result.stdout.startswith("Allowed by clause 'local-models'")
    assert "taken: service" in result.stderr and "purpose" not in result.stderr
    found = _json(run("explain", "this-machine", "--purpose", "summarise", "--json"))
    assert found["call"]["purpose"] == "summarise"
    assert found["taken"]["service"] == found["call"]["service"]


def test_explain_a_refused_call_lists_all_that_failed_and_what_would_do(run, ours):
    asked = ("--place", "GB", "--place", "US", "--model", "small", "--category", "case-notes")
    found = _json(run("explain", ours, *asked, "--date", "2026-06-01", "--json", code=1))
    failed = {one["dimension"]: one["value"] for one in found["decision"]["failed"]}
    assert failed["places"] == ["US"]
    assert {"status", "model", "categories", "sensitive"} <= failed.keys()
    assert found["call"]["safeguards"] == ["mask-identifiers"]
    assert {one["what"] for one in found["nearest_call"]["changes"]} >= {"places", "model"}
    said = run("explain", ours, *asked, code=1).stdout
    assert "- Clause 'drafts':" in said and "'US'" in said


def test_explain_a_draft_says_that_only_the_signature_is_missing(run, ours):
    found = _json(run("explain", ours, "--marking", "OFFICIAL", "--json", code=1))
    assert (found["allowed"], found["if_in_force"]) == (False, "drafts")


def test_explain_takes_a_call_from_a_file_and_options_go_before_it(run, ours):
    call = json.dumps({"purpose": "translate", "sensitive": False, "places": ["GB"]})
    found = _json(run("explain", ours, "--call", "-", "--json", stdin=call, code=1))
    assert found["call"]["purpose"] == "translate" and not found["call"]["sensitive"]
    asked = ("--call", "-", "--purpose", "draft", "--json")
    assert _json(run("explain", ours, *asked, stdin=call, code=1))["call"]["purpose"] == "draft"


@pytest.mark.parametrize(
    "call", ["no", "[]", '{"purposes": "x"}', '{"places": "GB"}', '{"bytes": "x"}']
)
def test_a_call_that_is_none_is_used_wrongly(run, ours, call):
    run("explain", ours, "--call", "-", stdin=call, code=2)


@pytest.mark.parametrize(
    "arguments", [("--marking", "SECRETIVE"), ("--bytes", "-1"), ("--effect", "x"), ("--date", "x")]
)
def test_an_option_that_is_none_is_used_wrongly(run, arguments):
    run("explain", "this-machine", *arguments, code=2)


def test_explain_what_is_in_force_and_an_empty_agreement(run):
    run("explain")
    run("explain", "memorandum-2025", code=1)
    refused = run("explain", "--place", "US", "--supplier", "other", code=1).stdout
    assert "Refused by 'this-machine'" in refused


def test_allows_says_all_and_counts_it(run, ours):
    found = _json(run("allows", ours, "--json"))
    assert found["combinations"] > 0
    assert found["statements"][0]["clauses"] == ["drafts"]
    assert "take out identifiers" in run("allows", ours).stdout
    assert "nothing at all" in run("allows", "memorandum-2025").stdout


def test_compare_says_exactly_what_is_new(run, ours, tmp_path):
    wider = tmp_path / "wider.yaml"
    wider.write_text(OURS.replace("[draft]", "[draft, translate]").replace("2030", "2031"))
    found = _json(run("compare", ours, wider, "--json"))
    assert found["newly_refused_combinations"] == 0 < found["newly_allowed_combinations"]
    assert found["newly_allowed"][0]["calls"]["purpose"]["words"] == ["translate"]
    said = run("compare", wider, ours).stdout
    assert "Newly refused" in said and "term.end" in said and "tighter" in said


def test_within_gives_a_counter_example(run, ours, tmp_path):
    ceiling = tmp_path / "ceiling.yaml"
    ceiling.write_text(OURS.replace("models: [large]", "models: [any]"))
    run("within", ours, ceiling)
    found = _json(run("within", ceiling, ours, "--json", code=1))
    assert not found["holds"]
    assert found["counter_example"]["model"] != "large"


def test_replay_a_log_from_a_file_and_from_the_home(run, ours, tmp_path):
    intent = {"event": "intent", "at": 1, "service": "ask", "purpose": "draft", "attempt": 1}
    intent |= {"operation": "chat", "marking": "OFFICIAL", "provider": "example", "model": "large"}
    intent |= {"identifiability": "anonymous", "involvement": "none", "effect": "none"}
    intent |= {"training": "never", "human_review": "never", "left_bytes": 5}
    intent |= {"safeguards": ["mask-identifiers"]}
    entries = [{**intent, "place": "GB"}, {**intent, "place": "US"}]
    lines = "\n".join(json.dumps({"number": n, "entry": one}) for n, one in enumerate(entries))
    log = tmp_path / "log.jsonl"
    log.write_text(lines)
    said = run("replay", ours, log, code=1).stdout
    assert "would have refused 1 of them" in said and "places" in said
    found = _json(run("replay", ours, "-", "--json", stdin=lines, code=1))
    assert [one["number"] for one in found["refusals"]] == [1]
    run("replay", ours, log, "--as-written", code=1)
    assert run("replay", ours).stdout.startswith("0 calls")
    run("replay", ours, tmp_path / "none", code=2)
    log.write_bytes(b"\xff\xfe{}\n" + lines.encode())
    assert "1 line without an entry" in run("replay", ours, log, code=1).stdout


def test_the_page_can_be_written_to_a_file_and_as_text(run, ours, tmp_path):
    page = tmp_path / "page.html"
    assert run("render", ours, "--output", page).stdout == ""
    assert "Drafting with an outside supplier." in page.read_text()
    text = run("render", ours, "--text").stdout
    assert "This is a draft" in text and "It does not say" in text
    found = _json(run("render", ours, "--json"))
    assert [one["id"] for one in found["sections"]][:2] == ["short", "parties"]
    run("render", ours, "--output", tmp_path / "none" / "page.html", code=1)


def test_the_exports_are_what_their_formats_are(run, ours, tmp_path):
    odrl = _json(run("export", ours, "--format", "odrl"))
    assert odrl["permission"][0]["uid"].endswith("clause:drafts")
    policies = run("export", ours, "--format", "cedar").stdout
    schema = run("export", ours, "--format", "cedar-schema").stdout
    assert cedarpy.validate_policies(policies, schema).validation_passed
    assert _json(run("export", ours, "--format", "dea"))["data"]["name"] == "Ours"
    canonical = run("export", ours, "--format", "canonical").stdout
    assert json.loads(canonical)["id"] == "ours" and not canonical.endswith("\n")
    wrapped = _json(run("export", ours, "--format", "cedar", "--json"))
    assert wrapped == {"format": "cedar", "text": policies}
    assert run("export", ours, "--format", "yaml").stdout == OURS
    run("export", ours, "--format", "xml", code=2)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_gives_json(run, verb, ours):
    more = {"compare": ["own-server"], "within": [ours], "export": ["--format", "odrl"]}
    name = [] if verb in ("list", "show") else [ours]
    result = CliRunner().invoke(
        bernard, ["agreement", verb, *map(str, [*name, *more.get(verb, [])]), "--json"]
    )
    assert result.exit_code in (0, 1)
    assert json.loads(result.stdout) is not None


def test_replay_reads_all_that_the_log_of_this_home_records(run, tmp_path):
    """If the log's entries change, what replay makes of them has to change with them."""
    home = Settings(home=tmp_path / "home")
    home.home.mkdir(mode=0o700)
    entry = Entry(
        "intent",
        1780000000,
        service="ask",
        purpose="draft",
        operation="chat",
        marking="OFFICIAL",
        sensitive=True,
        descriptors=("COMMERCIAL",),
        caveats=("UK",),
        declared=("case-notes",),
        derived=("personal-identifiers",),
        special=("health",),
        offence=True,
        subjects=("children",),
        identifiability="identifiable",
        involvement="sample",
        effect="significant",
        tools=("mail",),
        outside_effects=True,
        untrusted=True,
        model="large",
        model_version="2",
        provider="example",
        place="GB",
        training="always",
        human_review="opt-in",
        retention_s=60,
        safeguards=("mask-identifiers",),
        characters=7,
        left_bytes=9,
        attempt=1,
    )
    expected = Call(
        service="ask",
        purpose="draft",
        operation="chat",
        supplier="example",
        model="large",
        version="2",
        places=frozenset({"GB"}),
        sensitive=True,
        descriptors=frozenset({"COMMERCIAL"}),
        caveats=frozenset({"UK"}),
        categories=frozenset({"case-notes", "personal-identifiers"}),
        special=frozenset({"health"}),
        offence=True,
        subjects=frozenset({"children"}),
        identifiability="identifiable",
        training="always",
        human_review="opt-in",
        retention_s=60,
        safeguards=frozenset({"mask-identifiers"}),
        involvement="sample",
        effect="significant",
        tools=frozenset({"mail"}),
        outside_effects=True,
        bytes=9,
        untrusted=True,
    )
    store = open_store(home)
    logged = StoredLedger(store).append(entry, durable=False)
    store.close()
    assert call_of(logged.entry) == (expected, ())
    assert "would have refused 1 of them" in run("replay", "own-server", code=1).stdout
