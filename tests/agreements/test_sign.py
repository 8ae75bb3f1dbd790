"""Signatures: whose they are, that they hold, and that a file gets them without losing anything."""

import base64
import datetime
import stat

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from bernard.agreements.in_force import Agreements
from bernard.agreements.read import read_text
from bernard.agreements.schema import Signature
from bernard.agreements.sign import make_key, public_key, read_key, sign, trusted_keys, verify
from bernard.agreements.signed_text import replace_file, with_signature, with_status
from bernard.agreements.types import Call
from bernard.errors import AgreementInvalid, InputInvalid, SettingInvalid

DAY = datetime.date(2026, 5, 1)
FILE = """\
# Ours, with a comment that matters.
schema: bernard-agreement/1
id: ours
version: 1
title: Ours
summary: >-
  What may
  be sent.
status: draft # until both have signed
parties:
  public_body: {name: Body}
  supplier: {id: example, name: Example Ltd, country: GB, relationship: processor}
term: {start: 2026-01-01, end: 2027-01-01}

# What may be sent.
clauses:
  - id: c1
    purposes: [draft]
    services: [ask]
    operations: [chat]
    models: [any]
    places: [GB]

# The end.
"""


@pytest.fixture
def keys():
    return {"public-body": Ed25519PrivateKey.generate(), "supplier": Ed25519PrivateKey.generate()}


def _signed(text, keys, *roles):
    for role in roles or keys:
        agreement = read_text(text.encode())
        text = with_signature(text, sign(agreement, keys[role], role, f'The "{role}"', DAY))
    return text


def test_both_sides_sign_and_nothing_else_in_the_file_changes(keys):
    text = _signed(FILE, keys)
    found = verify(read_text(text.encode()))
    assert found.complete and not found.missing
    assert [one.signatory for one in found.signatures] == ['The "public-body"', 'The "supplier"']
    start = text.index("signatures:")
    end = text.index("\n# The end.")
    assert text[:start] + text[end:] == FILE


def test_one_signature_is_not_enough(keys):
    found = verify(read_text(_signed(FILE, keys, "supplier").encode()))
    assert (found.complete, found.missing) == (False, ("public-body",))


def test_signing_again_takes_the_place_of_the_same_side(keys):
    text = _signed(FILE, keys)
    new = {**keys, "public-body": Ed25519PrivateKey.generate()}
    again = _signed(text, new, "public-body")
    found = verify(read_text(again.encode()))
    assert found.complete
    assert [one.role for one in found.signatures] == ["public-body", "supplier"]
    assert found.signatures[0].key == public_key(new["public-body"])


@pytest.mark.parametrize(
    ("old", "new"),
    [("places: [GB]", "places: [GB, US]"), ("2027-01-01", "2029-01-01"), ("Ltd", "Inc")],
)
def test_a_change_after_signing_shows(keys, old, new):
    found = verify(read_text(_signed(FILE, keys).replace(old, new).encode()))
    assert not found.complete
    assert all("changed after it" in one.fault for one in found.signatures)


def test_comments_status_and_the_order_of_keys_are_no_change(keys):
    text = _signed(FILE, keys).replace("# The end.", "").replace("status: draft", "status: signed")
    assert verify(read_text(text.encode())).complete


def test_one_key_cannot_sign_for_both(keys):
    same = dict.fromkeys(keys, keys["supplier"])
    found = verify(read_text(_signed(FILE, same).encode()))
    assert not found.complete
    assert "same key" in found.signatures[0].fault


def test_a_side_cannot_sign_twice(keys):
    agreement = read_text(FILE.encode())
    twice = tuple(sign(agreement, key, "supplier", "x", DAY) for key in keys.values())
    found = verify(msgspec.structs.replace(agreement, signatures=twice))
    assert not found.complete
    assert "more than once" in found.signatures[0].fault


def test_a_pinned_key_tells_whose_a_signature_is(keys):
    agreement = read_text(_signed(FILE, keys).encode())
    right = {role: public_key(key) for role, key in keys.items()}
    assert verify(agreement, right).complete
    wrong = {**right, "supplier": public_key(Ed25519PrivateKey.generate())}
    found = verify(agreement, wrong)
    assert not found.complete
    assert "another key than" in found.signatures[1].fault


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("key", "not base64!", "not base64"),
        ("key", base64.b64encode(b"short").decode(), "5 bytes long, not 32"),
        ("signature", "", "0 bytes long, not 64"),
        ("signature", base64.b64encode(bytes(64)).decode(), "does not fit"),
    ],
)
def test_a_broken_signature_is_told(keys, field, value, said):
    agreement = read_text(FILE.encode())
    made = sign(agreement, keys["supplier"], "supplier", "x", DAY)
    broken = msgspec.structs.replace(made, **{field: value})
    found = verify(msgspec.structs.replace(agreement, signatures=(broken,)))
    assert said in found.signatures[0].fault


def test_what_stays_on_own_machines_needs_no_signature():
    inside = FILE.replace("places: [GB]", "places: [this-machine]")
    found = verify(read_text(inside.encode()))
    assert (found.complete, found.missing) == (True, ())


def test_a_key_file_is_private_and_never_overwritten(tmp_path):
    path = tmp_path / "key.pem"
    public = make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert public_key(read_key(path)) == public
    before = path.read_bytes()
    with pytest.raises(InputInvalid, match="never overwritten"):
        make_key(path)
    assert path.read_bytes() == before
    with pytest.raises(InputInvalid, match="cannot be written"):
        make_key(tmp_path / "none" / "key.pem")


def test_only_an_ed25519_key_will_do(tmp_path):
    path = tmp_path / "key.pem"
    with pytest.raises(InputInvalid, match="cannot be read"):
        read_key(path)
    path.write_text("no key")
    with pytest.raises(InputInvalid, match="holds no private key"):
        read_key(path)
    other = ec.generate_private_key(ec.SECP256R1())
    forms = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    path.write_bytes(other.private_bytes(*forms, serialization.NoEncryption()))
    with pytest.raises(InputInvalid, match="not an Ed25519 key"):
        read_key(path)


TEXTS = (
    "status: draft\nsignatures: []\nid: x",
    "status: draft\nsignatures:\nid: x\n",
    "status: draft\r\nid: 5\r\n",
    "---\nstatus: draft\n...\n",
    "status: 'draft'\nsummary: |+\n  a\n\n\n",
    '{"status": "draft", "id": "x"}',
    '{"status": "draft", "signatures": [], "id": "x"}\n',
    "status: draft\nsignatures:\n- {role: supplier, key: k}\n# after\nid: x\n",
    "\ufeffstatus: draft\n",
    "status: draft\nlist: [1,\n 2]",
)


@pytest.mark.parametrize("text", TEXTS)
@settings(max_examples=20)
@given(signatory=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_any_layout_and_any_name(text, signatory):
    made = Signature("public-body", signatory, "key", "signature", DAY)
    try:
        changed = with_signature(text, made)
    except AgreementInvalid as error:
        # What YAML cannot hold as it is, such as a control character in a {...} file.
        assert "cannot be changed safely" in str(error)
        return
    again = with_signature(changed, msgspec.structs.replace(made, key="other"))
    assert changed.count("public-body") == again.count("public-body") == 1
    assert with_status(changed, "signed").replace("signed", "draft") != text


def test_what_would_change_meaning_is_not_written():
    with pytest.raises(AgreementInvalid, match="cannot be changed safely"):
        with_signature(
            "status: draft\nsummary: |\n  no line end", Signature("supplier", "", "", "")
        )


def test_a_file_is_replaced_with_its_mode_through_a_link(tmp_path):
    path, link = tmp_path / "a.yaml", tmp_path / "link.yaml"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    replace_file(link, "new")
    assert (path.read_text(), link.is_symlink()) == ("new", True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.yaml", "link.yaml"]
    with pytest.raises(AgreementInvalid, match="cannot be written"):
        replace_file(tmp_path / "none" / "a.yaml", "x")


def test_only_the_keys_of_the_setting_may_sign(keys, tmp_path):
    text = with_status(_signed(FILE, keys), "signed")
    path = tmp_path / "ours.yaml"
    path.write_text(text)
    call = Call("ask", "draft", "chat", "example", "large", "", frozenset({"GB"}), sensitive=False)
    ours = ",".join(public_key(key) for key in keys.values())
    theirs = public_key(Ed25519PrivateKey.generate())
    found = {
        setting: Agreements(path, trusted_keys(setting)).decide(call)
        for setting in ("", ours, f" {theirs} , {ours},", theirs, ours.split(",")[0])
    }
    assert [decision.allowed for decision in found.values()] == [True, True, True, False, False]
    assert "valid keys" in found[theirs].reasons[0]
    checked = verify(read_text(text.encode()), keys=trusted_keys(theirs))
    assert all("may sign here" in one.fault for one in checked.signatures)


def test_a_setting_that_is_no_key_is_told():
    with pytest.raises(SettingInvalid, match="BERNARD_AGREEMENT_KEYS"):
        trusted_keys("abc")
