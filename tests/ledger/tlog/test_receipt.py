import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bernard.errors import Error, InputInvalid, LogBroken
from bernard.ledger.tlog import (
    Checkpoint,
    Note,
    Policy,
    Receipt,
    check_receipt,
    parse_policy,
    parse_receipt,
    sign_checkpoint,
)
from bernard.ledger.tlog import note as notes


@pytest.fixture(scope="module")
def receipt_of(make_log, make_witness_key):
    """A log, its policy and the receipt of one entry, cosigned."""
    log, witness = make_log(300), make_witness_key()
    seen = notes.sign(log.checkpoint.text, [witness], 1_700_000_000)
    note = Note(log.checkpoint.text, (*log.checkpoint.signatures, *seen.signatures))
    policy = Policy([log.signer.verifier], {"w": witness.verifier}, quorum="w")

    def make(index, extra=None):
        return log, policy, Receipt(index, tuple(log.prover.inclusion(index, 300)), note, extra)

    return make


def test_a_receipt_is_written_as_the_standard_says(receipt_of):
    log, policy, receipt = receipt_of(299, b"extra")
    lines = str(receipt).split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra ZXh0cmE=", "index 299"]
    assert len(lines[3]) == 44
    assert str(receipt).endswith(f"\n\n{receipt.checkpoint}")
    read = parse_receipt(str(receipt).encode())
    assert read == receipt
    assert check_receipt(read, log.entries[299], policy).size == 300


def test_a_receipt_shows_its_own_entry_only(receipt_of):
    log, policy, receipt = receipt_of(17)
    with pytest.raises(LogBroken, match="at 17"):
        check_receipt(receipt, log.entries[18], policy)


def test_a_receipt_needs_the_witnesses_of_the_policy(receipt_of):
    log, policy, receipt = receipt_of(17)
    alone = Receipt(receipt.index, receipt.proof, log.checkpoint)
    with pytest.raises(LogBroken, match="nobody"):
        check_receipt(alone, log.entries[17], policy)
    assert check_receipt(alone, log.entries[17], Policy(policy.logs)).size == 300


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_any_changed_byte_is_told_by_both_verifiers(data, receipt_of, one_file):
    log, policy, receipt = receipt_of(data.draw(st.integers(0, 299)))
    text = bytearray(str(receipt).encode())
    text[data.draw(st.integers(0, len(text) - 1))] ^= data.draw(st.integers(1, 255))
    entry = log.entries[receipt.index]
    with pytest.raises(Error):
        check_receipt(parse_receipt(bytes(text)), entry, policy)
    keys = (
        one_file.read_key(str(log.signer.verifier)),
        [one_file.read_key(str(policy.witnesses["w"]))],
    )
    assert one_file.verify_receipt(str(receipt), entry, *keys, 1) == receipt.index
    with pytest.raises((one_file.Fault, UnicodeDecodeError)):
        one_file.verify_receipt(bytes(text).decode(), entry, *keys, 1)


@pytest.mark.parametrize(
    ("find", "put"),
    [
        (r"@v1", "@v2"),
        (r"index 17", "index 017"),
        (r"index 17", "index -5"),
        (r"index 17", "index notanumber"),
        (r"index 17\n", ""),
        (r"index 17", "extra !!notbase64!!\nindex 17"),
        (r"index 17", "index 17\n!!notbase64!!"),
        (r"index 17", "index 17\nAAAA"),
        (r"index 17", "index 17" + "\n" + "\n".join(["A" * 43 + "="] * 64)),
        (r"\n\n.*", "\n"),
    ],
)
def test_what_is_not_a_receipt_is_told(find, put, receipt_of):
    _, _, receipt = receipt_of(17)
    with pytest.raises(InputInvalid):
        parse_receipt(re.sub(find, lambda _: put, str(receipt), count=1, flags=re.DOTALL))


def test_a_proof_for_another_size_does_not_hold(make_log):
    log = make_log(10)
    other = Checkpoint(log.signer.name, 10, bytes(32))
    receipt = Receipt(3, tuple(log.prover.inclusion(3, 10)), sign_checkpoint(other, log.signer))
    with pytest.raises(LogBroken):
        check_receipt(receipt, log.entries[3], log.policy)


def test_the_example_policy_of_the_standard_asks_both_groups(make_log, make_witness_key):
    log = make_log(1)
    names = ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
    keys = {name: make_witness_key(f"witness.example/{name}") for name in names}
    text = "".join(f"witness {n} {keys[n].verifier}\n" for n in names)
    policy = parse_policy(
        f"# who is believed\n\tlog {log.signer.verifier} https://example.gov.uk/log\n{text}\n"
        "group X-witnesses 2 X1 X2 X3\ngroup Y-witnesses any Y1 Y2 Y3\n"
        "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
    )
    assert policy.urls == {log.signer.verifier: "https://example.gov.uk/log"}
    for seen, enough in [("X1 X2 Y3", True), ("X1 Y1 Y2 Y3", False), ("X1 X2 X3", False)]:
        signed = notes.sign(log.checkpoint.text, [keys[n] for n in seen.split()], 5)
        note = Note(signed.text, (*log.checkpoint.signatures, *signed.signatures))
        if enough:
            assert policy.open(note).size == 1
        else:
            with pytest.raises(LogBroken, match="Too few"):
                policy.open(note)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("", "quorum"),
        ("quorum none\nquorum none", "Line 2"),
        ("quorum w", "'w' is not defined"),
        ("witness none KEY\nquorum none", "taken"),
        ("witness a KEY\nwitness b KEY\nquorum none", "there already"),
        ("witness a KEY\ngroup g 2 a\nquorum g", "'2' of 1"),
        ("witness a KEY\ngroup g any a a\nquorum g", "in a group already"),
        ("witness a KEY\ngroup g any\nquorum g", "wrong words"),
        ("witness a LOG\nquorum none", "does not make cosignatures"),
        ("log KEY\nquorum none", "makes cosignatures"),
        ("lgo KEY\nquorum none", "'lgo'"),
    ],
)
def test_a_policy_that_cannot_be_used_names_the_line(lines, fault, make_log, make_witness_key):
    text = lines.replace("KEY", str(make_witness_key().verifier))
    text = text.replace("LOG", str(make_log().signer.verifier))
    with pytest.raises(InputInvalid, match=re.escape(fault)):
        parse_policy(text)
