from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from bernard.errors import InputInvalid, LogBroken
from bernard.ledger.tlog import Algorithm, Checkpoint, SignerKey, VerifierKey, open_checkpoint
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.keys import subtree_bytes

VECTORS = Path(__file__).parent / "vectors"
# Published with golang.org/x/mod/sumdb/note, the format's first home (note_test.go).
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot"
    "pRZb6KE6RyyBwJnAM=\n"
)
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox"
    "33WWd1RvMc+QQ=\n"
)
# A checkpoint of the Go checksum database, and one of a log with a witness of the public network.
SUM_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUM_NOTE = (
    "go.sum database tree\n6476701\nmb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=\n\n"
    "— sum.golang.org Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvim"
    "WEPWL+o3GeoWwOoAw=\n"
)
CT_KEY = (
    "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
)
REMORA = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
CT_NOTE = (
    "arche2025h1.staging.ct.transparency.dev\n1432088532\n"
    "U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\n"
    "— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzb"
    "C3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=\n"
    "— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ"
    "2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==\n"
    "— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9s"
    "XTynk5XeU/zZ0WBxtqB0DrAWfBw==\n"
)


def test_the_published_note_is_made_and_read():
    signer = SignerKey.parse(PETER_PRIVATE)
    assert str(signer.verifier) == PETER
    assert signer.private_text == PETER_PRIVATE
    assert "YEKFALV" not in repr(signer)
    assert str(notes.sign(TEXT, [signer])) == f"{TEXT}\n{PETER_LINE}"


def test_each_known_key_is_told_and_others_passed_over():
    peter, enoch = VerifierKey.parse(PETER), VerifierKey.parse(ENOCH)
    note = notes.parse(f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}")
    assert set(notes.check(note, [peter])) == {peter}
    assert set(notes.check(note, [peter, enoch])) == {peter, enoch}
    assert notes.check(note, []) == {}


def test_a_real_checkpoint_of_the_go_checksum_database_opens(one_file):
    key = VerifierKey.parse(SUM_KEY)
    checkpoint = open_checkpoint(notes.parse(SUM_NOTE.encode()), key, "go.sum database tree")
    assert checkpoint.size == 6476701
    assert checkpoint.text == SUM_NOTE.split("\n\n")[0] + "\n"
    assert len(one_file.signers(SUM_NOTE, [one_file.read_key(SUM_KEY)])[1]) == 1


def test_a_real_cosignature_of_the_public_witness_network_holds(one_file):
    log, witness = VerifierKey.parse(CT_KEY), VerifierKey.parse(REMORA)
    note = notes.parse(CT_NOTE)
    assert open_checkpoint(note, log).size == 1432088532
    assert notes.check(note, [witness]) == {witness: 1779573024}
    keys = [one_file.read_key(CT_KEY), one_file.read_key(REMORA)]
    assert one_file.read_checkpoint(CT_NOTE, keys[0], keys[1:], 1)[0] == 1432088532
    with pytest.raises(LogBroken, match=r"remora\.n621\.de"):
        notes.check(notes.parse(CT_NOTE.replace("1432088532", "1432088531")), [witness])


def test_the_mangled_keys_of_the_published_tests_are_refused(one_file):
    mangled = [PETER[:i] for i in range(len(PETER))] + [PETER[i:] for i in range(1, len(PETER))]
    mangled += [PETER[:i] + chr(ord(c) + 1) + PETER[i + 1 :] for i, c in enumerate(PETER)]
    mangled += [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ]
    mangled += [PETER[:-1] + "\ud800", "\ud800" + PETER, PETER[:-1] + "é"]
    for text in mangled:
        with pytest.raises(InputInvalid):
            VerifierKey.parse(text)
        with pytest.raises((one_file.Fault, UnicodeEncodeError)):
            one_file.read_key(text)
    for end in range(len(PETER_PRIVATE)):
        with pytest.raises(InputInvalid, match="PRIVATE"):
            SignerKey.parse(PETER_PRIVATE[:end])


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        TEXT + "\n",
        f"{TEXT}\n{PETER_LINE[:-1]}",
        f"\x01{TEXT}\n{PETER_LINE}",
        f"\ud800{TEXT}\n{PETER_LINE}",
        b"\xff" + f"{TEXT}\n{PETER_LINE}".encode(),
        f"{TEXT}\n— Bad Name {PETER_LINE[15:]}",
        f"{TEXT}\n{PETER_LINE}Unexpected line.\n",
        f"{TEXT}\n{PETER_LINE * 101}",
        f"{TEXT}\n— PeterNeumann x08g\n",
        f"{TEXT}\n— Peter+Neumann {PETER_LINE[15:]}",
    ],
)
def test_what_is_not_a_note_is_told(note):
    with pytest.raises(InputInvalid):
        notes.parse(note)


def test_a_note_may_have_sixteen_signatures_and_more():
    signers = [SignerKey.generate(f"w{n}", Algorithm.COSIGNATURE) for n in range(16)]
    note = notes.parse(str(notes.sign(TEXT, signers, 7)))
    assert set(notes.check(note, [s.verifier for s in signers]).values()) == {7}


@pytest.mark.parametrize("algorithm", Algorithm)
def test_keys_of_every_kind_sign_and_are_read_again(algorithm):
    signer = SignerKey.generate("example.gov.uk/w", algorithm)
    assert SignerKey.parse(signer.private_text) == signer
    key = VerifierKey.parse(str(signer.verifier))
    text = Checkpoint("example.gov.uk/log", 5, bytes(32)).text
    note = notes.sign(text, [signer], 1_700_000_000)
    assert notes.check(notes.parse(str(note)), [key])[key] in (0, 1_700_000_000)
    changed = note._replace(text=text.replace("5", "6"))
    with pytest.raises(LogBroken):
        notes.check(changed, [key])


@pytest.mark.parametrize(
    "text",
    ["", "a\n", "a\n1\n", "a\n01\nAA==\n", f"a\n1\n{'A' * 43}=\n\nx\n", f"\n1\n{'A' * 43}=\n"]
    + [
        f"a\n{size}\n{'A' * 43}=\n"
        for size in ("-1", "+1", " 1", "1 ", "١", "9" * 19, "1e3", "007")
    ],
)
def test_what_is_not_a_checkpoint_is_told(text):
    with pytest.raises(InputInvalid):
        Checkpoint.parse(text)


def test_another_logs_checkpoint_is_refused(make_log):
    log = make_log(3)
    with pytest.raises(LogBroken, match="not of"):
        open_checkpoint(log.checkpoint, log.signer.verifier, "example.gov.uk/other")
    with pytest.raises(LogBroken, match="not signed"):
        open_checkpoint(log.checkpoint, make_log(name="example.gov.uk/other").signer.verifier)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "\ud800"])
def test_names_that_a_note_cannot_carry_are_refused(name):
    with pytest.raises(InputInvalid):
        SignerKey.generate(name)


def test_the_published_ml_dsa_cosignature_holds():
    """By filippo.io/torchwood, published with github.com/transparency-dev/formats (note tests)."""
    vkey, line = (VECTORS / "mldsa44-torchwood.txt").read_text(encoding="utf-8").splitlines()
    key, signature = VerifierKey.parse(vkey), notes.parse_signature(line)
    assert (key.name, key.key_id) == (signature.name, signature.key_id)
    root = notes.decode64("E7ERCtFloiK1fdb+B6/dLG0pM1nmIR0ETKBSauCjtVw=")
    public = MLDSA44PublicKey.from_public_bytes(key.public)
    message = subtree_bytes(key.name, 0, "example.com/log", (8, 13), root)
    public.verify(signature.blob[8:], message)
    other = subtree_bytes(key.name, 0, "example.com/log", (8, 14), root)
    with pytest.raises(InvalidSignature):
        public.verify(signature.blob[8:], other)


def test_names_too_long_for_an_ml_dsa_cosignature_are_refused():
    for name, origin in [("a" * 256, "b"), ("a", "b" * 256)]:
        with pytest.raises(InputInvalid, match="256 bytes"):
            subtree_bytes(name, 0, origin, (0, 1), bytes(32))
