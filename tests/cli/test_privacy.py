"""`bernard privacy` as a person types it."""

import json
import os
import stat

import pytest
from click.testing import CliRunner

from bernard.cli.program import bernard

TEXT = "I am AB123456C.\nWrite to jo@example.org"


@pytest.fixture
def run():
    def run(*arguments, code=0, given=TEXT):
        result = CliRunner().invoke(bernard, ["privacy", *arguments], input=given)
        assert result.exit_code == code, result.output
        return result.stdout

    return run


def test_findings_for_a_program(run):
    found = json.loads(run("find", "-", "--json"))
    assert [(f["start"], f["end"], f["kind"], f["text"]) for f in found] == [
        (5, 14, "NATIONAL-INSURANCE-NUMBER", "AB123456C"),
        (25, 39, "EMAIL", "jo@example.org"),
    ]


def test_findings_for_a_person(run):
    shown = run("find", "-")
    assert shown.startswith("line 1: NATIONAL-INSURANCE-NUMBER: 'AB123456C' (")
    assert "line 2: EMAIL" in shown
    assert run("find", "-", given="Nobody.") == "Nothing was found.\n"


def test_there_and_back(run, tmp_path):
    kept = tmp_path / "kept"
    masked = run("mask", "-", "--keep", str(kept))
    assert masked == "I am ⟦NATIONAL-INSURANCE-NUMBER-1⟧.\nWrite to ⟦EMAIL-1⟧"
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600
    assert run("restore", "-", "--with", str(kept), given=masked) == TEXT
    again = json.loads(run("restore", "-", "--with", str(kept), "--json", given="⟦EMAIL-9⟧"))
    assert again == {"text": "⟦EMAIL-9⟧", "unrestored": {"⟦EMAIL-9⟧": 1}}


def test_what_was_taken_out_is_counted(run):
    assert json.loads(run("mask", "-", "--json"))["taken_out"] == {
        "NATIONAL-INSURANCE-NUMBER": 1,
        "EMAIL": 1,
    }


def test_an_allowed_value_stays(run):
    assert json.loads(run("mask", "-", "--allow", "*@example.org", "--json"))["taken_out"] == {
        "NATIONAL-INSURANCE-NUMBER": 1
    }


@pytest.mark.parametrize("text", ["", "[]", '{"stand_ins": 1}'])
def test_a_file_that_mask_did_not_write_is_refused(run, tmp_path, text):
    (tmp_path / "kept").write_text(text)
    run("restore", "-", "--with", str(tmp_path / "kept"), code=1)


def test_a_file_that_is_no_text_is_refused(run):
    run("find", "-", code=1, given=b"\xff\xfe")


def test_a_report_says_what_goes_and_why(run):
    told = json.loads(run("report", "-", "--json"))
    assert told["characters"] == len(TEXT)
    assert told["characters_out"] == len("AB123456C") + len("jo@example.org")
    assert [(k["kind"], k["times"], k["values"]) for k in told["goes"]] == [
        ("NATIONAL-INSURANCE-NUMBER", 1, 1),
        ("EMAIL", 1, 1),
    ]
    assert "AB123456C" not in told["masked"]
    shown = run("report", "-", "--allow", "*@example.org")
    assert "Stays:\n  EMAIL: 1 (" in shown
    assert shown.endswith("I am ⟦NATIONAL-INSURANCE-NUMBER-1⟧.\nWrite to jo@example.org")


def test_a_policy_says_what_stays(run, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("leave: [EMAIL]\ndeny: {write: CODE-WORD}\n")
    found = json.loads(run("find", "-", "--policy", str(policy), "--json"))
    assert [(f["kind"], f["goes"]) for f in found] == [
        ("NATIONAL-INSURANCE-NUMBER", True),
        ("CODE-WORD", True),
        ("EMAIL", False),
    ]


def test_a_policy_that_is_none(run, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("leaves: [EMAIL]\n")
    result = CliRunner().invoke(
        bernard, ["privacy", "find", "-", "--policy", str(policy)], input=TEXT
    )
    assert result.exit_code == 1
    assert "is no policy on personal data" in result.stderr
    assert "leaves" in result.stderr


def test_json_stays_json(run, tmp_path):
    given = '{"nhs_number": 9434765919, "kind": "letter", "to": "jo@example.org"}\n'
    kept = tmp_path / "kept"
    masked = run("mask", "-", "--keep", str(kept), given=given)
    assert json.loads(masked) == {
        "nhs_number": "⟦NHS-NUMBER-1⟧",
        "kind": "letter",
        "to": "⟦EMAIL-1⟧",
    }
    back = json.loads(run("restore", "-", "--with", str(kept), given=masked))
    assert back == {"nhs_number": "9434765919", "kind": "letter", "to": "jo@example.org"}
