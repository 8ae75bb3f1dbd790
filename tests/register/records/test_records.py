"""A record's file: begun, filled in, and every fault of it told with its place."""

import re

import msgspec
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bernard.agreements import shipped
from bernard.cli.program import bernard
from bernard.register.records.assembling import assemble
from bernard.register.records.building import files
from bernard.register.records.draft import draft
from bernard.register.records.gathered import fillers, gather
from bernard.register.records.reading import MOST_BYTES, Written
from bernard.register.records.template import publisher, template, versions
from bernard.register.records.types import About, Evidence
from bernard.samples import records


def _faults(data, gathered, level=""):
    found = assemble(Written(data), gathered).faults
    return [fault for fault in found if not level or fault.level == level]


def _changed(data, section, field, value, part=0):
    values = yaml.safe_load(data)
    place = values[section][part] if isinstance(values[section], list) else values[section]
    place[field] = value
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True).encode()


def test_the_template_is_whole():
    of = template()
    numbers = [field.number for _, field in of.fields() if field.number]
    assert len(numbers) == len(set(numbers)) == 56
    assert all(field.help and field.label for _, field in of.fields())
    assert versions() == ("v4.0",)
    known = {(section.id, field.id) for section, field in of.fields()}
    assert fillers(of) <= known
    said = {(s.id, f.id) for s, f in of.fields() if f.source != "person" or f.adds}
    assert said == fillers(of)


def test_every_name_of_the_publisher_is_filled():
    named = {field.publisher for _, field in template().fields() if field.publisher}
    version = "algorithmic_transparency_record_atrs_version"
    assert named - {"title", "summary"} | {version} == set(publisher().metadata)


def test_a_draft_says_what_each_field_asks_and_is_read_back(case):
    text = draft(case.gathered)
    written = Written(text.encode())
    assert written.faults == []
    assert written.about == About(agreement="tightened-supplier")
    in_one_line = re.sub(r"\n +# ", " ", text)
    for _, field in template().fields():
        assert f" {field.name}. {field.help}" in in_one_line
    assert max(map(len, text.splitlines())) <= 100
    # What the program fills is left to it, but for the names by which parts are known.
    assert '- third_party: "Lantern Models Limited (invented)"' in text
    assert "DPIA" not in text


def test_a_draft_lacks_what_people_must_write(case):
    found = _faults(draft(case.gathered).encode(), case.gathered)
    assert {fault.level for fault in found} == {"missing"}
    lines = draft(case.gathered).splitlines()
    for fault in found:
        assert lines[fault.line - 1].strip(" -:") in (fault.field.rpartition(".")[2], "beside")
    missing = {fault.field for fault in found}
    assert "rationale.benefits" in missing
    assert "models[2].model_task" in missing
    # No evaluation of the small model is in the log, so a person must say how well it does.
    assert "models[2].model_performance" in missing
    assert "models[1].model_performance" not in missing
    assert "deployment.frequency_and_scale" not in missing


def test_a_filled_record_is_complete(case, complete):
    # The small model has no evaluation: what stands beside it speaks for itself.
    assembled = assemble(Written(complete), case.gathered)
    assert [fault for fault in assembled.faults if fault.level != "note"] == []
    assert assembled.complete
    assert assembled.record.complete


def test_the_sample_is_complete_without_a_log():
    [path] = records().glob("*.yaml")
    written = Written(path.read_bytes())
    assembled = assemble(written, gather(written.about))
    assert {fault.level for fault in assembled.faults} == {"note"}
    assert assembled.complete


@pytest.mark.parametrize(
    ("section", "field", "value", "said"),
    [
        ("metadata", "phase", "beta", "not one of the values"),
        ("metadata", "date_published", "22/11/2026", "is no date"),
        ("metadata", "organisation_type", ["a council"], "not one of the values"),
        ("overview", "website_url", "javascript:alert(1)", "no web address"),
        ("overview", "name", "Two\nlines", "more than one line"),
        ("overview", "description", "# A heading of my own", "a heading"),
        ("overview", "description", "So\n===", "a heading"),
        ("overview", "description", "<script>alert(1)</script>", "HTML"),
        ("rationale", "benefits", "TBC", "tells a reader nothing"),
        ("rationale", "benefits", "N/A.", "tells a reader nothing"),
        ("rationale", "benefits", 12, "is no text"),
        ("rationale", "benefits", {"a": 1}, "fields of its own"),
        ("rationale", "benefits", "x" * 30_000, "at most 20,000"),
        ("rationale", "benefit", "More.", "Did you mean `benefits`?"),
    ],
)
def test_what_is_wrong_is_told(case, complete, section, field, value, said):
    found = _faults(_changed(complete, section, field, value), case.gathered, "wrong")
    assert any(said in f"{fault.message} {fault.remedy}" for fault in found)
    assert found[0].field.startswith(f"{section}.{field}")
    assert not assemble(Written(_changed(complete, section, field, value)), case.gathered).complete


def test_a_label_stands_for_the_publishers_word(case, complete):
    data = _changed(complete, "metadata", "phase", "Private beta")
    record = assemble(Written(data), case.gathered).record
    assert record.sections["metadata"]["phase"].value == "private-beta"


def test_a_new_organisation_is_noted_and_not_refused(case, complete):
    data = _changed(complete, "metadata", "organisation_name", "department-for-tides")
    assert "publisher" in _faults(data, case.gathered, "note")[0].message
    assert assemble(Written(data), case.gathered).complete


@pytest.mark.parametrize(
    ("section", "field", "typed", "says"),
    [
        ("deployment", "frequency_and_scale", "About 9,000 calls a month.", "about 60 calls"),
        ("owner", "third_party_involvement", "No", "Yes"),
        ("models", "model_version", "2025-01", "2026-10"),
    ],
)
def test_a_typed_value_that_differs_is_drift(case, complete, section, field, typed, says):
    data = _changed(complete, section, field, {"value": typed})
    [fault] = _faults(data, case.gathered, "drift")
    assert says in fault.message
    assembled = assemble(Written(data), case.gathered)
    assert not assembled.complete
    # The program's value stands in the record, whatever was typed.
    part = assembled.record.sections[section]
    answer = (part[0] if isinstance(part, list) else part)[field]
    assert says in answer.value
    assert answer.source != "person"


def test_a_typed_value_that_agrees_is_none(case, complete):
    same = {"value": "the  log has ABOUT 60 calls to models under tightened-supplier, "
            "in December 2026. Entries that are sealed count for no tool"}  # fmt: skip
    data = _changed(complete, "deployment", "frequency_and_scale", same)
    assert assemble(Written(data), case.gathered).complete


def test_a_model_that_the_record_does_not_name_is_missed(case, complete):
    values = yaml.safe_load(complete)
    del values["models"][1]
    values["models"][0]["model_name"] = "quill"
    data = yaml.safe_dump(values).encode()
    assert "no call to the model 'quill'" in _faults(data, case.gathered, "note")[0].message
    missing = {fault.field for fault in _faults(data, case.gathered, "missing")}
    assert {"models[2].model_task"} <= missing


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "holds no record"),
        (b"- a list", "holds no record"),
        (b"\xff\xfe\x00nonsense\x80", ""),
        (b"standard: \x80\x81", "not YAML"),
        (b"standard: ATRS\nversion: [v4.0", "not YAML"),
        (b"standard: ATRS\nstandard: ATRS", "twice"),
        (b"a: &a [x, x]\nb: [*a, *a]", "Aliases"),
        (b"a: " + b"[" * 100 + b"]" * 100, "too deep"),
        (b"? [a, b]\n: c", "not a word"),
        (b"!!python/object/apply:os.system ['true']", ""),
        ("standard: ATRS\u202e".encode(), "invisible"),
        (b"standard: ATRS\n" + b"#" * MOST_BYTES, "over 1,000,000 bytes"),
        (b"standard: OTHER\nversion: v4.0", "The standard is 'OTHER'"),
        (b"standard: ATRS\nversion: v3.0", "version 'v3.0'"),
        (b"standard: ATRS\nversion: {a: b}", "version"),
        (b"standard: ATRS\nversion: v4.0", "not said which agreement"),
        (b"standard: ATRS\nversion: v4.0\nabout: {agreement: [1]}", "This is [1]"),
        (b"standard: ATRS\nversion: v4.0\nabout: {service: a}\nmodels: x", "is no list"),
        (b"standard: ATRS\nversion: v4.0\nabout: {service: a}\nowner: [x]", "no fields"),
        (b"standard: ATRS\nversion: v4.0\nabout: {service: a}\nmodels: [1]", "no fields"),
        (b"standard: ATRS\nversion: v4.0\nabout: {service: a}\nmodels: ["
         + b"{}," * 60 + b"]", "over 50 parts"),
    ],
)  # fmt: skip
def test_hostile_files_are_told_of_and_nothing_is_raised(data, said):
    written = Written(data)
    faults = [*written.faults, *assemble(written, gather(About(service="a"))).faults]
    assert any(said in fault.message for fault in faults)
    assert all(fault.line >= 1 for fault in faults)


@pytest.fixture
def run(home):
    return lambda *words: CliRunner().invoke(bernard, ["register", "record", *map(str, words)])


def test_the_commands(case, run, tmp_path, fill):
    file, out = tmp_path / "record.yaml", tmp_path / "out"
    assert run("new", "tightened-supplier", "--out", file).exit_code == 0
    again = run("new", "tightened-supplier", "--out", file)
    assert again.exit_code == 1
    assert "is there already" in again.stderr
    checked = run("check", file, "--json")
    assert checked.exit_code == 1
    told = msgspec.json.decode(checked.stdout)
    assert not told["complete"]
    assert {"level", "line", "field", "number", "label", "message", "remedy"} == set(
        told["faults"][0]
    )
    assert run("build", file, out).exit_code == 1
    assert not out.exists()
    assert run("build", file, out, "--draft").exit_code == 0
    file.write_bytes(fill(file.read_text()))
    assert run("check", file).exit_code == 0
    built = run("build", file, out)
    assert built.exit_code == 0, built.stderr
    assert sorted(path.name for path in out.iterdir()) == [
        "record.csv", "record.govspeak.md", "record.json", "record.publisher.json",
    ]  # fmt: skip
    rechecked = run("check", out / "record.json")
    assert rechecked.exit_code == 0, rechecked.output
    assert "hold" in rechecked.stdout


def test_a_service_and_an_unknown_name(case, run):
    assert 'about: {service: "drafting"}' in run("new", "drafting").stdout
    unknown = run("new", "nobody")
    assert unknown.exit_code == 1
    assert "'nobody'" in unknown.stderr


def test_without_a_log_the_agreement_still_speaks(run, tmp_path, monkeypatch):
    monkeypatch.setenv("BERNARD_HOME", str(tmp_path))
    file = shipped() / "tightened-supplier.yaml"
    text = run("new", "tightened-supplier", "--agreements", file).stdout
    assert "Lantern Models Limited" in text
    # Nothing was called yet: the models are those that the agreement names.
    assert '- model_name: "lantern-large"' in text


def test_a_number_in_words_that_the_log_counts_otherwise_is_noted(case, complete):
    beside = {
        "beside": "There are 9,000 calls a month, which help 40 people. Once it was 60 calls."
    }
    [fault] = [
        fault
        for fault in _faults(
            _changed(complete, "deployment", "frequency_and_scale", beside), case.gathered
        )
        if fault.field == "deployment.frequency_and_scale"
    ]
    assert fault.level == "note"
    assert "'9,000 calls'" in fault.message
    assert "about 60 calls" in fault.message


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
_names = st.sampled_from([section.id for section in template().sections] + ["about", "odd"])
_fields = st.sampled_from(sorted({field.id for _, field in template().fields()}))
_parts = st.dictionaries(_fields, _values | st.fixed_dictionaries({"beside": _values}), max_size=4)


@given(st.dictionaries(_names, _parts | st.lists(_parts, max_size=3) | _values, max_size=5))
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_a_file_holds_nothing_is_raised(case, values):
    head = {"standard": "ATRS", "version": "v4.0", "about": {"agreement": "tightened-supplier"}}
    text = yaml.safe_dump(head | values, allow_unicode=False)
    assembled = assemble(Written(text.encode()), case.gathered)
    assert assembled.faults
    if assembled.record:
        assert files(assembled.record)


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_whatever_bytes_a_file_has_nothing_is_raised(data):
    assert Written(data).faults


def test_a_hostile_name_stays_a_name(case):
    name = 'Evil: "quoted" \\ [x] # {y}\n- z: \u202e\U000e0041'
    third = {"third_party": Evidence(name, "agreement", sha256="0" * 64)}
    gathered = case.gathered._replace(parts={"third_parties": [third], "models": []})
    written = Written(draft(gathered).encode())
    assert written.faults == []
    assert written.parts["third_parties"][0].said["third_party"].value == name
