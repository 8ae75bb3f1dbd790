import threading
from http import HTTPStatus

import pytest

from bernard.errors import Error, InputInvalid, LogBroken, StoreUnavailable
from bernard.ledger.tlog import (
    Checkpoint,
    FolderMemory,
    Note,
    Seen,
    Submission,
    VerifierKey,
    Witness,
    cosign,
    sign_checkpoint,
)
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.witness import parse_submission

NOW = 1_700_000_000


@pytest.fixture
def key(make_witness_key):
    return make_witness_key()


@pytest.fixture
def make_witness(tmp_path, key):
    """A witness of these logs; made twice, it is the same one after a restart."""

    def make(*logs):
        watched = [log.signer.verifier for log in logs]
        return Witness([key], watched, FolderMemory(tmp_path / "memory"), lambda: NOW)

    return make


def submission(log, old):
    return Submission(old, tuple(log.prover.consistency(old, log.tree.size)), log.checkpoint)


def test_a_request_is_written_as_the_standard_says(make_log):
    asked = submission(make_log(7), 6)
    head, _, rest = bytes(asked).decode().partition("\n\n")
    assert head.split("\n")[0] == "old 6"
    assert len(head.split("\n")) == 4
    assert rest == str(asked.checkpoint)
    assert parse_submission(bytes(asked)) == asked


def test_a_growing_log_is_cosigned_each_time(make_log, make_witness, key):
    log, witness = make_log(5), make_witness(make_log())
    first = witness.add_checkpoint(bytes(submission(log, 0)))
    assert first.status == HTTPStatus.OK
    note = cosign(log.checkpoint, first.body, [key.verifier])
    assert notes.check(note, [key.verifier]) == {key.verifier: NOW}
    assert note.signatures[0] == log.checkpoint.signatures[0]
    log.add([b"more"] * 300)
    assert make_witness(log).add_checkpoint(bytes(submission(log, 5))).status == HTTPStatus.OK
    again = Submission(305, (), log.checkpoint)
    assert witness.add_checkpoint(bytes(again)).status == HTTPStatus.OK


def test_an_empty_log_may_be_cosigned(make_log, make_witness):
    log = make_log()
    assert make_witness(log).add_checkpoint(bytes(submission(log, 0))).status == HTTPStatus.OK


def test_two_histories_are_never_both_cosigned(make_log, make_witness):
    log, fork = make_log(9), make_log(9, seed=1)
    witness = make_witness(log)
    assert witness.add_checkpoint(bytes(submission(log, 0))).status == HTTPStatus.OK
    same_size = witness.add_checkpoint(bytes(Submission(9, (), fork.checkpoint)))
    assert (same_size.status, same_size.body, same_size.forked) == (
        HTTPStatus.CONFLICT,
        "9\n",
        True,
    )
    # Anybody may send what was cosigned again, with a proof of nothing.
    false = Submission(9, (bytes(32),), log.checkpoint)
    answer = witness.add_checkpoint(bytes(false))
    assert (answer.status, answer.forked) == (HTTPStatus.UNPROCESSABLE_ENTITY, False)
    fork.add([b"more"])
    longer = witness.add_checkpoint(bytes(submission(fork, 9)))
    assert (longer.status, longer.forked) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    # What it saw is still what it holds the log to, also after a restart.
    log.add([b"honest"])
    assert make_witness(log).add_checkpoint(bytes(submission(log, 9))).status == HTTPStatus.OK


def test_each_fault_has_the_status_of_the_standard(make_log, make_witness):
    log, other = make_log(9), make_log(9, name="example.gov.uk/other")
    witness = make_witness(log)
    forged = sign_checkpoint(Checkpoint.parse(log.checkpoint.text), other.signer)
    false = Note(forged.text, (log.checkpoint.signatures[0]._replace(blob=bytes(64)),))
    assert status(witness, submission(other, 0)) == HTTPStatus.NOT_FOUND
    assert status(witness, Submission(0, (), forged)) == HTTPStatus.FORBIDDEN
    assert status(witness, Submission(0, (), false)) == HTTPStatus.FORBIDDEN
    assert status(witness, Submission(10, (), log.checkpoint)) == HTTPStatus.BAD_REQUEST
    assert status(witness, Submission(0, (bytes(32),), log.checkpoint)) == 422
    stale = witness.add_checkpoint(bytes(Submission(4, (), log.checkpoint)))
    assert (stale.status, stale.body) == (HTTPStatus.CONFLICT, "0\n")
    assert stale.media_type == "text/x.tlog.size"
    assert status(witness, submission(log, 0)) == HTTPStatus.OK
    assert status(witness, Submission(0, (), log.checkpoint)) == HTTPStatus.CONFLICT


@pytest.mark.parametrize(
    "change",
    [
        lambda body: b"",
        lambda body: b"\xff" + body,
        lambda body: body.replace(b"old 0", b"old 00"),
        lambda body: body.replace(b"old 0", b"old -1"),
        lambda body: body.replace(b"old 0", b"new 0"),
        lambda body: body.replace(b"old 0\n", b"old 0\n" + (b"A" * 43 + b"=\n") * 64),
        lambda body: body.replace(b"old 0\n", b"old 0\nAAAA\n"),
        lambda body: body.replace(b"\n\n", b"\n"),
        lambda body: body[:-1],
    ],
)
def test_what_is_not_a_request_is_told(change, make_log, make_witness):
    log = make_log(9)
    answer = make_witness(log).add_checkpoint(change(bytes(submission(log, 0))))
    assert answer.status == HTTPStatus.BAD_REQUEST


def test_two_that_submit_at_once_do_not_bring_it_back(make_log, make_witness):
    """The race that the standard warns of: the larger size stays."""
    small = make_log(9)
    witness, large = make_witness(small), make_log(9).add([b"more"] * 20)
    requests = [bytes(submission(log, 0)) for log in (small, large)] * 8
    answers = []
    threads = [
        threading.Thread(target=lambda r=r: answers.append(witness.add_checkpoint(r).status))
        for r in requests
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(HTTPStatus.OK) == 1
    assert set(answers) == {HTTPStatus.OK, HTTPStatus.CONFLICT}


def test_a_witness_that_cannot_remember_does_not_sign(make_log, make_witness, tmp_path):
    log = make_log(9)
    witness = make_witness(log)
    assert status(witness, submission(log, 0)) == HTTPStatus.OK
    [kept] = (tmp_path / "memory").glob("*.checkpoint")
    kept.write_text("torn")
    with pytest.raises(StoreUnavailable):
        witness.add_checkpoint(bytes(submission(log, 0)))


def test_memory_replaces_only_what_it_was_told_of(tmp_path, make_log):
    log, memory = make_log(3), FolderMemory(tmp_path)
    seen = Seen(3, log.tree.root, str(log.checkpoint))
    assert memory.last_seen("a") is None
    assert not memory.replace(log.signer.name, seen, seen)
    assert memory.replace(log.signer.name, None, seen)
    assert not memory.replace(log.signer.name, None, seen)
    assert FolderMemory(tmp_path).last_seen(log.signer.name) == seen


def test_cosignatures_of_strangers_are_not_taken(make_log, make_witness, make_witness_key):
    log = make_log(3)
    answer = make_witness(log).add_checkpoint(bytes(submission(log, 0))).body
    stranger = make_witness_key("stranger.example").verifier
    with pytest.raises(LogBroken, match="known here"):
        cosign(log.checkpoint, answer, [stranger])
    for bad in ("", "no\n", answer[:-1]):
        with pytest.raises(InputInvalid):
            cosign(log.checkpoint, bad, [stranger])


def test_keys_of_the_wrong_kind_are_refused(make_log, make_witness_key, tmp_path):
    log, key, memory = make_log(), make_witness_key(), FolderMemory(tmp_path)
    for signers, logs in [([], []), ([log.signer], []), ([key], [key.verifier])]:
        with pytest.raises(Error, match="key"):
            Witness(signers, logs, memory)
    assert VerifierKey.parse(str(key.verifier)) == key.verifier


def status(witness, asked):
    return witness.add_checkpoint(bytes(asked)).status
