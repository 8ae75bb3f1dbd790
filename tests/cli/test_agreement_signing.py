"""`bernard agreement key|sign|verify`: from a draft to an agreement that is in force."""

import base64
import json
import stat

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bernard.agreements import read
from bernard.agreements.canonical import canonical
from bernard.cli.program import bernard

OURS = """\
# Ours.
schema: bernard-agreement/1
id: ours
version: 1
title: Ours
summary: Drafting with an outside supplier.
status: draft
parties:
  public_body: {name: Body}
  supplier: {id: example, name: Example Ltd, country: GB, relationship: processor}
term: {start: 2026-01-01, end: 2090-01-01}
clauses:
  - id: drafts # only these
    purposes: [draft]
    services: [ask]
    operations: [chat]
    models: [large]
    places: [GB]
    marking: {sensitive: true}
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("BERNARD_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ours.yaml").write_text(OURS)

    def run(*arguments, code=0):
        typed = ["agreement", *map(str, arguments)]
        result = CliRunner().invoke(bernard, typed)
        assert result.exit_code == code, result.output
        return result

    return run


def _sign(run, role, *more, code=0):
    name = f"The {role}"
    return run("sign", "ours.yaml", "--role", role, "--name", name, *more, code=code)


def test_from_a_draft_to_in_force(run, tmp_path):
    ours = run("key", "ours.pem").stdout.strip()
    theirs = run("key", "theirs.pem").stdout.strip()
    assert stat.S_IMODE((tmp_path / "ours.pem").stat().st_mode) == 0o600
    run("explain", "ours.yaml", code=1)
    run("verify", "ours.yaml", code=1)

    first = _sign(run, "public-body", "--key", "ours.pem", "--activate").stdout
    assert "The supplier has not signed." in first
    assert read(tmp_path / "ours.yaml").status == "draft"
    second = _sign(run, "supplier", "--key", "theirs.pem").stdout
    assert "still a draft" in second
    again = _sign(run, "supplier", "--key", "theirs.pem", "--activate").stdout
    assert "Its status is signed" in again

    text = (tmp_path / "ours.yaml").read_text()
    assert text.startswith("# Ours.\n") and "# only these\n" in text and "status: signed\n" in text
    assert run("explain", "ours.yaml").stdout.startswith("Allowed")
    said = run("verify", "ours.yaml").stdout
    assert ours in said and theirs in said and "compare them" in said
    pinned = ("--public-body-key", ours, "--supplier-key", theirs)
    assert "compare them" not in run("verify", "ours.yaml", *pinned).stdout
    wrong = ("--public-body-key", theirs, "--supplier-key", ours, "--json")
    found = json.loads(run("verify", "ours.yaml", *wrong, code=1).stdout)
    assert not found["complete"] and all(one["fault"] for one in found["signatures"])
    assert "no faults" in run("check", "ours.yaml").stdout


def test_an_edit_after_signing_undoes_both_signatures(run, tmp_path):
    for role in ("public-body", "supplier"):
        run("key", f"{role}.pem")
        _sign(run, role, "--key", f"{role}.pem", "--activate")
    path = tmp_path / "ours.yaml"
    path.write_text(path.read_text().replace("places: [GB]", "places: [GB, US]"))
    assert "changed after it" in run("verify", "ours.yaml", code=1).stdout
    run("explain", "ours.yaml", code=1)
    said = _sign(run, "public-body", "--key", "public-body.pem").stdout
    assert "The supplier, The supplier" in said and "does not hold" in said


def test_a_signature_made_elsewhere_is_added_if_it_holds(run, tmp_path):
    key = Ed25519PrivateKey.generate()
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    made = key.sign(canonical(read(tmp_path / "ours.yaml")))
    given = ("--signature", base64.b64encode(made).decode(), "--public-key", public)
    found = json.loads(_sign(run, "supplier", *given, "--json").stdout)
    assert found["missing"] == ["public-body"]
    assert not found["signatures"][0]["fault"]

    before = (tmp_path / "ours.yaml").read_bytes()
    bad = ("--signature", base64.b64encode(bytes(64)).decode(), "--public-key", public)
    assert "was not added" in _sign(run, "supplier", *bad, code=1).stderr
    assert (tmp_path / "ours.yaml").read_bytes() == before


def test_used_wrongly(run):
    run("key", "ours.pem")
    _sign(run, "public-body", code=2)
    _sign(run, "public-body", "--key", "ours.pem", "--signature", "x", code=2)
    _sign(run, "public-body", "--signature", "x", code=2)
    _sign(run, "somebody", "--key", "ours.pem", code=2)
    assert "never overwritten" in run("key", "ours.pem", code=1).stderr
    assert "cannot be read" in _sign(run, "supplier", "--key", "none.pem", code=1).stderr


def test_the_public_key_can_be_shown_again(run):
    made = run("key", "ours.pem").stdout
    assert run("key", "ours.pem", "--show").stdout == made
    assert json.loads(run("key", "ours.pem", "--show", "--json").stdout)["public_key"] in made


def test_a_file_with_faults_is_not_signed(run, tmp_path):
    run("key", "ours.pem")
    (tmp_path / "ours.yaml").write_text(OURS.replace("[draft]", "[drafft]"))
    assert "cannot be used" in _sign(run, "supplier", "--key", "ours.pem", code=1).stderr


def test_a_file_that_is_not_utf_8_is_told(run, tmp_path):
    run("key", "ours.pem")
    (tmp_path / "ours.yaml").write_bytes(OURS.encode("utf-16"))
    said = _sign(run, "supplier", "--key", "ours.pem", code=1).stderr
    assert "UTF-8" in said and "Traceback" not in said


def test_what_leaves_nothing_needs_no_signature(run):
    assert "needs no signature" in run("verify", "this-machine").stdout


def test_one_signature_does_not_put_it_in_force(run, tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_text(path.read_text().replace("status: draft", "status: signed"))
    run("key", "ours.pem")
    said = _sign(run, "public-body", "--key", "ours.pem").stdout
    assert "nothing may leave under it until every side has signed" in said
    assert "in force" not in said


def test_the_setting_says_which_keys_may_sign(run, monkeypatch):
    for role in ("public-body", "supplier"):
        run("key", f"{role}.pem")
        _sign(run, role, "--key", f"{role}.pem", "--activate")
    keys = [
        run("key", f"{role}.pem", "--show").stdout.strip() for role in ("public-body", "supplier")
    ]
    monkeypatch.setenv("BERNARD_AGREEMENT_KEYS", ",".join(keys))
    assert "compare them" not in run("verify", "ours.yaml").stdout
    run("explain", "ours.yaml")
    monkeypatch.setenv("BERNARD_AGREEMENT_KEYS", keys[0])
    assert "may sign here" in run("verify", "ours.yaml", code=1).stdout
    run("explain", "ours.yaml", code=1)
    assert "Not signed" in run("render", "ours.yaml", "--text").stdout
    monkeypatch.setenv("BERNARD_AGREEMENT_KEYS", "none")
    assert "BERNARD_AGREEMENT_KEYS" in run("verify", "ours.yaml", code=1).stderr
